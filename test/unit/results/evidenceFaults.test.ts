import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Clock } from '../../../src/http/clock';
import { EvidenceFolder, type EvidenceItem, manifestName } from '../../../src/results/evidence/evidence';
import { lockPath } from '../../../src/results/evidence/evidenceLock';
import { verifyEvidence } from '../../../src/results/evidence/evidenceVerification';
import { digestOf } from '../../../src/results/evidence/files';
import { never } from '../../support/failures';
import { Died, MemoryFiles } from '../../support/memoryFiles';

const actionId = '988cc94e-7a8f-4b28-ab65-54970c5d5018';

function itemOf(index: number, raw: string, host = 'host-1', at = '1'): EvidenceItem {
  const bytes = Buffer.from(raw);
  return {
    host,
    actionId,
    index,
    files: [
      { stem: 'a.ps1', ending: '.transcript.json', bytes },
      { stem: 'a.ps1', ending: '.script_output.txt', bytes: Buffer.from(`text of ${raw}`) },
    ],
    sha256: digestOf(bytes).sha256,
    sidecar: Buffer.from(`{"fetched":${at}}`),
  };
}

const runOf = (id: string) => ({ id, at: 0, by: undefined, tool: 'test', sample: false });

interface Fault {
  readonly writer: number;
  /** Counts the steps of a writer, from 1. */
  readonly step: number;
  /** How much of the step is done all the same, from 0 to 1. */
  readonly done: number;
  /** What the step does: throw, end its process, or go well while a person cancels. */
  readonly how: 'fails' | 'dies' | 'cancels';
}

interface Done {
  readonly item: EvidenceItem;
  readonly folder: string;
}

/** Steps that one window may take while the other stands still: several seconds, by how long each waits for the lock. */
const mostInARow = 60;

/** Two windows over one disk. Whose step comes next is chosen by `order`, so that every run can be repeated. */
class TwoWindows {
  readonly disk: MemoryFiles;
  readonly dead = new Set<number>();
  /** What was told to be kept. */
  readonly done: Done[] = [];
  readonly #cancel = new Map<number, AbortController>();
  #now = 0;
  #inARow: readonly [writer: number, steps: number] = [0, 0];
  readonly #waiting = new Map<number, () => void>();
  readonly #order: Iterator<number>;
  readonly #running = new Set<number>();

  constructor(disk: MemoryFiles, order: readonly number[]) {
    this.disk = disk;
    this.#order = (function* () {
      for (let n = 0; ; n += 1) {
        yield order[n % order.length] ?? 0;
      }
    })();
  }

  async run(jobs: readonly EvidenceItem[][], faults: readonly Fault[]): Promise<void> {
    const work = jobs.map(async (items, writer) => {
      this.#running.add(writer);
      const folder = new EvidenceFolder(this.#ports(writer, faults));
      for (const item of items) {
        const cancel = new AbortController();
        this.#cancel.set(writer, cancel);
        try {
          const kept = await folder.keep(item, runOf(`run-${writer}`), cancel.signal);
          this.done.push({ item, folder: kept.folder });
        } catch (error) {
          assert.ok(
            !(error instanceof TypeError) && !(error instanceof assert.AssertionError),
            error as Error,
          );
        }
      }
      this.#running.delete(writer);
      this.#wakeIfAllWait();
    });
    await Promise.all(work);
  }

  #ports(writer: number, faults: readonly Fault[]) {
    const files = this.disk.another();
    let steps = 0;
    files.before = async (step, path) => {
      // Where nothing can be renamed, a lock whose maker has gone is read and then deleted. Nothing tells whether another window has put
      // its own there in between, so the model assumes that none has.
      if (this.disk.canRename || step !== 'delete' || path !== lockPath) {
        await this.#turn(writer);
      }
      if (this.dead.has(writer)) {
        return { error: new Died('dead'), done: 0 };
      }
      steps += 1;
      const fault = faults.find((each) => each.writer === writer && each.step === steps);
      switch (fault?.how) {
        case undefined:
          return undefined;
        case 'cancels':
          this.#cancel.get(writer)?.abort();
          return undefined;
        case 'dies':
          this.dead.add(writer);
          return { error: new Died('died'), done: fault.done };
        case 'fails':
          return { error: new Error('EIO'), done: fault.done };
      }
    };
    const clock: Clock = {
      now: () => this.#now,
      ticks: () => this.#now,
      sleep: async (ms) => {
        this.#now += ms;
        await this.#turn(writer);
      },
    };
    return {
      files,
      clock,
      owner: { host: 'here', pid: writer + 1 },
      isRunning: (pid: number) => !this.dead.has(pid - 1),
    };
  }

  #turn(writer: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(writer, resolve);
      this.#wakeIfAllWait();
    });
  }

  #wakeIfAllWait(): void {
    if (this.#running.size === 0 || this.#waiting.size < this.#running.size) {
      return;
    }
    const writers = [...this.#waiting.keys()].sort((a, b) => a - b);
    const wanted = writers[Number(this.#order.next().value) % writers.length] ?? 0;
    const [last, steps] = this.#inARow;
    const chosen =
      wanted === last && steps >= mostInARow ? (writers.find((each) => each !== last) ?? last) : wanted;
    this.#inARow = [chosen, chosen === last ? steps + 1 : 1];
    const wake = this.#waiting.get(chosen);
    this.#waiting.delete(chosen);
    wake?.();
  }
}

const faults = fc.array(
  fc.record({
    writer: fc.integer({ min: 0, max: 1 }),
    // One result takes about 35 steps, and 130 where nothing can be renamed or appended.
    step: fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 400 }),
    ),
    done: fc.constantFrom(0, 0.3, 0.5, 0.97, 1),
    how: fc.constantFrom('fails' as const, 'dies' as const, 'cancels' as const),
  }),
  { minLength: 0, maxLength: 4 },
);
const items = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 1 }),
      fc.constantFrom('one', 'two', 'three, which is longer'),
      fc.constantFrom('host-1', 'HOST-1'),
      fc.constantFrom('1', '22'),
    )
    .map((parts) => itemOf(...parts)),
  { minLength: 1, maxLength: 3 },
);
const diskOptions = fc.record({
  canRename: fc.boolean(),
  canAppend: fc.boolean(),
  ignoresCase: fc.boolean(),
});

async function nothingFalse(disk: MemoryFiles): Promise<void> {
  const found = await verifyEvidence(disk.another(), { signal: never });
  assert.deepEqual(found?.problems ?? [], []);
}

const runs = Number(process.env['LIVE_RESPONSE_PROPERTY_RUNS'] ?? 1_200);

/** Bytes, text and a sidecar are there. */
async function isWhole(disk: MemoryFiles, item: EvidenceItem, folder: string): Promise<void> {
  const files = disk.another();
  for (const { stem, ending, bytes } of item.files) {
    assert.deepEqual(Buffer.from((await files.read(`${folder}/${stem}${ending}`)) ?? ''), bytes);
  }
  assert.match(
    Buffer.from((await files.read(`${folder}/sidecar.json`)) ?? '').toString(),
    /^{"fetched":\d+}$/,
  );
}

describe('keeping evidence, whatever fails and whoever else does', () => {
  it('loses nothing, says nothing false, and is completed by the next attempt', async function () {
    this.timeout(Math.max(240_000, 100 * runs));
    await fc.assert(
      fc.asyncProperty(
        diskOptions,
        fc.tuple(items, items),
        faults,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 60 }),
        async (options, jobs, planned, order) => {
          const disk = new MemoryFiles(options);
          const clean = { files: disk.another(), clock: slept(), owner: { host: 'here', pid: 9 } };
          const first = itemOf(7, 'kept before');
          await new EvidenceFolder({ ...clean, isRunning: () => false }).keep(first, runOf('r0'), never);
          const before = new Map([...disk.files].map(([path, bytes]) => [path, Buffer.from(bytes)]));
          const windows = new TwoWindows(disk, order);
          await windows.run(jobs, planned);
          const kept = (path: string): boolean => path !== manifestName;
          for (const [path, bytes] of [...before].filter(([each]) => kept(each))) {
            assert.deepEqual(Buffer.from(disk.files.get(path) ?? ''), bytes, path);
          }
          await nothingFalse(disk);
          for (const { item, folder } of windows.done) {
            await isWhole(disk, item, folder);
          }
          const again = new EvidenceFolder({ ...clean, files: disk.another(), isRunning: () => false });
          for (const item of jobs.flat()) {
            const { folder } = await again.keep(item, runOf('r9'), never);
            await isWhole(disk, item, folder);
          }
          const found = await verifyEvidence(disk.another(), { signal: never });
          assert.deepEqual([found?.problems, found?.unfinished], [[], []]);
          const manifest = Buffer.from(disk.files.get(manifestName) ?? '');
          assert.ok(
            manifest
              .subarray(0, before.get(manifestName)?.length)
              .equals(before.get(manifestName) ?? manifest),
          );
        },
      ),
      { numRuns: runs },
    );
  });
});

/** A clock that moves only when somebody sleeps. */
function slept(): Clock {
  let now = 0;
  return {
    now: () => now,
    ticks: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type JournalPorts, RunJournal, journalPath } from '../../../src/runs/journal';
import { readJournal } from '../../../src/runs/journalReading';
import { isOver } from '../../../src/runs/machineState';
import { RunScheduler } from '../../../src/runs/runScheduler';
import { Died, MemoryFiles } from '../../support/memoryFiles';
import { journalFiles, machineIdOf, planOf, runId } from '../../support/runPlans';
import { type MortalProcess, RunService, type StartFault } from '../../support/runService';
import { VirtualClock } from '../../support/virtualClock';

const runs = Number(process.env['LIVE_RESPONSE_PROPERTY_RUNS'] ?? 2_500);

/** One window that works on the run, and what ends it. */
interface Window {
  /** The step on the disk at which it dies, from 1. */
  readonly diesAt: number;
  /** How much of that step is done all the same, from 0 to 1. */
  readonly done: number;
  /** Milliseconds after which it is closed, or a person stops or cancels the run, or a second window takes over. */
  readonly after: number;
  readonly then: 'nothing' | 'closes' | 'stop' | 'cancel' | 'takenOver';
  /** Milliseconds until the next window. */
  readonly pause: number;
}

const windows = fc.array(
  fc.record({
    diesAt: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 90 }), fc.constant(9_999)),
    done: fc.constantFrom(0, 0.3, 0.97, 1),
    after: fc.integer({ min: 0, max: 400_000 }),
    then: fc.constantFrom('nothing', 'closes', 'stop', 'cancel', 'takenOver'),
    pause: fc.integer({ min: 0, max: 300_000 }),
  }),
  { maxLength: 4 },
);

const hows: readonly StartFault['how'][] = [
  ...(['created', 'refused', 'throttled', 'busy', 'busyWithOurs', 'lost', 'lostAnswer', 'late'] as const),
  ...(['throws', 'throwsAfter', 'diesBefore', 'diesAfter'] as const),
];
const faults = fc.array(
  fc.record({
    how: fc.constantFrom(...hows),
    end: fc.constantFrom('Succeeded' as const, 'Failed' as const, 'TimeOut' as const),
    lag: fc.integer({ min: 0, max: 110_000 }),
    takes: fc.integer({ min: 0, max: 300_000 }),
  }),
  { maxLength: 12 },
);

const options = fc.record({
  maxSessions: fc.integer({ min: 1, max: 4 }),
  sendToOffline: fc.boolean(),
  firstWave: fc.integer({ min: 0, max: 2 }),
  maxFailures: fc.constantFrom(undefined, 1, 2),
  pollMs: fc.constantFrom(5_000, 30_000),
  onlineAfter: fc.integer({ min: 0, max: 900_000 }),
});
type Options = typeof options extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly clock = new VirtualClock();
  readonly disk = new MemoryFiles();
  readonly service: RunService;
  readonly #options: Options;
  readonly #machines: number;

  constructor(machines: number, planned: readonly StartFault[], listFails: readonly boolean[], how: Options) {
    this.#machines = machines;
    this.#options = how;
    this.service = new RunService(this.clock, planned, listFails);
    this.service.offline.add(machineIdOf(2));
    void this.clock.sleep(how.onlineAfter).then(() => this.service.offline.clear());
  }

  /** One window's life. True when it came to the end of the run. */
  async live(window: Window | undefined): Promise<boolean> {
    const mortal: MortalProcess = { dead: false };
    const closing = new AbortController();
    try {
      const scheduler = await this.#scheduler(window, mortal);
      const work = scheduler.run(closing.signal);
      const disturbed = this.#disturb(window, scheduler, closing, mortal);
      await this.clock.passUntil(Promise.allSettled([work, disturbed]));
      await work;
      return true;
    } catch (error) {
      assert.ok(!(error instanceof TypeError) && !(error instanceof assert.AssertionError), error as Error);
      assert.doesNotMatch(String(error), /can't take|Everybody waits|too long|journalDamaged/);
      return false;
    } finally {
      mortal.dead = true;
    }
  }

  async #scheduler(window: Window | undefined, mortal: MortalProcess): Promise<RunScheduler> {
    const isFirst =
      readJournal(this.disk.files.get(journalPath(runId)) ?? new Uint8Array()).record === undefined;
    const ports = this.#portsOf(window, mortal);
    if (isFirst) {
      // What a first attempt left is no journal: nothing was sent.
      this.disk.files.delete(journalPath(runId));
    }
    const opening = isFirst
      ? RunJournal.create(ports, planOf(this.#machines), 'test')
      : RunJournal.open(ports, runId);
    const journal = await this.clock.passUntil(opening);
    const service = this.service.portsFor(mortal);
    return new RunScheduler(journal, service, this.clock, this.#options, !isFirst);
  }

  #portsOf(window: Window | undefined, mortal: MortalProcess): JournalPorts {
    const disk = this.disk.another();
    let steps = 0;
    disk.before = () => {
      steps += 1;
      const dies = !mortal.dead && steps === window?.diesAt;
      mortal.dead ||= dies;
      const fault = { error: new Died('died'), done: dies ? window.done : 0 };
      return Promise.resolve(mortal.dead ? fault : undefined);
    };
    return { files: journalFiles(disk), now: () => this.clock.now(), by: undefined };
  }

  async #disturb(
    window: Window | undefined,
    scheduler: RunScheduler,
    closing: AbortController,
    mortal: MortalProcess,
  ): Promise<void> {
    await this.clock.sleep(window?.after ?? 0);
    switch (window?.then) {
      case 'closes':
        closing.abort();
        break;
      case 'stop':
        await scheduler.stop();
        break;
      case 'cancel':
        await scheduler.cancel();
        break;
      case 'takenOver':
        if (!mortal.dead) {
          await this.#takeOver();
        }
        break;
      case 'nothing':
      case undefined:
        break;
    }
  }

  /** A second window works at the same time, until this one notices. */
  async #takeOver(): Promise<void> {
    const mortal: MortalProcess = { dead: false };
    const journal = await RunJournal.open(this.#portsOf(undefined, mortal), runId);
    const service = this.service.portsFor(mortal);
    const second = new RunScheduler(journal, service, this.clock, this.#options, true);
    await second.run(AbortSignal.any([])).catch(() => undefined);
  }

  /** What must hold, however it went. */
  check(machines: number): void {
    const { record, problems } = readJournal(this.disk.files.get(journalPath(runId)) ?? new Uint8Array());
    assert.deepEqual(
      problems.filter(({ kind }) => kind !== 'fork' && kind !== 'unreadable'),
      [],
    );
    for (let n = 1; n <= machines; n += 1) {
      const actions = this.service.actions.filter(({ machineId }) => machineId === machineIdOf(n));
      assert.ok(actions.length <= 1, `${actions.length} actions on machine ${n}`);
      const state = record?.stateOf(n) ?? { kind: 'planned' };
      assert.ok(isOver(state), `machine ${n} is ${state.kind}`);
      if ('actionId' in state) {
        assert.equal(state.actionId, actions[0]?.id);
      } else if (state.kind !== 'unknown') {
        assert.deepEqual(actions, [], `machine ${n} is ${state.kind}, and has an action`);
      }
    }
    assert.equal(record?.hasEnded, true);
  }
}

describe('a run, whatever fails', () => {
  it('starts at most one action on a machine, and comes to a definite end', async function () {
    this.timeout(Math.max(120_000, 60 * runs));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        faults,
        fc.array(fc.boolean(), { maxLength: 30 }),
        options,
        windows,
        async (machines, planned, listFails, how, lives) => {
          const world = new World(machines, planned, listFails, how);
          for (const life of lives) {
            await world.live(life);
            await world.clock.passUntil(world.clock.sleep(life.pause));
          }
          // A port may still end the last windows.
          for (let more = planned.length; !(await world.live(undefined)); more -= 1) {
            assert.ok(more > 0, 'it never ends');
          }
          world.check(machines);
        },
      ),
      { numRuns: runs },
    );
  });
});

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type JournalPorts, RunJournal, journalPath } from '../../../src/runs/journal';
import { decodeLine, encodeLine, type JournalEntry, noLine } from '../../../src/runs/journalEntry';
import { lineHash, readJournal, verifyJournal } from '../../../src/runs/journalReading';
import type { MachineState } from '../../../src/runs/machineState';
import { problemOf } from '../../support/failures';
import { Died, MemoryFiles } from '../../support/memoryFiles';
import { journalFiles, planOf, runId } from '../../support/runPlans';

const path = journalPath(runId);
const at = Date.parse('2026-11-20T12:00:00Z');

function portsOf(disk: MemoryFiles): JournalPorts {
  return { files: journalFiles(disk), now: () => at, by: 'me@contoso.com' };
}

const states: readonly (readonly [n: number, state: MachineState])[] = [
  [1, { kind: 'sending' }],
  [1, { kind: 'sent', actionId: 'a1' }],
  [2, { kind: 'held', why: 'offline' }],
  [1, { kind: 'succeeded', actionId: 'a1' }],
];

async function written(disk = new MemoryFiles()): Promise<{ disk: MemoryFiles; journal: RunJournal }> {
  const journal = await RunJournal.create(portsOf(disk), planOf(3), 'test');
  for (const [n, state] of states) {
    await journal.add({ kind: 'state', n, state });
  }
  return { disk, journal };
}

const bytesOf = (disk: MemoryFiles): Uint8Array => disk.files.get(path) ?? new Uint8Array();
const textOf = (disk: MemoryFiles): string => Buffer.from(bytesOf(disk)).toString();
const linesOf = (disk: MemoryFiles): string[] => textOf(disk).trimEnd().split('\n');
const fromLines = (lines: readonly string[]): Uint8Array =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''));

describe('the journal of a run', () => {
  it('gives back what was written', async () => {
    const { disk, journal } = await written();
    const { record, problems, size, trailing, head } = readJournal(bytesOf(disk));
    assert.deepEqual(record?.plan, planOf(3));
    assert.deepEqual(
      [...record.states],
      [
        [1, { kind: 'succeeded', actionId: 'a1' }],
        [2, { kind: 'held', why: 'offline' }],
        [3, { kind: 'planned' }],
      ],
    );
    assert.deepEqual(record.attemptsOf(1), { count: 1, lastAt: at });
    assert.deepEqual([...journal.record.states], [...record.states]);
    assert.deepEqual([problems, trailing, size], [[], 0, bytesOf(disk).byteLength]);
    assert.equal(head, lineHash(linesOf(disk).at(-1) ?? ''));
  });
  it('is one line of JSON for each entry, with the hash of the line before', async () => {
    const { disk } = await written();
    const lines = linesOf(disk);
    assert.equal(lines.length, 5);
    lines.forEach((line, n) => {
      assert.equal(decodeLine(line)?.previous, n === 0 ? noLine : lineHash(lines[n - 1] ?? ''));
    });
    assert.match(
      lines[0] ?? '',
      /^\{"format":1,"atUtc":"2026-11-20T12:00:00.000Z","previous":"0{64}","kind":"plan"/,
    );
  });
  it('keeps every entry as it is', () => {
    const found = { sha256: 'f'.repeat(64), by: 'x\n\u2028y', at: 5 };
    const entries: JournalEntry[] = [
      { kind: 'opened', by: undefined, skipped: 7 },
      { kind: 'stop', why: 'scriptChanged', found },
      { kind: 'stop', why: 'failures', found: undefined },
      { kind: 'cancel' },
      { kind: 'ended' },
      { kind: 'plan', plan: planOf(2, { parent: 'p' }), by: 'x', tool: 't' },
      ...(
        [
          { kind: 'planned' },
          { kind: 'unknown' },
          { kind: 'refused', reason: 'R', message: 'm' },
          { kind: 'stopped', why: 'firstWave' },
          { kind: 'timedOut', actionId: 'a' },
        ] as const
      ).map((state) => ({ kind: 'state', n: 1, state }) as const),
    ];
    for (const entry of entries) {
      assert.deepEqual(decodeLine(encodeLine({ entry, at, previous: noLine })), {
        entry,
        at,
        previous: noLine,
      });
    }
  });
  it('takes no other text for a line', () => {
    const base = { format: 1, atUtc: '2026-11-20T12:00:00Z', previous: noLine };
    for (const value of [
      null,
      [],
      { ...base, kind: 'other' },
      { ...base, kind: 'cancel', format: 2 },
      { ...base, kind: 'cancel', atUtc: 'x' },
      { ...base, kind: 'cancel', previous: 1 },
      { ...base, kind: 'state', n: 1, state: { kind: 'sent' } },
      { ...base, kind: 'state', n: 1, state: { kind: 'succeeded' } },
      { ...base, kind: 'state', n: 1, state: { kind: 'held', why: 'x' } },
      { ...base, kind: 'state', n: 1, state: null },
      { ...base, kind: 'state', n: 1.5, state: { kind: 'unknown' } },
      { ...base, kind: 'stop', why: 'x' },
      { ...base, kind: 'plan', plan: { ...planOf(1), machines: [{ n: 2, id: 'a' }] } },
      { ...base, kind: 'plan', plan: { ...planOf(1), id: undefined } },
    ]) {
      assert.equal(decodeLine(JSON.stringify(value)), undefined, JSON.stringify(value));
    }
    assert.equal(decodeLine('{"format":1'), undefined);
  });
  it('is made once', async () => {
    const { disk } = await written();
    const again = RunJournal.create(portsOf(disk), planOf(3), 'test');
    assert.deepEqual(await problemOf(again), { code: 'journalTaken', run: runId });
  });
  it('takes no entry that can not follow', async () => {
    const { journal, disk } = await written();
    const before = textOf(disk);
    await assert.rejects(journal.add({ kind: 'state', n: 1, state: { kind: 'sending' } }), /impossible/);
    assert.equal(textOf(disk), before);
  });
});

describe('a journal that was interrupted', () => {
  it('goes on after a line that was cut anywhere', async () => {
    const { disk } = await written();
    const whole = bytesOf(disk);
    const lastLine = Buffer.from(whole).lastIndexOf('\n', whole.byteLength - 2) + 1;
    for (let cut = lastLine + 1; cut < whole.byteLength; cut += 1) {
      const torn = new MemoryFiles();
      torn.files.set(path, whole.slice(0, cut));
      const before = readJournal(bytesOf(torn));
      const isWhole = cut === whole.byteLength - 1;
      const trailing = isWhole ? 0 : cut - lastLine;
      assert.deepEqual([before.lacksEnd, before.trailing, before.problems], [true, trailing, []]);
      const journal = await RunJournal.open(portsOf(torn), runId);
      assert.equal(journal.record.stateOf(1).kind, isWhole ? 'succeeded' : 'sent');
      await journal.add({ kind: 'state', n: 2, state: { kind: 'sending' } });
      assert.deepEqual(verifyJournal(bytesOf(torn)), { problems: [], hasKnown: true });
    }
  });
  it('adds nothing after a failure', async () => {
    const { disk, journal } = await written();
    disk.failAt = { call: disk.calls + 1, error: Object.assign(new Error('full'), { code: 'ENOSPC' }) };
    const stop: JournalEntry = { kind: 'stop', why: 'stopped' };
    const first = await problemOf(journal.add(stop));
    assert.deepEqual([first['code'], first['reason']], ['notSaved', 'diskFull']);
    assert.equal((await problemOf(journal.add(stop)))['code'], 'notSaved');
    const again = await RunJournal.open(portsOf(disk), runId);
    assert.equal(again.record.stop, undefined);
    assert.deepEqual(verifyJournal(bytesOf(disk)).problems, []);
  });
  it('is empty when the plan was cut', async () => {
    const disk = new MemoryFiles();
    disk.before = (step) =>
      Promise.resolve(step === 'write' ? { error: new Died('died'), done: 0.5 } : undefined);
    await RunJournal.create(portsOf(disk), planOf(1), 'test').catch(() => undefined);
    disk.before = undefined;
    assert.deepEqual(await problemOf(RunJournal.open(portsOf(disk), runId)), {
      code: 'journalEmpty',
      run: runId,
    });
    const none = RunJournal.open(portsOf(new MemoryFiles()), runId);
    assert.deepEqual(await problemOf(none), { code: 'journalEmpty', run: runId });
  });
});

describe('two windows with one journal', () => {
  it('agree on who may go on', async () => {
    const { disk, journal: first } = await written();
    const second = await RunJournal.open(portsOf(disk.another()), runId);
    const stale = first.add({ kind: 'state', n: 3, state: { kind: 'sending' } });
    assert.deepEqual(await problemOf(stale), { code: 'journalTaken', run: runId });
    await second.add({ kind: 'state', n: 3, state: { kind: 'sending' } });
    const { record, problems } = readJournal(bytesOf(disk));
    assert.equal(record?.attemptsOf(3).count, 1);
    assert.deepEqual(problems, [{ kind: 'fork', line: 7 }]);
    assert.equal((await RunJournal.open(portsOf(disk), runId)).record.stateOf(3).kind, 'sending');
  });
});

describe('a journal that was changed', () => {
  const changed = async (change: (lines: string[]) => string[]): Promise<readonly unknown[]> => {
    const { disk } = await written();
    const bytes = fromLines(change(linesOf(disk)));
    const { problems } = verifyJournal(bytes);
    if (problems.length > 0) {
      const other = new MemoryFiles();
      other.files.set(path, bytes);
      assert.match(
        String((await problemOf(RunJournal.open(portsOf(other), runId)))['code']),
        /journal(?:Damaged|Empty)/,
      );
    }
    return problems.map((problem) => ['line' in problem ? problem.line : 0, problem.kind]);
  };
  it('says where', async () => {
    assert.deepEqual(await changed((lines) => lines.map((each) => each.replace('"a1"', '"a2"'))), [
      [4, 'brokenChain'],
      [5, 'brokenChain'],
    ]);
    assert.deepEqual(await changed((lines) => lines.toSpliced(2, 1)), [
      [3, 'brokenChain'],
      [4, 'brokenChain'],
    ]);
    assert.deepEqual(await changed((lines) => lines.toSpliced(1, 1, 'x')), [
      [2, 'unreadable'],
      ...[3, 4, 5].map((line) => [line, 'brokenChain']),
    ]);
    assert.deepEqual(await changed((lines) => lines.slice(1)), [
      [0, 'noPlan'],
      ...[1, 2, 3, 4].map((line) => [line, 'brokenChain']),
    ]);
  });
  it('is told from a whole one by a hash that was noted', async () => {
    const { disk } = await written();
    const { head } = readJournal(bytesOf(disk));
    assert.deepEqual(verifyJournal(bytesOf(disk), head.toUpperCase()), { problems: [], hasKnown: true });
    const shorter = fromLines(linesOf(disk).slice(0, -1));
    assert.deepEqual(verifyJournal(shorter, head), { problems: [], hasKnown: false });
  });
  it('is found out by what can not be, even if its chain is whole', () => {
    const entries: JournalEntry[] = [
      { kind: 'plan', plan: planOf(2), by: undefined, tool: 't' },
      { kind: 'state', n: 1, state: { kind: 'sending' } },
      { kind: 'state', n: 1, state: { kind: 'sent', actionId: 'a' } },
      { kind: 'state', n: 1, state: { kind: 'failed', actionId: 'b' } },
      { kind: 'state', n: 1, state: { kind: 'sending' } },
      { kind: 'state', n: 9, state: { kind: 'sending' } },
      { kind: 'state', n: 2, state: { kind: 'sent', actionId: 'a' } },
      { kind: 'plan', plan: planOf(2), by: undefined, tool: 't' },
    ];
    const lines: string[] = [];
    for (const entry of entries) {
      const last = lines.at(-1);
      lines.push(encodeLine({ entry, at, previous: last === undefined ? noLine : lineHash(last) }));
    }
    assert.deepEqual(verifyJournal(fromLines(lines)).problems, [
      { line: 4, kind: 'impossible', n: 1, from: 'sent', to: 'failed' },
      { line: 5, kind: 'impossible', n: 1, from: 'failed', to: 'sending' },
      { line: 6, kind: 'unknownMachine', n: 9 },
      { line: 7, kind: 'sameAction', n: 2, actionId: 'a' },
      { line: 8, kind: 'secondPlan' },
    ]);
  });
});

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { RunJournal } from '../../../src/runs/journal';
import { type RunOptions, RunScheduler } from '../../../src/runs/runScheduler';
import { StartWindow } from '../../../src/runs/startWindow';
import { never, problemOf } from '../../support/failures';
import { MemoryFiles } from '../../support/memoryFiles';
import { journalFiles, machineIdOf, planOf, runId } from '../../support/runPlans';
import { created, RunService, type StartFault } from '../../support/runService';
import { VirtualClock } from '../../support/virtualClock';

const usual: RunOptions = {
  maxSessions: 15,
  sendToOffline: false,
  firstWave: 0,
  maxFailures: undefined,
  pollMs: 30_000,
};
const failing: StartFault = { ...created, end: 'Failed' };

interface Setup {
  readonly clock: VirtualClock;
  readonly disk: MemoryFiles;
  readonly service: RunService;
  readonly scheduler: RunScheduler;
}

async function setUp(
  machines: number,
  faults: readonly StartFault[] = [],
  options: Partial<RunOptions> = {},
): Promise<Setup> {
  const clock = new VirtualClock();
  const disk = new MemoryFiles();
  const service = new RunService(clock, faults);
  const ports = { files: journalFiles(disk), now: () => clock.now(), by: undefined };
  const journal = await RunJournal.create(ports, planOf(machines), 'test');
  const of = service.portsFor({ dead: false });
  const scheduler = new RunScheduler(journal, of, clock, { ...usual, ...options }, false);
  return { clock, disk, service, scheduler };
}

/** Milliseconds from a run's beginning to its end. */
async function ended({ clock, scheduler }: Setup): Promise<number> {
  const start = clock.now();
  await clock.passUntil(scheduler.run(never));
  return clock.now() - start;
}

const kindsOf = ({ scheduler }: Setup): readonly string[] =>
  scheduler.board.machines.map(({ n }) => scheduler.board.record.stateOf(n).kind);
const secondsOf = ({ service }: Setup): readonly number[] =>
  service.starts.map((at) => (at - (service.starts[0] ?? 0)) / 1_000);

describe('a run', () => {
  it('sends to each machine, and watches it to its end', async () => {
    const run = await setUp(3, [created, failing, { ...created, end: 'TimeOut' }]);
    const seen: string[] = [];
    run.scheduler.board.onDidChange(({ n }) =>
      seen.push(`${n} ${run.scheduler.board.record.stateOf(n).kind}`),
    );
    await ended(run);
    assert.deepEqual(kindsOf(run), ['succeeded', 'failed', 'timedOut']);
    assert.deepEqual(
      seen.filter((each) => each.startsWith('2')),
      ['2 sending', '2 sent', '2 failed'],
    );
    assert.equal(run.scheduler.board.counts().failed, 1);
    assert.equal(run.scheduler.board.record.hasEnded, true);
  });
  it('sends exactly what was planned', async () => {
    const run = await setUp(1);
    await ended(run);
    assert.deepEqual(run.service.requests, [
      {
        commands: [{ type: 'RunScript', scriptName: 'a.0badc0de.ps1', args: '-Days 7' }],
        comment: 'Collect [lr:1f2e3d4c:1]',
      },
    ]);
  });
  it('starts ten in a sliding minute', async () => {
    const run = await setUp(25, Array<StartFault>(25).fill({ ...created, takes: 0 }));
    await ended(run);
    const seconds = secondsOf(run);
    seconds.forEach((at, n) => assert.ok(at - (seconds[n - 10] ?? -Infinity) >= 60, `start ${n} at ${at} s`));
    assert.ok((seconds.at(-1) ?? 0) < 125);
  });
  it('keeps to the sessions that it may use', async () => {
    const run = await setUp(4, Array<StartFault>(4).fill({ ...created, takes: 100_000 }), { maxSessions: 2 });
    await ended(run);
    assert.deepEqual(secondsOf(run), [0, 0, 120, 120]);
  });
  it('leaves room for the actions of others', async () => {
    const run = await setUp(2);
    run.service.others = 24;
    await ended(run);
    assert.deepEqual(secondsOf(run), [0, 30]);
  });
  it('waits as long as a 429 says, and then sends again', async () => {
    const run = await setUp(2, [{ ...created, how: 'throttled', takes: 45_000 }]);
    await ended(run);
    assert.deepEqual(kindsOf(run), ['succeeded', 'succeeded']);
    assert.deepEqual(run.service.actions.length, 2);
    assert.ok((secondsOf(run).at(-1) ?? 0) >= 45);
  });
  it('tries a busy machine again', async () => {
    const run = await setUp(1, [{ ...created, how: 'busy' }]);
    await ended(run);
    assert.deepEqual([kindsOf(run), run.service.starts.length], [['succeeded'], 2]);
  });
  it('takes a refusal for an end', async () => {
    const run = await setUp(1, [{ ...created, how: 'refused' }]);
    await ended(run);
    assert.deepEqual(run.scheduler.board.record.stateOf(1), {
      kind: 'refused',
      reason: 'DisallowedOperation',
      message: undefined,
    });
  });
  it('holds back offline machines until they report, or sends anyway', async () => {
    const run = await setUp(2);
    run.service.offline.add(machineIdOf(2));
    const work = run.scheduler.run(never);
    await run.clock.passUntil(run.clock.sleep(400_000));
    assert.deepEqual(kindsOf(run), ['succeeded', 'held']);
    run.service.offline.clear();
    await run.clock.passUntil(work);
    assert.deepEqual(kindsOf(run), ['succeeded', 'succeeded']);

    const anyway = await setUp(2, [], { sendToOffline: true });
    anyway.service.offline.add(machineIdOf(2));
    await ended(anyway);
    assert.deepEqual(secondsOf(anyway), [0, 0]);
  });
});

describe('a request without an answer', () => {
  it('is looked for, and found although a list shows it late', async () => {
    const run = await setUp(1, [{ ...created, how: 'lostAnswer', lag: 140_000 }]);
    await ended(run);
    assert.deepEqual([kindsOf(run), run.service.starts.length], [['succeeded'], 1]);
  });
  it('is unknown after two minutes, and never repeated', async () => {
    const run = await setUp(1, [{ ...created, how: 'lost' }]);
    const took = await ended(run);
    assert.deepEqual([kindsOf(run), run.service.starts.length], [['unknown'], 1]);
    assert.ok(took >= 150_000 && took < 170_000, `${took} ms`);
  });
  it('is found even later while others run', async () => {
    const run = await setUp(2, [
      { ...created, how: 'lostAnswer', lag: 400_000 },
      { ...created, takes: 900_000 },
    ]);
    await ended(run);
    assert.deepEqual(kindsOf(run), ['succeeded', 'succeeded']);
  });
  it('is looked for longer when no look gets an answer', async () => {
    const clock = new VirtualClock();
    const disk = new MemoryFiles();
    const service = new RunService(clock, [{ ...created, how: 'lost' }]);
    service.alwaysFails = true;
    const ports = { files: journalFiles(disk), now: () => clock.now(), by: undefined };
    const journal = await RunJournal.create(ports, planOf(1), 'test');
    const scheduler = new RunScheduler(journal, service.portsFor({ dead: false }), clock, usual, false);
    const took = await ended({ clock, disk, service, scheduler });
    assert.equal(scheduler.board.record.stateOf(1).kind, 'unknown');
    assert.ok(took >= 900_000, `${took} ms`);
  });
});

describe('a first wave', () => {
  it('must succeed before others are sent to', async () => {
    const run = await setUp(4, [created, { ...created, takes: 100_000 }], { firstWave: 2 });
    await ended(run);
    assert.deepEqual(secondsOf(run), [0, 0, 120, 120]);
    assert.ok(run.service.checks >= 2, 'the library is listed before each wave');
  });
  it('stops the run when one fails', async () => {
    const run = await setUp(4, [created, failing], { firstWave: 2 });
    await ended(run);
    assert.deepEqual(kindsOf(run), ['succeeded', 'failed', 'stopped', 'stopped']);
    assert.equal(run.scheduler.board.record.stop, 'firstWave');
  });
});

describe('a run that is stopped', () => {
  it('by too many failures sends no more', async () => {
    const run = await setUp(4, [failing, failing], { maxFailures: 2, maxSessions: 1 });
    await ended(run);
    assert.deepEqual(kindsOf(run), ['failed', 'failed', 'stopped', 'stopped']);
    assert.equal(run.scheduler.board.record.stop, 'failures');
  });
  it('by another script in the library says what is there', async () => {
    const run = await setUp(2);
    run.service.script = { kind: 'changed', sha256: 'f'.repeat(64), by: 'eve@contoso.com', at: 5 };
    await ended(run);
    assert.deepEqual([kindsOf(run), run.service.starts], [['stopped', 'stopped'], []]);
    assert.deepEqual(run.scheduler.board.record.foundScript, {
      sha256: 'f'.repeat(64),
      by: 'eve@contoso.com',
      at: 5,
    });
  });
  it('by a script that is gone stops, too', async () => {
    const run = await setUp(1);
    run.service.script = { kind: 'missing' };
    await ended(run);
    assert.deepEqual(kindsOf(run), ['stopped']);
    assert.equal(run.scheduler.board.record.stop, 'scriptChanged');
  });
  it('by a person lets what was sent come to its end', async () => {
    const run = await setUp(3, [{ ...created, takes: 500_000 }], { maxSessions: 1 });
    const work = run.scheduler.run(never);
    await run.clock.passUntil(run.clock.sleep(10_000));
    await run.scheduler.stop();
    await run.scheduler.stop();
    await run.clock.passUntil(work);
    assert.deepEqual(kindsOf(run), ['succeeded', 'stopped', 'stopped']);
  });
  it('finds the action that a machine was busy with', async () => {
    const run = await setUp(1, [{ ...created, how: 'busyWithOurs', lag: 60_000, takes: 400_000 }]);
    const work = run.scheduler.run(never);
    await run.clock.passUntil(run.clock.sleep(100));
    await run.scheduler.stop();
    await run.clock.passUntil(work);
    assert.deepEqual(kindsOf(run), ['succeeded']);
  });
  it('and canceled cancels its own actions, and reads what became of them', async () => {
    const run = await setUp(3, [{ ...created, takes: 5_000_000 }, created], { maxSessions: 2 });
    const work = run.scheduler.run(never);
    await run.clock.passUntil(run.clock.sleep(40_000));
    await run.scheduler.cancel();
    await run.clock.passUntil(work);
    // The second action had ended, which the next round tells.
    assert.deepEqual(kindsOf(run).slice(0, 2), ['cancelled', 'succeeded']);
  });
});

describe('a run whose window is closed', () => {
  it('is left as it is, and resumed without sending twice', async () => {
    const run = await setUp(3, [{ ...created, how: 'lostAnswer', takes: 400_000 }], { maxSessions: 1 });
    const closing = new AbortController();
    const work = run.scheduler.run(closing.signal);
    await run.clock.passUntil(run.clock.sleep(5_000));
    closing.abort();
    await assert.rejects(run.clock.passUntil(work), { name: 'AbortError' });
    assert.deepEqual(kindsOf(run), ['sending', 'planned', 'planned']);

    const ports = { files: journalFiles(run.disk), now: () => run.clock.now(), by: undefined };
    const journal = await RunJournal.open(ports, runId);
    const of = run.service.portsFor({ dead: false });
    const again = new RunScheduler(journal, of, run.clock, usual, true);
    await ended({ ...run, scheduler: again });
    assert.deepEqual(kindsOf({ ...run, scheduler: again }), ['succeeded', 'succeeded', 'succeeded']);
    assert.equal(run.service.actions.length, 3);
  });
  it('ends with the failure when its journal can not be written', async () => {
    const run = await setUp(2);
    run.disk.before = () => Promise.resolve({ error: new Error('EIO'), done: 0 });
    const problem = await problemOf(run.clock.passUntil(run.scheduler.run(never)));
    assert.equal(problem['code'], 'notSaved');
    assert.deepEqual(run.service.starts, []);
  });
});

describe('the window of starts', () => {
  it('counts those before a restart, and keeps closed as long as was asked', () => {
    const clock = new VirtualClock();
    const earlier = Array.from({ length: 10 }, (_, n) => clock.now() - 30_000 - n);
    const window = new StartWindow(clock, [...earlier, clock.now() - 90_000]);
    assert.equal(window.waitMs(), 31_000 - 9);
    window.closeFor(50_000);
    window.closeFor(1_000);
    assert.equal(window.waitMs(), 50_000);
    const free = new StartWindow(clock);
    free.take();
    assert.equal(free.waitMs(), 0);
  });
});

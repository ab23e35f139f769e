import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { decodeMachine, type Machine } from '../../../src/defender/machine';
import { commentFor, expectedTime, type PlanInput, planRun } from '../../../src/runs/runPlan';
import { planOf } from '../../support/runPlans';

function machine(id: string, more: Partial<Machine> = {}): Machine {
  const active = decodeMachine({ id, computerDnsName: id, osPlatform: 'Windows11', healthStatus: 'Active' });
  return { ...(active ?? assert.fail('no machine')), lastSeen: 1, ...more };
}

function sorted(machines: readonly Machine[], more: Partial<PlanInput> = {}): string {
  const none: ReadonlySet<string> = new Set();
  const { plan, leftOut } = planRun({
    ...planOf(0),
    excluded: none,
    busy: none,
    wanted: none,
    ...more,
    machines,
  });
  const inPlan = plan.machines.map(({ n, id }) => `${n}:${id}`);
  return [...inPlan, ...leftOut.map(({ machine: { id }, why }) => `${id} ${why}`)].join(', ');
}

describe('a plan', () => {
  it('numbers its machines, and leaves out what a script does not run on', () => {
    const linux = machine('c', { osPlatform: 'Ubuntu' });
    const machines = [machine('a'), linux, machine('b'), machine('d', { osPlatform: undefined })];
    assert.equal(sorted(machines), '1:a, 2:b, c wrongSystem, d wrongSystem');
    const script = { ...planOf(0).script, language: 'bash' as const };
    const others = [
      linux,
      machine('m', { osPlatform: 'macOS' }),
      machine('i', { osPlatform: 'iOS' }),
      machine('a'),
    ];
    assert.equal(sorted(others, { script }), '1:c, 2:m, i wrongSystem, a wrongSystem');
  });
  it('leaves out what is inactive, busy or excluded, unless it is wanted', () => {
    const machines = [machine('a', { healthStatus: 'Inactive' }), machine('b'), machine('c')];
    const sets = { busy: new Set(['b']), excluded: new Set(['c']) };
    assert.equal(sorted(machines, sets), 'a inactive, b busy, c excluded');
    assert.equal(sorted(machines, { ...sets, wanted: new Set(['a', 'b', 'c']) }), '1:a, 2:b, c excluded');
  });
  it('takes the newest of a name, and each machine once', () => {
    const old = machine('old', { name: 'PC-1', lastSeen: 1 });
    const young = machine('young', { name: 'pc-1', lastSeen: 2 });
    assert.equal(sorted([old, young, young]), '1:young, old sameName, young duplicate');
    assert.equal(sorted([old, young], { wanted: new Set(['old']) }), '1:old, 2:young');
    const nameless = [machine('x', { name: undefined }), machine('y', { name: undefined })];
    assert.equal(sorted(nameless), '1:x, 2:y');
  });
  it('marks the comment of each machine', () => {
    assert.equal(commentFor(planOf(2), 2), 'Collect [lr:1f2e3d4c:2]');
    assert.equal(commentFor(planOf(2, { comment: '' }), 1), '[lr:1f2e3d4c:1]');
  });
});

describe('the time to expect', () => {
  for (const [machines, sessions, seconds, ms, boundBy] of [
    [0, 15, 60, 0, 'starts'],
    [1, 15, 60, 60_000, 'starts'],
    [10, 15, 60, 60_000, 'starts'],
    [11, 15, 60, 120_000, 'starts'],
    [200, 25, 60, 20 * 60_000, 'starts'],
    [200, 25, 300, 40 * 60_000, 'sessions'],
    [3, 0, 60, 180_000, 'sessions'],
  ] as const) {
    it(`of ${machines} machines in ${sessions} sessions is ${ms / 60_000} min`, () =>
      assert.deepEqual(expectedTime(machines, sessions, seconds * 1_000), { ms, boundBy }));
  }
});

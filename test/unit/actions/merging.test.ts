import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { mergeNewestFirst, newerOf, newestFirst } from '../../../src/actions/merging';
import type { ActionCommand, MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

const command: ActionCommand = {
  index: 0,
  type: 'RunScript',
  status: 'Completed',
  errors: ['one', 'two'],
  startedAt: 1,
  endedAt: 2,
  subject: 'a.ps1',
  args: '-x',
};
const action = decodedAction(
  1,
  {},
  { status: 'Succeeded', updatedAt: 100, commands: [command, { ...command, index: 1 }] },
);
const pending: MachineAction = { ...action, status: 'Pending' };

describe('which of two answers for an action holds', () => {
  it('is the known object when they say the same', () => {
    assert.equal(newerOf(action, structuredClone(action)), action);
  });

  const actionChanges: Partial<MachineAction>[] = [
    { status: 'Failed' },
    { updatedAt: 101 },
    { createdAt: 7 },
    { type: 'Isolate' },
    { requestor: 'another' },
    { requestorComment: 'another' },
    { machineId: 'another' },
    { computerDnsName: 'another' },
    { errorHResult: -1 },
    { scope: 'Full' },
    { requestSource: 'Portal' },
    { commands: [command] },
    { commands: [command, { ...command, index: 1 }, command] },
  ];
  const commandChanges: Partial<ActionCommand>[] = [
    { index: 2 },
    { type: 'GetFile' },
    { status: 'Failed' },
    { startedAt: 3 },
    { endedAt: 4 },
    { subject: 'b.ps1' },
    { args: undefined },
    { errors: ['one'] },
    { errors: ['one', 'three'] },
    { errors: ['one', 'two', 'three'] },
  ];
  const changes = [
    ...actionChanges,
    ...commandChanges.map((change) => ({ commands: [command, { ...command, index: 1, ...change }] })),
  ];
  for (const change of changes) {
    it(`is the incoming one when it differs: ${JSON.stringify(change)}`, () => {
      const incoming = { ...structuredClone(action), ...change };
      assert.equal(newerOf(action, incoming), incoming);
    });
  }

  it('is a final one, however new the unfinished one says it is', () => {
    assert.equal(newerOf(action, { ...pending, updatedAt: 900 }), action);
    for (const updatedAt of [900, undefined]) {
      const incoming = { ...action, updatedAt: 5 };
      assert.equal(newerOf({ ...pending, updatedAt }, incoming), incoming);
    }
  });

  it('is the later one by their own account, or the incoming one without it', () => {
    assert.equal(newerOf(action, { ...action, updatedAt: 99, scope: 'x' }), action);
    const older = { ...pending, updatedAt: 99, scope: 'x' };
    const known = { ...pending, updatedAt: 100 };
    assert.equal(newerOf(known, older), known);
    for (const [was, is] of [
      [100, 100],
      [undefined, 100],
      [100, undefined],
      [undefined, undefined],
    ]) {
      const incoming = { ...action, updatedAt: is, scope: 'x' };
      assert.equal(newerOf({ ...action, updatedAt: was }, incoming), incoming);
    }
  });

  it('keeps the commands that an answer of the same state leaves out', () => {
    const without = { ...action, scope: 'x', commands: [] };
    assert.deepEqual(newerOf(action, without), { ...without, commands: action.commands });
    const failed = { ...without, status: 'Failed' };
    assert.equal(newerOf(action, failed), failed);
    const bare = { ...without, scope: 'y' };
    assert.equal(newerOf(without, bare), bare);
    const one = { ...action, commands: [command] };
    assert.equal(newerOf(action, one), one);
  });
});

describe('the order of the list', () => {
  const at = (n: number, createdAt: number | undefined): MachineAction => decodedAction(n, {}, { createdAt });

  it('is newest first, and without a time last, behind times before 1970', () => {
    const sorted = [at(1, undefined), at(2, -5), at(3, 9), at(4, 0)].sort(newestFirst);
    assert.deepEqual(
      sorted.map(({ createdAt }) => createdAt),
      [9, 0, -5, undefined],
    );
    assert.equal(newestFirst(at(1, undefined), at(2, undefined)), 0);
  });

  it('keeps what was listed before what comes at the same time', () => {
    const [a, b, c, d] = [at(1, 9), at(2, 5), at(3, 5), at(4, 1)] as const;
    assert.deepEqual(mergeNewestFirst([a, b], [c, d]), [a, b, c, d]);
    assert.deepEqual(mergeNewestFirst([a, b, d], [c]), [a, b, c, d]);
    assert.deepEqual(mergeNewestFirst([d], [a, b]), [a, b, d]);
    const list = [a];
    assert.equal(mergeNewestFirst(list, []), list);
    assert.equal(mergeNewestFirst([], list), list);
  });
});

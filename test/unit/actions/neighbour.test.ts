import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { neighbour } from '../../../src/actions/neighbour';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodeAction } from '../../../src/defender/decode';
import { scriptAction } from '../../support/actions';

type Command = readonly [type: string, status: string];

function action(n: number, status: string, ...commands: Command[]): MachineAction {
  const wire = scriptAction(n, { status });
  const made = decodeAction({
    ...wire,
    commands: commands.map(([type, commandStatus], index) => ({
      index,
      startTime: null,
      endTime: null,
      commandStatus,
      errors: [],
      command: { type, params: [] },
    })),
  });
  assert.ok(made);
  return made;
}

describe('the neighbours of a result', () => {
  const first = action(
    1,
    'Failed',
    ['PutFile', 'Completed'],
    ['RunScript', 'Failed'],
    ['GetFile', 'Created'],
  );
  const none = action(2, 'Succeeded');
  const last = action(3, 'Succeeded', ['RunScript', 'Completed'], ['GetFile', 'Completed']);
  const list = [first, none, last];
  const place = ({ id: actionId }: MachineAction, index: number) => ({ actionId, index });

  it('go from command to command, and then to the next action that has one', () => {
    assert.deepEqual(neighbour(list, place(first, 1), 1), place(last, 0));
    assert.deepEqual(neighbour(list, place(last, 0), 1), place(last, 1));
    assert.equal(neighbour(list, place(last, 1), 1), undefined);
  });

  it('go back the same way, past what has no result and what never ran', () => {
    assert.deepEqual(neighbour(list, place(last, 1), -1), place(last, 0));
    assert.deepEqual(neighbour(list, place(last, 0), -1), place(first, 1));
    assert.equal(neighbour(list, place(first, 1), -1), undefined);
  });

  it('are none that are still to come', () => {
    const open = action(4, 'InProgress', ['RunScript', 'Completed'], ['GetFile', 'Created']);
    const waiting = action(5, 'Pending', ['RunScript', 'Created']);
    assert.deepEqual(neighbour([open, waiting, last], place(open, 0), 1), place(last, 0));
    assert.deepEqual(neighbour([open, waiting, last], place(last, 0), -1), place(open, 0));
  });

  it('are none for an action that is not listed', () => {
    assert.equal(neighbour([none], place(first, 1), 1), undefined);
  });

  it('go by the index of the commands, however they came', () => {
    const mixed = { ...last, commands: last.commands.toReversed() };
    assert.deepEqual(neighbour([first, mixed], place(first, 1), 1), place(last, 0));
    assert.deepEqual(neighbour([mixed, first], place(first, 1), -1), place(last, 1));
  });
});

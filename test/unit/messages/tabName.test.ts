import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { MachineAction } from '../../../src/defender/machineAction';
import { tabName } from '../../../src/messages/tabName';
import { StoredResult } from '../../../src/results/download/storedResult';
import { readResult } from '../../../src/results/reading/reading';
import { decodedAction } from '../../support/decodedActions';

const body = Buffer.from(
  JSON.stringify({ script_name: 's.ps1', exit_code: 0, script_output: 'x', script_errors: '' }),
);
const here = 'dc01.contoso.example';
const started = Date.UTC(2026, 10, 30, 14, 5, 9);

/** An action with one command for each script; the first began at 14:05. */
function actionOf(
  n: number,
  machineId: string | undefined,
  ...scripts: (string | undefined)[]
): MachineAction {
  const made = decodedAction(n, { computerDnsName: here });
  const [first] = made.commands;
  assert.ok(first);
  const commands = scripts.map((subject, index) => ({
    ...first,
    index,
    subject,
    startedAt: started + index,
  }));
  return { ...made, machineId, commands };
}

async function nameOf(action: MachineAction, listed: readonly MachineAction[], index = 0): Promise<string> {
  const reading = await readResult({ bytes: body, commandType: 'RunScript' });
  const result = new StoredResult(body, reading, 0);
  return tabName({ action, command: action.commands[index], result, tenant: { actions: { listed } } });
}

describe('the title of a tab', () => {
  const own = actionOf(1, 'm1', 'C:\\Temp\\a.ps1');
  const table: readonly (readonly [string, MachineAction, readonly MachineAction[], string])[] = [
    ['of the only run', own, [own], 'a.ps1 on dc01'],
    ['of one that is not listed', own, [], 'a.ps1 on dc01'],
    ['beside another script', own, [own, actionOf(2, 'm1', 'b.ps1')], 'a.ps1 on dc01'],
    ['beside another machine', own, [own, actionOf(2, 'm2', 'a.ps1')], 'a.ps1 on dc01'],
    ['beside another run', own, [own, actionOf(2, 'm1', 'b.ps1', 'A.ps1')], 'a.ps1 on dc01 11-30 14.05Z'],
    [
      'of a run that is not listed, beside another',
      own,
      [actionOf(2, 'm1', 'a.ps1')],
      'a.ps1 on dc01 11-30 14.05Z',
    ],
    ['of a script that ran twice', actionOf(1, 'm1', 'a.ps1', 'a.ps1'), [], 'a.ps1 on dc01 11-30 14.05Z'],
    [
      'without the machine’s ID',
      actionOf(1, undefined, 'a.ps1'),
      [actionOf(2, undefined, 'a.ps1')],
      'a.ps1 on dc01',
    ],
    ['without a script', actionOf(1, 'm1', undefined), [actionOf(2, 'm1', undefined)], 's.ps1 on dc01'],
  ];
  for (const [title, action, listed, expected] of table) {
    it(title, async () => {
      assert.equal(await nameOf(action, listed), expected);
    });
  }

  it('has a time only beside other runs: that of the action where the command has none', async () => {
    const created = Date.UTC(2026, 0, 2, 3, 4, 5);
    const [first] = own.commands;
    assert.ok(first);
    const action = { ...own, createdAt: created, commands: [{ ...first, startedAt: undefined }] };
    assert.equal(await nameOf(action, [action]), 'a.ps1 on dc01');
    assert.equal(await nameOf(action, [actionOf(2, 'm1', 'a.ps1')]), 'a.ps1 on dc01 01-02 03.04Z');
  });
});

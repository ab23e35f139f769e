import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { previousRun, scriptOf } from '../../../src/actions/previousRun';
import { decodeAction } from '../../../src/defender/decode';
import type { MachineAction } from '../../../src/defender/machineAction';
import { scriptAction } from '../../support/actions';

const start = Date.parse('2026-11-20T12:00:00Z');

interface Run {
  readonly script?: string;
  readonly machine?: string;
  readonly type?: string;
  readonly status?: string;
}

/** An action of `minutes` after the start, with one command for each run. */
function action(n: number, minutes: number, ...runs: Run[]): MachineAction {
  const wire = scriptAction(n, {
    creationDateTimeUtc: new Date(start + minutes * 60_000).toISOString(),
    machineId: runs[0]?.machine ?? 'a',
    commands: runs.map(({ script = 'Get-X.ps1', type = 'RunScript', status = 'Completed' }, index) => ({
      index,
      startTime: null,
      endTime: null,
      commandStatus: status,
      errors: [],
      command: { type, params: [{ key: type === 'GetFile' ? 'Path' : 'ScriptName', value: script }] },
    })),
  });
  const made = decodeAction(wire);
  assert.ok(made);
  return made;
}

describe('the previous run of a script', () => {
  const now = action(9, 60, {});
  const run = { action: now, command: now.commands[0] ?? assert.fail() };
  const found = (...others: MachineAction[]): string | undefined =>
    previousRun(run, [now, ...others])?.action.id;

  it('is the newest one before, on the same machine, whatever the order and the case', () => {
    const [old, last, later] = [action(1, 10, {}), action(2, 50, { script: 'GET-x.PS1' }), action(3, 70, {})];
    assert.equal(found(old, later, last), last.id);
    assert.equal(found(last, old), last.id);
  });

  it('is none of another script, another machine or another type, and none without a result', () => {
    const others = [
      action(1, 10, { script: 'Get-Y.ps1' }),
      action(2, 20, { machine: 'b' }),
      action(3, 30, { type: 'GetFile' }),
      action(4, 40, { status: 'Created' }),
    ];
    assert.equal(found(...others), undefined);
  });

  it('is the last of several in one action', () => {
    const before = action(1, 10, {}, { script: 'Get-Y.ps1' }, {});
    assert.equal(previousRun(run, [before])?.command.index, 2);
  });

  it('may be an earlier command of the same action, which comes before any other action', () => {
    const old = action(1, 10, {});
    const own = action(2, 20, {}, { script: 'GET-X.ps1' }, { script: 'Get-Y.ps1' }, {});
    const last = own.commands[3] ?? assert.fail();
    const shuffled = { ...own, commands: [...own.commands].reverse() };
    for (const each of [own, shuffled]) {
      const found = previousRun({ action: each, command: last }, [each, old]);
      assert.deepEqual([found?.action.id, found?.command.index], [own.id, 1]);
    }
    const [first] = own.commands;
    assert.equal(
      previousRun({ action: own, command: first ?? assert.fail() }, [own, old])?.action.id,
      old.id,
    );
    const nowhere = { ...own, machineId: undefined, createdAt: undefined };
    assert.equal(previousRun({ action: nowhere, command: last }, [])?.command.index, 1);
  });

  it('in the same action is the last of several', () => {
    const own = action(2, 20, {}, {}, {}, {});
    const last = own.commands[3] ?? assert.fail();
    assert.equal(previousRun({ action: own, command: last }, [own])?.command.index, 2);
  });

  it('in the same action is none that never ran, and none of another type', () => {
    const own = action(2, 20, { status: 'Created' }, { type: 'GetFile' }, { script: 'Get-Y.ps1' }, {});
    assert.equal(previousRun({ action: own, command: own.commands[3] ?? assert.fail() }, [own]), undefined);
  });

  it('is none of the same moment, and none of an unknown one', () => {
    assert.equal(found(action(1, 60, {}), { ...action(2, 10, {}), createdAt: undefined }), undefined);
  });

  it('of two of the same moment is the first that is met', () => {
    const [one, other] = [action(1, 10, {}), action(2, 10, {})];
    assert.equal(found(one, other), one.id);
  });

  it('is unknown where the machine or the time is', () => {
    const before = action(1, 10, {});
    for (const unknown of [{ machineId: undefined }, { createdAt: undefined }]) {
      const others = [before, { ...before, ...unknown }, { ...action(2, 20, {}), ...unknown }];
      assert.equal(previousRun({ ...run, action: { ...now, ...unknown } }, others), undefined);
    }
  });

  it('of what is no script and no file is none', () => {
    const [nameless, other] = [action(1, 60, {}, {}), action(2, 10, {})].map((each) => ({
      ...each,
      commands: each.commands.map((command) => ({ ...command, subject: undefined })),
    }));
    assert.ok(nameless && other);
    const command = nameless.commands[1] ?? assert.fail();
    assert.equal(previousRun({ action: nameless, command }, [nameless, other]), undefined);
  });

  it('of a collected file goes by the name of the file', () => {
    const collected = action(8, 60, { type: 'GetFile', script: 'C:\\Temp\\a.log' });
    const before = action(7, 5, { type: 'GetFile', script: 'D:\\A.LOG' });
    const command = collected.commands[0] ?? assert.fail();
    assert.equal(previousRun({ action: collected, command }, [before])?.action.id, before.id);
  });
});

describe('what a command was about', () => {
  const [command] = action(1, 0, {}).commands;
  assert.ok(command);
  for (const [type, subject, expected] of [
    ['RunScript', 'Get-X.ps1', 'RunScript/get-x.ps1'],
    ['GetFile', 'C:\\Temp\\A.log', 'GetFile/a.log'],
    ['GetFile', '/var/log/syslog', 'GetFile/syslog'],
    ['GetFile', 'C:\\Temp\\', undefined],
    ['RunScript', '', undefined],
    ['RunScript', undefined, undefined],
    ['PutFile', 'a.exe', undefined],
  ] as const) {
    it(`is ${expected} for ${type} of ${subject}`, () =>
      assert.equal(scriptOf({ ...command, type, subject }), expected));
  }
});

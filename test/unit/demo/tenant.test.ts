import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { decodeAction } from '../../../src/defender/decode';
import { isFinal, type WireCommand, type WireMachineAction } from '../../../src/defender/machineAction';
import { createSampleTenant } from '../../../src/demo';
import { readResult } from '../../../src/results/reading/reading';
import { cleanText, noChanges } from '../../../src/results/reading/text';
import { readTranscript, type WholeTranscript as Transcript } from '../../support/wholeTranscript';

const start = Date.UTC(2026, 10, 20, 15, 0, 0);
const minute = 60_000;
const tenant = createSampleTenant(start);
/** Enough moments to meet every action before, while and after it goes on. */
const moments = [0, 1, 30, 59, 60, 61, 119, 120, 239, 240, 241, 3_600].map(
  (seconds) => start + seconds * 1000,
);

const sampleId = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const pendingId = '5a3e1e00-1d4c-4c11-9f00-000000000001';
const runningId = '5a3e1e00-1d4c-4c11-9f00-000000000002';

function actionAt(id: string, now = start): WireMachineAction {
  const action = tenant.actions(now).find((each) => each.id === id);
  assert.ok(action, `no action ${id}`);
  return action;
}

function timesOf(action: WireMachineAction): string[] {
  return [
    action.creationDateTimeUtc,
    action.lastUpdateDateTimeUtc,
    action.cancellationDateTimeUtc,
    ...action.commands.flatMap(({ startTime, endTime }) => [startTime, endTime]),
  ].filter((time) => time !== null);
}

function transcriptOf(id: string, index = 0, now = start): Transcript {
  const blob = tenant.result(actionAt(id, now), index);
  assert.ok(blob, `no result ${id} ${index}`);
  const reading = readTranscript(blob.bytes);
  assert.equal(reading.kind, 'transcript');
  return reading.transcript;
}

const commandsOf = (now: number): { action: WireMachineAction; command: WireCommand }[] =>
  tenant.actions(now).flatMap((action) => action.commands.map((command) => ({ action, command })));

describe('the sample tenant', () => {
  it('has about 200 actions and 20 machines', () => {
    const actions = tenant.actions(start);
    assert.ok(actions.length >= 190 && actions.length <= 230, String(actions.length));
    assert.equal(tenant.machines(start).length, 20);
  });

  it('has IDs that are valid, in lower case, and unique', () => {
    const actions = tenant.actions(start);
    for (const { id, machineId } of actions) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.ok(tenant.machines(start).some((machine) => machine.id === machineId));
    }
    assert.equal(new Set(actions.map(({ id }) => id)).size, actions.length);
    for (const { id } of tenant.machines(start)) {
      assert.match(id, /^[0-9a-f]{40}$/);
    }
    assert.equal(new Set(tenant.machines(start).map(({ id }) => id)).size, 20);
  });

  it('has every type, status, command and outcome of the documentation', () => {
    const actions = tenant.actions(start);
    const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();
    assert.deepEqual(sorted(actions.map(({ type }) => type)), [
      'CollectInvestigationPackage',
      'Isolate',
      'LiveResponse',
      'Offboard',
      'RestrictCodeExecution',
      'RunAntiVirusScan',
      'StopAndQuarantineFile',
      'Unisolate',
      'UnrestrictCodeExecution',
    ]);
    assert.deepEqual(sorted(actions.map(({ status }) => status)), [
      'Cancelled',
      'Failed',
      'InProgress',
      'Pending',
      'Succeeded',
      'TimeOut',
    ]);
    const commands = commandsOf(start).map(({ command }) => command);
    assert.deepEqual(sorted(commands.map(({ command }) => command.type)), [
      'GetFile',
      'PutFile',
      'RunScript',
    ]);
    assert.deepEqual(sorted(commands.map(({ commandStatus }) => commandStatus)), [
      'Completed',
      'Created',
      'Failed',
    ]);
  });

  it('writes times as .NET does', () => {
    for (const now of moments) {
      const times = [
        ...tenant.actions(now).flatMap(timesOf),
        ...tenant.machines(now).flatMap(({ firstSeen, lastSeen }) => [firstSeen, lastSeen]),
      ];
      for (const time of times) {
        assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,6}[1-9])?Z$/);
        assert.ok(!Number.isNaN(Date.parse(time)), time);
      }
    }
  });

  it('has nothing that was updated before it was made, or after now', () => {
    // To the tick: as texts of one length.
    const ticks = (time: string): string => {
      const [seconds = '', fraction = ''] = time.slice(0, -1).split('.');
      return `${seconds}.${fraction.padEnd(7, '0')}`;
    };
    for (const now of moments) {
      const latest = ticks(new Date(now).toISOString());
      for (const action of tenant.actions(now)) {
        const times = timesOf(action).map(ticks);
        const [created = ''] = times;
        const said = `${action.id} at ${now - start}: ${times.join(' ')}`;
        assert.ok(
          times.every((time) => time >= created && time <= latest),
          said,
        );
        assert.ok(
          times.every((time) => time <= ticks(action.lastUpdateDateTimeUtc ?? '')),
          said,
        );
      }
    }
  });

  it('lists the newest first', () => {
    const times = tenant.actions(start).map(({ creationDateTimeUtc }) => Date.parse(creationDateTimeUtc));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
  });

  it('agrees with itself: status, commands, cancellation and error code', () => {
    for (const now of moments) {
      for (const action of tenant.actions(now)) {
        const { status, cancellationRequestor, cancellationDateTimeUtc, errorHResult, type } = action;
        assert.equal(cancellationRequestor !== null, status === 'Cancelled', action.id);
        assert.equal(cancellationDateTimeUtc !== null, status === 'Cancelled', action.id);
        assert.equal(type === 'LiveResponse', action.commands.length > 0, action.id);
        assert.deepEqual(
          action.commands.map(({ index }) => index),
          action.commands.map((_, n) => n),
        );
        if (status === 'Succeeded') {
          assert.equal(errorHResult, 0);
          assert.ok(action.commands.every(({ commandStatus }) => commandStatus === 'Completed'));
        }
        if (status === 'TimeOut' || status === 'Cancelled') {
          assert.ok(errorHResult < 0);
        }
      }
    }
  });

  it('is decoded without a loss', () => {
    for (const action of tenant.actions(start)) {
      const decoded = decodeAction(action);
      assert.equal(decoded?.id, action.id);
      assert.equal(decoded.commands.length, action.commands.length);
      assert.ok(decoded.createdAt !== undefined && decoded.updatedAt !== undefined);
      assert.ok(decoded.commands.every(({ subject }) => subject !== undefined));
    }
  });

  it('is the same every time', () => {
    const again = createSampleTenant(start);
    for (const now of moments) {
      assert.deepEqual(again.actions(now), tenant.actions(now));
      assert.deepEqual(again.machines(now), tenant.machines(now));
    }
    for (const { action, command } of commandsOf(start)) {
      assert.deepEqual(again.result(action, command.index), tenant.result(action, command.index));
    }
    const ids = createSampleTenant(start + 1_234_567_891)
      .actions(start + 1_234_567_891)
      .map(({ id }) => id);
    assert.deepEqual(new Set(ids), new Set(tenant.actions(start).map(({ id }) => id)));
  });
});

describe('what is unfinished in the sample tenant', () => {
  const statusesAt = (id: string): string[] =>
    [0, 59, 60, 120, 239, 240, 9_999].map((seconds) => actionAt(id, start + seconds * 1000).status);

  it('goes on with the clock', () => {
    assert.deepEqual(statusesAt(pendingId), [
      'Pending',
      'Pending',
      'InProgress',
      'InProgress',
      'InProgress',
      'Succeeded',
      'Succeeded',
    ]);
    assert.deepEqual(statusesAt(runningId).slice(0, 4), [
      'InProgress',
      'InProgress',
      'InProgress',
      'Succeeded',
    ]);
  });

  it('is seen by its update time, and by the name of the machine once that is known', () => {
    const [before, during, after] = [0, 60, 240].map((seconds) =>
      actionAt(pendingId, start + seconds * 1000),
    );
    assert.equal(before?.computerDnsName, null);
    assert.equal(during?.computerDnsName, 'DESKTOP-FIN02.contoso.example');
    const updates = [before, during, after].map((each) => Date.parse(each?.lastUpdateDateTimeUtc ?? ''));
    assert.deepEqual(updates.slice(1), [start + minute, start + 4 * minute]);
    assert.ok((updates[0] ?? NaN) < start);
  });

  it('has a result only when it is done', () => {
    const at = (seconds: number) => tenant.result(actionAt(pendingId, start + seconds * 1000), 0);
    assert.equal(at(0), undefined);
    assert.equal(at(239), undefined);
    assert.ok(at(240));
  });

  it('stays so for a machine that is offline', () => {
    const offline = tenant.actions(start + 60 * minute).filter((action) => !isFinal(action));
    assert.deepEqual(
      offline.map(({ status, machineId }) => [
        status,
        tenant.machines(start).find(({ id }) => id === machineId)?.healthStatus,
      ]),
      [['Pending', 'Inactive']],
    );
  });
});

describe('the results of the sample tenant', () => {
  it('exist for every RunScript and GetFile that ran, and for nothing else', () => {
    for (const now of moments) {
      for (const { action, command } of commandsOf(now)) {
        const ran = command.commandStatus !== 'Created' && command.command.type !== 'PutFile';
        assert.equal(
          tenant.result(action, command.index) !== undefined,
          ran,
          `${action.id} ${command.index}`,
        );
      }
    }
    assert.equal(tenant.result(actionAt(sampleId), 2), undefined);
  });

  it('hold what the documentation prints, to the byte', () => {
    const bytes = tenant.result(actionAt(sampleId), 0)?.bytes ?? new Uint8Array();
    assert.equal(
      Buffer.from(bytes).toString('utf8'),
      String.raw`{
    "script_name": "minidump.ps1",
    "exit_code": 0,
    "script_output": "Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{TRANSCRIPT_ID}.txt
C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n\u0000\u0000\u0000",
    "script_error":""
}`,
    );
    const { output, repairs } = transcriptOf(sampleId);
    assert.deepEqual(repairs, [{ kind: 'rawControlCharacters', count: 1 }]);
    assert.ok(cleanText(output).text.endsWith('\n51 MB\n'));
  });

  it('are transcripts of the script that ran, but for one body that is none', () => {
    const bodies: string[] = [];
    for (const { action, command } of commandsOf(start + 60 * minute)) {
      const blob = tenant.result(action, command.index);
      if (blob === undefined || command.command.type !== 'RunScript') {
        continue;
      }
      const reading = readTranscript(blob.bytes);
      if (reading.kind === 'body') {
        bodies.push(`${action.id} ${reading.reason.code}`);
        continue;
      }
      const { scriptName, exitCode, extra, output } = reading.transcript;
      assert.equal(scriptName, command.command.params.find(({ key }) => key === 'ScriptName')?.value);
      assert.equal(typeof exitCode, 'number');
      assert.equal(exitCode !== 0, command.commandStatus === 'Failed', action.id);
      assert.deepEqual(extra, []);
      assert.ok(cleanText(output).text.length > 0);
    }
    assert.deepEqual(bodies, ['5a3e1e00-1d4c-4c11-9f00-000000000041 notJson']);
  });

  it('are collected files: one of text, the others bytes', async () => {
    const collected = commandsOf(start).filter(
      ({ command }) => command.command.type === 'GetFile' && command.commandStatus === 'Completed',
    );
    const files: [unknown, unknown][] = [];
    for (const { action, command } of collected) {
      const { bytes } = tenant.result(action, command.index) ?? { bytes: new Uint8Array() };
      assert.deepEqual([...bytes.subarray(0, 2)], [0x1f, 0x8b]);
      const { summary, documents } = await readResult({ bytes, commandType: 'GetFile' });
      const text = Buffer.from(documents.collected?.bytes ?? []).toString();
      const size = summary.kind === 'binary' ? summary.size : undefined;
      files.push([command.command.params[0]?.value, size ?? text.split('\r\n')[1]]);
    }
    assert.deepEqual(
      new Map(files),
      new Map<unknown, unknown>([
        ['C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip', 4100],
        ['C:\\Windows\\System32\\drivers\\etc\\hosts', '127.0.0.1 localhost'],
        ['/tmp/.X11-unix/kworkerd', 2052],
      ]),
    );
  });

  it('hold what an attacker would write, and it is made visible', () => {
    const { text, changes } = cleanText(transcriptOf('5a3e1e00-1d4c-4c11-9f00-000000000040').output);
    assert.ok(text.includes('invoice_<U+202E>fdp.exe') && text.includes('a NUL ␀ in'));
    assert.deepEqual(changes, {
      ...noChanges,
      trailingNuls: 1,
      nuls: 1,
      controls: 1,
      escapeSequences: 5,
      loneCarriageReturns: 2,
      invisibles: 1,
    });
  });

  it('have errors where a script failed, in both spellings of the key', () => {
    assert.match(transcriptOf('5a3e1e00-1d4c-4c11-9f00-000000000020').error, /^Get-WinEvent : /);
    const older = tenant.result(actionAt('5a3e1e00-1d4c-4c11-9f00-000000000021'), 0);
    assert.match(Buffer.from(older?.bytes ?? []).toString(), /"name":.*"script_error":/);
  });
});

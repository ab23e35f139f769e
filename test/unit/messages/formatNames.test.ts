import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { actionLabel, commandLabel, neverRanWords } from '../../../src/messages/actionLabel';
import {
  actionTypeName,
  baseName,
  hostName,
  shortHostName,
  statusName,
} from '../../../src/messages/formatNames';
import type { ActionCommand } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';
import { inFrench } from './readers';

const types = [
  ['LiveResponse', 'Live response'],
  ['RunAntiVirusScan', 'Antivirus scan'],
  ['CollectInvestigationPackage', 'Collect investigation package'],
  ['Isolate', 'Isolate machine'],
  ['Unisolate', 'Release from isolation'],
  ['StopAndQuarantineFile', 'Stop and quarantine file'],
  ['RestrictCodeExecution', 'Restrict app execution'],
  ['UnrestrictCodeExecution', 'Remove app restriction'],
  ['Offboard', 'Offboard machine'],
] as const;

const statuses = [
  ['Pending', 'pending'],
  ['InProgress', 'in progress'],
  ['Succeeded', 'succeeded'],
  ['Failed', 'failed'],
  ['TimeOut', 'timed out'],
  ['Cancelled', 'canceled'],
  ['Created', 'created'],
  ['Completed', 'completed'],
] as const;

describe('the name of a type', () => {
  for (const [type, name] of types) {
    it(`${type} is “${name}”`, () => assert.equal(actionTypeName(type), name));
    it(`${type} has a French one`, () =>
      assert.notEqual(
        inFrench(() => actionTypeName(type)),
        name,
      ));
  }

  it('that is unknown is shown as it came', () => assert.equal(actionTypeName('NewType'), 'NewType'));
  it('goes by its case', () => assert.equal(actionTypeName('isolate'), 'isolate'));
  it('that is hostile is neutral', () => assert.equal(actionTypeName('a\u202E\nb'), 'a<U+202E> b'));
  it('has 60 characters at most', () => assert.equal(actionTypeName('x'.repeat(61)), `${'x'.repeat(60)}…`));
});

describe('the name of a status', () => {
  for (const [status, name] of statuses) {
    it(`${status} is “${name}”`, () => assert.equal(statusName(status), name));
    it(`${status} has a French one`, () =>
      assert.notEqual(
        inFrench(() => statusName(status)),
        name,
      ));
  }

  it('that is unknown is shown as it came', () => assert.equal(statusName('Paused'), 'Paused'));
  it('that is hostile is neutral', () => assert.equal(statusName('a\u2066b'), 'a<U+2066>b'));
  it('has 40 characters at most', () => assert.equal(statusName('x'.repeat(41)), `${'x'.repeat(40)}…`));
});

describe('the name of a machine', () => {
  for (const [name, computerDnsName, machineId, long, short] of [
    ['is its name', 'host-1.contoso.example', 'abc', 'host-1.contoso.example', 'host-1'],
    ['may have no domain', 'host-1', 'abc', 'host-1', 'host-1'],
    ['may be as long as an ID', 'long-host-name', 'abc', 'long-host-name', 'long-host-name'],
    ['is its ID before it has a name', undefined, '1e5bc9d7e413', '1e5bc9d7e413', '1e5bc9d7…'],
    ['is a short ID as it is', undefined, '1e5bc9d7', '1e5bc9d7', '1e5bc9d7'],
    ['is its ID when the name is blank', ' \u0000', '1e5bc9d7', '1e5bc9d7', '1e5bc9d7'],
    ['may begin with a point', '.contoso', 'abc', '.contoso', '.contoso'],
    ['may be hostile', 'a\u202Eb.c\r\nd', 'abc', 'a<U+202E>b.c d', 'a<U+202E>b'],
  ] as const) {
    it(name, () => assert.equal(hostName({ computerDnsName, machineId }), long));
    it(`${name}, in a row`, () => assert.equal(shortHostName({ computerDnsName, machineId }), short));
  }

  it('may be unknown', () => {
    const nobody = { computerDnsName: undefined, machineId: undefined };
    assert.equal(hostName(nobody), 'unknown machine');
    assert.notEqual(
      inFrench(() => hostName(nobody)),
      'unknown machine',
    );
  });

  it('has 80 characters at most', () =>
    assert.equal(hostName({ computerDnsName: 'x'.repeat(81), machineId: undefined }), `${'x'.repeat(80)}…`));
});

describe('the last part of a path', () => {
  for (const [path, name] of [
    ['a.ps1', 'a.ps1'],
    ['C:\\Temp\\a.ps1', 'a.ps1'],
    ['/var/log/a.log', 'a.log'],
    ['C:\\Temp/mixed\\a.txt', 'a.txt'],
    ['/var/log/', 'log'],
    ['C:\\Temp\\\\', 'Temp'],
    ['/', '/'],
    ['', ''],
  ] as const) {
    it(`of ${JSON.stringify(path)} is ${JSON.stringify(name)}`, () => assert.equal(baseName(path), name));
  }
});

function command(type: string, subject?: string, index = 0): ActionCommand {
  return {
    index,
    type,
    status: 'Completed',
    errors: [],
    startedAt: undefined,
    endedAt: undefined,
    subject,
    args: undefined,
  };
}

describe('what an action is called', () => {
  for (const [name, commands, label] of [
    ['its script', [command('RunScript', 'Get-Info.ps1')], 'Get-Info.ps1'],
    ['its script without the folder', [command('RunScript', 'C:\\s\\a.ps1')], 'a.ps1'],
    ['the file that it collects', [command('GetFile', '/var/log/syslog')], 'GetFile syslog'],
    ['the file that it puts', [command('PutFile', 'tool.exe')], 'PutFile tool.exe'],
    ['a command that nobody documented', [command('Analyze', 'a.bin')], 'Analyze a.bin'],
    ['its type without commands', [], 'Live response'],
    ['its type when the command says nothing', [command('RunScript')], 'Live response'],
    ['its type when the script has an empty name', [command('RunScript', '')], 'Live response'],
    ['its type when the script has a blank name', [command('RunScript', ' \n')], 'Live response'],
    [
      'its script and how many more there are',
      [command('PutFile', 'tool.exe'), command('RunScript', 'a.ps1', 1), command('GetFile', 'b', 2)],
      'a.ps1 +2',
    ],
    [
      'its first command and how many more there are',
      [command('PutFile', 'tool.exe'), command('GetFile', 'b', 1)],
      'PutFile tool.exe +1',
    ],
    [
      'the first of its scripts',
      [command('RunScript', 'a.ps1'), command('RunScript', 'b.ps1', 1)],
      'a.ps1 +1',
    ],
    ['a neutral name', [command('RunScript', 'a\u202E\r\nb.ps1')], 'a<U+202E> b.ps1'],
    ['a short name', [command('RunScript', 'x'.repeat(81))], `${'x'.repeat(80)}…`],
  ] as const) {
    it(`is ${name}`, () => assert.equal(actionLabel(decodedAction(1, {}, { commands })), label));
  }

  it('is the type of another action', () =>
    assert.equal(actionLabel(decodedAction(1, { type: 'Isolate', commands: [] })), 'Isolate machine'));
});

describe('what a command is called', () => {
  for (const [type, subject, label] of [
    ['RunScript', 'a.ps1', 'RunScript a.ps1'],
    ['GetFile', 'C:\\a\\b.txt', 'GetFile b.txt'],
    ['RunScript', undefined, 'RunScript'],
    ['GetFile', 'a\u200Bb', 'GetFile a<U+200B>b'],
    ['New\nType', 'a', 'New Type a'],
    ['GetFile', 'x'.repeat(100), `GetFile ${'x'.repeat(72)}…`],
  ] as const) {
    it(label.slice(0, 40), () => assert.equal(commandLabel(command(type, subject)), label));
  }
});

describe('why a command never ran', () => {
  for (const [failed, words] of [
    [0, 'command 0 failed first'],
    [2, 'command 2 failed first'],
    [undefined, 'the action ended before this command’s turn'],
  ] as const) {
    it(words, () => assert.equal(neverRanWords(failed), words));
    it(`${words}, in French`, () =>
      assert.notEqual(
        inFrench(() => neverRanWords(failed)),
        words,
      ));
  }
});

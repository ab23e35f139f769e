import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { MachineAction } from '../../../src/defender/machineAction';
import { textTest } from '../../../src/actions/matching';
import { decodedAction } from '../../support/decodedActions';

const action = decodedAction(7, {
  requestor: 'A.Keller@contoso.example',
  requestorComment: 'INC-4711 Größe prüfen',
  computerDnsName: 'DESKTOP-39g9tgl',
  status: 'TimeOut',
  commands: [
    {
      index: 0,
      startTime: null,
      endTime: null,
      commandStatus: 'Created',
      errors: [],
      command: {
        type: 'RunScript',
        params: [
          { key: 'ScriptName', value: 'Get-Processes.ps1' },
          { key: 'Args', value: '-Name evil.exe [x](command:y)' },
        ],
      },
    },
  ],
});

function matchesText(action: MachineAction, text: string): boolean {
  return textTest(text)?.(action) ?? true;
}

describe('a text', () => {
  for (const text of [
    '',
    '  ',
    'inc-4711',
    'GRÖSSE'.replace('SS', 'ß'),
    'get-processes',
    'EVIL.exe',
    'desktop-39G9TGL',
    '1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    'a.keller',
    action.id.slice(-6),
    'timeout',
    'liveresponse',
    ' keller\tprocesses  \n desktop ',
    '[x](command:y)',
  ]) {
    it(`is found: ${JSON.stringify(text)}`, () => assert.equal(matchesText(action, text), true));
  }

  for (const text of ['nobody', 'keller nobody', 'timeout1e5', '.*', 'kellercontoso']) {
    it(`is not found: ${JSON.stringify(text)}`, () => assert.equal(matchesText(action, text), false));
  }

  it('may be missing in every field', () => {
    const bare = decodedAction(1, {
      requestor: null,
      requestorComment: null,
      computerDnsName: null,
      commands: [],
    });
    assert.equal(matchesText(bare, 'undefined'), false);
    assert.equal(matchesText(bare, 'succeeded'), true);
  });

  it('of nothing needs no test', () => assert.equal(textTest(' '), undefined));
});

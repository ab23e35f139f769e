import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { MachineAction } from '../../../src/defender/machineAction';
import { actionRowText, type RowKnowledge, type RowLabel } from '../../../src/messages/rowText';
import { decodedAction } from '../../support/decodedActions';
import { inFrench } from './readers';

const now = Date.UTC(2026, 10, 20, 15, 0);
const nothing: RowKnowledge = { exitCodes: [], watched: false };

function row(first: RowLabel, known: Partial<RowKnowledge> = {}, more: Partial<MachineAction> = {}) {
  const action = decodedAction(
    7,
    { computerDnsName: 'dc01.contoso.example' },
    { createdAt: now - 300_000, ...more },
  );
  return actionRowText(action, first, { ...nothing, ...known }, now);
}

describe('the row of an action', () => {
  it('begins with the script', () => {
    assert.deepEqual(row('script'), {
      label: 'script-7.ps1',
      description: 'dc01 · 5 min ago',
      accessible: 'script-7.ps1, succeeded, dc01 · 5 min ago',
    });
  });

  it('begins with the machine where that is wanted', () => {
    assert.deepEqual(row('host'), {
      label: 'dc01',
      description: 'script-7.ps1 · 5 min ago',
      accessible: 'dc01, succeeded, script-7.ps1 · 5 min ago',
    });
  });

  it('of no machine begins with the script in any case', () => {
    const without = { hostName: undefined, machineId: undefined };
    assert.equal(row('host', {}, without).label === '', false);
  });

  it('has the name of the type when there is no command', () => {
    assert.equal(row('script', {}, { type: 'Isolate', commands: [] }).label, 'Isolate machine');
    assert.match(row('host', {}, { type: 'Isolate', commands: [] }).description, /^Isolate machine · /);
  });

  for (const [exitCodes, expected] of [
    [[], ''],
    [[0], ' · exit code 0'],
    [[3], ' · exit code 3'],
    [[0, 0], ' · exit code 0'],
    [[0, 3], ' · exit code 3'],
    [[1, 0, 2], ' · exit code 1 · exit code 2'],
    [['n/a'], ' · exit code n/a'],
    [['a\u202Eb'], ' · exit code a<U+202E>b'],
  ] as const) {
    it(`with the exit codes ${JSON.stringify(exitCodes)} ends with "${expected}"`, () => {
      assert.equal(row('script', { exitCodes }).description, `dc01 · 5 min ago${expected}`);
    });
  }

  it('says that it is watched', () => {
    assert.equal(row('script', { watched: true }).description, 'dc01 · 5 min ago · watched');
  });

  it('says its status to a screen reader, in the display language', () => {
    const french = inFrench(() => row('host', {}, { status: 'Failed' }));
    assert.equal(french.accessible, 'dc01, échouée, script-7.ps1 · il y a 5 min');
  });
});

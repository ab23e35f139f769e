import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Preset, presets, type TreeFilter } from '../../../src/actions/treeFilter';
import { filterText, presetName } from '../../../src/messages/filterText';
import { inFrench } from './readers';

const names: Readonly<Record<Preset, string>> = {
  mine: 'Mine',
  failed: 'Failed',
  unfinished: 'Unfinished',
  lastHour: 'Last Hour',
  liveResponse: 'Live Response',
  sessions: 'Open Live Response Sessions',
};

describe('a filter in words', () => {
  for (const preset of presets) {
    it(`is called ${names[preset]}`, () => assert.equal(presetName(preset), names[preset]));
  }

  it('has a name for each preset in French, too', () => {
    const all = inFrench(() => presets.map(presetName));
    assert.equal(new Set(all).size, presets.length);
    assert.ok(all.every((name) => name !== ''));
  });

  const table: readonly (readonly [TreeFilter, string])[] = [
    [{}, ''],
    [{ preset: 'failed' }, 'Failed'],
    [{ machine: { id: 'x', name: 'DC01' } }, 'DC01'],
    [{ requestors: ['a@b', 'c@d'] }, 'a@b, c@d'],
    [{ text: 'dump' }, '“dump”'],
    [{ preset: 'failed', machine: { id: 'x', name: 'DC01' }, text: 'dump' }, 'Failed, DC01, “dump”'],
    [{ text: 'x'.repeat(80) }, `“${'x'.repeat(60)}…”`],
    [{ machine: { id: 'x', name: 'a\u202Eb\nc' } }, 'a<U+202E>b c'],
  ];
  for (const [filter, expected] of table) {
    it(`is "${expected}"`, () => assert.equal(filterText(filter), expected));
  }
});

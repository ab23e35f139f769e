import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { ActionFilter } from '../../../src/defender/filter';
import {
  isFiltered,
  noFilter,
  presets,
  readFilter,
  serverFilter,
  type TreeFilter,
} from '../../../src/actions/treeFilter';

const now = Date.UTC(2026, 10, 20, 15, 0);

describe('what of a filter the service applies', () => {
  const table: readonly (readonly [TreeFilter, ActionFilter])[] = [
    [{}, {}],
    [{ preset: 'failed' }, { statuses: ['Failed', 'TimeOut'] }],
    [{ preset: 'unfinished' }, { statuses: ['Pending', 'InProgress'] }],
    [{ preset: 'lastHour' }, { since: now - 3_600_000 }],
    [{ preset: 'liveResponse' }, { types: ['LiveResponse'] }],
    [{ preset: 'sessions' }, { types: ['LiveResponse'], statuses: ['Pending', 'InProgress'] }],
    [{ preset: 'mine', requestors: ['a@b'] }, { requestors: ['a@b'] }],
    [{ machine: { id: 'm1', name: 'DC01' } }, { machineId: 'm1' }],
    [{ text: 'dump' }, {}],
    [
      { preset: 'failed', machine: { id: 'm1', name: 'DC01' }, requestors: ['a@b'], text: 'x' },
      { statuses: ['Failed', 'TimeOut'], machineId: 'm1', requestors: ['a@b'] },
    ],
  ];
  for (const [filter, expected] of table) {
    it(JSON.stringify(filter), () => assert.deepEqual(serverFilter(filter, now), expected));
  }
});

describe('a filter that was kept', () => {
  it('is read as it was written', () => {
    const name = fc.string({ minLength: 1 });
    const filter = fc.record(
      {
        preset: fc.constantFrom(...presets),
        machine: fc.record({ id: name, name }, { noNullPrototype: true }),
        requestors: fc.array(name, { minLength: 1 }),
        text: name,
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(filter, (each) => {
        const kept = JSON.parse(JSON.stringify(each)) as unknown;
        assert.deepEqual(readFilter(kept), each);
        assert.equal(isFiltered(readFilter(kept)), Object.keys(each).length > 0);
      }),
    );
  });

  it('is none when it is anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        const read = readFilter(anything);
        assert.ok(read.preset === undefined || presets.includes(read.preset));
      }),
    );
    for (const each of [
      null,
      undefined,
      7,
      'failed',
      [],
      { preset: 'x', text: 3, machine: 'DC01', requestors: [4] },
    ]) {
      assert.deepEqual(readFilter(each), noFilter);
    }
  });
});

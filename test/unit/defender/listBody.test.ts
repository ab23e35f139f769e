import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readList } from '../../../src/defender/listBody';

async function read(body: string, slice?: number): Promise<{ entries: unknown[]; beside: unknown }> {
  const entries: unknown[] = [];
  const beside = await readList(new TextEncoder().encode(body), (entry) => entries.push(entry), slice);
  return { entries, beside };
}

/** Reads a list while something else is ready all the time, and gives how many entries had been taken whenever that ran. */
async function takenBetween(value: readonly object[], slice?: number): Promise<number[]> {
  const between: number[] = [];
  let taken = 0;
  const tick = (): void => {
    between.push(taken);
    if (taken < value.length) {
      setImmediate(tick);
    }
  };
  setImmediate(tick);
  await readList(new TextEncoder().encode(JSON.stringify({ value })), () => (taken += 1), slice);
  assert.equal(taken, value.length);
  return between;
}

describe('the body of a list', () => {
  const context = {
    '@odata.context': 'https://api.example/api/$metadata#"Machine\\Actions"',
    '@odata.count': 3,
  };

  it('gives the same in slices as in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), { maxLength: 12 }),
        // What stands before the list has about 100 bytes.
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(undefined, 2),
        async (value, slice, indent) => {
          const body = JSON.stringify(
            { ...context, value, '@odata.nextLink': 'x],"value":[1' },
            null,
            indent,
          );
          const expected = JSON.parse(body, (key, each: unknown) =>
            key === 'value' && typeof each === 'number' ? JSON.stringify(each) : each,
          ) as { value: unknown[] };
          const { value: entries, ...beside } = expected;
          assert.deepEqual(await read(body, slice), { entries, beside });
        },
      ),
    );
  });

  it('gives the same in slices where lists within the entries begin as the entries do', async () => {
    const entry = fc.letrec((tie) => ({
      entry: fc.record(
        {
          id: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('},{"id":', ']}]', '\\"')),
          n: fc.integer(),
          more: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('entry'), { maxLength: 6 })),
        },
        { noNullPrototype: true },
      ),
    })).entry;
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom(undefined, 2, '\r\n\t'),
        fc.constantFrom(',', ', ', ' ,\r\n'),
        fc.constantFrom('', '\ufeff'),
        async (value, slice, indent, comma, mark) => {
          const beside = { '@odata.nextLink': 'x},{"id":1', others: [{ id: 1 }, { id: 2 }] };
          const text = (part: unknown): string => JSON.stringify(part, null, indent);
          const list = value.map(text).join(comma);
          const body = `${mark}${text(context).slice(0, -1)},"value":[${list}],${text(beside).slice(1)}`;
          assert.deepEqual(await read(body, slice), { entries: value, beside: { ...context, ...beside } });
        },
      ),
    );
  });

  it('lets everything else run behind an entry of many slices, and among those that are small', async () => {
    const value = [{ n: 'x'.repeat(200_000) }, ...Array.from({ length: 9_000 }, (_, n) => ({ n }))];
    const taken = await takenBetween(value);
    const longest = Math.max(...taken.map((each, n) => each - (taken[n - 1] ?? 0)));
    assert.ok(longest <= 3_000, `${longest} without a yield`);
  });

  for (const [what, entry] of [
    ['', (n: number): object => ({ n })],
    [
      ' where an entry holds objects that begin as it does',
      (n: number): object => ({ n, more: [{ n: 1 }, { n: 2 }] }),
    ],
  ] as const) {
    it(`lets everything else run between two slices${what}`, async () => {
      const value = Array.from({ length: 50 }, (_, n) => entry(n));
      const between = new Set(await takenBetween(value, 50));
      assert.ok(between.size > 8, [...between].join());
    });
  }

  it('reads an entry that is longer than many slices, and letters that lie across two', async () => {
    const value = ['ä'.repeat(999), { text: `x${'😀'.repeat(2_000)}` }, '\ufeff', []];
    assert.deepEqual(await read(`\ufeff{"value":${JSON.stringify(value)}}`, 11), {
      entries: value,
      beside: {},
    });
    const entries = value.map((each) => ({ each }));
    for (let slice = 1; slice < 40; slice += 1) {
      const { entries: found } = await read(`\ufeff{"value":${JSON.stringify(entries)}}`, slice);
      assert.deepEqual(found, entries);
    }
    assert.deepEqual(await read('{"value":[ \r\n\t ], "more": 1}', 11), { entries: [], beside: { more: 1 } });
  });

  it('keeps the digits of arguments that lost their quotes', async () => {
    const body =
      '{"value":[{"params":[{"key":"Args","value":12345678901234567890},{"value" : -2.50}],"n":1e2,"s":"\\"value\\":1","\\"value":2},{"Value":1E+400}],"value2":3}';
    const entries = [
      {
        params: [{ key: 'Args', value: '12345678901234567890' }, { value: '-2.50' }],
        n: 100,
        s: '"value":1',
        '"value': 2,
      },
    ];
    for (const slice of [1, 12, 40, undefined]) {
      assert.deepEqual(await read(body, slice), {
        entries: [...entries, { Value: '1E+400' }],
        beside: { value2: 3 },
      });
      const { entries: again } = await read('{"value":[{"value":1.0},{"value":2e5},{"value":-0}]}', slice);
      assert.deepEqual(again, [{ value: '1.0' }, { value: '2e5' }, { value: '-0' }]);
    }
  });

  it('reads a list behind a mark and a key that it does not know', async () => {
    const body = '\ufeff{"foo":1,"value":[{"id":1},{"id":2}]}';
    for (const slice of [1, undefined]) {
      assert.deepEqual(await read(body, slice), { entries: [{ id: 1 }, { id: 2 }], beside: { foo: 1 } });
    }
  });

  it('mixes no two lists', async () => {
    const body = '{"value":[{"id":1},{"id":2},{"id":3}],"value":[{"id":9}]}';
    await assert.rejects(read(body, 10), TypeError);
  });

  it('reads what stands in another order', async () => {
    const body = JSON.stringify({ more: { value: [9] }, value: [1, 2], '@odata.count': 2 });
    assert.deepEqual(await read(body, 1), {
      entries: [1, 2],
      beside: { more: { value: [9] }, '@odata.count': 2 },
    });
  });

  for (const body of [
    '{"value":[{"a":1},]}',
    '{"value":[{"a":1}',
    '{"value":[{"a":1},{"b"',
    '{"value":[{"a":1} {"b":2}]}',
    '{"value":["a]}',
    '{"value":["a\\"]}',
    '{"value":[1]} x',
    '{"value":[{"value":01}]}',
    '{"value":[{"value":-}]}',
    '{"value":[{"value":1.}]}',
    '{"value":[{"value":5"}]}',
    '{"value":[,1]}',
    '{"value":[{"a":1},{"a":2},{"a":3},]}',
    '{"value":[{"a":1},{"a":2},,{"a":3}]}',
    '{"value":[{"a":1},{"a":2} {"a":3}]}',
    '{"value":[{"a":1},{"a":2}},{"a":3}]}',
    '{"value":[{"a":1},{"a":2}],{"a":3}]}',
    '{"value":[{"a":1},{"a":"},{"a":3}]}',
    '{"value":[{"a":1},{"a":2},{"a":3}',
    '{"value":[{"a":1},{"a":2},{"a":3}]',
  ]) {
    it(`is refused, in slices as in one piece: ${body}`, async () => {
      for (const slice of [1, 11, 20, 30, undefined]) {
        await assert.rejects(read(body, slice), SyntaxError);
      }
    });
  }

  for (const body of ['{}', '{"value":7}', '[1]', 'null', '"value"']) {
    it(`is no list: ${body}`, async () => {
      await assert.rejects(read(body, 1), TypeError);
    });
  }
});

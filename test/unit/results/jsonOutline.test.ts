import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { jsonOutline, type JsonNode } from '../../../src/results/structure/jsonOutline';

/** Keys and places with what is in them. */
type Tree = readonly (readonly [string, Tree])[];

const treeOf = (nodes: readonly JsonNode[]): Tree =>
  nodes.map(({ name, children }) => [name, treeOf(children)]);

function expected(value: unknown, depth = 0): Tree {
  return typeof value !== 'object' || value === null || depth > 16
    ? []
    : Object.entries(value).map(([key, each]) => [key, expected(each, depth + 1)]);
}

const count = (nodes: readonly JsonNode[]): number =>
  nodes.reduce((sum, { children }) => sum + 1 + count(children), 0);

describe('the outline of JSON', () => {
  it('has the keys and places of any value', () => {
    // The order of keys that are numbers is another one in an object.
    const key = fc.string({ maxLength: 8 }).map((text) => `k${text}`);
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, -1.5e3, '', '"', '\\', ']}', '\u2028'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) =>
        assert.deepEqual(treeOf(jsonOutline(JSON.stringify(value, null, indent))), expected(value)),
      ),
      { numRuns: 1_000 },
    );
  });

  it('says where each value stands, from its key on', () => {
    const text = ' {"a b": [1, {"c": "x"}], "d": null}';
    const spans = (nodes: readonly JsonNode[]): string[] =>
      nodes.flatMap(({ start, end, children }) => [text.slice(start, end), ...spans(children)]);
    assert.deepEqual(spans(jsonOutline(text)), [
      '"a b": [1, {"c": "x"}]',
      '1',
      '{"c": "x"}',
      '"c": "x"',
      '"d": null',
    ]);
  });

  it('keeps repeated keys, in the order of the text', () => {
    assert.deepEqual(treeOf(jsonOutline('{"2":0,"1":0,"2":0}')), [
      ['2', []],
      ['1', []],
      ['2', []],
    ]);
  });

  for (const text of [
    '',
    '1',
    '"a"',
    '[',
    '{"a',
    '{"a":[{"b":',
    '}{',
    '[[1]',
    '{"a":1}}',
    '{:,}',
    'x{y',
    '"\\',
  ]) {
    it(`lies within a text that is broken: ${text}`, () => {
      const check = (nodes: readonly JsonNode[], from: number, to: number): void =>
        nodes.forEach(({ start, end, children }) => {
          assert.ok(start >= from && end <= to && start < end, JSON.stringify([start, end]));
          check(children, start, end);
        });
      check(jsonOutline(text), 0, text.length);
    });
  }

  it('is bounded in what it holds and how deep it is', () => {
    assert.ok(count(jsonOutline(`[${'1,'.repeat(100_000)}1]`)) <= 5_000);
    assert.ok(count(jsonOutline('['.repeat(500_000))) <= 20);
    const [, second] = jsonOutline(`[${'['.repeat(30)}1${']'.repeat(30)},{"a":1}]`);
    assert.deepEqual(second && treeOf([second]), [['1', [['a', []]]]]);
    assert.deepEqual(jsonOutline(`["${'x'.repeat(2_000_000)}", {"behind": 1}]`).length, 1);
  });
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { odataString } from '../../../src/defender/odata';
import { compileFilter, compileOrder, type Fields, ODataError } from '../../../src/demo/listQuery';

const fields: Fields = {
  id: 'string',
  status: 'string',
  requestor: 'string',
  created: 'date',
  group: 'number',
  tags: 'strings',
};

const rows = [
  { id: 'a', status: 'Pending', requestor: "O'Neil", created: '2026-11-20T10:00:00Z', group: 7 },
  {
    id: 'b',
    status: 'Succeeded',
    requestor: 'Ravi',
    created: '2026-11-20T10:00:00.5Z',
    tags: ['Wave-1', 'HR'],
  },
  { id: 'c', status: 'Failed', requestor: null, created: '2026-11-20T10:00:01.1234567Z', tags: [] },
  { id: 'd', status: 'TimeOut', requestor: 'SOC-Playbook', created: null, group: 41, tags: ['wave-1'] },
];

const found = (filter: string): string =>
  rows
    .filter(compileFilter(filter, fields))
    .map(({ id }) => id)
    .join('');

describe('$filter', () => {
  for (const [filter, ids] of [
    ["status eq 'Pending'", 'a'],
    ["status ne 'Pending'", 'bcd'],
    ["id gt 'b'", 'cd'],
    ["id ge 'b'", 'bcd'],
    ["id lt 'b'", 'a'],
    ["id le 'b'", 'ab'],
    ["status eq 'pENDING'", 'a'],
    ["status EQ 'Pending' AND id eq 'a'", 'a'],
    ["id in ('a','c', 'x')", 'ac'],
    ["id in ('d')", 'd'],
    ["not id in ('a','c')", 'bd'],
    ["requestor eq 'O''Neil'", 'a'],
    ['requestor eq null', 'c'],
    ['requestor ne null', 'abd'],
    ['created eq null', 'd'],
    ['requestor ge null', ''],
    ["requestor eq ''", ''],
    ["requestor ne 'Ravi'", 'acd'],
    ["requestor lt 'Z'", 'abd'],
    ['created ge 2026-11-20T10:00:00.5Z', 'bc'],
    ['created gt 2026-11-20T10:00:00.500Z', 'c'],
    ['created lt 2026-11-20T11:00:00.5+01:00', 'a'],
    ['created le 2026-11-20T10:00:00.5Z', 'ab'],
    ['created eq 2026-11-20T10:00:00.000Z', 'a'],
    ["startswith(requestor,'soc')", 'd'],
    ["endswith(requestor, 'neil')", 'a'],
    ["contains(status,'e')", 'abcd'],
    ["contains(requestor,'')", 'abd'],
    ["not contains(requestor,'a')", 'ac'],
    // not binds closest, and before or.
    ["id eq 'a' or id eq 'b' and status eq 'Failed'", 'a'],
    ["id eq 'a' and status eq 'Failed' or id eq 'b'", 'b'],
    ["(id eq 'a' or id eq 'b') and status eq 'Succeeded'", 'b'],
    ["not id eq 'a' and status eq 'Pending'", ''],
    ["not (id eq 'a' and status eq 'Failed')", 'abcd'],
    ["not id eq 'a' or id eq 'a'", 'abcd'],
    ["not not id eq 'a'", 'a'],
    ["((id eq 'a'))", 'a'],
    // A number is compared as one, whether it stands in quotes or not.
    ['group eq 7', 'a'],
    ["group eq '7'", 'a'],
    ['group gt 7', 'd'],
    ["tags/any(tag: tag eq 'WAVE-1')", 'bd'],
    ["tags/any(t:startswith(t,'h')) and id eq 'b'", 'b'],
    ["not tags/any(t: t eq 'HR' or t eq 'x')", 'acd'],
    ["  id   eq\t'a'  ", 'a'],
  ] as const) {
    it(filter, () => assert.equal(found(filter), ids));
  }

  for (const filter of [
    '',
    'id',
    'id eq',
    "eq 'a'",
    "id eq 'a",
    "id eq a'",
    "id like 'a'",
    "id eq 'a' and",
    "id eq 'a' id eq 'b'",
    "(id eq 'a'",
    "id eq 'a')",
    'id in ()',
    "id in 'a'",
    "id in ('a',)",
    'id eq 7',
    "group eq 'x'",
    'group eq 2026-11-20T10:00:00Z',
    "tags eq 'HR'",
    "contains(tags,'HR')",
    "id/any(t: t eq 'a')",
    "tags/any(t: id eq 'a')",
    "tags/any(t t eq 'a')",
    "tags/any(t: t eq 'a'",
    'id eq a',
    'id eq 2026-11-20T10:00:00Z',
    "created ge '2026-11-20T10:00:00Z'",
    'created ge 2026-11-20',
    'created ge 2026-13-40T10:00:00Z',
    "startswith('a',id)",
    'startswith(id)',
    "length(id) eq 'a'",
    "id eq 'a' ; drop",
    "unknown eq 'a'",
    "ID eq 'a'",
    "constructor eq 'a'",
    "__proto__ eq 'a'",
    "id constructor 'a'",
    "toString(id,'a')",
  ]) {
    it(`refused: ${filter}`, () => assert.throws(() => compileFilter(filter, fields), ODataError));
  }

  it('matches exactly the row that a literal names, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary', minLength: 1 }),
        (value, more) => {
          const test = compileFilter(`requestor eq ${odataString(value)}`, fields);
          assert.deepEqual(
            [value, value + more, `${value}'`, more + value, null].map((requestor) => test({ requestor })),
            [true, false, false, false, false],
          );
          const list = compileFilter(`requestor in ('x1',${odataString(value)})`, fields);
          assert.equal(list({ requestor: value }), true);
        },
      ),
    );
  });

  it('is never anything but a test or an ODataError', () => {
    const word = fc.constantFrom(
      'id',
      'eq',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      ',',
      "'a'",
      "'",
      'null',
      '2026',
      'x',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        try {
          assert.equal(typeof compileFilter(words.join(' '), fields)(rows[0] ?? {}), 'boolean');
        } catch (error) {
          assert.ok(error instanceof ODataError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('$orderby', () => {
  const sorted = (order: string): string =>
    rows
      .toSorted(compileOrder(order, fields))
      .map(({ id }) => id)
      .join('');

  it('is ascending unless it says otherwise, and nulls come first', () => {
    assert.equal(sorted('id desc'), 'dcba');
    assert.equal(sorted('id'), 'abcd');
    assert.equal(sorted(' created  ASC '), 'dabc');
    assert.equal(sorted('created desc'), 'cbad');
    assert.equal(sorted('requestor asc'), 'cabd');
  });

  it('refuses what it does not know', () => {
    for (const order of ['', 'unknown', 'id up', 'tags', 'id desc, status', 'constructor', 'toString desc']) {
      assert.throws(() => compileOrder(order, fields), ODataError, order);
    }
  });
});

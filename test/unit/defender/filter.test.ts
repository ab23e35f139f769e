import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type ActionFilter, filterText } from '../../../src/defender/filter';
import { compileFilter, type Fields } from '../../../src/demo/listQuery';

/** What the documentation says can be filtered by: anything else is a syntax error here. */
const documented: Fields = {
  id: 'string',
  status: 'string',
  machineId: 'string',
  type: 'string',
  requestor: 'string',
  creationDateTimeUtc: 'date',
};

const at = (time: string): number => Date.parse(time);

describe('the filter of the service', () => {
  for (const [filter, text] of [
    [{}, undefined],
    [{ statuses: [], types: [], ids: [] }, undefined],
    [{ statuses: ['Failed'] }, "status eq 'Failed'"],
    [{ statuses: ['Pending', 'InProgress'] }, "(status eq 'Pending' or status eq 'InProgress')"],
    [{ ids: ['a', 'b'] }, "id in ('a','b')"],
    [{ requestors: ["O'Neil"] }, "requestor eq 'O''Neil'"],
    [
      { types: ['Isolate', 'Unisolate'], machineId: 'm', since: at('2026-11-01T00:00:00Z') },
      "(type eq 'Isolate' or type eq 'Unisolate') and machineId eq 'm' and creationDateTimeUtc ge 2026-11-01T00:00:00.000Z",
    ],
    [
      { since: at('2026-11-01T00:00:00Z'), until: at('2026-11-02T00:00:00.5Z') },
      'creationDateTimeUtc ge 2026-11-01T00:00:00.000Z and creationDateTimeUtc le 2026-11-02T00:00:00.500Z',
    ],
  ] as const) {
    it(`${JSON.stringify(filter)} → ${text ?? 'nothing'}`, () => assert.equal(filterText(filter), text));
  }

  /** Values that try to end the literal, and any others. */
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      "'",
      "''",
      "' or '' eq '",
      "') or (status eq 'x",
      "a' or status ne 'b",
      '\\',
      "\\'",
      '%27',
    ),
    fc
      .array(fc.constantFrom("'", '(', ')', ' or ', ' eq ', 'status', 'x', ','), { maxLength: 8 })
      .map((p) => p.join('')),
  );
  const day = fc.integer({ min: 0, max: 60 }).map((n) => at('2026-10-01T00:00:00Z') + n * 86_400_000);
  const filters: fc.Arbitrary<ActionFilter> = fc.record(
    {
      statuses: fc.array(hostile, { maxLength: 3 }),
      types: fc.array(hostile, { maxLength: 3 }),
      ids: fc.array(hostile, { maxLength: 3 }),
      machineId: hostile,
      requestors: fc.array(hostile, { maxLength: 3 }),
      since: day,
      until: day,
    },
    { requiredKeys: [] },
  );

  interface Row {
    readonly id: string;
    readonly status: string;
    readonly machineId: string;
    readonly type: string;
    readonly requestor: string;
    readonly creationDateTimeUtc: string;
  }

  /** The filter's meaning, said a second time. The simulated service compares without regard to case, as the first one does. */
  function means(filter: ActionFilter, row: Row): boolean {
    const among = (values: readonly string[] | undefined, value: string): boolean =>
      values === undefined ||
      values.length === 0 ||
      values.some((each) => each.toLowerCase() === value.toLowerCase());
    const one = (value: string | undefined): string[] | undefined =>
      value === undefined ? undefined : [value];
    const created = at(row.creationDateTimeUtc);
    return (
      among(filter.ids, row.id) &&
      among(filter.statuses, row.status) &&
      among(filter.types, row.type) &&
      among(one(filter.machineId), row.machineId) &&
      among(filter.requestors, row.requestor) &&
      created >= (filter.since ?? -Infinity) &&
      created <= (filter.until ?? Infinity)
    );
  }

  /** A row that the filter lets through, with one field replaced by another value now and then. */
  const rowFor = (filter: ActionFilter, field: keyof Row | undefined, value: string, time: number): Row => {
    const fitting: Row = {
      id: filter.ids?.[0] ?? value,
      status: filter.statuses?.at(-1) ?? value,
      machineId: filter.machineId ?? value,
      type: filter.types?.[0] ?? value,
      requestor: filter.requestors?.[0] ?? value,
      creationDateTimeUtc: new Date(time).toISOString(),
    };
    return field === undefined || field === 'creationDateTimeUtc' ? fitting : { ...fitting, [field]: value };
  };
  const fields = fc.constantFrom<(keyof Row | undefined)[]>(
    undefined,
    'id',
    'status',
    'machineId',
    'type',
    'requestor',
  );

  it('means what it says, whatever is in its values', () => {
    fc.assert(
      fc.property(filters, fields, hostile, day, (filter, field, value, time) => {
        const text = filterText(filter);
        const row = rowFor(filter, field, value, time);
        const found =
          text === undefined || compileFilter(text, documented)(row as unknown as Record<string, unknown>);
        assert.equal(found, means(filter, row), text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('means the same behind the encoding of an address', () => {
    const wellFormed = hostile.filter((value) => !/\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(wellFormed, wellFormed, (requestor, other) => {
        const query = new URLSearchParams({
          $filter: filterText({ requestors: [requestor] }) ?? '',
        }).toString();
        const text = new URL(`https://api.example/?${query}`).searchParams.get('$filter') ?? '';
        const test = compileFilter(text, documented);
        assert.equal(test({ requestor }), true);
        assert.equal(test({ requestor: other }), other.toLowerCase() === requestor.toLowerCase());
      }),
    );
  });
});

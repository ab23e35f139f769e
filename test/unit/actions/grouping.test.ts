import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type ActionGroup, groupActions, type Grouping } from '../../../src/actions/grouping';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

const local = (year: number, month: number, day: number, hour = 12, minute = 0): number =>
  new Date(year, month - 1, day, hour, minute).getTime();
/** A Friday. */
const now = local(2026, 11, 20);

const groups = (
  actions: readonly MachineAction[],
  by: Grouping,
  options: { now?: number; zone?: 'local' | 'utc'; firstDayOfWeek?: number } = {},
): readonly ActionGroup[] => groupActions(actions, by, { now, zone: 'local', ...options });
const keys = (found: readonly ActionGroup[]): string[] => found.map(({ key }) => key);
const at = (createdAt: number | undefined, n = 1): MachineAction => decodedAction(n, {}, { createdAt });

describe('groups by time', () => {
  for (const [name, time, key] of [
    ['a moment ago', now - 1, 'today'],
    ['what a clock that runs ahead says', now + 3_600_000, 'today'],
    ['the first minute of the day', local(2026, 11, 20, 0, 0), 'today'],
    ['the last minute of yesterday', local(2026, 11, 19, 23, 59), 'yesterday'],
    ['Wednesday', local(2026, 11, 18), 'thisWeek'],
    ['Monday', local(2026, 11, 16, 0, 0), 'thisWeek'],
    ['Sunday', local(2026, 11, 15, 23, 59), 'lastWeek'],
    ['Monday of last week', local(2026, 11, 9, 0, 0), 'lastWeek'],
    ['the Sunday before', local(2026, 11, 8, 23, 59), 'older'],
    ['last year', local(2025, 11, 20), 'older'],
    ['no time', undefined, 'unknown'],
  ] as const) {
    it(`${name} is ${key}`, () => assert.deepEqual(keys(groups([at(time)], 'time')), [key]));
  }

  it('have a yesterday before a week on its first days', () => {
    const monday = { now: local(2026, 11, 16) };
    assert.deepEqual(keys(groups([at(local(2026, 11, 15))], 'time', monday)), ['yesterday']);
    assert.deepEqual(keys(groups([at(local(2026, 11, 14))], 'time', monday)), ['lastWeek']);
  });

  it('let a week begin on Sunday', () => {
    const sunday = { firstDayOfWeek: 0 };
    assert.deepEqual(keys(groups([at(local(2026, 11, 15))], 'time', sunday)), ['thisWeek']);
    assert.deepEqual(keys(groups([at(local(2026, 11, 14))], 'time', sunday)), ['lastWeek']);
  });

  it('can be of UTC', () => {
    const options = { zone: 'utc', now: Date.parse('2026-11-20T00:30:00Z') } as const;
    const found = groups(
      [at(Date.parse('2026-11-20T00:00:00Z')), at(Date.parse('2026-11-19T23:59:59.999Z'))],
      'time',
      options,
    );
    assert.deepEqual(keys(found), ['today', 'yesterday']);
  });

  // At that moment it is 20:30 on the 19th in New York, and 14:30 on the 20th in Auckland.
  for (const [place, time, local, utc] of [
    ['America/New_York', '2026-11-20T00:00:00Z', 'today', 'today'],
    ['America/New_York', '2026-11-19T05:00:00Z', 'today', 'yesterday'],
    ['America/New_York', '2026-11-19T04:59:59Z', 'yesterday', 'yesterday'],
    ['Pacific/Auckland', '2026-11-19T11:00:00Z', 'today', 'yesterday'],
    ['Pacific/Auckland', '2026-11-19T10:59:59Z', 'yesterday', 'yesterday'],
  ] as const) {
    it(`are of the days of ${place}, or of UTC: ${time}`, () => {
      const before = process.env['TZ'];
      process.env['TZ'] = place;
      try {
        const found = (['local', 'utc'] as const).flatMap((zone) =>
          keys(groups([at(Date.parse(time))], 'time', { zone, now: Date.parse('2026-11-20T01:30:00Z') })),
        );
        assert.deepEqual(found, [local, utc]);
      } finally {
        if (before === undefined) {
          delete process.env['TZ'];
        } else {
          process.env['TZ'] = before;
        }
      }
    });
  }

  it('are in their order, the actions within them as they came', () => {
    const actions = [at(undefined, 1), at(local(2020, 1, 1), 2), at(now, 3), at(local(2020, 1, 2), 4)];
    const found = groups(actions, 'time');
    assert.deepEqual(keys(found), ['today', 'older', 'unknown']);
    assert.deepEqual(found[1]?.actions, [actions[1], actions[3]]);
    assert.equal(found[1].value, undefined);
  });
});

describe('groups by what actions say', () => {
  const withStatus = (...statuses: string[]): MachineAction[] =>
    statuses.map((status, n) => decodedAction(n, { status }));

  it('begin with what failed and what is unfinished', () => {
    const all = ['Succeeded', 'Cancelled', 'Odd', 'Pending', 'InProgress', 'TimeOut', 'Failed'];
    const found = groups(withStatus(...all), 'status');
    assert.deepEqual(
      found.map(({ value }) => value),
      ['Failed', 'TimeOut', 'InProgress', 'Pending', 'Odd', 'Cancelled', 'Succeeded'],
    );
    assert.deepEqual(keys(found)[0], 'status:failed');
  });

  it('count what failed and what is unfinished', () => {
    const [group] = groups(
      withStatus('Failed', 'TimeOut', 'Pending', 'Odd', 'Succeeded', 'Cancelled'),
      'type',
    );
    assert.deepEqual([group?.failed, group?.unfinished, group?.more], [2, 2, 0]);
  });

  it('begin with live response', () => {
    const actions = ['Unisolate', 'Isolate', 'LiveResponse', 'constructor'].map((type, n) =>
      decodedAction(n, { type }),
    );
    assert.deepEqual(
      groups(actions, 'type').map(({ value }) => value),
      ['LiveResponse', 'constructor', 'Isolate', 'Unisolate'],
    );
  });

  it('are of one machine whatever its name was at the time', () => {
    const actions = [
      decodedAction(1, { machineId: 'B1', computerDnsName: null }),
      decodedAction(2, { machineId: 'b1', computerDnsName: 'zeta' }),
      decodedAction(3, { machineId: 'b2', computerDnsName: 'Alpha' }),
      decodedAction(4, { machineId: 'b3', computerDnsName: 'alpha' }),
      decodedAction(5, { computerDnsName: 'beta' }, { machineId: undefined }),
      decodedAction(6, { computerDnsName: null }, { machineId: undefined }),
    ];
    const found = groups(actions, 'machine');
    assert.deepEqual(
      found.map(({ key, value, actions: rows }) => [key, value, rows.length]),
      [
        ['machine:b2', 'Alpha', 1],
        ['machine:b3', 'alpha', 1],
        ['machine:beta', 'beta', 1],
        ['machine:b1', 'zeta', 2],
        ['machine', undefined, 1],
      ],
    );
  });

  it('have those whom nobody named last', () => {
    const actions = [null, 'zoe', 'Anna', 'anna'].map((requestor, n) => decodedAction(n, { requestor }));
    assert.deepEqual(keys(groups(actions, 'requestor')), ['requestor:anna', 'requestor:zoe', 'requestor']);
  });
});

describe('a group', () => {
  it('shows 5,000 actions and says how many more there are', () => {
    const one = decodedAction(1, { status: 'Pending' });
    const [group] = groups(
      Array.from({ length: 12_345 }, () => one),
      'machine',
    );
    assert.equal(group?.actions.length, 5_000);
    assert.equal(group.more, 7_345);
    assert.equal(group.unfinished, 12_345);
  });
});

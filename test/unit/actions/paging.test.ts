import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Paging, siftPage, type SiftedPage } from '../../../src/actions/paging';
import type { ActionFilter } from '../../../src/defender/filter';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

let made = 0;
/** A new action of a time. */
const at = (createdAt: number | undefined, n = (made += 1)): MachineAction =>
  decodedAction(n, {}, { createdAt });

interface Extra {
  readonly next?: string;
  readonly unreadable?: number;
  readonly known?: boolean;
  /** It begins with the last row of the page before. */
  readonly again?: boolean;
  readonly type?: string;
}

let lastRow: MachineAction | undefined;

/** Asks a paging for a page of `top`, and gives it an answer; returns what was asked. */
function turn(
  paging: Paging,
  top: number,
  times: (number | undefined)[],
  extra: Extra = {},
  filter: ActionFilter = {},
) {
  const { next, unreadable = 0, known = false, again = false, type } = extra;
  const asked = paging.request(top);
  const actions = times.map((time) => ({ ...at(time), ...(type !== undefined && { type }) }));
  actions.splice(0, again ? 1 : 0, ...(again && lastRow !== undefined ? [lastRow] : []));
  lastRow = actions.at(-1);
  paging.take(
    asked,
    siftPage(filter, { actions, unreadable, next }, () => !known),
  );
  return 'next' in asked ? asked.next : asked.query;
}

describe('what of a page belongs to the list', () => {
  const sift = (filter: ActionFilter, ...actions: MachineAction[]): SiftedPage =>
    siftPage(filter, { actions, unreadable: 2, next: 'n' }, ({ id }) => id !== actions[0]?.id);

  it('is what fits the filter and its period, and what has no time', () => {
    const [a, b, c, d] = [at(10), at(20), at(30), at(undefined)] as const;
    const other = { ...b, type: 'Isolate' };
    const page = sift({ types: ['liveresponse'], since: 10, until: 20 }, a, b, c, d, other, b);
    assert.deepEqual(page.actions, [a, b, d, b]);
    assert.deepEqual([page.rows, page.distinct, page.strays, page.unreadable, page.next], [8, 6, 2, 2, 'n']);
    assert.deepEqual([...page.fresh], [b.id, d.id]);
    assert.equal(sift({ since: 11 }, a).strays, 1);
    assert.equal(sift({ until: 9 }, a).strays, 1);
  });

  it('knows every part of a filter', () => {
    const action = { ...at(1), requestor: 'A@x.example', machineId: 'm1', status: 'Failed' };
    const fitting: ActionFilter[] = [
      { statuses: ['Pending', 'FAILED'] },
      { requestors: ['a@X.example'] },
      { machineId: 'M1' },
      { ids: [action.id.toUpperCase()] },
      { statuses: [], types: [], requestors: [], ids: [] },
    ];
    fitting.forEach((filter) => assert.equal(sift(filter, action).strays, 0));
    const others: ActionFilter[] = [
      { statuses: ['Pending'] },
      { requestors: ['b'] },
      { machineId: 'm2' },
      { ids: ['x'] },
    ];
    others.forEach((filter) => assert.equal(sift(filter, action).strays, 1));
    assert.equal(sift({ requestors: ['b'] }, { ...action, requestor: undefined }).strays, 1);
  });
});

describe('where a list goes on', () => {
  it('is the millisecond of the oldest, and no later than the filter', () => {
    const paging = new Paging({ until: 50, since: 1 });
    assert.deepEqual(turn(paging, 2, [40, 30]), { until: 50, since: 1, top: 2 });
    assert.deepEqual(turn(paging, 3, [30, 20, 20]), { until: 31, since: 1, top: 3 });
    assert.deepEqual([paging.covers(20), paging.covers(19)], [true, false]);
    assert.equal(paging.complete, false);
    turn(paging, 3, [20]);
    assert.deepEqual([paging.complete, paging.covers(0)], [true, true]);
    const late = new Paging({ until: 50 });
    turn(late, 1, [50]);
    assert.deepEqual(late.request(1), { query: { until: 50, top: 1 } });
  });

  it('counts what could not be read', () => {
    const paging = new Paging({});
    turn(paging, 2, [40], { unreadable: 1 });
    assert.equal(paging.complete, false);
  });

  it('skips within one time, and not behind it', () => {
    const paging = new Paging({});
    turn(paging, 2, [40, 40]);
    assert.deepEqual(turn(paging, 2, [40, 40]), { until: 41, top: 2 });
    assert.deepEqual(turn(paging, 2, [40], { unreadable: 1, again: true }), { until: 41, top: 2, skip: 1 });
    assert.deepEqual(turn(paging, 2, [40, 39]), { until: 41, top: 2, skip: 2 });
    assert.deepEqual(turn(paging, 2, [39]), { until: 40, top: 2 });
  });

  it('is the same time anew when what was skipped is not the same any more, three times at most', () => {
    const paging = new Paging({});
    turn(paging, 3, [40, 40, 40]);
    for (let n = 0; n < 3; n += 1) {
      assert.deepEqual(turn(paging, 3, [40, 40, 40]), { until: 41, top: 3 });
      // What comes behind that time does not end it, nor does the end of the list.
      assert.deepEqual(turn(paging, 3, n === 1 ? [] : [40, 39]), { until: 41, top: 3, skip: 2 });
      assert.deepEqual([paging.complete, paging.covers(39)], [false, false]);
    }
    turn(paging, 3, [40, 40, 40]);
    assert.deepEqual(turn(paging, 3, [40, 39, 38]), { until: 41, top: 3, skip: 2 });
    turn(paging, 3, [38, 38, 38]);
    assert.deepEqual(turn(paging, 3, [38, 37, 36]), { until: 39, top: 3, skip: 2 });
    assert.deepEqual(paging.request(3), { query: { until: 39, top: 3 } });
  });

  it('is all anew when what was skipped of a list without an order is not the same any more', () => {
    const paging = new Paging({});
    turn(paging, 4, [10, 20, 30, 40]);
    assert.deepEqual(turn(paging, 4, [30, 40, 50, 60], { again: true }), {
      until: undefined,
      top: 4,
      skip: 2,
    });
    assert.deepEqual(turn(paging, 4, [60, 70, 80, 90]), { until: undefined, top: 4, skip: 4 });
    assert.deepEqual(turn(paging, 4, [10, 20, 30, 40]), { until: undefined, top: 4 });
  });

  it('is a position where the service does not order, a row further at least', () => {
    const paging = new Paging({});
    turn(paging, 300, [10, ...Array.from({ length: 299 }, (_, n) => 20 + n)]);
    assert.equal(paging.ordered, false);
    assert.deepEqual(
      turn(
        paging,
        300,
        Array.from({ length: 300 }, (_, n) => n),
        { again: true },
      ),
      { until: undefined, top: 300, skip: 200 },
    );
    assert.deepEqual(turn(paging, 4, [9, 8, 7, 6], { again: true }), { until: undefined, top: 4, skip: 400 });
    assert.deepEqual(turn(paging, 4, [9, 8, 7], { again: true }), { until: undefined, top: 4, skip: 402 });
    assert.equal(paging.complete, true);
  });

  it('begins anew by position where a later page shows that', () => {
    const paging = new Paging({});
    turn(paging, 2, [40, 30]);
    assert.equal(paging.ordered, true);
    turn(paging, 2, [20, 25]);
    assert.deepEqual(paging.request(2), { query: { until: undefined, top: 2 } });
  });

  it('is a position where the service does not filter', () => {
    const paging = new Paging({ types: ['LiveResponse'] });
    const filter = { types: ['LiveResponse'] };
    turn(paging, 2, [40, 30], { type: 'Isolate' }, filter);
    assert.deepEqual(paging.request(2), { query: { ...filter, until: undefined, top: 2, skip: 1 } });
  });

  it('ends when the same rows come again and again', () => {
    const paging = new Paging({});
    turn(
      paging,
      50,
      Array.from({ length: 50 }, () => 40),
    );
    let turns = 0;
    for (; !paging.complete; turns += 1) {
      turn(
        paging,
        50,
        Array.from({ length: 50 }, () => 40),
        { known: true, again: true },
      );
      assert.ok(turns < 10);
    }
    // 2 × 50 rows and 100 more have to be known for that.
    assert.equal(turns, 5);
  });

  it('goes on as long as something new comes in between', () => {
    const paging = new Paging({});
    const page = Array.from({ length: 50 }, () => 40);
    turn(paging, 50, page);
    for (let n = 0; n < 20; n += 1) {
      turn(paging, 50, page, { known: n % 4 > 0, again: true });
      assert.equal(paging.complete, false);
    }
  });
});

describe('the links of the service', () => {
  it('go before the time, and count to the page that was asked for', () => {
    const paging = new Paging({});
    turn(paging, 4, [40, 30], { next: 'a' });
    assert.equal(turn(paging, 9, [30, 20], { next: 'b' }), 'a');
    assert.equal(turn(paging, 9, []), 'b');
    assert.equal(paging.complete, false);
    turn(paging, 4, [20, 10, 5], { next: 'c' });
    turn(paging, 4, []);
    assert.equal(paging.complete, true);
  });

  const bad: [string, (number | undefined)[], Extra][] = [
    ['brings nothing new', [30], { next: 'b', known: true }],
    ['brings nothing new and is the last', [30], { known: true }],
    ['leads to itself', [], { next: 'a' }],
    ['brings what does not fit', [20], { next: 'b', type: 'Isolate' }],
  ];
  for (const [what, times, extra] of bad) {
    it(`are left when one ${what}, and the list goes on by time until a page is empty`, () => {
      const filter = { types: ['LiveResponse'] };
      const paging = new Paging(filter);
      turn(paging, 9, [40, 30], { next: 'a' }, filter);
      assert.equal(turn(paging, 9, times, extra, filter), 'a');
      assert.equal(paging.complete, false);
      assert.deepEqual(turn(paging, 9, [30, 20], { next: 'a' }, filter), { ...filter, until: 31, top: 9 });
      assert.deepEqual(turn(paging, 9, [10], { next: 'a' }, filter), { ...filter, until: 21, top: 9 });
      assert.equal(paging.complete, false);
      assert.deepEqual(turn(paging, 9, [], { next: 'a' }, filter), { ...filter, until: 11, top: 9 });
      assert.equal(paging.complete, true);
    });
  }

  it('may lead through twenty empty pages, and no more', () => {
    const paging = new Paging({});
    turn(paging, 9, [40], { next: '0' });
    for (let n = 1; n <= 20; n += 1) {
      assert.equal(turn(paging, 9, [], { next: String(n) }), String(n - 1));
    }
    assert.deepEqual(paging.request(9), { next: '20' });
    turn(paging, 9, [30], { next: 'a' });
    for (let n = 1; n <= 21; n += 1) {
      turn(paging, 9, [], { next: String(n) });
    }
    assert.deepEqual(paging.request(9), { query: { until: 31, top: 9 } });
  });

  it('that led through pages without an order leave no time to go on by', () => {
    for (const leave of ['forgetLink', 'leaveLinks'] as const) {
      const paging = new Paging({});
      turn(paging, 9, [40, 30], { next: 'a' });
      turn(paging, 9, [35], { next: 'b' });
      assert.equal(paging.ordered, false);
      paging[leave]();
      assert.deepEqual(paging.request(9), { query: { until: undefined, top: 9 } });
    }
  });

  it('are followed again after the list began anew, and not after one could not be used', () => {
    for (const leave of ['forgetLink', 'leaveLinks'] as const) {
      const paging = new Paging({});
      turn(paging, 9, [40, 30], { next: 'a' });
      paging[leave]();
      turn(paging, 9, [30, 20], { next: 'b' });
      assert.equal('next' in paging.request(9), leave === 'forgetLink');
    }
  });

  it('that there are not cannot be forgotten', () => {
    const paging = new Paging({});
    turn(paging, 1, [40]);
    turn(paging, 1, [40]);
    paging.forgetLink();
    assert.deepEqual(paging.request(1), { query: { until: 41, top: 1, skip: 1 } });
  });
});

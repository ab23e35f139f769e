import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ChangeCursor } from '../../../src/actions/changeCursor';
import type { ChangePage, ChangeQuery } from '../../../src/defender/client';
import type { MachineAction } from '../../../src/defender/machineAction';
import { decodedAction } from '../../support/decodedActions';

const now = Date.parse('2026-11-20T12:00:00Z');
const lookBackMs = 120_000;
const windowStart = now - 30 * 86_400_000;
const maxRows = 10_000;

const at = (
  updatedAt: number | undefined,
  n = 1,
  createdAt: number | null = now - 3_600_000,
): MachineAction => decodedAction(n, {}, { updatedAt, createdAt: createdAt ?? undefined });

/** So many rows of one time, as if each were another. */
const rowsOf = (action: MachineAction, unreadable: number, more: Partial<ChangePage> = {}): ChangePage => ({
  actions: [action],
  unreadable,
  by: 'lastUpdate',
  ...more,
});

function cursorOver(...first: MachineAction[]) {
  const cursor = new ChangeCursor(first, () => now);
  const query = (unfinished: MachineAction[] = []): ChangeQuery => cursor.query({}, unfinished, windowStart);
  return {
    query,
    take: (page: ChangePage, unfinished: MachineAction[] = []) => cursor.take(query(unfinished), page),
  };
}

describe('what a poll asks for next', () => {
  it('is not moved by an update in the future', () => {
    for (const future of [Date.UTC(9999, 11, 31), now + 300_001]) {
      const { query, take } = cursorOver(at(now - 5), at(future));
      assert.equal(query().updatedSince, now - 5 - lookBackMs);
      take(rowsOf(at(future), 0));
      assert.equal(query().updatedSince, now - 5 - lookBackMs);
    }
  });

  it('is moved by a clock of the service that is ahead a little', () => {
    const { query } = cursorOver(at(now - 5), at(now + 300_000));
    assert.equal(query().updatedSince, now + 300_000 - lookBackMs);
  });

  it('begins with the period where no action has a time', () => {
    const { query, take } = cursorOver(at(undefined, 1, null));
    assert.equal(query().updatedSince, windowStart);
    assert.equal(query().createdSince, windowStart);
    take(rowsOf(at(undefined), 0));
    assert.equal(query().updatedSince, windowStart);
    take(rowsOf(at(now - 7), 0));
    assert.equal(query().updatedSince, now - 7 - lookBackMs);
  });

  it('takes the creation of an action without an update, on the first page', () => {
    assert.equal(cursorOver(at(undefined, 1, now - 9)).query().updatedSince, now - 9 - lookBackMs);
  });

  it('never goes back', () => {
    const { query, take } = cursorOver(at(now - 5));
    take(rowsOf(at(now - 50), 0));
    assert.equal(query().updatedSince, now - 5 - lookBackMs);
  });

  it('gets through a time that more rows have than a page', () => {
    const { query, take } = cursorOver(at(now - 5));
    take(rowsOf(at(now - 5), maxRows - 1));
    assert.deepEqual([query().updatedSince, query().skip], [now - 5, undefined]);
    take(rowsOf(at(now - 5, 2), maxRows - 1));
    assert.deepEqual([query().updatedSince, query().skip], [now - 5, maxRows]);
    take(rowsOf(at(now - 5, 3), maxRows - 1));
    assert.deepEqual([query().updatedSince, query().skip], [now - 5, 2 * maxRows]);
    take(rowsOf(at(now - 4, 4), maxRows - 1));
    assert.deepEqual([query().updatedSince, query().skip], [now - 4, undefined]);
    take(rowsOf(at(now - 3), maxRows - 2));
    assert.deepEqual([query().updatedSince, query().skip], [now - 3 - lookBackMs, undefined]);
  });

  it('goes past that time where the service does not skip', () => {
    const { query, take } = cursorOver(at(now - 5));
    for (let round = 0; round < 3; round += 1) {
      take(rowsOf(at(now - 5), maxRows - 1));
    }
    assert.deepEqual([query().updatedSince, query().skip], [now - 4, undefined]);
  });

  describe('of a time that more rows have than a page', () => {
    const next = 'https://api.example/next';
    const pageOf = (...rows: number[]): ChangePage => ({
      actions: rows.map((n) => at(now - 60_000, n)),
      unreadable: 0,
      by: 'lastUpdate',
      next,
    });
    const asked = ({ updatedSince, skip }: ChangeQuery) => [updatedSince, skip];

    it('has the last row again, and goes on behind it', () => {
      const { query, take } = cursorOver(at(now - 5));
      take(pageOf(1, 2));
      take(pageOf(1, 2));
      assert.deepEqual(asked(query()), [now - 60_000, 1]);
      take(pageOf(2, 3));
      assert.deepEqual(asked(query()), [now - 60_000, 2]);
      take(pageOf(3));
      assert.deepEqual(asked(query()), [now - 5 - lookBackMs, undefined]);
    });

    it('begins that time anew when rows have moved, but not for ever', () => {
      const { query, take } = cursorOver(at(now - 5));
      take(pageOf(1, 2));
      for (let round = 0; round < 3; round += 1) {
        take(pageOf(1, 2));
        assert.deepEqual(asked(query()), [now - 60_000, 1], `round ${round}`);
        take(pageOf(7, 8));
        assert.deepEqual(asked(query()), [now - 60_000, undefined], `round ${round}`);
      }
      take(pageOf(1, 2));
      take(pageOf(7, 8));
      assert.deepEqual(asked(query()), [now - 60_000, 2]);
    });
  });

  it('goes on behind a page with a link, and begins anew behind an empty one', () => {
    const { query, take } = cursorOver(at(now - 5));
    const next = 'https://api.example/next';
    take(rowsOf(at(now - 60_000), 0, { next }));
    assert.equal(query().updatedSince, now - 60_000);
    take({
      actions: [at(now - 60_000, 2), at(now - 60_000, 2), at(now - 60_000, 3)],
      unreadable: 1,
      by: 'lastUpdate',
      next,
    });
    assert.deepEqual([query().updatedSince, query().skip], [now - 60_000, 3]);
    take({ actions: [], unreadable: 0, by: 'lastUpdate', next });
    assert.deepEqual([query().updatedSince, query().skip], [now - 5 - lookBackMs, undefined]);
  });

  it('by creation takes turns, and skips within one time', () => {
    const { query, take } = cursorOver(at(now - 5));
    const by = 'creation';
    const pending = [at(now, 1, now - 100), at(now, 2, now - 200), at(now, 3, now - 150)];
    assert.equal(query(pending).createdSince, now - 200);
    assert.equal(query([at(now, 1, null)]).createdSince, windowStart);
    assert.equal(query([at(now, 1, windowStart - 1)]).createdSince, windowStart);
    take(rowsOf(at(now, 4, now - 80), maxRows - 1, { by }), pending);
    assert.deepEqual([query(pending).createdSince, query(pending).skip], [now - 80, undefined]);
    take(rowsOf(at(now, 5, now - 80), maxRows - 1, { by }), pending);
    assert.deepEqual([query(pending).createdSince, query(pending).skip], [now - 80, maxRows]);
    take(rowsOf(at(now, 6, now - 70), 0, { by }), pending);
    assert.deepEqual([query(pending).createdSince, query(pending).skip], [now - 200, undefined]);
  });

  it('asks for no statuses, and for the largest page', () => {
    const rest = { types: ['b'], machineId: 'c', requestors: ['d'], until: 1, ids: ['e'] };
    const filter = { ...rest, statuses: ['a'] };
    const query = new ChangeCursor([], () => now).query(filter, [], windowStart);
    assert.deepEqual(query, {
      filter: rest,
      updatedSince: windowStart,
      createdSince: windowStart,
      top: maxRows,
    });
  });
});

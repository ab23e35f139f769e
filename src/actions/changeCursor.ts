import type { ChangePage, ChangeQuery } from '../defender/client';
import type { ActionFilter } from '../defender/filter';
import type { MachineAction } from '../defender/machineAction';

/**
 * Milliseconds. A poll looks back behind what was seen, because an update may become visible later
 * than a newer one.
 */
const lookBackMs = 2 * 60_000;
/** The largest page that the service gives. */
const maxRows = 10_000;

/**
 * Milliseconds that the service's clock may be ahead of ours. What was changed later than that was
 * not: such a time is no time.
 */
const toleranceMs = 5 * 60_000;

/**
 * Times that a round begins anew because rows have moved. Where they never rest, going on is better
 * than standing still.
 */
const maxRestarts = 3;

/**
 * What a poll asks for next. By the last update it goes on where the last answer ended. By creation
 * it begins with the oldest unfinished action; when more were created since than a page holds, the
 * rounds take turns, a page each, and then begin anew: a round is one call however many are
 * unfinished. Where a page does not get on in time, because all of it has the same, the next round
 * skips it, but for its last row: where that is not the first one then, rows have moved in between,
 * and some of them would be missed.
 */
export class ChangeCursor {
  readonly #now: () => number;
  /** The newest update of which everything before was seen, in milliseconds since the epoch. */
  #seen: number | undefined;
  /** Creation from which the next round goes on. */
  #turn: number | undefined;
  /** Update from which the next round goes on, when there is more than the last answer had. */
  #from: number | undefined;
  /** Rows of the time from which the next round goes on that earlier rounds had. */
  #skip = 0;
  #first: string | undefined;
  /**
   * The row that the next round has first when nothing has moved; undefined when that cannot be
   * told.
   */
  #last: string | undefined;
  #restarts = 0;

  /**
   * Begins after a first page, which is the state of now. `now` gives milliseconds since the epoch.
   */
  constructor(firstPage: readonly MachineAction[], now: () => number) {
    this.#now = now;
    this.#seen = this.#newest(firstPage, ({ updatedAt, createdAt }) => updatedAt ?? createdAt);
  }

  /**
   * `windowStart`, in milliseconds since the epoch, is where the list begins: nothing older can be
   * asked for.
   */
  query(filter: ActionFilter, unfinished: readonly MachineAction[], windowStart: number): ChangeQuery {
    const { types, machineId, requestors, until, ids } = filter;
    const waiting = unfinished.map(({ createdAt }) => createdAt ?? windowStart);
    const oldest = waiting.length === 0 ? this.#seen : waiting.reduce((a, b) => Math.min(a, b));
    return {
      filter: { types, machineId, requestors, until, ids },
      updatedSince: this.#from ?? (this.#seen === undefined ? windowStart : this.#seen - lookBackMs),
      createdSince: Math.max(windowStart, this.#turn ?? oldest ?? windowStart),
      top: maxRows,
      ...(this.#skip > 0 && { skip: this.#skip - this.#overlap }),
    };
  }

  /** Takes note of the answer to a query. */
  take(query: ChangeQuery, page: ChangePage): void {
    const rows = page.actions.length + page.unreadable;
    const full = rows >= maxRows || (page.next !== undefined && rowsOf(page) > this.#overlap);
    const moved = this.#hasMoved(page);
    const from = (asked: number, newest: number | undefined): number | undefined =>
      moved ? asked : full ? this.#goOn(asked, newest, page) : undefined;
    if (page.by === 'creation') {
      this.#turn = from(
        query.createdSince,
        this.#newest(page.actions, ({ createdAt }) => createdAt),
      );
    } else {
      const newest = this.#newest(page.actions, ({ updatedAt }) => updatedAt);
      this.#from = from(query.updatedSince, newest);
      this.#seen = newest === undefined ? this.#seen : Math.max(this.#seen ?? newest, newest);
    }
    this.#skip = full && !moved ? this.#skip : 0;
    this.#restarts = moved ? this.#restarts + 1 : this.#skip > 0 ? this.#restarts : 0;
    this.#first = page.actions[0]?.id;
    this.#last = page.unreadable === 0 ? page.actions.at(-1)?.id : undefined;
  }

  /** Rows that the next round has again. */
  get #overlap(): number {
    return this.#skip > 0 && this.#last !== undefined ? 1 : 0;
  }

  #hasMoved({ actions }: ChangePage): boolean {
    const expected = [this.#last, this.#first];
    return this.#overlap > 0 && !expected.includes(actions[0]?.id) && this.#restarts < maxRestarts;
  }

  /**
   * From where on the rest of a full page is asked for: the newest of its times, or the same time
   * and more rows of it skipped.
   */
  #goOn(asked: number, newest: number | undefined, page: ChangePage): number {
    if (newest !== undefined && newest > asked) {
      this.#skip = 0;
      return newest;
    }
    if (this.#skip > 0 && page.actions[0]?.id === this.#first && this.#first !== this.#last) {
      // The service does not skip: the rest of this time is out of reach, what follows is not.
      this.#skip = 0;
      return asked + 1;
    }
    this.#skip += rowsOf(page) - this.#overlap;
    return asked;
  }

  #newest(
    actions: readonly MachineAction[],
    timeOf: (action: MachineAction) => number | undefined,
  ): number | undefined {
    const latest = this.#now() + toleranceMs;
    let newest: number | undefined;
    for (const action of actions) {
      const time = timeOf(action);
      if (time !== undefined && time <= latest && time > (newest ?? -Infinity)) {
        newest = time;
      }
    }
    return newest;
  }
}

/** Rows of a page. An ID that is there twice may be one row of the service's. */
function rowsOf({ actions, unreadable }: ChangePage): number {
  return new Set(actions.map(({ id }) => id)).size + unreadable;
}

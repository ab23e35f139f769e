import type { ChangePage, ChangeQuery } from '../defender/client';
import type { ActionFilter } from '../defender/filter';
import type { MachineAction } from '../defender/machineAction';

/** Milliseconds. A poll looks back behind what was seen, because an update may become visible later than a newer one. */
const lookBackMs = 2 * 60_000;
/** The largest page that the service gives. */
const mostRows = 10_000;

/** Milliseconds that the service's clock may be ahead of ours. What was changed later than that was not: such a time is no time. */
const toleranceMs = 5 * 60_000;

/**
 * What a poll asks for next. By the last update it goes on where the last answer ended. By creation it begins with the oldest unfinished
 * action; when more were created since than a page holds, the rounds take turns, a page each, and then begin anew: a round is
 * one call however many are unfinished. Where a page does not get on in time, because all of it has the same, the next round skips it.
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

  /** Begins after a first page, which is the state of now. `now` gives milliseconds since the epoch. */
  constructor(firstPage: readonly MachineAction[], now: () => number) {
    this.#now = now;
    this.#seen = this.#newest(firstPage, ({ updatedAt, createdAt }) => updatedAt ?? createdAt);
  }

  /** `windowStart`, in milliseconds since the epoch, is where the list begins: nothing older can be asked for. */
  query(filter: ActionFilter, unfinished: readonly MachineAction[], windowStart: number): ChangeQuery {
    const { types, machineId, requestors, until, ids } = filter;
    const waiting = unfinished.map(({ createdAt }) => createdAt ?? windowStart);
    const oldest = waiting.length === 0 ? this.#seen : waiting.reduce((a, b) => Math.min(a, b));
    return {
      filter: { types, machineId, requestors, until, ids },
      updatedSince: this.#from ?? (this.#seen === undefined ? windowStart : this.#seen - lookBackMs),
      createdSince: Math.max(windowStart, this.#turn ?? oldest ?? windowStart),
      top: mostRows,
      ...(this.#skip > 0 && { skip: this.#skip }),
    };
  }

  /** Takes note of the answer to a query. */
  take(query: ChangeQuery, page: ChangePage): void {
    const rows = page.actions.length + page.unreadable;
    const full = rows >= mostRows || (page.next !== undefined && rows > 0);
    if (page.by === 'creation') {
      const newest = this.#newest(page.actions, ({ createdAt }) => createdAt);
      this.#turn = full ? this.#goOn(query.createdSince, newest, page) : undefined;
    } else {
      const newest = this.#newest(page.actions, ({ updatedAt }) => updatedAt);
      this.#from = full ? this.#goOn(query.updatedSince, newest, page) : undefined;
      this.#seen = newest === undefined ? this.#seen : Math.max(this.#seen ?? newest, newest);
    }
    this.#skip = full ? this.#skip : 0;
    this.#first = page.actions[0]?.id;
  }

  /** From where on the rest of a full page is asked for: the newest of its times, or the same time and more rows of it skipped. */
  #goOn(asked: number, newest: number | undefined, page: ChangePage): number {
    if (newest !== undefined && newest > asked) {
      this.#skip = 0;
      return newest;
    }
    if (this.#skip > 0 && page.actions[0]?.id === this.#first) {
      // The service does not skip: the rest of this time is out of reach, what follows is not.
      this.#skip = 0;
      return asked + 1;
    }
    // An ID that is there twice may be one row of the service's.
    this.#skip += new Set(page.actions.map(({ id }) => id)).size + page.unreadable;
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

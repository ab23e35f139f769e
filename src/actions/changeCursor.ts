import type { ChangePage, ChangeQuery } from '../defender/client';
import type { ActionFilter } from '../defender/filter';
import type { MachineAction } from '../defender/machineAction';

/** Milliseconds. A poll looks back behind what was seen, because an update may become visible later than a newer one. */
const lookBackMs = 2 * 60_000;
/** The largest page that the service gives. */
const mostRows = 10_000;

/**
 * What a poll asks for next. By the last update it goes on where the last answer ended. By creation it begins with the oldest unfinished
 * action; when more were created since than a page holds, the rounds take turns, a page each, and then begin anew: a round is
 * one call however many are unfinished.
 */
export class ChangeCursor {
  /** The newest update of which everything before was seen, in milliseconds since the epoch. */
  #seen: number | undefined;
  /** Creation from which the next round goes on. */
  #turn: number | undefined;
  #full = false;

  /** Begins after a first page, which is the state of now. */
  constructor(firstPage: readonly MachineAction[]) {
    this.#seen = newest(firstPage, ({ updatedAt, createdAt }) => updatedAt ?? createdAt);
  }

  /** `windowStart`, in milliseconds since the epoch, is where the list begins: nothing older can be asked for. */
  query(filter: ActionFilter, unfinished: readonly MachineAction[], windowStart: number): ChangeQuery {
    const { types, machineId, requestors, until, ids } = filter;
    const waiting = unfinished.map(({ createdAt }) => createdAt ?? windowStart);
    const oldest = waiting.length === 0 ? this.#seen : waiting.reduce((a, b) => Math.min(a, b));
    return {
      filter: { types, machineId, requestors, until, ids },
      updatedSince: this.#seen === undefined ? windowStart : this.#seen - (this.#full ? 0 : lookBackMs),
      createdSince: Math.max(windowStart, this.#turn ?? oldest ?? windowStart),
      top: mostRows,
    };
  }

  /** Takes note of the answer. */
  take(page: ChangePage): void {
    const full = page.actions.length + page.unreadable >= mostRows;
    if (page.by === 'creation') {
      this.#turn = full ? newest(page.actions, ({ createdAt }) => createdAt) : undefined;
      return;
    }
    const updated = newest(page.actions, ({ updatedAt }) => updatedAt);
    this.#full = full && updated !== this.#seen;
    this.#seen = Math.max(this.#seen ?? -Infinity, updated ?? -Infinity);
    if (this.#seen === -Infinity) {
      this.#seen = undefined;
    }
  }
}

function newest(
  actions: readonly MachineAction[],
  timeOf: (action: MachineAction) => number | undefined,
): number | undefined {
  let latest: number | undefined;
  for (const action of actions) {
    const time = timeOf(action);
    if (time !== undefined && (latest === undefined || time > latest)) {
      latest = time;
    }
  }
  return latest;
}

import type { ActionPage, ActionQuery } from '../defender/client';
import type { ActionFilter } from '../defender/filter';

/** What to ask for next: the page behind a link of the service's, or a query of ours. */
export type PageRequest = { readonly next: string } | { readonly query: ActionQuery };

/** Rows that two pages of a list without an order have in common, in case it has moved up in between. */
const overlap = 100;

/**
 * Where a list of actions goes on, and where it ends.
 *
 * A page continues by time, `creationDateTimeUtc le <oldest seen>`, not by `$skip`: actions that arrive meanwhile do not move it, nor do
 * those that leave a filter by status, with which `$skip` would jump over others. Times are kept in milliseconds and the service has finer
 * ones, so the millisecond of the oldest is asked for again; what was seen already is dropped by ID. `$skip` is used where time does
 * not get on: within a millisecond that fills pages, and when the service turns out not to order by `$orderby`, which is undocumented.
 * An `@odata.nextLink` goes before both. A page with fewer rows than asked for, and no link, is the last.
 */
export class Paging {
  readonly #filter: ActionFilter;
  #next: string | undefined;
  /** Creation of the oldest action of all pages so far, in milliseconds since the epoch. */
  #oldest = Infinity;
  #skip = 0;
  /** Rows since the last query, over all links that followed it, and how many it asked for. */
  #rows = 0;
  #top = 0;
  /** What the oldest was when that query was made. */
  #oldestBefore = Infinity;
  #ordered = true;
  #complete = false;

  constructor(filter: ActionFilter) {
    this.#filter = filter;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** True when an action of this time would have been on a page already. */
  covers(createdAt: number): boolean {
    return this.#complete || createdAt >= this.#oldest;
  }

  /** The list may have begun anew since its last page: a link is not followed any more, the time is as good as before. */
  forgetLink(): void {
    this.#next = undefined;
  }

  request(top: number): PageRequest {
    if (this.#next !== undefined) {
      return { next: this.#next };
    }
    this.#rows = 0;
    this.#top = top;
    this.#oldestBefore = this.#oldest;
    const until =
      this.#ordered && this.#oldest !== Infinity
        ? Math.min(this.#oldest + 1, this.#filter.until ?? Infinity)
        : this.#filter.until;
    return { query: { ...this.#filter, until, top, ...(this.#skip > 0 && { skip: this.#skip }) } };
  }

  /** Takes note of the answer to a request; `fresh` is how many of its actions were new. */
  take(asked: PageRequest, page: ActionPage, fresh: number): void {
    const rows = page.actions.length + page.unreadable;
    const ordered = this.#noteTimes(page);
    this.#rows += rows;
    // A link that leads round in circles: time goes on where it does not.
    const repeated = 'next' in asked && fresh === 0 && (page.actions.length > 0 || page.next === asked.next);
    this.#next = repeated ? undefined : page.next;
    if (this.#next !== undefined) {
      return;
    }
    if (repeated) {
      this.#skip = this.#ordered ? 0 : this.#skip;
    } else if (this.#rows < this.#top) {
      this.#complete = true;
    } else if (!ordered && this.#ordered) {
      this.#ordered = false;
      // Where a list without an order stands is known only when this was its first page.
      this.#skip = this.#oldestBefore === Infinity ? this.#position(this.#rows) : 0;
    } else if (!this.#ordered) {
      this.#skip = this.#position(this.#skip + this.#rows);
    } else {
      this.#skip = this.#oldest < this.#oldestBefore ? 0 : this.#skip + this.#rows;
    }
  }

  /** A row further than before, whatever the overlap. */
  #position(rows: number): number {
    return Math.max(rows - overlap, this.#skip + Math.ceil(this.#rows / 2));
  }

  /** False when the page is not ordered as it was asked for. */
  #noteTimes(page: ActionPage): boolean {
    let ordered = true;
    let last = Infinity;
    for (const { createdAt } of page.actions) {
      if (createdAt !== undefined) {
        ordered &&= createdAt <= last;
        last = createdAt;
        this.#oldest = Math.min(this.#oldest, createdAt);
      }
    }
    return ordered;
  }
}

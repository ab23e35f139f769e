import type { ActionPage, ActionQuery } from '../defender/client';
import { type ActionFilter, fitsFilter, fitsPeriod } from '../defender/filter';
import type { MachineAction } from '../defender/machineAction';

/** What to ask for next: the page behind a link of the service's, or a query of ours. */
export type PageRequest = { readonly next: string } | { readonly query: ActionQuery };

/** A page, and what of it belongs to the list. */
export interface SiftedPage {
  /** Those that fit the filter. */
  readonly actions: readonly MachineAction[];
  /** IDs of those that no page had before. */
  readonly fresh: ReadonlySet<string>;
  /** All entries, also those that do not fit or could not be read. */
  readonly rows: number;
  /**
   * The same without those that it has twice, which may be one row of the service's: what can be
   * skipped.
   */
  readonly distinct: number;
  /** Entries that do not fit: the service did not filter. */
  readonly strays: number;
  readonly unreadable: number;
  /** All that could be read, also what does not fit. */
  readonly ids: ReadonlySet<string>;
  /** The ID of the last row; undefined when that cannot be told. */
  readonly last: string | undefined;
  readonly next: string | undefined;
}

/**
 * Keeps of a page what fits the filter that was asked for: a link may have lost it. `isNew` tells
 * what no page had before.
 */
export function siftPage(
  filter: ActionFilter,
  page: ActionPage,
  isNew: (action: MachineAction) => boolean,
): SiftedPage {
  const fits = fitsFilter(filter);
  const actions = page.actions.filter((action) => fits(action) && fitsPeriod(filter, action));
  const ids = new Set(page.actions.map(({ id }) => id));
  return {
    actions,
    fresh: new Set(actions.filter(isNew).map(({ id }) => id)),
    rows: page.actions.length + page.unreadable,
    distinct: ids.size + page.unreadable,
    strays: page.actions.length - actions.length,
    unreadable: page.unreadable,
    ids,
    last: page.unreadable === 0 ? page.actions.at(-1)?.id : undefined,
    next: page.next,
  };
}

/**
 * Rows that two pages of a list without an order have in common, in case it has moved up in
 * between.
 */
const overlap = 100;
/**
 * Empty pages in a row, each with a link to another one, after which the links are not followed any
 * more.
 */
const maxEmptyPages = 20;
/**
 * Times that one stretch begins anew because rows have moved. Where they never rest, going on is
 * better than standing still.
 */
const maxRestarts = 3;

/**
 * Where a list of actions goes on, and where it ends.
 *
 * A page continues by time, `creationDateTimeUtc le <oldest seen>`, not by `$skip`: actions that
 * arrive meanwhile do not move it, nor do those that leave a filter by status, with which `$skip`
 * would jump over others. Times are kept in milliseconds and the service has finer ones, so the
 * millisecond of the oldest is asked for again; what was seen already is dropped by ID. `$skip` is
 * used where time does not get on: within a millisecond that fills pages, and when the service
 * turns out not to order by `$orderby`, which is undocumented. A page that was skipped to begins
 * with rows that the one before it had: where the last of those is not there, rows before it are
 * gone, others took their place, and the millisecond, or the list, is asked for anew.
 *
 * An `@odata.nextLink` goes before both, until one cannot be used, brings what does not fit the
 * filter, or brings nothing new. From then on the list goes on without links. A page with fewer
 * rows than asked for, and no link, is the last; where links are not followed, a page with a link
 * is the last when it is empty or when asking further brings the same rows again.
 */
export class Paging {
  readonly #filter: ActionFilter;
  #next: string | undefined;
  #followsLinks = true;
  /** Creation of the oldest action of all pages so far, in milliseconds since the epoch. */
  #oldest = Infinity;
  #skip = 0;
  /**
   * The row that a page which is skipped to should have again; undefined when there is none, or it
   * cannot be told.
   */
  #again: string | undefined;
  #restarts = 0;
  /**
   * Rows since the last query, over all links that followed it, with and without copies, and how
   * many it asked for.
   */
  #rows = 0;
  #stretch = 0;
  #top = 0;
  /** What the oldest was when that query was made. */
  #oldestBefore = Infinity;
  /** Creation of the last new action since that query. */
  #last = Infinity;
  /** The rows since that query were ordered as it asked. */
  #inOrder = true;
  /** The service orders as it is asked to, as far as was seen. */
  #ordered = true;
  #emptyPages = 0;
  /** Rows of pages without anything new since the last one that had something. */
  #barrenRows = 0;
  #distinct = 0;
  #complete = false;

  constructor(filter: ActionFilter) {
    this.#filter = filter;
  }

  get complete(): boolean {
    return this.#complete;
  }

  /** False when the service was seen not to order newest first: then a page is no period. */
  get ordered(): boolean {
    return this.#ordered && this.#inOrder;
  }

  /** True when an action of this time would have been on a page already. */
  covers(createdAt: number): boolean {
    return this.#complete || createdAt >= this.#oldest;
  }

  /**
   * The list may have begun anew since its last page: a link is not followed any more, the time is
   * as good as before.
   */
  forgetLink(): void {
    if (this.#next !== undefined) {
      this.#goOnWithoutLinks();
    }
  }

  /** A link could not be used: from now on the list goes on without them. */
  leaveLinks(): void {
    this.#followsLinks = false;
    this.forgetLink();
  }

  request(top: number): PageRequest {
    if (this.#next !== undefined) {
      return { next: this.#next };
    }
    this.#rows = 0;
    this.#stretch = 0;
    this.#top = top;
    this.#oldestBefore = this.#oldest;
    this.#last = Infinity;
    this.#inOrder = true;
    const until =
      this.#ordered && this.#oldest !== Infinity
        ? Math.min(this.#oldest + 1, this.#filter.until ?? Infinity)
        : this.#filter.until;
    return { query: { ...this.#filter, until, top, ...(this.#skip > 0 && { skip: this.#skip }) } };
  }

  /** Takes note of the answer to a request. */
  take(asked: PageRequest, page: SiftedPage): void {
    this.#rows += page.rows;
    this.#stretch += page.distinct;
    this.#distinct += page.fresh.size;
    this.#barrenRows = page.fresh.size > 0 ? 0 : this.#barrenRows + page.distinct;
    this.#emptyPages = page.rows > 0 ? 0 : this.#emptyPages + 1;
    const linked = 'next' in asked;
    if (linked && this.#leadsAstray(asked.next, page)) {
      this.leaveLinks();
      return;
    }
    this.#noteTimes(page);
    this.#next = this.#followsLinks ? page.next : undefined;
    if (this.#hasMoved(linked, page)) {
      this.#beginAnew();
      return;
    }
    if (this.#next !== undefined) {
      return;
    }
    const short = page.next === undefined && this.#rows < this.#top;
    if (short || (!linked && (page.rows === 0 || this.#barrenRows > 2 * this.#distinct + overlap))) {
      this.#complete = true;
    } else {
      this.#goOn(page.last);
    }
  }

  /** True for a page behind a link that brings what was not asked for, or nothing new. */
  #leadsAstray(link: string, { rows, strays, fresh, next }: SiftedPage): boolean {
    const circles = fresh.size === 0 && (rows > 0 || next === link);
    return strays > 0 || circles || this.#emptyPages > maxEmptyPages;
  }

  /** True for a page that should have a row again and does not: rows before it are gone. */
  #hasMoved(linked: boolean, { ids }: SiftedPage): boolean {
    const missing = !linked && this.#again !== undefined && !ids.has(this.#again);
    return missing && this.#restarts < maxRestarts;
  }

  /** The millisecond that was asked for once more, or all of a list without an order. */
  #beginAnew(): void {
    this.#restarts += 1;
    this.#oldest = this.#oldestBefore;
    this.#goOnWithoutLinks();
  }

  #goOn(last: string | undefined): void {
    const end = this.#skip + this.#stretch;
    if (!this.#inOrder && this.#ordered) {
      this.#ordered = false;
      // Where a list without an order stands is known only when this was its first page.
      this.#skip = this.#oldestBefore === Infinity ? this.#position(this.#stretch) : 0;
    } else if (!this.#ordered) {
      this.#skip = this.#position(end);
    } else if (this.#oldest < this.#oldestBefore) {
      this.#skip = 0;
      this.#restarts = 0;
    } else {
      // A page of one row has none to give twice.
      this.#skip = this.#stretch > 1 ? end - 1 : end;
    }
    this.#again = this.#skip > 0 && this.#skip < end ? last : undefined;
  }

  /**
   * The rows behind links may have been others than those of the query: only an order tells where
   * they ended.
   */
  #goOnWithoutLinks(): void {
    this.#ordered &&= this.#inOrder;
    this.#next = undefined;
    this.#skip = 0;
    this.#again = undefined;
    this.#barrenRows = 0;
  }

  /** A row further than before, whatever the overlap. */
  #position(rows: number): number {
    return Math.max(rows - overlap, this.#skip + Math.ceil(this.#stretch / 2));
  }

  /**
   * Notes whether the page is ordered as it was asked for. One with strays is not what was asked
   * for.
   */
  #noteTimes({ actions, fresh, strays }: SiftedPage): void {
    this.#inOrder &&= strays === 0;
    let before = Infinity;
    for (const { id, createdAt } of actions) {
      if (createdAt !== undefined) {
        this.#inOrder &&= createdAt <= before && (!fresh.has(id) || createdAt <= this.#last);
        before = createdAt;
        this.#last = fresh.has(id) ? createdAt : this.#last;
        this.#oldest = Math.min(this.#oldest, createdAt);
      }
    }
  }
}

import { type ActionFilter, fitsFilter } from '../defender/filter';
import type { MachineAction } from '../defender/machineAction';
import type { SingleFlight } from '../http/singleFlight';
import type { ChangeCursor } from './changeCursor';
import type { ActionsChange, Listing, MergeRules } from './listing';
import { newerOf } from './merging';
import type { Paging, SiftedPage } from './paging';

/** What was asked for, and where reading it stands at first. */
interface Question {
  readonly question: string;
  readonly filter: ActionFilter;
  /** Milliseconds since the epoch. */
  readonly windowStart: number;
  readonly cursor: ChangeCursor;
  paging: Paging;
}

/** One list: what was asked for, and how far it was read. Another question means another view. */
export interface View extends Question {
  /** IDs that were listed singly, and that no page had: what lies around them is not listed. */
  readonly included: Set<string>;
  /**
   * IDs that a poll told of before the list was read as far as they are. A page may have been
   * passed by then: where it is not on a later one, nothing else brings such an action.
   */
  readonly awaited: Set<string>;
  unreadable: number;
  more: SingleFlight<number> | undefined;
}

/** A view that begins with a first page. */
export function newView(question: Question, { unreadable }: SiftedPage): View {
  return { ...question, included: new Set(), awaited: new Set(), unreadable, more: undefined };
}

/** What of other answers belongs to the list, and what may be added to it as far as it was read. */
export function rulesOf({ filter, windowStart, paging }: View): MergeRules {
  return {
    fits: fitsFilter(filter),
    joins: ({ createdAt = Infinity }) => createdAt >= windowStart && paging.covers(createdAt),
  };
}

/**
 * True when a first page reaches down to what was listed page by page, or is all there is: nothing
 * is missing in between. It does not tell of all actions of its oldest time, so it has to reach
 * below the newest of them.
 */
export function meets(view: View, listing: Listing, page: SiftedPage, paging: Paging): boolean {
  const oldest = oldestOf(page.actions);
  const meeting = ({ id, createdAt = -Infinity }: MachineAction): boolean =>
    createdAt > oldest && listing.has(id) && !view.included.has(id);
  return paging.complete || (paging.ordered && page.actions.some(meeting));
}

/**
 * Tells whether an action of a page brings the list on. An old copy of one that has left the list
 * meanwhile does not: a link that leads in a circle may have it again and again.
 */
export function isNewTo(view: View, listing: Listing): (action: MachineAction) => boolean {
  const { fits } = rulesOf(view);
  return (action) => {
    const known = listing.find(action.id);
    const joins = known === undefined || fits(newerOf(known, action));
    return view.included.has(action.id) || (!listing.has(action.id) && joins);
  };
}

/** Lists actions of a page. What is known of one by now may not belong to the list any more. */
export function mergePage(
  view: View,
  listing: Listing,
  actions: readonly MachineAction[],
  leaves?: MergeRules['leaves'],
): ActionsChange {
  actions.forEach(({ id }) => view.included.delete(id));
  const rules = { fits: rulesOf(view).fits, joins: () => true, ...(leaves && { leaves }) };
  return listing.merge([...actions, ...reached(view, listing)], rules);
}

/** Takes those out of the awaited ones to which the list has been read. */
function reached(view: View, listing: Listing): MachineAction[] {
  const { fits, joins } = rulesOf(view);
  const awaited = [...view.awaited].flatMap((id) => listing.find(id) ?? []);
  const found = awaited.filter((action) => fits(action) && joins(action));
  found.forEach(({ id }) => view.awaited.delete(id));
  return found;
}

/** Milliseconds since the epoch; Infinity when none has a time. */
export function oldestOf(actions: readonly MachineAction[]): number {
  return actions.reduce((least, { createdAt = least }) => Math.min(least, createdAt), Infinity);
}

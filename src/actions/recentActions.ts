import type { ApiCalls, CallOptions } from '../defender/client';
import type { ActionFilter } from '../defender/filter';
import { isFinal, type MachineAction } from '../defender/machineAction';
import { EventEmitter } from '../http/eventEmitter';
import { SingleFlight } from '../http/singleFlight';
import { meets, mergePage, newView, oldestOf, rulesOf, type View } from './actionListView';
import { ChangeCursor } from './changeCursor';
import { type ActionsChange, isChange, Listing, noChange } from './listing';
import { estimateLoad, maxPageSize, type LoadEstimate } from './loadEstimate';
import { askPage, NextPages } from './nextPages';
import { Paging, type SiftedPage, siftPage } from './paging';

export interface RecentActionsOptions {
  readonly lookbackDays: number;
  /** Actions asked for at once, at most 10,000. */
  readonly pageSize: number;
  /** What the service filters by; its `since` goes before `lookbackDays`. */
  readonly filter?: ActionFilter | undefined;
}

/** How far loading everything has come. */
export interface LoadProgress {
  readonly listed: number;
  /** Calls made so far. */
  readonly calls: number;
}

/** The calls of the API that the model makes. */
export type ActionCalls = Pick<
  ApiCalls,
  'listActions' | 'nextActions' | 'changedSince' | 'getAction' | 'cancelAction'
>;

const dayMs = 86_400_000;

/**
 * The recent machine actions of one tenant. Knows nothing of a tree: it is asked to load, to go on
 * and to poll, and says what it has and what has changed. Actions that were asked for by ID are
 * known too, but not listed. An action that did not change stays the same object.
 *
 * Every method that takes a call throws Failure<ApiProblem>, and the signal's reason when it is
 * aborted.
 */
export class RecentActions {
  readonly #client: ActionCalls;
  readonly #now: () => number;
  readonly #listing = new Listing();
  readonly #nextPages: NextPages;
  readonly #changed = new EventEmitter<ActionsChange>();
  #view: View | undefined;
  #load: object | undefined;

  /** Fired after each change, once. */
  readonly onDidChange = this.#changed.event;

  /** `now` gives milliseconds since the epoch. */
  constructor(client: ActionCalls, now: () => number) {
    this.#client = client;
    this.#now = now;
    this.#nextPages = new NextPages({
      client,
      listing: this.#listing,
      isCurrent: (view) => view === this.#view,
      publish: (change) => this.#publish(change),
    });
  }

  /** All that were loaded and that the service's filter lets through, newest first. */
  get listed(): readonly MachineAction[] {
    return this.#listing.listed;
  }

  /** Those of them that the text lets through. The same array until something changes. */
  get shown(): readonly MachineAction[] {
    return this.#listing.shown;
  }

  /** How many the text hides. */
  get hidden(): number {
    return this.listed.length - this.shown.length;
  }

  /** Those of the listed ones, shown or not, that can still change. */
  get unfinished(): readonly MachineAction[] {
    return this.#listing.unfinished;
  }

  /** Entries of the list that could not be read as actions. */
  get unreadable(): number {
    return this.#view?.unreadable ?? 0;
  }

  /** True when there is nothing more to load; false before the first page. */
  get complete(): boolean {
    return this.#view?.paging.complete ?? false;
  }

  /**
   * The service's filter of what is listed, with the beginning of its period. Undefined before the
   * first page.
   */
  get filter(): ActionFilter | undefined {
    return this.#view?.filter;
  }

  get text(): string {
    return this.#listing.text;
  }

  find(id: string): MachineAction | undefined {
    return this.#listing.find(id);
  }

  /**
   * Loads the first page anew. The same question again keeps what was loaded behind it, and polls
   * once for what is unfinished there; another question begins another list. An answer that a later
   * load has overtaken is dropped: then it gives false.
   */
  async load(options: RecentActionsOptions, call: CallOptions): Promise<boolean> {
    const load = {};
    this.#load = load;
    const { lookbackDays, pageSize, filter = {} } = options;
    const windowStart = filter.since ?? this.#now() - lookbackDays * dayMs;
    const asked = { ...filter, since: windowStart };
    const paging = new Paging(asked);
    const request = paging.request(pageSize);
    const page = siftPage(asked, await askPage(this.#client, request, call), () => true);
    await this.#listing.prepare(page.actions);
    if (this.#load !== load) {
      return false;
    }
    paging.take(request, page);
    const question = JSON.stringify([lookbackDays, filter]);
    const view = this.#view;
    if (view?.question === question && meets(view, this.#listing, page, paging)) {
      await this.#refresh(view, page, paging, call);
    } else {
      const cursor = new ChangeCursor(page.actions, this.#now);
      this.#view = newView({ question, filter: asked, windowStart, cursor, paging }, page);
      this.#publish(this.#listing.replace(page.actions));
    }
    return true;
  }

  /**
   * Loads the next page, of up to `top` actions; gives how many were new. Who asks while one is on
   * its way gets that one.
   */
  async loadMore(call: CallOptions, top = maxPageSize): Promise<number> {
    const view = this.#view;
    if (view === undefined || view.paging.complete) {
      return 0;
    }
    if (view.more?.open !== true) {
      const flight = new SingleFlight((signal) =>
        this.#nextPages.load(view, top, { ...call, signal }).finally(() => {
          view.more = view.more === flight ? undefined : view.more;
        }),
      );
      view.more = flight;
    }
    return view.more.join(call.signal);
  }

  /**
   * Loads all that is left, page by page. Ends early when another list takes the place of this one.
   */
  async loadEverything(call: CallOptions, progress: (sofar: LoadProgress) => void): Promise<void> {
    const view = this.#view;
    for (let calls = 1; view === this.#view && !this.complete && view !== undefined; calls += 1) {
      await this.loadMore(call);
      progress({ listed: this.listed.length, calls });
    }
  }

  /**
   * What it would take to load everything, for one call. Undefined when the service does not count:
   * `$count` is not documented for this list.
   */
  async estimate(call: CallOptions): Promise<LoadEstimate | undefined> {
    return this.filter && estimateLoad(this.#client, this.filter, this.listed.length, call);
  }

  /**
   * One round of a poll: one call, however many are unfinished. Gives what it changed, which was
   * told to the listeners too. What leaves a filter by status leaves the list.
   */
  async poll(call: CallOptions): Promise<ActionsChange> {
    const view = this.#view;
    if (view === undefined) {
      return noChange;
    }
    const query = view.cursor.query(view.filter, this.unfinished, view.windowStart);
    const page = await this.#client.changedSince(query, call);
    await this.#listing.prepare(page.actions);
    if (view !== this.#view) {
      return noChange;
    }
    view.cursor.take(query, page);
    const rules = rulesOf(view);
    const change = this.#listing.merge(page.actions, rules);
    const isAwaited = (each: MachineAction): boolean =>
      rules.fits(each) && (each.createdAt ?? Infinity) >= view.windowStart && !this.#listing.has(each.id);
    page.actions.filter(isAwaited).forEach(({ id }) => view.awaited.add(id));
    return this.#publish(change);
  }

  /** Shows only what the words of a text occur in. In slices: it is asked of each of many. */
  async setText(text: string): Promise<void> {
    if (await this.#listing.setText(text)) {
      this.#publish({ ...noChange, reset: true });
    }
  }

  /** An action by its ID: from memory when it is there and final, otherwise from the service. */
  async get(id: string, call: CallOptions): Promise<MachineAction> {
    const known = this.find(id);
    return known !== undefined && isFinal(known) ? known : this.learn(await this.#client.getAction(id, call));
  }

  /**
   * Lists an action that is known, such as one that is older than what was asked for. False when a
   * filter does not let it through.
   */
  include(id: string): boolean {
    const action = this.find(id);
    const view = this.#view;
    if (action !== undefined && view !== undefined) {
      const { fits } = rulesOf(view);
      const wasListed = this.#listing.has(id);
      this.#publish(this.#listing.merge([action], { fits, joins: () => true }));
      if (!wasListed && this.#listing.has(id)) {
        view.included.add(id);
      }
    }
    return this.#listing.has(id);
  }

  /**
   * Cancels an action. Its state may be Cancelled or Failed then, or unfinished for a moment
   * longer.
   */
  async cancel(id: string, comment: string, call: CallOptions): Promise<MachineAction> {
    return this.learn(await this.#client.cancelAction(id, comment, call));
  }

  /**
   * Takes over what another answer says of an action, which is known from then on; gives what is
   * known of it now.
   */
  learn(action: MachineAction): MachineAction {
    return this.learnAll([action])[0] ?? action;
  }

  /**
   * {@link learn} for several at once: the list is gone through once, and the listeners are told
   * once.
   */
  learnAll(actions: readonly MachineAction[]): readonly MachineAction[] {
    const view = this.#view;
    const fits = view === undefined ? () => true : rulesOf(view).fits;
    this.#publish(this.#listing.merge(actions, { fits, joins: () => false }));
    return actions.map((action) => this.find(action.id) ?? action);
  }

  async #refresh(view: View, page: SiftedPage, paging: Paging, call: CallOptions): Promise<void> {
    const oldest = oldestOf(page.actions);
    const byStatus = (view.filter.statuses ?? []).length > 0;
    const leaves = ({ createdAt = 0 }: MachineAction): boolean =>
      paging.complete || (byStatus && createdAt > oldest);
    if (paging.complete) {
      view.paging = paging;
      view.unreadable = page.unreadable;
    } else {
      view.paging.forgetLink();
    }
    this.#publish(mergePage(view, this.#listing, page.actions, leaves));
    const asked = new Set(page.actions.map(({ id }) => id));
    if (this.unfinished.some(({ id }) => !asked.has(id))) {
      await this.poll(call);
    }
  }

  #publish(change: ActionsChange): ActionsChange {
    if (isChange(change)) {
      this.#changed.fire(change);
    }
    return change;
  }
}

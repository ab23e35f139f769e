import type { ActionPage, ActionQuery, ChangePage, ChangeQuery } from '../../src/defender/client';
import type { ActionFilter } from '../../src/defender/filter';
import { isFinal, type MachineAction } from '../../src/defender/machineAction';
import type { ApiProblem } from '../../src/defender/apiProblem';
import { Failure } from '../../src/http/failure';
import type { ActionCalls } from '../../src/actions/recentActions';
import { decodedAction } from './decodedActions';

/** How a service may behave that is not the one of the documentation. */
export interface Oddities {
  readonly order: 'desc' | 'asc' | 'any';
  /** Rows on a page at most; more are behind a link. */
  readonly cap: number;
  readonly links: 'none' | 'good' | 'foreign' | 'expired' | 'withoutFilter' | 'circle' | 'withEmptyPages';
  /** A link in every answer, also in the last. */
  readonly always: boolean;
  /** Each row twice. */
  readonly twice: boolean;
  /** Answers only a filter by creation. */
  readonly byCreation: boolean;
}

/** A row: `at` and `updated` in milliseconds with fractions, which the decoded action does not have. */
export interface Row {
  readonly at: number | undefined;
  readonly updated: number | undefined;
  readonly type: string;
  readonly status: string;
}

const decoded = new Map<number, MachineAction>();

/** A service in memory with the oddities that a test asks for, behind the calls that the model makes. */
export class OddService implements ActionCalls {
  readonly rows: (Row & { readonly n: number })[] = [];
  calls = 0;
  readonly #odd: Oddities;
  readonly #behind = new Map<string, readonly MachineAction[]>();

  constructor(odd: Oddities) {
    this.#odd = odd;
  }

  add(row: Row): void {
    this.rows.push({ ...row, n: this.rows.length });
  }

  /** The actions that a filter lets through now, in the service's order. */
  matching(filter: ActionFilter, by: 'at' | 'updated' = 'at', since = filter.since): MachineAction[] {
    const { until = Infinity, types = [], statuses = [] } = filter;
    const rows = this.rows.filter(
      ({ at, type, status, ...row }) =>
        (({ at, ...row })[by] ?? Infinity) >= (since ?? -Infinity) &&
        (at === undefined || at <= until) &&
        (types.length === 0 || types.includes(type)) &&
        (statuses.length === 0 || statuses.includes(status)),
    );
    return this.#ordered(rows).map((row) => this.action(row.n));
  }

  action(n: number): MachineAction {
    const { at, updated, type, status } = this.rows[n] as Row;
    const whole = (time: number | undefined) => (time === undefined ? undefined : Math.floor(time));
    // Decoded once: a property test asks for millions of them.
    const known = decoded.get(n) ?? decodedAction(n);
    decoded.set(n, known);
    return { ...known, createdAt: whole(at), updatedAt: whole(updated), type, status };
  }

  listActions({ top, skip = 0, ...filter }: ActionQuery): Promise<ActionPage> {
    this.calls += 1;
    const rows = this.matching(filter).slice(skip, skip + top);
    return Promise.resolve(this.#page(rows, `?${this.calls}`));
  }

  nextActions(next: string): Promise<ActionPage> {
    this.calls += 1;
    const problem: ApiProblem | undefined =
      this.#odd.links === 'foreign'
        ? { code: 'redirected', host: 'a.example', to: 'b.example' }
        : this.#odd.links === 'expired'
          ? { code: 'refused', call: 'listActions', status: 400, error: {} as never }
          : undefined;
    if (problem !== undefined) {
      return Promise.reject(new Failure<ApiProblem>(problem));
    }
    if (this.#odd.links === 'withEmptyPages' && !next.endsWith('!')) {
      this.#behind.set(`${next}!`, this.#behind.get(next) ?? []);
      return Promise.resolve({ actions: [], unreadable: 0, next: `${next}!` });
    }
    return Promise.resolve(this.#page(this.#behind.get(next) ?? [], `${next}.`));
  }

  changedSince(query: ChangeQuery): Promise<ChangePage> {
    const { byCreation } = this.#odd;
    const [by, since] = byCreation
      ? (['at', query.createdSince] as const)
      : (['updated', query.updatedSince] as const);
    const all = this.matching(query.filter, by, since);
    const time = ({ createdAt, updatedAt }: MachineAction) => (byCreation ? createdAt : updatedAt) ?? 0;
    const from = all.sort((a, b) => time(a) - time(b)).slice(query.skip ?? 0, (query.skip ?? 0) + query.top);
    const page = this.#page(from, 'poll');
    return Promise.resolve({ ...page, by: byCreation ? 'creation' : 'lastUpdate' });
  }

  getAction(id: string): Promise<MachineAction> {
    const action = this.rows.map(({ n }) => this.action(n)).find((each) => each.id === id);
    return action === undefined ? Promise.reject(new Error('none')) : Promise.resolve(action);
  }

  cancelAction(id: string): Promise<MachineAction> {
    return this.getAction(id);
  }

  /** Ends an action that is not final. */
  end(n: number, updated: number): void {
    const row = this.rows[n];
    if (row !== undefined && !isFinal(row)) {
      this.rows[n] = { ...row, status: 'Succeeded', updated };
    }
  }

  #page(rows: readonly MachineAction[], link: string): ActionPage {
    const { cap, links, always, twice } = this.#odd;
    const most = links === 'none' ? Infinity : cap;
    const some = rows.slice(0, most);
    const actions = twice ? some.flatMap((row) => [row, row]) : some;
    const next =
      links !== 'none' && (always || rows.length > most) ? this.#link(rows, most, link) : undefined;
    return { actions, unreadable: 0, next };
  }

  #link(rows: readonly MachineAction[], most: number, link: string): string {
    const { links } = this.#odd;
    if (links === 'circle') {
      // Not the one of a poll, whose rows are in another order.
      const circle = link === 'poll' ? 'poll' : '?circle';
      this.#behind.set(circle, rows);
      return circle;
    }
    this.#behind.set(
      link,
      links === 'withoutFilter' ? this.matching({}).slice(Math.min(most, rows.length)) : rows.slice(most),
    );
    return link;
  }

  #ordered<T extends Row & { readonly n: number }>(rows: readonly T[]): T[] {
    const { order } = this.#odd;
    const sign = order === 'asc' ? -1 : 1;
    return order === 'any'
      ? rows.toSorted((a, b) => ((a.n * 7_919) % 1_009) - ((b.n * 7_919) % 1_009))
      : rows.toSorted((a, b) => sign * ((b.at ?? 0) - (a.at ?? 0)));
  }
}

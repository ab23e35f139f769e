import type { ActionPage, ApiCalls, CallOptions } from '../defender/client';
import { isFinal, type MachineAction } from '../defender/machineAction';

export interface RecentActionsOptions {
  readonly lookbackDays: number;
  /** Actions asked for at once, at most 10,000. */
  readonly pageSize: number;
}

const dayMs = 86_400_000;

/**
 * The recent machine actions of one tenant. Knows nothing of a view: it is asked to load, and says what it has. Actions that were
 * asked for by ID are known too, but not listed.
 */
export class RecentActions {
  readonly #client: Pick<ApiCalls, 'listActions' | 'getAction'>;
  readonly #now: () => number;
  #listed: readonly MachineAction[] = [];
  #known = new Map<string, MachineAction>();
  #unreadable = 0;
  #load: object | undefined;

  constructor(client: Pick<ApiCalls, 'listActions' | 'getAction'>, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** Newest first. */
  get listed(): readonly MachineAction[] {
    return this.#listed;
  }

  /** Entries of the last answer that could not be read as actions. */
  get unreadable(): number {
    return this.#unreadable;
  }

  find(id: string): MachineAction | undefined {
    return this.#known.get(id);
  }

  /**
   * Loads the first page anew. An answer that a later load has overtaken is dropped.
   * @throws Failure<ApiProblem>
   */
  async load(options: RecentActionsOptions, call: CallOptions): Promise<void> {
    const load = {};
    this.#load = load;
    const since = this.#now() - options.lookbackDays * dayMs;
    const page = await this.#client.listActions({ since, top: options.pageSize }, call);
    if (this.#load === load) {
      this.#take(page);
    }
  }

  /**
   * An action by its ID: from memory when it is there and final, otherwise from the service.
   * @throws Failure<ApiProblem>
   */
  async get(id: string, call: CallOptions): Promise<MachineAction> {
    const known = this.#known.get(id);
    if (known !== undefined && isFinal(known)) {
      return known;
    }
    const action = await this.#client.getAction(id, call);
    this.#known.set(id, action);
    if (known !== undefined) {
      this.#listed = this.#listed.map((listed) => (listed.id === id ? action : listed));
    }
    return action;
  }

  #take(page: ActionPage): void {
    // Servers are not trusted to order as asked.
    const newestFirst = page.actions.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
    const unique = new Map(newestFirst.map((action) => [action.id, action]));
    this.#listed = [...unique.values()];
    // What was fetched by ID stays known, and a final state is never replaced by an older answer.
    for (const [id, action] of unique) {
      const known = this.#known.get(id);
      if (known === undefined || !isFinal(known)) {
        this.#known.set(id, action);
      }
    }
    this.#unreadable = page.unreadable;
  }
}

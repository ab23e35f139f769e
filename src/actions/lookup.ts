import { LRUCache } from 'lru-cache';
import type { CallOptions } from '../defender/client';
import type { MachineAction } from '../defender/machineAction';
import { isNotThere } from '../defender/apiProblem';
import type { RecentActions } from './recentActions';

/** IDs that are remembered as unknown to a tenant. */
const maxRemembered = 20_000;
/**
 * Milliseconds. After a failure that concerns all of them, such as no sign-in or no quota, nothing
 * is asked for so long.
 */
const pauseMs = 60_000;

/**
 * Finds out whether GUIDs are actions of a tenant: each is asked for once, with the lowest urgency,
 * and what is none is remembered. Fails in silence: nobody asked for it.
 */
export class ActionLookup {
  readonly #actions: RecentActions;
  readonly #now: () => number;
  readonly #unknown = new LRUCache<string, true>({ max: maxRemembered });
  readonly #asking = new Map<string, Promise<MachineAction | undefined>>();
  #pausedUntil = 0;

  /** `now` gives milliseconds since the epoch. */
  constructor(actions: RecentActions, now: () => number) {
    this.#actions = actions;
    this.#now = now;
  }

  /** What is in memory; costs nothing. */
  known(id: string): MachineAction | undefined {
    return this.#actions.find(id);
  }

  /**
   * The action of an ID in lower case; undefined when it is none, or when that cannot be found out
   * now.
   */
  find(id: string): Promise<MachineAction | undefined> {
    const known = this.known(id);
    if (known !== undefined || this.#unknown.has(id) || this.#now() < this.#pausedUntil) {
      return Promise.resolve(known);
    }
    const asking = this.#asking.get(id) ?? this.#ask(id).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  async #ask(id: string): Promise<MachineAction | undefined> {
    const call: CallOptions = { signal: new AbortController().signal, urgency: 'background' };
    try {
      return await this.#actions.get(id, call);
    } catch (error) {
      if (isNotThere(error)) {
        this.#unknown.set(id, true);
      } else {
        this.#pausedUntil = this.#now() + pauseMs;
      }
      return undefined;
    }
  }
}

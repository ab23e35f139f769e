import type { ViewState } from '../../platform/contextKeys';

/** What is known of a tenant's actions. */
export interface Listing {
  /** How many pass the filter. */
  readonly shown: number;
  readonly listed: number;
  /** There are no older ones behind them. */
  readonly complete: boolean;
  readonly filtered: boolean;
}

/**
 * How far the tree is with one tenant. Each has one of its own: what one tenant's service answered,
 * or did not, says nothing about another, and it is still true when somebody comes back to it.
 * Loads are numbered, because one that began earlier may end later.
 */
export class TenantState {
  #phase: 'unasked' | 'loading' | 'loaded' | 'failed' = 'unasked';
  #begun = 0;
  #running = 0;
  /** The newest load whose answer was taken. */
  #taken = 0;
  #failedAs: ViewState = 'failed';
  #failure: string | undefined;
  /** Until when Defender asked to wait, in milliseconds since the epoch. */
  throttledUntil = 0;

  /** Nothing was asked yet, and nobody is asking. */
  get wantsLoad(): boolean {
    return this.#phase === 'unasked';
  }

  get isLoaded(): boolean {
    return this.#phase === 'loaded';
  }

  /** Why the last attempt failed; undefined when it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /**
   * Somebody comes to look: what failed is asked for again, because it may have changed meanwhile.
   */
  lookedAt(): void {
    if (this.#phase === 'failed') {
      this.#phase = 'unasked';
      this.#failure = undefined;
    }
  }

  /** Gives the number of the load. */
  loadBegins(): number {
    this.#begun += 1;
    this.#running += 1;
    if (this.#phase !== 'loaded') {
      this.#phase = 'loading';
    }
    return this.#begun;
  }

  loadSucceeds(load: number): void {
    this.#running -= 1;
    this.#taken = load;
    this.#phase = 'loaded';
    this.#failure = undefined;
    this.throttledUntil = 0;
  }

  /** Its answer was dropped, because a later load asks for something else: it says nothing. */
  loadOvertaken(): void {
    this.#running -= 1;
    this.#settle();
  }

  /**
   * `state` is what it leaves an empty tree in. Rows that are there stay; before the first load has
   * succeeded there are none.
   */
  loadFails(load: number, sentence: string, state: ViewState, rows: number): void {
    this.#running -= 1;
    if (load > this.#taken) {
      this.#failure = sentence;
      if (rows === 0 || this.#phase !== 'loaded') {
        this.#failedAs = state;
        this.#phase = 'loading';
      }
    }
    this.#settle();
  }

  /** Nobody asks any more, and none of those that asked brought anything. */
  #settle(): void {
    if (this.#phase === 'loading' && this.#running === 0) {
      this.#phase = 'failed';
    }
  }

  /** What is listed is up to date again. */
  refreshSucceeds(): void {
    if (this.#phase === 'loaded') {
      this.#failure = undefined;
    }
  }

  /** What is listed is not up to date. */
  refreshFails(sentence: string): void {
    this.#failure = sentence;
  }

  /** What the view shows. */
  view({ shown, listed, complete, filtered }: Listing): ViewState {
    if (this.#phase === 'failed') {
      return this.#failedAs;
    }
    if (this.#phase !== 'loaded') {
      return 'loading';
    }
    if (shown > 0) {
      return 'listed';
    }
    // What is not loaded yet may hold what is looked for.
    if (listed === 0 && !filtered) {
      return complete ? 'empty' : 'emptySoFar';
    }
    return complete ? 'filteredOut' : 'noneSoFar';
  }
}

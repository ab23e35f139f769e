import type { State } from './viewState';

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
 * How far the tree is with one tenant. Each has one of its own: what one tenant's service answered, or did not, says nothing about another,
 * and it is still true when somebody comes back to it.
 */
export class TenantState {
  #phase: 'unasked' | 'loading' | 'loaded' | 'failed' = 'unasked';
  #loads = 0;
  #failedAs: State = 'failed';
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

  /** Somebody comes to look: what failed is asked for again, because it may have changed meanwhile. */
  lookedAt(): void {
    if (this.#phase === 'failed') {
      this.#phase = 'unasked';
      this.#failure = undefined;
    }
  }

  loadBegins(): void {
    this.#loads += 1;
    if (this.#phase !== 'loaded') {
      this.#phase = 'loading';
    }
  }

  loadSucceeds(): void {
    this.#loads -= 1;
    this.#phase = 'loaded';
    this.#failure = undefined;
    this.throttledUntil = 0;
  }

  /** `state` is what it leaves an empty tree in. Rows that are there stay; before the first load has succeeded there are none. */
  loadFails(sentence: string, state: State, rows: number): void {
    this.#loads -= 1;
    this.#failure = sentence;
    if (rows === 0 || this.#phase !== 'loaded') {
      this.#failedAs = state;
      this.#phase = this.#loads > 0 ? 'loading' : 'failed';
    }
  }

  /** What is listed is not up to date. */
  refreshFails(sentence: string): void {
    this.#failure = sentence;
  }

  /** What the view shows. */
  view({ shown, listed, complete, filtered }: Listing): State {
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
    return listed === 0 && !filtered ? 'empty' : complete ? 'filteredOut' : 'noneSoFar';
  }
}

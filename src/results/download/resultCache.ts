import { LRUCache } from 'lru-cache';
import type { StoredResult } from './storedResult';

/**
 * Results that are shown but not kept by their size: just enough of them that their documents can
 * be read.
 */
const maxShown = 8;
/**
 * The share of the cache's bytes that they may take besides. One that is larger is kept alone,
 * because it is being looked at.
 */
const shownShare = 0.25;

/**
 * Results by their key. Final ones that fit are kept by their size, least recently used first out.
 * What is not final, or is larger than the whole cache, is kept only while it is among the last
 * that were shown.
 */
export class ResultCache {
  #kept: LRUCache<string, StoredResult>;
  #shown: LRUCache<string, StoredResult>;

  constructor(bytes: number) {
    [this.#kept, this.#shown] = cachesOf(bytes);
  }

  get(key: string): StoredResult | undefined {
    return this.#kept.get(key) ?? this.#shown.get(key);
  }

  /**
   * A final result takes the place of any other of its key, and what is not final never takes its
   * place.
   */
  set(key: string, result: StoredResult): void {
    if (!result.final && this.get(key)?.final === true) {
      return;
    }
    const fits = result.final && result.weight <= this.#kept.maxSize;
    const [cache, other] = fits ? [this.#kept, this.#shown] : [this.#shown, this.#kept];
    other.delete(key);
    cache.set(key, result);
  }

  /** Drops what has such a key. */
  forget(which: (key: string) => boolean): void {
    for (const cache of [this.#kept, this.#shown]) {
      [...cache.keys()].filter(which).forEach((key) => cache.delete(key));
    }
  }

  /** Takes over a changed limit, in bytes. */
  resize(bytes: number): void {
    if (Math.max(1, bytes) === this.#kept.maxSize) {
      return;
    }
    // The least recently used first, as they came.
    const before = [...this.#kept.entries(), ...this.#shown.entries()].reverse();
    [this.#kept, this.#shown] = cachesOf(bytes);
    before.forEach(([key, result]) => this.set(key, result));
  }
}

type Caches = [kept: LRUCache<string, StoredResult>, shown: LRUCache<string, StoredResult>];

function cachesOf(bytes: number): Caches {
  const maxSize = Math.max(1, Math.floor(bytes * shownShare));
  return [
    new LRUCache({ maxSize: Math.max(1, bytes), sizeCalculation: (kept) => kept.weight }),
    new LRUCache({ max: maxShown, maxSize, sizeCalculation: (kept) => Math.min(kept.weight, maxSize) }),
  ];
}

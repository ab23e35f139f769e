import { isAbort } from '../../http/failure';

/** What came of working on several things. */
export interface Outcome<T> {
  readonly done: readonly T[];
  /** What was thrown, in order. */
  readonly failures: readonly unknown[];
  /** A person cancelled before all were done. */
  readonly cancelled: boolean;
}

/**
 * Works on one thing after another, so that only one result is needed in memory. What fails does
 * not keep the others from being done; a cancellation does, and what is done stays.
 */
export async function oneByOne<A, T>(
  all: readonly A[],
  signal: AbortSignal,
  work: (each: A, n: number) => Promise<T>,
): Promise<Outcome<T>> {
  const done: T[] = [];
  const failures: unknown[] = [];
  for (const [n, each] of all.entries()) {
    try {
      signal.throwIfAborted();
      done.push(await work(each, n));
    } catch (error) {
      if (isAbort(error)) {
        return { done, failures, cancelled: true };
      }
      failures.push(error);
    }
  }
  return { done, failures, cancelled: false };
}

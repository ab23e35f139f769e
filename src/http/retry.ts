import type { Clock } from './clock';
import { Failure } from './failure';
import type { HttpProblem } from './httpProblem';

export interface RetryPolicy {
  /** How often at the most, the first try not counted. */
  readonly retries: number;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly shouldRetry: (error: unknown) => boolean;
  /**
   * Whether the attempt that just failed got further than those before: then the count starts
   * again.
   */
  readonly gotFurther?: () => boolean;
  /**
   * Milliseconds that the next try must wait at least, when the failure says so. `tried` counts
   * from 0.
   */
  readonly minWaitMs?: (error: unknown, tried: number) => number;
  readonly onRetry?: (error: unknown, attempt: number) => void;
}

const firstWaitMs = 500;
const maxWaitMs = 8_000;

/**
 * Repeats `attempt` after a wait that doubles, with full jitter, on top of what the service asked
 * for. For requests that change nothing only: a POST that got no answer may have been carried out.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (policy.gotFurther?.() === true) {
        tried = 0;
      }
      if (tried >= policy.retries || !policy.shouldRetry(error)) {
        throw error;
      }
      policy.onRetry?.(error, tried + 1);
      const least = policy.minWaitMs?.(error, tried) ?? 0;
      const jitter = policy.random() * Math.min(maxWaitMs, firstWaitMs * 2 ** tried);
      await policy.clock.sleep(least + jitter, signal);
    }
  }
}

/** True for a connection that failed or broke: the same request may go through the next time. */
export function isPassing(error: unknown): boolean {
  const problem = error instanceof Failure ? (error.problem as HttpProblem) : undefined;
  return problem?.code === 'network' || problem?.code === 'cut' || problem?.code === 'timedOut';
}

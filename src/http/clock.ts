/**
 * Time as the pure rooms see it, so that every rule about waiting can be tested without waiting.
 */
export interface Clock {
  /**
   * Milliseconds since the epoch. For what is shown and kept: somebody may set the clock of the
   * computer at any time.
   */
  now(): number;
  /**
   * Milliseconds since some moment. For how long something takes: setting the clock of the computer
   * does not change it.
   */
  ticks(): number;
  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Milliseconds. `setTimeout` takes a longer time (24.8 days) for 1 ms, so a loop around it would
 * spin.
 */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    do {
      await timer(Math.min(left, maxTimerMs), signal);
      left -= maxTimerMs;
    } while (left > 0);
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = (): void => {
      clearTimeout(running);
      reject(signal?.reason as Error);
    };
    const running = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

import type { Clock } from '../../src/http/clock';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that jumps to the next waking as soon as everybody is asleep: hours pass in milliseconds. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();
  readonly #turns: number;

  /** `turns`: of the event loop that whatever does not sleep may take until the clock jumps. */
  constructor(now = Date.parse('2026-11-20T12:00:00Z'), turns = 1) {
    this.#now = now;
    this.#turns = turns;
  }

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = (): void => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const sleeper = { until: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  /** Lets time pass until a promise is settled. Only microtasks and this clock may keep it waiting. */
  async passUntil<T>(work: Promise<T>, limitMs = 86_400_000): Promise<T> {
    const state = { settled: false };
    const end = this.#now + limitMs;
    void work.then(
      () => (state.settled = true),
      () => (state.settled = true),
    );
    for (;;) {
      for (let turn = 0; turn < this.#turns && !state.settled; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (state.settled) {
        return work;
      }
      const next = [...this.#sleepers].reduce<Sleeper | undefined>(
        (first, each) => (first === undefined || each.until < first.until ? each : first),
        undefined,
      );
      if (next === undefined || next.until > end) {
        throw new Error(next === undefined ? 'Everybody waits, and nobody sleeps.' : 'It takes too long.');
      }
      this.#sleepers.delete(next);
      this.#now = Math.max(this.#now, next.until);
      next.wake();
    }
  }
}

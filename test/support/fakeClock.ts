import type { Clock } from '../../src/http/clock';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #ticks = 0;
  #sleepers: Sleeper[] = [];

  constructor(now = Date.parse('2026-11-20T12:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  ticks(): number {
    return this.#ticks;
  }

  /** Somebody sets the clock of the computer: no time passes. */
  set(now: number): void {
    this.#now = now;
  }

  /** How many are asleep. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const sleeper = { until: this.#ticks + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  /** Moves the time, waking whoever is due on the way, in order, and lets them act before time goes on. */
  async advance(ms: number): Promise<void> {
    const end = this.#ticks + ms;
    await settle();
    for (;;) {
      const due = this.#sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
      if (due === undefined) {
        break;
      }
      this.#pass(Math.max(0, due.until - this.#ticks));
      this.#sleepers = this.#sleepers.filter((each) => each !== due);
      due.wake();
      await settle();
    }
    this.#pass(end - this.#ticks);
    await settle();
  }

  #pass(ms: number): void {
    this.#ticks += ms;
    this.#now += ms;
  }
}

/** Lets everything that is ready to run do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

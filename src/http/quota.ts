import PQueue from 'p-queue';
import type { Clock } from './clock';
import { Failure } from './failure';
import type { HttpProblem } from './problems';

/** Who waits for a call: a person who clicked, the view, or something nobody will miss (a hover on an unknown ID). */
export type Urgency = 'interactive' | 'view' | 'background';

const priority: Readonly<Record<Urgency, number>> = { interactive: 2, view: 1, background: 0 };

export interface QuotaWindow {
  readonly calls: number;
  readonly ms: number;
}

/** A window with the calls that were started in it. */
export interface QuotaUse extends QuotaWindow {
  readonly used: number;
}

/** "API calls per minute: 100, per hour: 1,500": documented on each of the machine action pages. */
export const documentedWindows: readonly QuotaWindow[] = [
  { calls: 100, ms: 60_000 },
  { calls: 1_500, ms: 3_600_000 },
];

/** Milliseconds. Longer than this nobody waits at a screen: the call fails with the time until which the service is closed. */
export const longestWaitMs = 60_000;

/** Calls under way at once; hung background calls must not hold up a click. */
const concurrency = 8;

/**
 * The tenant's budget of API calls, spent in one place: sliding windows, the most urgent call first, and closed for everybody
 * while the service says "later".
 */
export class RequestQuota {
  readonly #clock: Clock;
  #windows: readonly QuotaWindow[];
  readonly #queue = new PQueue({ concurrency });
  /** When the calls of the longest window were started, oldest first. */
  #starts: number[] = [];
  #closedUntil = 0;
  #waking = false;
  /** Told whenever the service closes the door: until when, in milliseconds since the epoch. */
  onDidThrottle: (until: number) => void = () => undefined;
  /** Told whenever a call is started. */
  onDidCall: () => void = () => undefined;

  constructor(clock: Clock, windows: readonly QuotaWindow[] = documentedWindows) {
    this.#clock = clock;
    this.#windows = windows;
  }

  /**
   * Runs one call when the budget allows it.
   * @throws Failure `throttled` when the service is closed, or the budget spent, for longer than a minute; the signal's reason when
   *   aborted.
   */
  async run<T>(urgency: Urgency, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const wait = this.#waitMs();
    if (wait > longestWaitMs) {
      const until = this.#clock.now() + wait;
      this.onDidThrottle(until);
      throw new Failure<HttpProblem>({ code: 'throttled', until, message: undefined });
    }
    this.#update();
    const task = (): Promise<T> => {
      this.#starts.push(this.#clock.now());
      this.#update();
      this.onDidCall();
      return call();
    };
    return this.#queue.add(task, { priority: priority[urgency], signal });
  }

  /** The service said to wait: nothing goes out before. `until` is in milliseconds since the epoch. */
  closeUntil(until: number): void {
    if (until > this.#closedUntil) {
      this.#closedUntil = until;
      this.#update();
      this.onDidThrottle(until);
    }
  }

  /** The service named a limit of its own, which holds from now on for its length of time. */
  limitTo({ calls, ms }: QuotaWindow): void {
    const others = this.#windows.filter((window) => window.ms !== ms);
    this.#windows = [...others, { calls, ms }].sort((a, b) => a.ms - b.ms);
    this.#update();
  }

  /** Each window, the shortest first, and how much of it is spent. */
  use(): readonly QuotaUse[] {
    const now = this.#clock.now();
    return this.#windows.map(({ calls, ms }) => ({
      calls,
      ms,
      used: this.#starts.filter((start) => start > now - ms).length,
    }));
  }

  #update(): void {
    const wait = this.#waitMs();
    if (wait <= 0) {
      this.#queue.start();
      return;
    }
    this.#queue.pause();
    if (!this.#waking) {
      this.#waking = true;
      void this.#clock.sleep(wait).then(() => {
        this.#waking = false;
        this.#update();
      });
    }
  }

  /** Milliseconds until the next call may start. */
  #waitMs(): number {
    const now = this.#clock.now();
    const longest = Math.max(...this.#windows.map(({ ms }) => ms));
    this.#starts = this.#starts.filter((start) => start > now - longest);
    const waits = this.#windows.map(({ calls, ms }) => {
      const oldest = this.#starts.at(-calls);
      return oldest === undefined ? 0 : oldest + ms - now;
    });
    return Math.max(this.#closedUntil - now, ...waits);
  }
}

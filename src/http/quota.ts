import PQueue from 'p-queue';
import type { Clock } from './clock';
import { EventEmitter } from './eventEmitter';
import { Failure } from './failure';
import type { HttpProblem } from './httpProblem';

/**
 * Who waits for a call: a person who clicked, the view, or something nobody will miss (a hover on
 * an unknown ID).
 */
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

/** Whether more than half of a window is spent. */
export function isHalfSpent(use: readonly QuotaUse[]): boolean {
  return use.some(({ used, calls }) => 2 * used > calls);
}

/**
 * Milliseconds. Longer than this nobody waits at a screen: the call fails with the time at which
 * its turn would come.
 */
export const maxWaitMs = 60_000;

/** Calls under way at once. */
const concurrency = 8;
/** Of these, the ones that only a click gets: hung calls of the view must not hold it up. */
const keptForClicks = 2;

/** Told when a call has to wait for the budget: until when, in milliseconds since the epoch. */
export type OnWait = (until: number) => void;

interface Waiting {
  readonly priority: number;
  readonly turnedAway: AbortController;
  readonly onWait: OnWait | undefined;
}

/**
 * The tenant's budget of API calls, spent in one place: sliding windows, the most urgent call
 * first, and closed for everybody while the service says "later". Time is measured in ticks, so
 * that setting the computer's clock neither opens nor closes it.
 */
export class RequestQuota {
  readonly #clock: Clock;
  #windows: readonly QuotaWindow[];
  readonly #queue = new PQueue({ concurrency });
  /** Where calls without a person queue before they come to the other queue. */
  readonly #withoutPerson = new PQueue({ concurrency: concurrency - keptForClicks });
  /** All that were not started yet, in the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  /** When the calls of the longest window were started, oldest first, in ticks. */
  #starts: number[] = [];
  /** In ticks. */
  #closedUntil = -Infinity;
  #waking = false;
  readonly #throttled = new EventEmitter<number>();
  readonly #called = new EventEmitter<void>();

  /** The service closes the door: until when, in milliseconds since the epoch. */
  readonly onDidThrottle = this.#throttled.event;
  /** A call is started. */
  readonly onDidCall = this.#called.event;

  constructor(clock: Clock, windows: readonly QuotaWindow[] = documentedWindows) {
    this.#clock = clock;
    this.#windows = windows;
  }

  /**
   * Runs one call when the budget allows it.
   * @throws Failure `throttled` when its turn would come in more than a minute, also when that
   *   turns out while it waits; the signal's reason when aborted.
   */
  async run<T>(urgency: Urgency, signal: AbortSignal, call: () => Promise<T>, onWait?: OnWait): Promise<T> {
    signal.throwIfAborted();
    const waiting = { priority: priority[urgency], turnedAway: new AbortController(), onWait };
    this.#waiting.add(waiting);
    this.#update();
    const task = (): Promise<T> => {
      this.#waiting.delete(waiting);
      this.#starts.push(this.#clock.ticks());
      this.#update();
      this.#called.fire();
      return call();
    };
    const options = {
      priority: waiting.priority,
      signal: AbortSignal.any([signal, waiting.turnedAway.signal]),
    };
    const enter = (): Promise<T> => this.#queue.add(task, options);
    try {
      options.signal.throwIfAborted();
      return await (urgency === 'interactive' ? enter() : this.#withoutPerson.add(enter, options));
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /**
   * The service said to wait: nothing goes out before. `until` is in milliseconds since the epoch.
   */
  closeUntil(until: number): void {
    const closedUntil = this.#clock.ticks() + until - this.#clock.now();
    if (closedUntil > this.#closedUntil) {
      this.#closedUntil = closedUntil;
      this.#throttled.fire(until);
      this.#update();
    }
  }

  /** The service named a limit of its own, which holds from now on for its length of time. */
  limitTo({ calls, ms }: QuotaWindow): void {
    const others = this.#windows.filter((window) => window.ms !== ms);
    this.#windows = [...others, { calls, ms }].sort((a, b) => a.ms - b.ms);
    this.#update();
  }

  /** Whether the next call would have to wait: a window is spent, or the service said so. */
  get isClosed(): boolean {
    return this.#waits(1).some((wait) => wait > 0);
  }

  /** Each window, the shortest first, and how much of it is spent. */
  use(): readonly QuotaUse[] {
    const now = this.#clock.ticks();
    return this.#windows.map(({ calls, ms }) => ({
      calls,
      ms,
      used: this.#starts.filter((start) => start > now - ms).length,
    }));
  }

  #update(): void {
    this.#turnAway();
    const [wait = 0] = this.#waits(1);
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

  /** Fails the calls whose turn is too far away, and tells the others when it is. */
  #turnAway(): void {
    const inOrder = [...this.#waiting].sort((a, b) => b.priority - a.priority);
    const waits = this.#waits(inOrder.length);
    const now = this.#clock.now();
    for (const [n, waiting] of inOrder.entries()) {
      const wait = waits[n] ?? 0;
      const until = now + wait;
      if (wait > maxWaitMs) {
        this.#waiting.delete(waiting);
        if (n === 0) {
          // Nobody gets through, so the view may say so.
          this.#throttled.fire(until);
        }
        waiting.turnedAway.abort(new Failure<HttpProblem>({ code: 'throttled', until, message: undefined }));
      } else if (wait > 0) {
        waiting.onWait?.(until);
      }
    }
  }

  /**
   * Milliseconds until each of the next `count` calls may start, as far as the budget is concerned.
   */
  #waits(count: number): readonly number[] {
    const now = this.#clock.ticks();
    const longest = Math.max(...this.#windows.map(({ ms }) => ms));
    this.#starts = this.#starts.filter((start) => start > now - longest);
    const starts = [...this.#starts];
    return Array.from({ length: count }, () => {
      const free = this.#windows.map(({ calls, ms }) => (starts.at(-calls) ?? -Infinity) + ms);
      const start = Math.max(now, this.#closedUntil, ...free);
      starts.push(start);
      return start - now;
    });
  }
}

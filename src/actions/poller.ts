import type { Clock } from '../http/clock';
import { Failure, isAbort } from '../http/failure';
import type { HttpProblem } from '../http/httpProblem';

export interface PollerPorts {
  readonly clock: Clock;
  /** Seconds between two rounds; 0 is off. Asked for before each wait. */
  readonly intervalSeconds: () => number;
  /**
   * True while somebody looks and something can change. Whenever it may have changed, `check` wants
   * to be called.
   */
  readonly wanted: () => boolean;
  /** One round. */
  readonly poll: (signal: AbortSignal) => Promise<unknown>;
  /**
   * A round has failed; `next` is when the next one may be, in milliseconds since the epoch. Not
   * called for an abort.
   */
  readonly onFailure?: (error: unknown, next: number) => void;
}

/** Milliseconds. After failures the wait doubles, up to this. */
const maxWaitMs = 5 * 60_000;
/**
 * Milliseconds. Who looks again gets a round at once, but whoever looks away and back does not get
 * one each time.
 */
const minWaitMs = 5_000;

/**
 * Decides when to poll: every so often while it is wanted, one round at a time, more rarely after
 * failures, and not before the time that a throttled service named. Time is measured in ticks, so
 * that setting the computer's clock changes no wait.
 */
export class Poller {
  readonly #ports: PollerPorts;
  /** Aborts the round under way. */
  #round: AbortController | undefined;
  /** Ends the wait for the next round. */
  #wait: AbortController | undefined;
  #failures = 0;
  /** When the last round ended, or what it would have brought came in another way, in ticks. */
  #last = -Infinity;
  /** The service said not to come before, in ticks. */
  #closedUntil = -Infinity;
  /** Nobody wanted a round when that was asked the last time. */
  #idle = true;
  #disposed = false;

  constructor(ports: PollerPorts) {
    this.#ports = ports;
  }

  /** True while a round is under way. */
  get polling(): boolean {
    return this.#round !== undefined;
  }

  /** Something that it depends on may have changed: what is wanted, the interval. */
  check(): void {
    this.#wait?.abort();
    this.#wait = undefined;
    const { clock, intervalSeconds, wanted } = this.#ports;
    const intervalMs = intervalSeconds() * 1_000;
    if (this.#disposed || intervalMs <= 0 || !wanted()) {
      this.#idle = true;
      return;
    }
    if (this.#round !== undefined) {
      return;
    }
    const pause = this.#idle ? Math.min(minWaitMs, intervalMs) : this.#pauseMs(intervalMs);
    const ms = Math.max(this.#last + pause, this.#closedUntil) - clock.ticks();
    if (ms > 0) {
      this.#sleep(ms);
    } else {
      this.#idle = false;
      void this.#poll(intervalMs);
    }
  }

  /**
   * What a round would bring was just brought by something else, such as a refresh: the next one is
   * an interval away.
   */
  fresh(): void {
    this.#last = this.#ports.clock.ticks();
    this.#failures = 0;
    this.#idle = false;
    this.check();
  }

  /** Ends it for good, with the round under way. */
  dispose(): void {
    this.#disposed = true;
    this.#round?.abort();
    this.check();
  }

  #pauseMs(intervalMs: number): number {
    return Math.max(intervalMs, Math.min(maxWaitMs, intervalMs * 2 ** this.#failures));
  }

  #sleep(ms: number): void {
    const wait = new AbortController();
    this.#wait = wait;
    this.#ports.clock.sleep(ms, wait.signal).then(
      () => this.check(),
      () => undefined,
    );
  }

  async #poll(intervalMs: number): Promise<void> {
    const round = new AbortController();
    this.#round = round;
    try {
      await this.#ports.poll(round.signal);
      this.#failures = 0;
      this.#last = this.#ports.clock.ticks();
    } catch (error) {
      this.#last = this.#ports.clock.ticks();
      if (!isAbort(error)) {
        this.#failed(error, intervalMs);
      }
    } finally {
      this.#round = undefined;
      this.check();
    }
  }

  #failed(error: unknown, intervalMs: number): void {
    const { clock, onFailure } = this.#ports;
    const ahead = clock.now() - clock.ticks();
    const problem = error instanceof Failure ? (error.problem as HttpProblem) : undefined;
    if (problem?.code === 'throttled') {
      this.#closedUntil = problem.until - ahead;
    } else {
      this.#failures += 1;
    }
    onFailure?.(error, ahead + Math.max(this.#last + this.#pauseMs(intervalMs), this.#closedUntil));
  }
}

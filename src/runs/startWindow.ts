import type { Clock } from '../http/clock';
import { startsPerMinute } from './runPlan';

/**
 * Milliseconds. A second more than the documented minute: two requests may arrive closer together
 * than they were sent.
 */
const windowMs = 61_000;

/**
 * When the next action may be started: at most ten in a sliding minute, and none while the service
 * says to wait. Waits are measured in ticks, so setting the computer's clock doesn't change them.
 */
export class StartWindow {
  readonly #clock: Clock;
  /** Oldest first, in ticks. */
  #starts: number[];
  /** In ticks. */
  #closedUntil = -Infinity;

  /** `earlier`: starts of this run before a restart, in milliseconds since the epoch. */
  constructor(clock: Clock, earlier: readonly number[] = []) {
    this.#clock = clock;
    const now = clock.now();
    this.#starts = earlier
      .map((at) => Math.max(0, now - at))
      .filter((age) => age < windowMs)
      .sort((a, b) => b - a)
      .map((age) => clock.ticks() - age);
  }

  /** Milliseconds until the next start; 0 when it may be now. */
  waitMs(): number {
    const now = this.#clock.ticks();
    this.#starts = this.#starts.filter((start) => start > now - windowMs);
    const free = (this.#starts.at(-startsPerMinute) ?? -Infinity) + windowMs;
    return Math.max(0, free - now, this.#closedUntil - now);
  }

  /** An action is started now. */
  take(): void {
    this.#starts.push(this.#clock.ticks());
  }

  /** The service said to wait. */
  closeFor(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.ticks() + ms);
  }
}

/**
 * The service's own count of calls: sliding windows of a minute and an hour, as documented for the
 * machine action calls.
 */
export interface Quota {
  readonly perMinute: number;
  readonly perHour: number;
}

export class CallCounter {
  readonly #quota: Quota;
  #calls: number[] = [];

  constructor(quota: Quota) {
    this.#quota = quota;
  }

  /**
   * Counts a call at `now` (ms). Undefined when it is within the quota, else how long to wait and
   * the recorded wording.
   */
  count(now: number): { readonly seconds: number; readonly message: string } | undefined {
    this.#calls = this.#calls.filter((call) => call > now - 3_600_000);
    for (const [limit, ms, window] of [
      [this.#quota.perMinute, 60_000, '00:01:00'],
      [this.#quota.perHour, 3_600_000, '01:00:00'],
    ] as const) {
      const oldest = this.#calls.at(-limit);
      if (oldest !== undefined && oldest > now - ms) {
        const seconds = Math.max(1, Math.ceil((oldest + ms - now) / 1000));
        const message = `API calls quota exceeded! Maximum allowed ${limit} per ${window} for the key Destination+TenantID+AppID. You can send requests again in ${seconds} seconds.`;
        return { seconds, message };
      }
    }
    this.#calls.push(now);
    return undefined;
  }
}

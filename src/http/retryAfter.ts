import type { HttpResponse } from './fetchPort';

/**
 * Milliseconds. No documented window is longer, so after it one call may ask again; a header may
 * say anything.
 */
export const maxNamedWaitMs = 3_600_000;

/**
 * How long the service asks us to wait, in milliseconds, one hour at the most: `Retry-After` as
 * seconds or as an HTTP date, otherwise the wait that the message names ("You can send requests
 * again in 8 seconds.", as recorded; gateways say "Try again in 2 minutes." and "Quota will be
 * replenished in 00:12:34."). Undefined when neither says.
 */
export function retryAfterMs(
  header: string | undefined,
  message: string | undefined,
  now: number,
): number | undefined {
  const wait = headerMs(header?.trim() ?? '', now) ?? messageMs(message ?? '');
  return wait === undefined ? undefined : Math.min(Math.max(0, wait), maxNamedWaitMs);
}

/**
 * When an answer was sent by the clock that its Retry-After goes by, in milliseconds since the
 * epoch; `now` when it does not say.
 */
export function answeredAt(response: Pick<HttpResponse, 'header'>, now: number): number {
  return dateMs(response.header('date')) ?? now;
}

function headerMs(value: string, now: number): number | undefined {
  // Two headers of this name come as one, with a comma.
  const seconds = /^\d{1,20}(?=$|\s?,)/.exec(value)?.[0];
  if (seconds !== undefined) {
    return Number(seconds) * 1000;
  }
  const date = /[a-z]/i.test(value) ? dateMs(value) : undefined;
  return date === undefined ? undefined : date - now;
}

function dateMs(value: string | undefined): number | undefined {
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? undefined : date;
}

/** Milliseconds. */
const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function messageMs(message: string): number | undefined {
  const [, number, unit = '', ...clock] =
    /\b(?:in|after|wait(?:\sfor)?)\s(?:(\d{1,9}(?:\.\d{1,9})?)\s?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)|(\d\d):(\d\d):(\d\d))\b/i.exec(
      message,
    ) ?? [];
  if (number !== undefined) {
    const name = unit.toLowerCase();
    return Number(number) * (units[/^(?:ms|milli)/.test(name) ? 'ms' : name.charAt(0)] ?? 0);
  }
  const [hours, minutes, seconds] = clock.map(Number);
  return seconds === undefined || Number.isNaN(seconds)
    ? undefined
    : (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + seconds) * 1000;
}

/**
 * The limit that a refusal names ("Maximum allowed 30 per 00:01:00 for the key …", as recorded), in
 * milliseconds; undefined when it names none that makes sense.
 */
export function namedLimit(message: string | undefined): { calls: number; ms: number } | undefined {
  const match = /\bmaximum allowed (\d{1,6}) per (\d\d):(\d\d):(\d\d)\b/i.exec(message ?? '');
  const [calls = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map(Number);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return calls > 0 && ms > 0 ? { calls, ms } : undefined;
}

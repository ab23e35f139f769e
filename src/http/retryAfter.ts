/**
 * How long the service asks us to wait, in milliseconds: `Retry-After` as seconds or as an HTTP date, otherwise the wait that the
 * message names ("You can send requests again in 8 seconds.", as recorded). Undefined when neither says.
 */
export function retryAfterMs(
  header: string | undefined,
  message: string | undefined,
  now: number,
): number | undefined {
  const value = header?.trim();
  if (value !== undefined && /^\d{1,9}$/.test(value)) {
    return Number(value) * 1000;
  }
  if (value !== undefined && /[a-z]/i.test(value)) {
    const date = Date.parse(value);
    if (!Number.isNaN(date)) {
      return Math.max(0, date - now);
    }
  }
  const named = /\bin (\d{1,6}) seconds?\b/i.exec(message ?? '')?.[1];
  return named === undefined ? undefined : Number(named) * 1000;
}

/**
 * The limit that a refusal names ("Maximum allowed 30 per 00:01:00 for the key …", as recorded), in milliseconds; undefined when it
 * names none that makes sense.
 */
export function namedLimit(message: string | undefined): { calls: number; ms: number } | undefined {
  const match = /\bmaximum allowed (\d{1,6}) per (\d\d):(\d\d):(\d\d)\b/i.exec(message ?? '');
  const [calls = 0, hours = 0, minutes = 0, seconds = 0] = (match ?? []).slice(1).map(Number);
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return calls > 0 && ms > 0 ? { calls, ms } : undefined;
}

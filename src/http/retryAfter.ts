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

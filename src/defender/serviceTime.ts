/**
 * Milliseconds of a day with this UTC date and later: .NET's DateTime.MaxValue, which means
 * "never".
 */
const endOfTime = Date.UTC(9999, 11, 31);
/** The zero of Windows file times. */
const fileTimeZero = Date.UTC(1601, 0, 1);
const dayMs = 86_400_000;
const minuteMs = 60_000;

const spelled =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,20}))?)?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;

/**
 * A time of the service in milliseconds since the epoch. .NET writes up to 7 fractional digits and,
 * in some fields, no zone: the field names say UTC. Undefined for what is no time, for a day that
 * no calendar has, and for what means "not set": the year 1, the last day of the year 9999, and
 * 1601-01-01T00:00:00Z.
 */
export function time(value: unknown): number | undefined {
  if (typeof value !== 'string' || value === '') {
    return undefined;
  }
  const ms = recordedTime(value) ?? spelledTime(value);
  return ms === undefined || ms >= endOfTime || ms === fileTimeZero ? undefined : ms;
}

/** Any time of ISO 8601 that a service may send. */
function spelledTime(value: string): number | undefined {
  const match = spelled.exec(value.trim());
  if (match === null) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((each: string | undefined) => Number(each ?? 0));
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = offsetOf(match[8] ?? 'Z');
  const date = dateOf(year, month, day);
  if (year <= 1 || date === undefined || offset === undefined || minute > 59 || hour > 24) {
    return undefined;
  }
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  // Midnight may be the end of a day, and nothing behind it.
  if (clock > dayMs && hour === 24) {
    return undefined;
  }
  const ms = date + clock - offset * minuteMs;
  return second < 60 || (second === 60 && isLeapSecond(ms - milliseconds)) ? ms : undefined;
}

/** The beginning of a day; undefined when there is no such day. */
function dateOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // Not Date.UTC, which takes the year 50 for 1950.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/** Minutes before UTC; undefined when no place has such an offset. */
function offsetOf(zone: string): number | undefined {
  if (/^z$/i.test(zone)) {
    return 0;
  }
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  const offset = hours * 60 + minutes;
  return minutes > 59 || hours > 23 ? undefined : zone.startsWith('-') ? -offset : offset;
}

/**
 * Leap seconds stand at the end of June or December, in UTC. They count as the second behind them,
 * as on a clock of Unix.
 */
function isLeapSecond(next: number): boolean {
  const date = new Date(next);
  const ends = date.getUTCDate() === 1 && [0, 6].includes(date.getUTCMonth());
  return ends && next % dayMs === 0;
}

/**
 * A time as recorded answers have it, `2026-11-20T14:43:45.6187124Z`; undefined for anything else,
 * for the last days of a month and for years before 1000, which {@link spelledTime} knows. Several
 * times faster than it, and most of what decoding a list of 10,000 actions takes.
 */
function recordedTime(value: string): number | undefined {
  const end = value.length - 1;
  const date = value.charAt(4) === '-' && value.charAt(7) === '-' && value.charAt(10) === 'T';
  const clock = value.charAt(13) === ':' && value.charAt(16) === ':' && value.charAt(end) === 'Z';
  if (!date || !clock || (end !== 19 && (value.charAt(19) !== '.' || end < 21 || end > 27))) {
    return undefined;
  }
  const month = digits(value, 5, 7);
  const day = digits(value, 8, 10);
  const hour = digits(value, 11, 13);
  const minute = digits(value, 14, 16);
  const second = digits(value, 17, 19);
  const year = digits(value, 0, 4);
  if (!(
    year >= 1000 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  )) {
    return undefined;
  }
  const fraction = end === 19 ? 0 : Math.floor(digits(value, 20, end) / (perMs[end - 20] ?? 1));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  return Number.isNaN(ms) ? undefined : ms;
}

/** What a fraction of a second with so many digits is divided by to give milliseconds. */
const perMs = [1, 0.01, 0.1, 1, 10, 100, 1_000, 10_000];

/** The number that these digits write; NaN when one of them is none. */
function digits(value: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = value.charCodeAt(at) - 0x30;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN;
  }
  return number;
}

import * as l10n from '@vscode/l10n';
import { reader } from './reader';

/**
 * A time for a row: the time of day for today, otherwise the date too; local or UTC as the setting
 * `liveResponse.time` says.
 */
export function shortTime(ms: number | undefined, now = Date.now()): string {
  if (ms === undefined) {
    return '';
  }
  const utc = reader().utc();
  const { clock, day } = formats(utc);
  const date = day.format(ms);
  const today = Math.abs(now - ms) < 2 * dayMs && date === day.format(now);
  return `${today ? '' : `${date}, `}${clock.format(ms)}${utc ? ' UTC' : ''}`;
}

/** A time of day with seconds; local or UTC like {@link shortTime}. */
export function clockTime(ms: number): string {
  const { language, utc } = reader();
  const time = new Date(ms);
  return utc()
    ? `${time.toLocaleTimeString(language, { timeZone: 'UTC' })} UTC`
    : time.toLocaleTimeString(language);
}

const minuteMs = 60_000;
/** A date without its year is that of every year. */
const dayMs = 86_400_000;
/** Milliseconds. Up to this age a row says how long ago something was. */
export const youngMs = 60 * minuteMs;

/** When something was, for a row: how long ago in its first hour, {@link shortTime} after that. */
export function age(ms: number | undefined, now = Date.now()): string {
  const past = ms === undefined ? Infinity : now - ms;
  if (past < 0 || past >= youngMs) {
    return shortTime(ms, now);
  }
  return past < minuteMs ? l10n.t('just now') : l10n.t('{0} min ago', Math.floor(past / minuteMs));
}

/** A length of time in its two largest units. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts: (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), l10n.t({ message: 'd', comment: ['Unit: days'] })],
    [Math.floor(seconds / 3_600) % 24, l10n.t({ message: 'h', comment: ['Unit: hours'] })],
    [Math.floor(seconds / 60) % 60, l10n.t({ message: 'min', comment: ['Unit: minutes'] })],
    [seconds % 60, l10n.t({ message: 's', comment: ['Unit: seconds'] })],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const largest = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([count]) => count > 0);
  return largest.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
}

const made = new Map<string, Formats>();

/** Making a format takes longer than using it a hundred times, and a group has up to 5,000 rows. */
function formats(utc: boolean): Formats {
  const zone: Intl.DateTimeFormatOptions = utc ? { timeZone: 'UTC' } : {};
  const { language } = reader();
  const key = `${language} ${utc}`;
  const known = made.get(key) ?? {
    clock: new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', ...zone }),
    day: new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', ...zone }),
  };
  made.set(key, known);
  return known;
}

import * as vscode from 'vscode';
import type { MachineAction } from '../defender/machineAction';
import { plain } from './plain';
import { settings } from '../platform/userSettings';

const { l10n } = vscode;

/** A type in the user's words; one that is not known is shown as it came. */
export function actionTypeName(type: string): string {
  switch (type) {
    case 'LiveResponse':
      return l10n.t('Live response');
    case 'RunAntiVirusScan':
      return l10n.t('Antivirus scan');
    case 'CollectInvestigationPackage':
      return l10n.t('Collect investigation package');
    case 'Isolate':
      return l10n.t('Isolate machine');
    case 'Unisolate':
      return l10n.t('Release from isolation');
    case 'StopAndQuarantineFile':
      return l10n.t('Stop and quarantine file');
    case 'RestrictCodeExecution':
      return l10n.t('Restrict app execution');
    case 'UnrestrictCodeExecution':
      return l10n.t('Remove app restriction');
    case 'Offboard':
      return l10n.t('Offboard machine');
    default:
      return plain(type, 60);
  }
}

/** A status in the user's words; one that is not known is shown as it came. */
export function statusName(status: string): string {
  switch (status) {
    case 'Pending':
      return l10n.t('pending');
    case 'InProgress':
      return l10n.t('in progress');
    case 'Succeeded':
      return l10n.t('succeeded');
    case 'Failed':
      return l10n.t('failed');
    case 'TimeOut':
      return l10n.t('timed out');
    case 'Cancelled':
      return l10n.t('cancelled');
    case 'Created':
      return l10n.t('created');
    case 'Completed':
      return l10n.t('completed');
    default:
      return plain(status, 40);
  }
}

/** The machine's name, else its ID: a new action has no name yet. */
export function hostName(action: Pick<MachineAction, 'computerDnsName' | 'machineId'>): string {
  return plain(action.computerDnsName ?? action.machineId ?? l10n.t('unknown machine'), 80);
}

/** {@link hostName} without its domain, or the beginning of an ID, for rows; the tooltip has all of it. */
export function shortHostName(action: Pick<MachineAction, 'computerDnsName' | 'machineId'>): string {
  const name = hostName(action);
  return action.computerDnsName === undefined && name.length > shortId
    ? `${name.slice(0, shortId)}…`
    : (name.split('.')[0] ?? '');
}

/** Characters. */
const shortId = 8;

/** The last part of a path, of either system; a name without separators as it is. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

/** A time for a row: the time of day for today, otherwise the date too; local or UTC as the setting `liveResponse.time` says. */
export function shortTime(ms: number | undefined, now = Date.now()): string {
  if (ms === undefined) {
    return '';
  }
  const utc = settings.utc();
  const { clock, day } = formats(utc);
  const date = day.format(ms);
  return `${date === day.format(now) ? '' : `${date}, `}${clock.format(ms)}${utc ? ' UTC' : ''}`;
}

/** A time of day on this computer's clock, with seconds. */
export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString(vscode.env.language);
}

const minuteMs = 60_000;
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
    [Math.floor(seconds / 86_400), l10n.t('d')],
    [Math.floor(seconds / 3_600) % 24, l10n.t('h')],
    [Math.floor(seconds / 60) % 60, l10n.t('min')],
    [seconds % 60, l10n.t('s')],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const largest = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([count]) => count > 0);
  return largest.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

interface Formats {
  readonly clock: Intl.DateTimeFormat;
  readonly day: Intl.DateTimeFormat;
}

const made = new Map<boolean, Formats>();

/** Making a format takes longer than using it a hundred times, and a group has up to 5,000 rows. */
function formats(utc: boolean): Formats {
  const zone: Intl.DateTimeFormatOptions = utc ? { timeZone: 'UTC' } : {};
  const known = made.get(utc) ?? {
    clock: new Intl.DateTimeFormat(vscode.env.language, { hour: '2-digit', minute: '2-digit', ...zone }),
    day: new Intl.DateTimeFormat(vscode.env.language, { month: 'short', day: 'numeric', ...zone }),
  };
  made.set(utc, known);
  return known;
}

import * as l10n from '@vscode/l10n';
import type { MachineAction } from '../defender/machineAction';
import { sanitize } from './sanitize';

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
      return sanitize(type, 60);
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
      return l10n.t('canceled');
    case 'Created':
      return l10n.t('created');
    case 'Completed':
      return l10n.t('completed');
    default:
      return sanitize(status, 40);
  }
}

/** The machine's name, else its ID: a new action has no name yet. */
export function hostName(action: Pick<MachineAction, 'computerDnsName' | 'machineId'>): string {
  return (
    sanitize(action.computerDnsName ?? '', 80) ||
    sanitize(action.machineId ?? '', 80) ||
    l10n.t('unknown machine')
  );
}

/**
 * {@link hostName} without its domain, or the beginning of an ID, for rows; the tooltip has all of
 * it.
 */
export function shortHostName(action: Pick<MachineAction, 'computerDnsName' | 'machineId'>): string {
  const name = hostName(action);
  const [first = ''] = name.split('.');
  return action.computerDnsName === undefined && name.length > shortId
    ? `${name.slice(0, shortId)}…`
    : first || name;
}

/** Characters. */
const shortId = 8;

/** The last part of a path, of either system; a name without separators as it is. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}

import * as vscode from 'vscode';
import { type ActionGroup, type Grouping, groupings } from '../../actions/grouping';
import { actionTypeName, statusName } from '../../messages/formatNames';
import { sanitize } from '../../messages/sanitize';

const { l10n } = vscode;

/** The heading of a group. */
export function groupName({ key, value }: ActionGroup, grouping: Grouping): string {
  switch (grouping) {
    case 'time':
      return timeName(key);
    case 'status':
      return value === undefined ? l10n.t('Unknown status') : capitalized(statusName(value));
    case 'type':
      return value === undefined ? l10n.t('Unknown type') : actionTypeName(value);
    case 'machine':
      return value === undefined ? l10n.t('Unnamed machine') : sanitize(value, 60);
    case 'requestor':
      return value === undefined ? l10n.t('No requestor') : sanitize(value, 60);
  }
}

function capitalized(name: string): string {
  return name.charAt(0).toLocaleUpperCase(vscode.env.language) + name.slice(1);
}

function timeName(key: string): string {
  switch (key) {
    case 'today':
      return l10n.t('Today');
    case 'yesterday':
      return l10n.t('Yesterday');
    case 'thisWeek':
      return l10n.t('This Week');
    case 'lastWeek':
      return l10n.t('Last Week');
    case 'older':
      return l10n.t('Older');
    default:
      return l10n.t('Unknown time');
  }
}

export function groupingName(grouping: Grouping | 'none'): string {
  switch (grouping) {
    case 'none':
      return l10n.t('None');
    case 'time':
      return l10n.t('Time');
    case 'machine':
      return l10n.t('Machine');
    case 'status':
      return l10n.t('Status');
    case 'type':
      return l10n.t('Type');
    case 'requestor':
      return l10n.t('Requestor');
  }
}

/** Asks by what to group; undefined when the person backs out. */
export async function askGrouping(current: Grouping | 'none'): Promise<Grouping | 'none' | undefined> {
  const items = (['none', ...groupings] as const).map((grouping) => ({
    label: groupingName(grouping),
    description: grouping === current ? l10n.t('active') : '',
    grouping,
  }));
  const placeHolder = l10n.t('Select how to group machine actions');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.grouping;
}

/** A grouping that was kept in a workspace; what is not one counts as none. */
export function readGrouping(kept: unknown): Grouping | 'none' {
  return groupings.find((each) => each === kept) ?? 'none';
}

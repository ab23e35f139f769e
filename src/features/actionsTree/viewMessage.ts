import * as vscode from 'vscode';
import { clockTime, duration } from '../../messages/times';
import { sanitize } from '../../messages/sanitize';
import type { ConnectedTenant } from '../connections';
import { isFiltered, type TreeFilter } from '../../actions/treeFilter';
import { filterText } from '../../messages/filterText';

const { l10n } = vscode;

/**
 * Until when Defender wants to be left alone, and how long that is yet; both in milliseconds since
 * the epoch.
 */
export function throttledLine(until: number, now: number): string {
  return l10n.t('Throttled by Defender until {0} ({1} left).', clockTime(until), duration(until - now));
}

/**
 * What is listed, whose it is, and what is not: more behind it, hidden by the filter, unreadable.
 */
export function listedLines(
  { connection, actions }: ConnectedTenant,
  filter: TreeFilter,
  unlisted: number,
  now = Date.now(),
): string[] {
  const { shown, hidden, unreadable } = actions;
  const lines = [listedLine({ connection, actions }, now)];
  if (isFiltered(filter)) {
    lines.push(
      hidden > 0
        ? l10n.t('Filter: {0}. {1} shown, {2} hidden.', filterText(filter), shown.length, hidden)
        : l10n.t('Filter: {0}.', filterText(filter)),
    );
  }
  if (unlisted > 0) {
    lines.push(
      l10n.t(
        'Showing the first {0} rows. To see the other {1}, group or filter the list.',
        shown.length - unlisted,
        unlisted,
      ),
    );
  }
  if (unreadable > 0) {
    lines.push(
      unreadable === 1
        ? l10n.t('1 entry couldn’t be read.')
        : l10n.t('{0} entries couldn’t be read.', unreadable),
    );
  }
  return lines;
}

/**
 * How many are listed, of whom, and of which period: of the one that was asked for, whatever the
 * setting says by now.
 */
function listedLine(
  { connection, actions }: Pick<ConnectedTenant, 'connection' | 'actions'>,
  now: number,
): string {
  const { listed, complete, filter } = actions;
  // The view's description says whose they are, too, but VS Code cuts it off in a narrow side bar.
  const tenant = sanitize(connection.name, 60);
  const days = Math.max(1, Math.round((now - (filter?.since ?? now)) / dayMs));
  return complete ? allWords(tenant, listed.length, days) : latestWords(tenant, listed.length, days);
}

function allWords(tenant: string, count: number, days: number): string {
  if (days === 1) {
    return count === 1
      ? l10n.t('{0}: 1 action in the last day.', tenant)
      : l10n.t('{0}: {1} actions in the last day.', tenant, count);
  }
  return count === 1
    ? l10n.t('{0}: 1 action in the last {1} days.', tenant, days)
    : l10n.t('{0}: {1} actions in the last {2} days.', tenant, count, days);
}

function latestWords(tenant: string, count: number, days: number): string {
  if (days === 1) {
    return count === 1
      ? l10n.t('{0}: latest action in the last day. More are available.', tenant)
      : l10n.t('{0}: latest {1} actions in the last day. More are available.', tenant, count);
  }
  return count === 1
    ? l10n.t('{0}: latest action in the last {1} days. More are available.', tenant, days)
    : l10n.t('{0}: latest {1} actions in the last {2} days. More are available.', tenant, count, days);
}

const dayMs = 86_400_000;

import * as vscode from 'vscode';
import { plain } from '../plain';
import type { Session } from '../sessions';
import { settings } from '../settings';
import { filterWords, isFiltered, type TreeFilter } from './filters';

const { l10n } = vscode;

/** What is listed, whose it is, and what is not: more behind it, hidden by the filter, unreadable. */
export function listedLines({ connection, actions }: Session, filter: TreeFilter): string[] {
  const { listed, shown, hidden, unreadable, complete } = actions;
  // The view's description says whose they are, too, but VS Code cuts it off in a narrow side bar.
  const tenant = plain(connection.name, 60);
  const days = settings.lookbackDays();
  const lines = [
    complete
      ? l10n.t('{0}: {1} actions of the last {2} days.', tenant, listed.length, days)
      : l10n.t(
          '{0}: the newest {1} actions of the last {2} days; there are more.',
          tenant,
          listed.length,
          days,
        ),
  ];
  if (isFiltered(filter)) {
    lines.push(
      hidden > 0
        ? l10n.t('Filter: {0}. {1} shown, {2} hidden.', filterWords(filter), shown.length, hidden)
        : l10n.t('Filter: {0}.', filterWords(filter)),
    );
  }
  if (unreadable > 0) {
    lines.push(l10n.t('{0} entries could not be read.', unreadable));
  }
  return lines;
}

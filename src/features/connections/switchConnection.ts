import * as vscode from 'vscode';
import { sanitize } from '../../messages/sanitize';
import type { ManagePorts } from './manage';
import type { ConnectionRegistry } from './connectionRegistry';

const { l10n } = vscode;

/**
 * `liveResponse.switchConnection`: to the one that is named, without a question; otherwise asks.
 * From the view's title VS Code passes the row that has the focus, which names no connection.
 */
export async function switchConnection(
  { registry, reporter }: Pick<ManagePorts, 'registry' | 'reporter'>,
  id: unknown,
): Promise<void> {
  const chosen = typeof id === 'string' ? id : await pickConnection(registry);
  if (chosen === undefined) {
    return;
  }
  if (!(await registry.switchTo(chosen))) {
    reporter.reportProblem('switch the connection', { code: 'unknownConnection', id: chosen });
    return;
  }
  if (typeof id !== 'string') {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
  }
}

async function pickConnection(registry: ConnectionRegistry): Promise<string | undefined> {
  const active = registry.active?.connection.id;
  const items = registry.connections.map((connection) => ({
    label: sanitize(connection.name, 60),
    description: connection.id === active ? l10n.t('active') : '',
    detail:
      connection.auth === 'demo'
        ? l10n.t('A fictional incident to explore without signing in')
        : connection.tenantId,
    id: connection.id,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: l10n.t('Switch Connection'),
    placeHolder: l10n.t('Select a tenant'),
  });
  return chosen?.id;
}

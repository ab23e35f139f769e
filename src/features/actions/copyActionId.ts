import * as vscode from 'vscode';
import { hostName } from '../../messages/formatNames';
import { escapeMarkup } from '../../messages/sanitize';
import { isNode } from '../actionsTree';

const { l10n } = vscode;

/** `liveResponse.copyActionId`: of a row. */
export async function copyActionId(target: unknown): Promise<void> {
  if (isNode(target)) {
    await vscode.env.clipboard.writeText(target.action.id);
    const said = l10n.t('Copied the action ID for {0}.', hostName(target.action));
    vscode.window.setStatusBarMessage(escapeMarkup(said), 3_000);
  }
}

import * as vscode from 'vscode';
import { type DeepLink, deepLinkParts } from '../../links/deepLink';
import type { ConnectedTenant } from '../connections';

const extensionId = 'live-response.defender-live-response';

/** The address that brings somebody with the same tenant here. */
export function linkTo(
  { connection }: ConnectedTenant,
  { actionId, index, kind }: { actionId: string; index: number; kind: DeepLink['kind'] },
): string {
  const { path, query } = deepLinkParts({
    kind,
    tenantId: connection.tenantId,
    connection: connection.id,
    actionId,
    index,
  });
  // Plain toString() would encode "=" and "&".
  return vscode.Uri.from({ scheme: vscode.env.uriScheme, authority: extensionId, path, query }).toString(
    true,
  );
}

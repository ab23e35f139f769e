import * as vscode from 'vscode';
import { shortHostName } from '../../messages/formatNames';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import { chooseFilter } from './chooseFilter';
import { noFilter, type TreeFilter } from '../../actions/treeFilter';
import { isNode } from './nodes';
import type { TreeChoices } from './treeChoices';

export interface FilterPorts {
  readonly registry: ConnectionRegistry;
  readonly progress: Progress;
  readonly choices: TreeChoices;
  /** Loads what the filter of the active tenant asks for. */
  readonly refresh: () => Promise<void>;
}

/** `liveResponse.filter`: asks what to show. */
export async function filter(ports: FilterPorts): Promise<void> {
  const tenant = ports.registry.active;
  if (tenant !== undefined) {
    const chosen = await chooseFilter(tenant, ports.choices.filterOf(tenant), ports.progress);
    await (chosen && apply(ports, tenant, chosen));
  }
}

/** `liveResponse.clearFilter` */
export async function clearFilter(ports: FilterPorts): Promise<void> {
  const tenant = ports.registry.active;
  await (tenant && apply(ports, tenant, noFilter));
}

/** `liveResponse.filterOnMachine`: the actions on the machine of a row. */
export async function filterOnMachine(ports: FilterPorts, target: unknown): Promise<void> {
  if (isNode(target) && target.action.machineId !== undefined) {
    const machine = { id: target.action.machineId, name: shortHostName(target.action) };
    await apply(ports, target.tenant, { machine });
    return;
  }
  // A link in a result: whoever wrote that may have written anything.
  const { machineId, name } = (target ?? {}) as Readonly<Record<string, unknown>>;
  const tenant = ports.registry.active;
  if (tenant !== undefined && typeof machineId === 'string' && /^[0-9a-f]{40}$/.test(machineId)) {
    const machine = { id: machineId, name: typeof name === 'string' ? name : machineId };
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await apply(ports, tenant, { machine });
  }
}

/** `liveResponse.showOpenSessions`: what takes up the tenant's live-response sessions. */
export async function showOpenSessions(ports: FilterPorts): Promise<void> {
  const tenant = ports.registry.active;
  if (tenant !== undefined) {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await apply(ports, tenant, { preset: 'sessions' });
  }
}

async function apply(
  { choices, refresh }: FilterPorts,
  tenant: ConnectedTenant,
  chosen: TreeFilter,
): Promise<void> {
  await choices.setFilter(tenant, chosen);
  await refresh();
}

import * as vscode from 'vscode';
import { shortHostName } from '../../messages/names';
import type { Progress } from '../../platform/progress';
import type { Session, Sessions } from '../connections';
import { chooseFilter } from './chooseFilter';
import { noFilter, type TreeFilter } from '../../actions/treeFilter';
import { isNode } from './nodes';
import type { TreeChoices } from './treeChoices';

export interface FilterPorts {
  readonly sessions: Sessions;
  readonly progress: Progress;
  readonly choices: TreeChoices;
  /** Loads what the filter of the active tenant asks for. */
  readonly refresh: () => Promise<void>;
}

/** `liveResponse.filter`: asks what to show. */
export async function filter(ports: FilterPorts): Promise<void> {
  const session = ports.sessions.active;
  if (session !== undefined) {
    const chosen = await chooseFilter(session, ports.choices.filterOf(session), ports.progress);
    await (chosen && apply(ports, session, chosen));
  }
}

/** `liveResponse.clearFilter` */
export async function clearFilter(ports: FilterPorts): Promise<void> {
  const session = ports.sessions.active;
  await (session && apply(ports, session, noFilter));
}

/** `liveResponse.filterOnMachine`: the actions on the machine of a row. */
export async function filterOnMachine(ports: FilterPorts, target: unknown): Promise<void> {
  if (isNode(target) && target.action.machineId !== undefined) {
    const machine = { id: target.action.machineId, name: shortHostName(target.action) };
    await apply(ports, target.session, { machine });
    return;
  }
  // A link in a result: whoever wrote that may have written anything.
  const { machineId, name } = (target ?? {}) as Readonly<Record<string, unknown>>;
  const session = ports.sessions.active;
  if (session !== undefined && typeof machineId === 'string' && /^[0-9a-f]{40}$/.test(machineId)) {
    const machine = { id: machineId, name: typeof name === 'string' ? name : machineId };
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await apply(ports, session, { machine });
  }
}

/** `liveResponse.showOpenSessions`: what takes up the tenant's live-response sessions. */
export async function showOpenSessions(ports: FilterPorts): Promise<void> {
  const session = ports.sessions.active;
  if (session !== undefined) {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await apply(ports, session, { preset: 'sessions' });
  }
}

async function apply({ choices, refresh }: FilterPorts, session: Session, chosen: TreeFilter): Promise<void> {
  await choices.setFilter(session, chosen);
  await refresh();
}

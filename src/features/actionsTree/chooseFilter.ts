import * as vscode from 'vscode';
import type { Machine } from '../../defender/machine';
import { Failure } from '../../http/failure';
import { shortTime } from '../../messages/times';
import { escapeMarkup, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant } from '../connections';
import type { TreeFilter } from '../../actions/treeFilter';
import { askFilter } from './askFilter';

const { l10n } = vscode;

/**
 * Asks what to show. Finds out who we are, and which machine has a name, where the answer takes it.
 * @returns undefined when the person backs out
 * @throws Failure<Problem>
 */
export async function chooseFilter(
  tenant: ConnectedTenant,
  current: TreeFilter,
  progress: Progress,
): Promise<TreeFilter | undefined> {
  const chosen = await askFilter(current);
  if (chosen === undefined) {
    return undefined;
  }
  const { hostName, ...filter } = chosen;
  if (hostName !== undefined) {
    const machine = await chooseMachine(tenant, hostName, progress);
    return machine && { ...filter, machine };
  }
  if (filter.preset === 'mine') {
    const requestors = await progress.run(l10n.t('Looking up your identity'), (signal) =>
      tenant.requestors(signal),
    );
    if (requestors.length === 0) {
      throw new Failure<TargetProblem>({ code: 'nameless' });
    }
    return { ...filter, requestors };
  }
  return filter;
}

async function chooseMachine(
  tenant: ConnectedTenant,
  name: string,
  progress: Progress,
): Promise<TreeFilter['machine']> {
  const found = await progress.run(l10n.t('Finding the machine'), (signal) =>
    tenant.client.findMachines(name, { signal, urgency: 'interactive' }),
  );
  const [only, ...more] = found;
  if (only === undefined) {
    throw new Failure<TargetProblem>({ code: 'noSuchMachine', name });
  }
  const machine = more.length === 0 ? only : await pickMachine(found);
  return machine && { id: machine.id, name: sanitize(machine.name ?? machine.id, 80) };
}

async function pickMachine(machines: readonly Machine[]): Promise<Machine | undefined> {
  const items = machines.map((machine) => ({
    label: escapeMarkup(sanitize(machine.name ?? machine.id, 80)),
    description: escapeMarkup(
      [machine.osPlatform, machine.healthStatus].map((each) => sanitize(each ?? '', 40)).join(' · '),
    ),
    detail: l10n.t('{0}, last full report {1}', machine.id, shortTime(machine.lastSeen)),
    machine,
  }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Select a machine') });
  return chosen?.machine;
}

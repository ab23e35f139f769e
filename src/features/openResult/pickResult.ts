import * as vscode from 'vscode';
import type { MachineAction } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { normalizeGuid } from '../../defender/decode';
import type { ResultAddress } from '../../results/address';
import { hostName, statusName } from '../../messages/formatNames';
import { shortTime } from '../../messages/times';
import { escapeMarkup, sanitize } from '../../messages/sanitize';
import type { TargetProblem } from '../../messages/problem';
import type { Progress } from '../../platform/progress';
import type { ConnectedTenant } from '../connections';
import { settings } from '../../platform/userSettings';
import { actionLabel } from '../../messages/actionLabel';
import type { LoadedAction, ResultLoader } from '../documents';

const { l10n } = vscode;

/** Actions that are offered at once; older ones can be pasted. */
const maxOffered = 1_000;

interface ActionItem extends vscode.QuickPickItem {
  readonly actionId: string;
}

/** How to ask for an action. */
export interface Asking {
  readonly loader: ResultLoader;
  readonly progress: Progress;
  readonly title: string;
  /** Which of the recent actions are offered; any ID can be pasted. */
  readonly offers: (action: MachineAction) => boolean;
  readonly placeholder: string;
}

/**
 * Asks which action is meant: the recent live-response actions, or any ID that is pasted.
 * @returns undefined when the person backs out
 * @throws Failure<Problem>
 */
export async function pickAction(tenant: ConnectedTenant, asking: Asking): Promise<LoadedAction | undefined> {
  const { loader, progress } = asking;
  const actionId = await askForAction(tenant, asking);
  if (actionId === undefined) {
    return undefined;
  }
  const address = { connection: tenant.connection.id, actionId };
  return progress.run(l10n.t('Looking up the action'), (signal) =>
    loader.action(address, { signal, urgency: 'interactive' }),
  );
}

function askForAction(
  tenant: ConnectedTenant,
  { progress, title, offers, placeholder }: Asking,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<ActionItem>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let recent: readonly ActionItem[] = [];
  const update = (): void => {
    const pasted = normalizeGuid(pick.value.trim().replace(/^\{|\}$/g, ''));
    const known = recent.find((item) => item.actionId === pasted);
    pick.items = pasted === undefined ? recent : [known === undefined ? pastedItem(pasted) : always(known)];
  };
  const offer = (actions: readonly MachineAction[]): void => {
    recent = actions.filter(offers).slice(0, maxOffered).map(actionItem);
    update();
  };
  offer(tenant.actions.listed);
  if (recent.length === 0 || isNarrowed(tenant)) {
    pick.busy = true;
    // A failure to list is no reason not to take a pasted ID.
    loadRecent(tenant, progress)
      .then(offer, () => undefined)
      .finally(() => {
        pick.busy = false;
      });
  }
  return new Promise((resolve) => {
    pick.onDidChangeValue(update);
    pick.onDidAccept(() => {
      // What matches nothing stays, to be corrected.
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined) {
        resolve(chosen.actionId);
        pick.hide();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

/** Whether a filter keeps recent actions out of the tree: they are offered nevertheless. */
function isNarrowed({ actions: { filter } }: ConnectedTenant): boolean {
  return Object.keys(filter ?? {}).some((key) => key !== 'since');
}

/** The newest actions of all kinds. The tree's list stays as it is. */
async function loadRecent(
  { client, actions }: ConnectedTenant,
  progress: Progress,
): Promise<readonly MachineAction[]> {
  const query = { since: Date.now() - settings.lookbackDays() * dayMs, top: settings.pageSize() };
  const page = await progress.run(l10n.t('Loading machine actions'), (signal) =>
    client.listActions(query, { signal, urgency: 'interactive' }),
  );
  return actions.learnAll(page.actions);
}

const dayMs = 86_400_000;

function actionItem(action: MachineAction): ActionItem {
  return {
    label: escapeMarkup(actionLabel(action)),
    description: escapeMarkup(
      [hostName(action), shortTime(action.createdAt), statusName(action.status)].join(' · '),
    ),
    detail: escapeMarkup(`${action.id} ${sanitize(action.requestorComment ?? '', 100)}`),
    actionId: action.id,
  };
}

function pastedItem(actionId: string): ActionItem {
  return always({ label: l10n.t('Action {0}', actionId), actionId });
}

/**
 * The filter of a quick pick works on what was typed, and an ID may come in braces or in upper
 * case.
 */
function always(item: ActionItem): ActionItem {
  return { ...item, alwaysShow: true };
}

/** Asks which of several action IDs is meant; those that are known say what they are. */
export async function pickId(
  tenant: ConnectedTenant,
  ids: readonly string[],
  title: string,
): Promise<string | undefined> {
  const items = ids.slice(0, maxOffered).map((actionId) => {
    const known = tenant.actions.find(actionId);
    return known === undefined ? { label: actionId, actionId } : actionItem(known);
  });
  const placeHolder = l10n.t('Select one of the {0} selected actions', ids.length);
  return (await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true }))?.actionId;
}

interface CommandItem extends vscode.QuickPickItem {
  readonly index: number;
}

/**
 * Asks which command of an action is meant, when there is a choice.
 * @returns undefined when the person backs out
 * @throws Failure<TargetProblem>
 */
export async function pickCommand(
  { tenant, action }: LoadedAction,
  title: string,
): Promise<ResultAddress | undefined> {
  const address = { connection: tenant.connection.id, actionId: action.id };
  if (action.commands.length === 0) {
    if (action.type !== 'LiveResponse') {
      throw new Failure<TargetProblem>({ code: 'notLiveResponse', type: action.type });
    }
    return { ...address, index: 0 };
  }
  const withResult = action.commands.filter((command) => command.type !== 'PutFile');
  const [only, ...more] = withResult;
  if (only === undefined) {
    throw new Failure<TargetProblem>({ code: 'noResult' });
  }
  if (more.length === 0) {
    return { ...address, index: only.index };
  }
  const items = withResult.map((command): CommandItem => ({
    label: escapeMarkup(`${command.index}: ${command.type} ${sanitize(command.subject ?? '', 80)}`),
    description: statusName(command.status),
    detail: escapeMarkup(sanitize(command.args ?? '', 100)),
    index: command.index,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: l10n.t('Select a command of {0} on {1}', actionLabel(action), hostName(action)),
  });
  return chosen && { ...address, index: chosen.index };
}

import * as vscode from 'vscode';
import type { ActionCommands } from './features/actions/actionCommands';
import type { CommandArguments, CommandId } from './platform/commandIds';
import type { ManagePorts } from './features/connections/manage';
import type { Outside } from './features/links/outside';
import { hostName } from './messages/names';
import { inert, plain } from './messages/plain';
import type { Progress } from './platform/progress';
import type { CommandTargets } from './features/openResult/commandTargets';
import type { Comparer } from './features/compare/compare';
import {
  type EncodingPorts,
  reopenWithEncoding,
  type ScriptEncodings,
} from './features/documents/scriptEncodings';
import type { ResultLoader } from './features/documents/resultLoader';
import type { ResultOpener } from './features/openResult/openResult';
import type { ResultFiles } from './features/documents/resultFiles';
import type { Sessions } from './features/connections/sessions';
import type { ActionsTree } from './features/actionsTree/actionsTree';
import { isNode } from './features/actionsTree/nodes';

const { l10n } = vscode;

type Handlers = { [Id in CommandId]: (...args: CommandArguments[Id]) => Promise<void> | void };

export interface CommandPorts extends ManagePorts {
  readonly targets: CommandTargets;
  readonly opener: ResultOpener;
  readonly actions: ActionCommands;
  readonly comparer: Comparer;
  readonly outside: Outside;
  readonly loader: ResultLoader;
  readonly files: ResultFiles;
  readonly encodings: ScriptEncodings;
  /** Name and version of this extension. */
  readonly tool: string;
  readonly tree: ActionsTree;
  readonly progress: Progress;
}

const manage = () => import('./features/connections/manage');
const evidence = () => import('./features/evidence/keepEvidence');
const bulk = () => import('./features/resultsTable/resultsTable');

export type RunCommand = (id: CommandId, args: readonly unknown[]) => Promise<void>;

/** Runs a command. None of them ever rejects for something that was to be expected. */
export function commandRunner(ports: CommandPorts): RunCommand {
  const { opener, actions, comparer, outside, tree, progress, log } = ports;
  const handlers: Handlers = {
    'liveResponse.openResult': (target, selection) => opener.openResult(target, selection),
    'liveResponse.openError': (target, selection) => opener.openDocument('error', target, selection),
    'liveResponse.openTranscript': (target, selection) =>
      opener.openDocument('transcript', target, selection),
    'liveResponse.nextResult': () => opener.openNeighbour(1),
    'liveResponse.previousResult': () => opener.openNeighbour(-1),
    'liveResponse.compareResults': (target, selection) => comparer.compareResults(target, selection),
    'liveResponse.compareWithPrevious': (target) => comparer.compareWithPrevious(target),
    'liveResponse.reopenWithEncoding': (target) => reopenWithEncoding(encodingPorts(ports), target),
    'liveResponse.saveResult': async (target, selection) =>
      (await evidence()).saveResult(ports, target, selection),
    'liveResponse.saveAllResults': async (target, selection) =>
      (await evidence()).saveAllResults(ports, target, selection),
    'liveResponse.keepEvidence': async (target, selection) =>
      (await evidence()).keepEvidence(ports, target, selection),
    'liveResponse.verifyEvidence': async () => (await evidence()).verifyEvidence(ports),
    'liveResponse.copyLink': (target, selection) => outside.copyLink(target, selection),
    'liveResponse.copyAsMarkdown': (target, selection) => outside.copyAsMarkdown(target, selection),
    'liveResponse.copyWithProvenance': () => outside.copyWithProvenance(),
    'liveResponse.openResults': async (target, selection) =>
      (await bulk()).openResults(ports, target, selection),
    'liveResponse.openAction': (target) => actions.openAction(target),
    'liveResponse.revealAction': (target) => actions.revealAction(target),
    'liveResponse.watchAction': (target) => actions.watchAction(target),
    'liveResponse.unwatchAction': (target) => actions.unwatchAction(target),
    'liveResponse.cancelAction': (target) => actions.cancelAction(target),
    'liveResponse.downloadPackage': (target) => actions.downloadPackage(target),
    'liveResponse.openInPortal': (target) => actions.openInPortal(target),
    'liveResponse.showOpenSessions': () => tree.showOpenSessions(),
    'liveResponse.copyActionId': (target) => copyActionId(target),
    'liveResponse.refresh': () => tree.refresh(),
    'liveResponse.loadMore': () => tree.loadMore(),
    'liveResponse.loadEverything': () => tree.loadEverything(),
    'liveResponse.filter': () => tree.filter(),
    'liveResponse.clearFilter': () => tree.clearFilter(),
    'liveResponse.filterOnMachine': (target) => tree.filterOnMachine(target),
    'liveResponse.groupBy': () => tree.groupBy(),
    'liveResponse.cancelLoading': () => progress.cancelAll(),
    'liveResponse.switchConnection': (id) => switchConnection(ports, id),
    'liveResponse.addConnection': async () => (await manage()).addConnection(ports),
    'liveResponse.editConnection': async (id) => (await manage()).editConnection(ports, id),
    'liveResponse.removeConnection': async (id) => (await manage()).removeConnection(ports, id),
    'liveResponse.signOut': async (id) => (await manage()).signOut(ports, id),
    'liveResponse.showLog': () => log.show(),
  };
  return async (id, args) => {
    try {
      await handlers[id](...args);
    } catch (error) {
      ports.reporter.report(id, error);
    }
  };
}

async function copyActionId(target: unknown): Promise<void> {
  if (isNode(target)) {
    await vscode.env.clipboard.writeText(target.action.id);
    const said = l10n.t('Copied the action ID of {0}.', hostName(target.action));
    vscode.window.setStatusBarMessage(inert(said), 3_000);
  }
}

async function switchConnection({ sessions, reporter }: CommandPorts, id: unknown): Promise<void> {
  const chosen = typeof id === 'string' ? id : id === undefined ? await pickConnection(sessions) : '';
  if (chosen === undefined) {
    return;
  }
  if (!(await sessions.switchTo(chosen))) {
    reporter.reportProblem('switch the connection', { code: 'unknownConnection', id: chosen });
    return;
  }
  if (id === undefined) {
    await vscode.commands.executeCommand('liveResponse.actions.focus');
  }
}

async function pickConnection(sessions: Sessions): Promise<string | undefined> {
  const active = sessions.active?.connection.id;
  const items = sessions.connections.map((connection) => ({
    label: plain(connection.name, 60),
    description: connection.id === active ? l10n.t('active') : '',
    detail:
      connection.auth === 'demo'
        ? l10n.t('A made-up incident to look around in; needs no sign-in')
        : connection.tenantId,
    id: connection.id,
  }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Which tenant?') });
  return chosen?.id;
}

function encodingPorts(ports: CommandPorts): EncodingPorts {
  return {
    ...ports,
    open: (address) => ports.opener.openResult({ ...address }),
  };
}

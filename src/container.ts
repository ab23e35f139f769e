import * as vscode from 'vscode';
import { systemClock } from './http/clock';
import { handlerPort } from './http/handlerPort';
import { nodeFetchPort } from './http/nodeFetch';
import { ActionCommands } from './features/actions/actionCommands';
import { commandRunner, type RunCommand } from './commands';
import { ConnectionSecrets, signOutMemory } from './features/connections/secrets';
import type { DocumentSource } from './platform/lazyFileSystem';
import type { TreeContent } from './platform/lazyTree';
import { IdLinks } from './features/links/idLinks';
import { ResultIds } from './features/links/resultIds';
import { Outside } from './features/links/outside';
import { createLog } from './platform/log';
import { setReader } from './messages/reader';
import { settings } from './platform/userSettings';
import { Progress } from './platform/progress';
import { Reporter } from './platform/errorReporter';
import { ActionDocuments } from './features/documents/actionDocuments';
import { CommandTargets } from './features/openResult/commandTargets';
import { DocumentUris } from './features/documents/documentUris';
import { Comparer } from './features/compare/compare';
import { ScriptEncodings } from './features/documents/scriptEncodings';
import { ResultLoader } from './features/documents/resultLoader';
import { ResultOpener } from './features/openResult/openResult';
import { ResultBar } from './features/documents/resultBar';
import { ResultFiles } from './features/documents/resultFiles';
import { RestoreFailures } from './features/documents/restore';
import { DocumentLanguages } from './features/documents/documentLanguages';
import { ResultStructure } from './features/documents/structure';
import { Sessions } from './features/connections/sessions';
import { ActionsTree, type TreePorts } from './features/actionsTree/actionsTree';
import { Budget } from './features/actionsTree/budget';
import type { TreeNode } from './features/actionsTree/nodes';
import { Watches } from './features/actions/watches';

export interface DeskPorts {
  /** Loads the sample tenant's service, which runs in this process. */
  readonly loadSampleTenant: () => Promise<(request: Request) => Promise<Response>>;
  readonly context: Pick<
    vscode.ExtensionContext,
    'subscriptions' | 'workspaceState' | 'globalState' | 'secrets' | 'extension'
  >;
  readonly view: vscode.TreeView<TreeNode>;
}

/** All that a person works with. A chunk of its own, loaded when somebody looks at the view, opens a document or runs a command. */
export interface Desk {
  readonly tree: TreeContent<TreeNode>;
  readonly files: DocumentSource;
  readonly run: RunCommand;
  readonly hover: IdLinks['hover'];
  readonly follow: Outside['follow'];
}

/** Builds the rooms and connects them. Sends nothing and asks for nothing. */
export function openDesk(ports: DeskPorts): Desk {
  const { view, context } = ports;
  setReader({ language: vscode.env.language, utc: settings.utc }, vscode.l10n.bundle);
  const base = openBase(ports);
  const { sessions, loader, reporter, subscriptions } = base;
  const progress = new Progress(view);
  const documents = new ActionDocuments(sessions);
  const files = new ResultFiles(loader, documents);
  const targets = new CommandTargets({ sessions, loader, progress });
  const shared = { sessions, loader, reporter, progress, documents, targets, uris: new DocumentUris() };
  const watches: Watches = new Watches({
    ...shared,
    state: context.workspaceState,
    polled: (session) => session === sessions.active && tree.polling,
    open: (session, action, index) => actions.openEnded(session, action, index),
  });
  const tree: ActionsTree = new ActionsTree({
    ...shared,
    view,
    state: context.workspaceState,
    facts: rowFacts(loader, watches, subscriptions),
  });
  const opener = new ResultOpener({
    ...shared,
    watch: (address) => watches.add(address),
    order: (session) => tree.order(session),
  });
  const actions: ActionCommands = new ActionCommands({
    ...shared,
    tree,
    watches,
    opener,
    log: base.log,
  });
  const links = new IdLinks(sessions, base.log);
  const outside = new Outside({ ...shared, opener, actions });
  const budget = budgetOf(tree, sessions, view);
  subscriptions.push(
    tree,
    watches,
    budget,
    restoring(files, reporter, { tree, actions, opener }),
    new ResultBar(loader, files),
    new DocumentLanguages(base.log),
    new ResultStructure(),
    links,
    new ResultIds(links),
  );
  watches.start();
  const rest = { comparer: new Comparer(shared), tool: toolOf(context), files };
  return {
    tree,
    files,
    hover: (document, position, token) => links.hover(document, position, token),
    follow: (uri) => outside.follow(uri),
    run: commandRunner({ ...base, ...shared, ...rest, opener, actions, outside, tree }),
  };
}

/** Says in the view why a restored tab is empty, and opens it again when somebody wants to. */
function restoring(
  files: ResultFiles,
  reporter: Reporter,
  { tree, actions, opener }: { tree: ActionsTree; actions: ActionCommands; opener: ResultOpener },
): RestoreFailures {
  return new RestoreFailures(files, reporter, {
    show: (notes) => {
      tree.notes = notes;
    },
    open: ({ address }) =>
      address.kind === 'action' ? actions.openAction(address) : opener.openDocument(address.kind, address),
  });
}

function budgetOf(tree: ActionsTree, sessions: Sessions, view: DeskPorts['view']): Budget {
  const budget = new Budget(sessions, view);
  tree.onDidUpdate = () => budget.update();
  return budget;
}

/** What rows show beside their action. */
function rowFacts(
  loader: ResultLoader,
  watches: Watches,
  subscriptions: vscode.Disposable[],
): TreePorts['facts'] {
  const changed = new vscode.EventEmitter<string>();
  subscriptions.push(
    changed,
    loader.onDidLearnExitCode(({ actionId }) => changed.fire(actionId)),
    watches.onDidChange(({ actionId }) => changed.fire(actionId)),
  );
  return {
    exitCode: (connection, { id }, index) => loader.exitCode({ connection, actionId: id, index }),
    watched: (connection, { id }) => watches.has(connection, id),
    onDidChange: changed.event,
  };
}

function toolOf({ extension }: DeskPorts['context']): string {
  const { name, version } = extension.packageJSON as { name: string; version: string };
  return `${name} ${version}`;
}

/** What needs no view: the connections, and the results that come through them. */
function openBase({ loadSampleTenant, context }: DeskPorts) {
  const { subscriptions } = context;
  const log = createLog(subscriptions);
  const secrets = new ConnectionSecrets(context.secrets);
  const signOuts = signOutMemory(context.globalState);
  const samplePort = handlerPort(loadSampleTenant);
  const sessions = new Sessions({
    clock: systemClock,
    log,
    fetchFor: (connection) => (connection.auth === 'demo' ? samplePort : nodeFetchPort),
    state: context.workspaceState,
    secrets,
    signOuts,
  });
  const encodings = new ScriptEncodings(context.workspaceState);
  const loader = new ResultLoader(sessions, encodings, async () =>
    (await import('./features/connections/engine')).createResultStore((line) => log.info(line)),
  );
  subscriptions.push(
    sessions,
    secrets.onDidSignOut((id) => {
      // What each window remembers of sign-outs is not told to the others.
      signOuts
        .set(id, true)
        .then(undefined, (error: unknown) => log.error(`${id}: the sign-out was not kept: ${String(error)}`));
      sessions.signOut(id);
    }),
    // An account was removed, or another one took its place: the next call asks VS Code again.
    vscode.authentication.onDidChangeSessions(({ provider }) => sessions.accountsChanged(provider.id)),
  );
  return { subscriptions, log, secrets, signOuts, sessions, loader, encodings, reporter: new Reporter(log) };
}

import * as vscode from 'vscode';
import { systemClock } from './http/clock';
import { handlerPort } from './http/handlerPort';
import { nodeFetchPort } from './http/nodeFetch';
import { ActionCommands, register as registerActions, Watches } from './features/actions';
import type { Handlers } from './platform/commandIds';
import { commandRunner, type RunCommand } from './platform/commandRunner';
import {
  ConnectionSecrets,
  register as registerConnections,
  ConnectionRegistry,
  signOutMemory,
} from './features/connections';
import type { DocumentSource } from './platform/lazyFileSystem';
import type { TreeContent } from './platform/lazyTree';
import { IdLinks, UriHandler, register as registerLinks, ResultIds } from './features/links';
import { createLog } from './platform/log';
import { setReader } from './messages/reader';
import { settings } from './platform/userSettings';
import { Progress } from './platform/progress';
import { Reporter } from './platform/errorReporter';
import { RowGestures } from './platform/rowGestures';
import {
  ActionDocuments,
  DocumentLanguages,
  DocumentUris,
  loadResultStore,
  RestoreFailures,
  ResultBar,
  ResultFiles,
  ResultLoader,
  FoldingAndOutline,
  ScriptEncodings,
} from './features/documents';
import {
  CommandTargets,
  type OpenerPorts,
  register as registerResults,
  ResultOpener,
} from './features/openResult';
import { Comparer, register as registerComparing } from './features/compare';
import { type EvidencePorts, register as registerEvidence } from './features/evidence';
import { register as registerTable } from './features/resultsTable';
import {
  ActionsTree,
  Budget,
  register as registerTree,
  type TreeNode,
  type TreePorts,
} from './features/actionsTree';

export interface ContainerPorts {
  /** Loads the sample tenant's service, which runs in this process. */
  readonly loadSampleTenant: () => Promise<(request: Request) => Promise<Response>>;
  readonly context: Pick<
    vscode.ExtensionContext,
    'subscriptions' | 'workspaceState' | 'globalState' | 'secrets' | 'extension'
  >;
  readonly view: vscode.TreeView<TreeNode>;
}

/**
 * All that a person works with. A chunk of its own, loaded when somebody looks at the view, opens a
 * document or runs a command.
 */
export interface Container {
  readonly tree: TreeContent<TreeNode>;
  readonly files: DocumentSource;
  readonly run: RunCommand;
  readonly hover: IdLinks['hover'];
  readonly follow: UriHandler['follow'];
}

/** What the features are given. */
type Services = ReturnType<typeof openBase> &
  Pick<OpenerPorts, 'uris' | 'progress' | 'gestures'> &
  EvidencePorts & {
    readonly tree: ActionsTree;
    readonly files: ResultFiles;
    readonly opener: ResultOpener;
    readonly actions: ActionCommands;
    readonly uriHandler: UriHandler;
  };

/** Builds the services once and connects them. Sends nothing and asks for nothing. */
export function openContainer(ports: ContainerPorts): Container {
  const { view, context } = ports;
  setReader({ language: vscode.env.language, utc: settings.utc }, vscode.l10n.bundle);
  const base = openBase(ports);
  const { registry, loader, reporter, subscriptions } = base;
  const state = context.workspaceState;
  const progress = new Progress(view);
  const documents = new ActionDocuments(registry);
  const files = new ResultFiles(loader, documents);
  const targets = new CommandTargets({ registry, loader, progress });
  const shared = {
    registry,
    loader,
    reporter,
    progress,
    documents,
    targets,
    uris: new DocumentUris(),
    gestures: new RowGestures(() => systemClock.ticks()),
    view,
    state,
  };
  const watches = new Watches(shared);
  const tree = new ActionsTree({ ...shared, facts: rowFacts(loader, watches, subscriptions) });
  const opener = new ResultOpener({ ...shared, tree, watch: (address) => watches.add(address) });
  const actions = new ActionCommands({ ...shared, tree, watches, log: base.log });
  const links = new IdLinks(registry, base.log);
  const uriHandler = new UriHandler({ ...shared, opener, actions });
  subscriptions.push(
    progress,
    tree,
    opener,
    watches,
    new Budget(registry, view, tree.onDidUpdate),
    restoring(files, reporter, { tree, actions, opener }),
    new ResultBar(loader, files),
    new DocumentLanguages(base.log),
    new FoldingAndOutline(),
    links,
    new ResultIds(links),
  );
  watches.start();
  const services = { ...base, ...shared, tree, files, opener, actions, uriHandler, tool: toolOf(context) };
  return {
    tree,
    files,
    hover: (document, position, token) => links.hover(document, position, token),
    follow: (uri) => uriHandler.follow(uri),
    run: commandRunner(handlersOf(services), reporter),
  };
}

/** All commands, each by its feature. */
function handlersOf(services: Services): Handlers {
  return {
    ...registerConnections(services),
    ...registerTree(services.tree, services),
    ...registerResults(services.opener, services),
    ...registerActions(services.actions),
    ...registerComparing(new Comparer(services)),
    ...registerEvidence(services),
    ...registerLinks(services.uriHandler),
    ...registerTable(services),
    'liveResponse.cancelLoading': () => services.progress.cancelAll(),
    'liveResponse.showLog': () => services.log.show(),
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

function toolOf({ extension }: ContainerPorts['context']): string {
  const { name, version } = extension.packageJSON as { name: string; version: string };
  return `${name} ${version}`;
}

/** What needs no view: the connections, and the results that come through them. */
function openBase({ loadSampleTenant, context }: ContainerPorts) {
  const { subscriptions } = context;
  const log = createLog(subscriptions);
  const secrets = new ConnectionSecrets(context.secrets);
  const signOuts = signOutMemory(context.globalState);
  const samplePort = handlerPort(loadSampleTenant);
  const registry = new ConnectionRegistry({
    clock: systemClock,
    log,
    fetchFor: (connection) => (connection.auth === 'demo' ? samplePort : nodeFetchPort),
    state: context.workspaceState,
    secrets,
    signOuts,
  });
  const encodings = new ScriptEncodings(context.workspaceState);
  const loader = new ResultLoader(registry, encodings, () => loadResultStore((line) => log.info(line)));
  subscriptions.push(
    registry,
    secrets.onDidSignOut((id) => {
      // VS Code tells a window late, or not at all, what another one remembers.
      signOuts
        .set(id, true)
        .then(undefined, (error: unknown) => log.error(`${id}: the sign-out was not kept: ${String(error)}`));
      registry.signOut(id);
    }),
    // An account was removed, or another one took its place: the next call asks VS Code again.
    vscode.authentication.onDidChangeSessions(({ provider }) => registry.accountsChanged(provider.id)),
  );
  return { subscriptions, log, secrets, signOuts, registry, loader, encodings, reporter: new Reporter(log) };
}

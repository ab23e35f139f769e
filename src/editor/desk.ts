import * as vscode from 'vscode';
import { systemClock } from '../http/clock';
import { handlerPort } from '../http/handlerPort';
import { nodeFetchPort } from '../http/nodeFetch';
import { commandRunner, type RunCommand } from './commands';
import { ConnectionSecrets, signOutMemory } from './connections/secrets';
import type { DocumentSource } from './lazyFileSystem';
import type { TreeContent } from './lazyTree';
import { createLog } from './log';
import { Progress } from './progress';
import { Reporter } from './report';
import { DocumentUris } from './results/documents';
import { ResultLoader } from './results/loader';
import { ResultOpener } from './results/openResult';
import { ResultBar } from './results/resultBar';
import { ResultFiles } from './results/resultFiles';
import { RestoreFailures } from './results/restore';
import { Sessions } from './sessions';
import { ActionsTree } from './tree/actionsTree';
import type { TreeNode } from './tree/nodes';

export interface DeskPorts {
  /** Loads the sample tenant's service, which runs in this process. */
  readonly loadSampleTenant: () => Promise<(request: Request) => Promise<Response>>;
  readonly context: Pick<
    vscode.ExtensionContext,
    'subscriptions' | 'workspaceState' | 'globalState' | 'secrets'
  >;
  readonly view: vscode.TreeView<TreeNode>;
}

/** All that a person works with. A chunk of its own, loaded when somebody looks at the view, opens a document or runs a command. */
export interface Desk {
  readonly tree: TreeContent<TreeNode>;
  readonly files: DocumentSource;
  readonly run: RunCommand;
}

/** Builds the rooms and connects them. Sends nothing and asks for nothing. */
export function openDesk({ loadSampleTenant, context, view }: DeskPorts): Desk {
  const { subscriptions } = context;
  const log = createLog(subscriptions);
  const reporter = new Reporter(log);
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
  // An account was removed, or another one took its place: the next call asks VS Code again.
  subscriptions.push(
    vscode.authentication.onDidChangeSessions(({ provider }) => sessions.accountsChanged(provider.id)),
  );
  const loader = new ResultLoader(sessions, async () =>
    (await import('./engine')).createResultStore((line) => log.info(line)),
  );
  const tree = new ActionsTree(view, sessions, reporter, context.workspaceState);
  const progress = new Progress(view);
  tree.showProgressOf(progress);
  const opener = new ResultOpener({ sessions, loader, uris: new DocumentUris(), progress, reporter });
  const files = new ResultFiles(loader);
  const restoreFailures = new RestoreFailures(files, reporter, {
    show: (notes) => {
      tree.notes = notes;
    },
    open: ({ address }) => opener.openDocument(address.kind, address),
  });
  subscriptions.push(sessions, tree, restoreFailures, new ResultBar(loader, files));
  return {
    tree,
    files,
    run: commandRunner({ opener, tree, sessions, secrets, signOuts, progress, reporter, log }),
  };
}

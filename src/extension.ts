import * as vscode from 'vscode';
import { registerCommands } from './editor/commands';
import { createLog } from './editor/log';
import { Progress } from './editor/progress';
import { Reporter } from './editor/report';
import { DocumentUris, scheme } from './editor/results/documents';
import { ResultFileSystem } from './editor/results/fileSystem';
import { ResultLoader } from './editor/results/loader';
import { ResultOpener } from './editor/results/openResult';
import { ResultBar } from './editor/results/resultBar';
import { RestoreFailures } from './editor/results/restore';
import { Sessions } from './editor/sessions';
import { ActionsTree } from './editor/tree/actionsTree';
import { systemClock } from './http/clock';
import { handlerPort } from './http/handlerPort';
import { nodeFetchPort } from './http/nodeFetch';

/** Builds the rooms and connects them. Synchronous; sends nothing and asks for nothing: that waits until somebody looks. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions } = context;
  const clock = systemClock;
  const log = createLog(subscriptions);
  const reporter = new Reporter(log);
  const samplePort = handlerPort(lazily(loadSampleTenant));
  const sessions = new Sessions({
    clock,
    log,
    fetchFor: (connection) => (connection.auth === 'demo' ? samplePort : nodeFetchPort),
    state: context.workspaceState,
  });
  const loader = new ResultLoader(
    sessions,
    lazily(async () => (await import('./editor/engine')).createResultStore((line) => log.info(line))),
  );
  const tree = new ActionsTree(sessions, reporter);
  const progress = new Progress(tree);
  tree.showProgressOf(progress);
  const opener = new ResultOpener({ sessions, loader, uris: new DocumentUris(), progress, reporter });
  const files = new ResultFileSystem(loader, (used) => {
    const restoreFailures = new RestoreFailures(used, reporter, {
      show: (notes) => {
        tree.notes = notes;
      },
      open: ({ address }) => opener.openDocument(address.kind, address),
    });
    subscriptions.push(restoreFailures, new ResultBar(loader, used));
  });
  const isReadonly = new vscode.MarkdownString(
    vscode.l10n.t('This is what the machine sent. It cannot be changed here; save a copy to edit it.'),
  );
  subscriptions.push(
    sessions,
    tree,
    vscode.workspace.registerFileSystemProvider(scheme, files, { isReadonly, isCaseSensitive: true }),
    registerCommands({ opener, tree, sessions, progress, reporter, log }),
  );
}

function lazily<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= load());
}

/** The sample tenant is a chunk of its own, loaded when somebody explores it. */
async function loadSampleTenant(): Promise<(request: Request) => Promise<Response>> {
  const { createSampleService } = await import('./demo');
  return createSampleService();
}

import * as vscode from 'vscode';
import { commandIds } from './platform/commandIds';
import type { Container } from './container';
import { LazyFileSystem } from './platform/lazyFileSystem';
import { createLazyTree } from './platform/lazyTree';
import type { scheme as documentScheme } from './features/documents';
import type { TreeNode } from './features/actionsTree';
import type { watchesKey as keyOfWatches } from './features/actions';

/**
 * Checked against their twins by the compiler: importing those would load what is to stay unloaded.
 */
const scheme: typeof documentScheme = 'live-response';
const watchesKey: typeof keyOfWatches = 'watches';

/**
 * Registers what VS Code may ask for, and nothing more: all else is loaded when somebody looks,
 * opens or runs something.
 */
export function activate(context: vscode.ExtensionContext): void {
  const container = lazily(async (): Promise<Container> => {
    const { openContainer } = await import('./container');
    return openContainer({ loadSampleTenant: lazily(loadSampleTenant), context, view });
  });
  const view = createLazyTree<TreeNode>('liveResponse.actions', async () => (await container()).tree);
  const files = new LazyFileSystem(async () => (await container()).files);
  const isReadonly = new vscode.MarkdownString(
    vscode.l10n.t(
      'Live Response documents are read-only. You can [save the result]({0}) or [keep it as evidence]({1}).',
      'command:liveResponse.saveResult',
      'command:liveResponse.keepEvidence',
    ),
  );
  isReadonly.isTrusted = { enabledCommands: ['liveResponse.saveResult', 'liveResponse.keepEvidence'] };
  context.subscriptions.push(
    view,
    vscode.workspace.registerFileSystemProvider(scheme, files, { isReadonly, isCaseSensitive: true }),
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => (await container()).run(id, args)),
    ),
  );
  context.subscriptions.push(
    vscode.languages.registerHoverProvider(
      { language: '*' },
      {
        // Most hovers are over something else: only an ID loads more than the search for one.
        provideHover: async (document, position, token) =>
          (await hasIdAt(document, position))
            ? (await container()).hover(document, position, token)
            : undefined,
      },
    ),
    vscode.window.registerUriHandler({ handleUri: async (uri) => (await container()).follow(uri) }),
  );
  // Before a reload somebody asked to be told when an action ends.
  if ((context.workspaceState.get<readonly unknown[]>(watchesKey) ?? []).length > 0) {
    void container();
  }
}

/**
 * Whether the ID of an action stands at a place, or in a result that of a machine. The search is
 * loaded by the first hover: activation reads one file, and each further one would cost it about a
 * millisecond.
 */
async function hasIdAt(document: vscode.TextDocument, position: vscode.Position): Promise<boolean> {
  const { text } = document.lineAt(position);
  const { idAt, machineIdAt } = await import('./links/scan');
  return (
    idAt(text, position.character) !== undefined ||
    (document.uri.scheme === scheme && machineIdAt(text, position.character) !== undefined)
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

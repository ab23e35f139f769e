import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { documentLanguages } from '../documents';

const scheme = 'live-response-table';

const contents = new Map<string, string>();
let registered: vscode.Disposable | undefined;

/**
 * Shows a table beside what is open, as a document that cannot be changed and so is never asked to
 * be saved. It is gone when its tab is closed: VS Code's own Save As keeps it.
 */
export async function showReadOnly(name: string, content: string): Promise<void> {
  registered ??= register();
  const uri = vscode.Uri.from({ scheme, path: `/${name}`, query: randomUUID() });
  contents.set(uri.toString(), content);
  const document = await vscode.workspace.openTextDocument(uri);
  // What machines printed stands in it, so no language server may read it.
  await vscode.languages.setTextDocumentLanguage(document, documentLanguages.csv);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: false });
}

function register(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: (uri) => contents.get(uri.toString()) ?? '',
    }),
    // The tab and not the document: that one is closed also when its language changes.
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const { input } of closed) {
        if (input instanceof vscode.TabInputText) {
          contents.delete(input.uri.toString());
        }
      }
    }),
  );
}

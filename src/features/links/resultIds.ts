import * as vscode from 'vscode';
import { escapeMarkup } from '../../messages/sanitize';
import { scheme } from '../documents';
import type { IdLinks } from './idLinks';

/** An ID in a result, and what a click on it would run. */
interface MarkedId {
  readonly range: vscode.Range;
  readonly title: string;
  readonly command: vscode.Command;
}

/**
 * The IDs of actions and machines in results. VS Code makes a live link of every address in a
 * document, so links are off there (`editor.links` of our languages in package.json), ours with
 * them. IDs are underlined instead; the hover and the lightbulb open them.
 */
export class ResultIds implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #links: IdLinks;
  readonly #mark = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('textLink.foreground'),
    textDecoration: 'underline',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #known = new WeakMap<vscode.TextDocument, readonly MarkedId[]>();
  readonly #subscriptions: vscode.Disposable[];
  #work = new vscode.CancellationTokenSource();

  constructor(links: IdLinks) {
    this.#links = links;
    this.#subscriptions = [
      this.#mark,
      vscode.languages.registerCodeActionsProvider({ scheme }, this),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#refresh()),
      links.onDidChangeCodeLenses(() => this.#refresh()),
    ];
    this.#refresh();
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const marked = this.#known.get(document) ?? [];
    return marked
      .filter((each) => each.range.contains(range.start))
      .map(({ title, command }) => {
        const action = new vscode.CodeAction(title, vscode.CodeActionKind.Empty);
        action.command = command;
        return action;
      });
  }

  dispose(): void {
    this.#work.cancel();
    this.#work.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #refresh(): void {
    this.#work.cancel();
    this.#work.dispose();
    this.#work = new vscode.CancellationTokenSource();
    const { token } = this.#work;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.scheme === scheme) {
        void this.#update(editor, token);
      }
    }
  }

  async #update(editor: vscode.TextEditor, token: vscode.CancellationToken): Promise<void> {
    const { document } = editor;
    const links = await this.#links.provideDocumentLinks(document, token);
    if (token.isCancellationRequested) {
      return;
    }
    const marked = links.flatMap(({ range, tooltip, target }) => {
      const command = target && commandOf(target, tooltip ?? '');
      return command === undefined ? [] : [{ range, title: command.title, command }];
    });
    this.#known.set(document, marked);
    editor.setDecorations(
      this.#mark,
      marked.map(({ range }) => range),
    );
  }
}

/** The command of a link of ours. */
function commandOf(target: vscode.Uri, title: string): vscode.Command {
  const args = JSON.parse(target.query) as object[];
  return { command: target.path, title: escapeMarkup(title), arguments: args };
}

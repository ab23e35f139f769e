import * as vscode from 'vscode';
import { type DocumentAddress, documentKey, type ResultAddress, resultKey } from '../../results/address';
import { findTab, resultTabs, showDocument, tabsOfOurs } from './documentUris';

/**
 * The tabs of `script_error` that were opened for a person, not by one. They go when another result
 * is opened, so that one host's errors do not stand beside another host's output; what a person
 * kept, pinned or opened themselves stays.
 */
export class ErrorTabs implements vscode.Disposable {
  /**
   * What we have opened, and nobody has closed, kept or asked for since: by document, and whether
   * as a preview.
   */
  readonly #ours = new Map<string, { readonly preview: boolean }>();
  readonly #subscription: vscode.Disposable;

  constructor() {
    // A tab that VS Code has restored was ours when it is a preview: nobody keeps those.
    for (const { tab, address } of resultTabs()) {
      if (address.kind === 'error' && tab.isPreview) {
        this.#ours.set(documentKey(address), { preview: true });
      }
    }
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      tabsOfOurs(closed).forEach(({ address }) => this.#ours.delete(documentKey(address)));
    });
  }

  /** A person has opened a document themselves: it is theirs from then on. */
  opened(address: DocumentAddress): void {
    this.#ours.delete(documentKey(address));
  }

  /** Closes those that belong to other results. */
  async closeForeign(result: ResultAddress): Promise<void> {
    const foreign = resultTabs().filter(
      ({ tab, address }) =>
        address.kind === 'error' && resultKey(address) !== resultKey(result) && this.#isOurs(tab, address),
    );
    if (foreign.length > 0) {
      await vscode.window.tabGroups.close(
        foreign.map(({ tab }) => tab),
        true,
      );
    }
  }

  /** Shows the errors of a result beside its output, without taking the focus. */
  async show(
    uri: vscode.Uri,
    address: DocumentAddress,
    output: vscode.TextEditor | undefined,
  ): Promise<void> {
    const wasOpen = findTab(address) !== undefined;
    await showDocument(uri, { column: columnBeside(output), preserveFocus: true });
    const shown = findTab(address);
    if (!wasOpen && shown !== undefined) {
      this.#ours.set(documentKey(address), { preview: shown.tab.isPreview });
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /**
   * A preview that is none any more was kept; where the person wants no previews, a pin says the
   * same.
   */
  #isOurs(tab: vscode.Tab, address: DocumentAddress): boolean {
    const opened = this.#ours.get(documentKey(address));
    return opened !== undefined && !tab.isPinned && (tab.isPreview || !opened.preview);
  }
}

/**
 * The column beside an editor, wherever that is. From the active one VS Code finds it, and leaves a
 * locked group alone.
 */
function columnBeside(editor: vscode.TextEditor | undefined): vscode.ViewColumn {
  const column = editor?.viewColumn;
  return column === undefined || column === vscode.window.tabGroups.activeTabGroup.viewColumn
    ? vscode.ViewColumn.Beside
    : column + 1;
}

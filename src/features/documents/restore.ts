import * as vscode from 'vscode';
import { escapeMarkup } from '../../messages/sanitize';
import type { Reporter } from '../../platform/errorReporter';
import { findTab, scheme } from './documentUris';
import { failureKey, type ResultFiles, type RestoreFailure } from './resultFiles';

const { l10n } = vscode;

/**
 * Says why a restored tab could not be read, because VS Code does not: in the view's message, in a
 * status item, and as one notification when that tab is the active one. Once its result can be had,
 * the tab is opened again.
 */
export class RestoreFailures implements vscode.Disposable {
  readonly #failures = new Map<string, RestoreFailure & { readonly sentence: string }>();
  readonly #reporter: Reporter;
  readonly #show: (notes: readonly string[]) => void;
  readonly #open: (failure: RestoreFailure) => unknown;
  #status: vscode.LanguageStatusItem | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    files: ResultFiles,
    reporter: Reporter,
    ports: {
      /** Puts sentences into the view's message. */
      readonly show: (notes: readonly string[]) => void;
      /** Opens the result anew, with sign-in when it takes one. */
      readonly open: (failure: RestoreFailure) => unknown;
    },
  ) {
    this.#reporter = reporter;
    this.#show = ports.show;
    this.#open = ports.open;
    this.#subscriptions = [
      files.onDidFail((failure) => this.#add(failure)),
      files.onDidRead((address) =>
        this.#remove(failureKey({ address, uri: vscode.Uri.file('/'), error: undefined })),
      ),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#dropClosed()),
    ];
  }

  dispose(): void {
    this.#status?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #add(failure: RestoreFailure): void {
    const key = failureKey(failure);
    // VS Code reads and stats a file it restores: the same failure comes more than once.
    if (this.#failures.has(key)) {
      return;
    }
    const words = this.#reporter.explain('restore a tab', failure.error);
    this.#failures.set(key, { ...failure, sentence: words.sentence });
    this.#update();
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (input instanceof vscode.TabInputText && input.uri.toString() === failure.uri.toString()) {
      const retry = { title: l10n.t('Retry'), run: () => this.#retry(failure) };
      this.#reporter.show(words, retry);
    }
  }

  async #retry(failure: RestoreFailure): Promise<void> {
    const broken = findTab(failure.address);
    this.#remove(failureKey(failure));
    if (broken !== undefined) {
      // VS Code does not read a file again whose tab it could not fill.
      await vscode.window.tabGroups.close(broken.tab);
    }
    await this.#open(failure);
  }

  #remove(key: string): void {
    if (this.#failures.delete(key)) {
      this.#update();
    }
  }

  #dropClosed(): void {
    for (const [key, failure] of this.#failures) {
      if (findTab(failure.address) === undefined) {
        this.#remove(key);
      }
    }
  }

  #update(): void {
    const sentences = [...new Set([...this.#failures.values()].map(({ sentence }) => sentence))];
    this.#show(sentences.map((sentence) => l10n.t('A restored tab is empty: {0}', sentence)));
    this.#status?.dispose();
    this.#status = sentences.length === 0 ? undefined : statusItem(sentences);
  }
}

function statusItem(sentences: readonly string[]): vscode.LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem('liveResponse.restore', { scheme });
  item.name = l10n.t('Live Response: Restored Results');
  item.severity = vscode.LanguageStatusSeverity.Error;
  item.text = l10n.t('Restored tabs are missing their results');
  item.detail = escapeMarkup(sentences.join(' '));
  return item;
}

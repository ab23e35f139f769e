import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import * as vscode from 'vscode';
import { systemClock } from '../../http/clock';
import type { DocumentKind } from '../../results/address';
import { textLanguage, textLanguageInSlices } from '../../results/structure/language';
import type { Log } from '../../platform/log';
import { addressOf } from './documentUris';

/**
 * The languages of our documents: VS Code's own grammars under IDs that no language server listens
 * to. A server would call addresses that an output names (the `$schema` of JSON), and fill Problems
 * with errors in what a machine printed. package.json gives each document such an ID by its path,
 * so that it has one from the first moment; what is decided here comes later.
 */
export const documentLanguages = {
  text: 'live-response-text',
  log: 'live-response-log',
  json: 'live-response-json',
  xml: 'live-response-xml',
  html: 'live-response-html',
  csv: 'live-response-csv',
} as const;

const ours: ReadonlySet<string> = new Set(Object.values(documentLanguages));
/** Characters. VS Code itself colors no text that is larger. */
const maxColored = 20 * 1024 * 1024;
/** Characters. What is not larger takes less time than a turn of the event loop. */
const maxAtOnce = 256 * 1024;
/**
 * Milliseconds between the text of a larger one and its colors: VS Code would color all of it
 * before it shows anything.
 */
const firstTheText = 150;
/**
 * Milliseconds in which an editor that was asked for shows; a document that only an extension
 * opened has none.
 */
const maxOpeningMs = 3_000;

const byContent: ReadonlySet<DocumentKind> = new Set(['output', 'error', 'body']);
const asJson: ReadonlySet<DocumentKind> = new Set(['transcript', 'action']);

/** Gives each document of ours its language, once: what a person chooses afterwards stays. */
export class DocumentLanguages implements vscode.Disposable {
  readonly #seen = new WeakSet<vscode.TextDocument>();
  readonly #log: Log;
  readonly #subscription: vscode.Disposable;

  constructor(log: Log) {
    this.#log = log;
    this.#subscription = vscode.workspace.onDidOpenTextDocument((document) => this.#opened(document));
    vscode.workspace.textDocuments.forEach((document) => this.#opened(document));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #opened(document: vscode.TextDocument): void {
    const kind = addressOf(document.uri)?.kind;
    if (kind !== undefined && !this.#seen.has(document)) {
      this.#seen.add(document);
      this.#apply(document, kind).catch((error: unknown) => {
        // The tab was closed meanwhile. The text is there all the same.
        this.#log.info(`No language for a document: ${error instanceof Error ? error.message : 'unknown'}`);
      });
    }
  }

  async #apply(document: vscode.TextDocument, kind: DocumentKind): Promise<void> {
    const given = document.languageId;
    const language = byContent.has(kind)
      ? await languageOf(document)
      : asJson.has(kind)
        ? documentLanguages.json
        : documentLanguages.text;
    const wanted = language ?? (ours.has(given) ? undefined : documentLanguages.text);
    // A person may have chosen one meanwhile.
    const isUntouched = document.languageId === given && !document.isClosed;
    if (wanted !== undefined && wanted !== given && isUntouched) {
      await vscode.languages.setTextDocumentLanguage(document, wanted);
    }
  }
}

/** By what the text is; undefined for an empty one, and for one that VS Code would not color. */
async function languageOf(document: vscode.TextDocument): Promise<string | undefined> {
  const length = document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
  if (length > maxColored) {
    return undefined;
  }
  if (length > maxAtOnce) {
    await untilShown(document);
    await systemClock.sleep(firstTheText);
  }
  const text = document.getText();
  const language =
    length <= maxAtOnce ? textLanguage(text) : await textLanguageInSlices(text, yieldToEventLoop);
  return text.trimStart() === '' ? undefined : documentLanguages[language];
}

function isShown(document: vscode.TextDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}

/** Resolves when an editor shows the document, or when none has for a while. */
async function untilShown(document: vscode.TextDocument): Promise<void> {
  if (isShown(document)) {
    return;
  }
  const found = new AbortController();
  const subscription = vscode.window.onDidChangeVisibleTextEditors(() => {
    if (isShown(document)) {
      found.abort();
    }
  });
  await systemClock.sleep(maxOpeningMs, found.signal).catch(() => undefined);
  subscription.dispose();
}

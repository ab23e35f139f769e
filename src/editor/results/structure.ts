import { setImmediate as breathe } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DocumentKind } from '../../results/address';
import { headLength, textLanguage } from '../../results/language';
import { type Section, sectionsOf } from '../../results/sections';
import { plain } from '../plain';
import { addressOf, scheme } from './documents';

/** Characters. VS Code itself does not colour what is larger, and nobody folds it. */
const largest = 20 * 1024 * 1024;

/** What a script wrote; a collected file is plain text whatever it looks like, so that no language server starts on it. */
const written: ReadonlySet<DocumentKind> = new Set(['output', 'error', 'body']);

/** Gives a document its language where the content tells, once: what a person chooses afterwards stays. */
export class ResultLanguages {
  readonly #seen = new WeakSet<vscode.TextDocument>();
  #installed: Promise<ReadonlySet<string>> | undefined;

  async apply(document: vscode.TextDocument): Promise<void> {
    const address = addressOf(document.uri);
    const unseen = address !== undefined && written.has(address.kind) && !this.#seen.has(document);
    if (!unseen || document.languageId !== 'plaintext') {
      return;
    }
    this.#seen.add(document);
    const end = document.positionAt(headLength);
    const head = document.getText(new vscode.Range(new vscode.Position(0, 0), end));
    const last = document.lineAt(document.lineCount - 1).range.end;
    const language = textLanguage(head, end.isEqual(last));
    this.#installed ??= installedLanguages();
    // Not every VS Code knows CSV.
    const installed = await this.#installed;
    const known = [language, 'log'].find((each) => installed.has(each));
    if (known !== undefined && head.trim() !== '') {
      await vscode.languages.setTextDocumentLanguage(document, known);
    }
  }
}

async function installedLanguages(): Promise<ReadonlySet<string>> {
  return new Set(await vscode.languages.getLanguages());
}

/** Folding and outline of what scripts wrote. */
export class ResultStructure
  implements vscode.FoldingRangeProvider, vscode.DocumentSymbolProvider, vscode.Disposable
{
  readonly #known = new WeakMap<vscode.TextDocument, { version: number; sections: readonly Section[] }>();
  readonly #registrations: vscode.Disposable;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      vscode.languages.registerFoldingRangeProvider({ scheme }, this),
      vscode.languages.registerDocumentSymbolProvider({ scheme }, this),
    );
  }

  async provideFoldingRanges(
    document: vscode.TextDocument,
    _: vscode.FoldingContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.FoldingRange[]> {
    const sections = await this.#sections(document, token);
    return sections.map(
      ({ start, end }) => new vscode.FoldingRange(start, end, vscode.FoldingRangeKind.Region),
    );
  }

  async provideDocumentSymbols(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentSymbol[]> {
    return nested(document, await this.#sections(document, token));
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  async #sections(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<readonly Section[]> {
    const address = addressOf(document.uri);
    if (address === undefined || !written.has(address.kind)) {
      return [];
    }
    const known = this.#known.get(document);
    if (known?.version === document.version) {
      return known.sections;
    }
    // Others want their turn before the lines of a large document are gone through.
    await breathe();
    const end = document.lineAt(document.lineCount - 1).range.end;
    if (token.isCancellationRequested || document.offsetAt(end) > largest) {
      return [];
    }
    const sections = sectionsOf(document.getText().split(/\r?\n/));
    this.#known.set(document, { version: document.version, sections });
    return sections;
  }
}

/** As VS Code wants an outline: what is inside another one below it. */
function nested(document: vscode.TextDocument, sections: readonly Section[]): vscode.DocumentSymbol[] {
  const roots: vscode.DocumentSymbol[] = [];
  const open: { symbol: vscode.DocumentSymbol; end: number }[] = [];
  for (const { title, start, end } of sections) {
    const range = new vscode.Range(document.lineAt(start).range.start, document.lineAt(end).range.end);
    const name = plain(title, 80);
    const symbol = new vscode.DocumentSymbol(
      name === '' ? '…' : name,
      '',
      vscode.SymbolKind.String,
      range,
      document.lineAt(start).range,
    );
    while ((open.at(-1)?.end ?? Infinity) < start) {
      open.pop();
    }
    (open.at(-1)?.symbol.children ?? roots).push(symbol);
    open.push({ symbol, end });
  }
  return roots;
}

import { setImmediate as breathe } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DocumentKind } from '../../results/address';
import { type Section, sectionsOf } from '../../results/sections';
import { plain } from '../plain';
import { addressOf, scheme } from './documents';
import { documentLanguages } from './documentLanguages';

/** Characters. VS Code itself does not colour what is larger, and nobody folds it. */
const largest = 20 * 1024 * 1024;

/** What a script wrote, or what Defender says instead. */
const written: ReadonlySet<DocumentKind> = new Set(['output', 'error', 'body']);
/** Languages whose indentation tells the structure. */
const indented: ReadonlySet<string> = new Set(
  (['json', 'xml', 'html'] as const).map((name) => documentLanguages[name]),
);

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
  ): Promise<vscode.FoldingRange[] | undefined> {
    const sections = await this.#sections(document, token);
    if (sections.length === 0 && indented.has(document.languageId)) {
      // Then VS Code folds by indentation.
      return undefined;
    }
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
    const sections = sectionsOf(
      document.getText().split(document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'),
    );
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

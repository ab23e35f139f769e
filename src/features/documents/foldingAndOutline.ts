import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DocumentKind } from '../../results/address';
import { jsonOutline, type JsonNode } from '../../results/structure/jsonOutline';
import { type Section, sectionsOf } from '../../results/structure/sections';
import { sanitize } from '../../messages/sanitize';
import { addressOf, scheme } from './documentUris';
import { documentLanguages } from './documentLanguages';

/** Characters. VS Code itself does not colour what is larger, and nobody folds it. */
const maxLength = 20 * 1024 * 1024;

/** What a script wrote, or what Defender says instead. */
const written: ReadonlySet<DocumentKind> = new Set(['output', 'error', 'body']);
/** Languages whose indentation tells the structure. */
const indented: ReadonlySet<string> = new Set(
  (['json', 'xml', 'html'] as const).map((name) => documentLanguages[name]),
);

/** Folding and outline of what scripts wrote, and the outline of all JSON that we show. */
export class FoldingAndOutline
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
      // What is folded shows its title, not the line of characters above it.
      ({ titleLine, end }) => new vscode.FoldingRange(titleLine, end, vscode.FoldingRangeKind.Region),
    );
  }

  async provideDocumentSymbols(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentSymbol[]> {
    if (addressOf(document.uri) !== undefined && document.languageId === documentLanguages.json) {
      await yieldToEventLoop();
      return token.isCancellationRequested
        ? []
        : jsonOutline(document.getText()).map((node) => symbolOf(document, node));
    }
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
    if (this.#known.get(document)?.version !== document.version) {
      // Others want their turn before the lines of a large document are gone through.
      await yieldToEventLoop();
    }
    // VS Code asks for folding and outline at the same time: the second one finds what the first
    // one found.
    const known = this.#known.get(document);
    if (known?.version === document.version) {
      return known.sections;
    }
    const end = document.lineAt(document.lineCount - 1).range.end;
    if (token.isCancellationRequested || document.offsetAt(end) > maxLength) {
      return [];
    }
    const sections = sectionsOf(
      document.getText().split(document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'),
    );
    this.#known.set(document, { version: document.version, sections });
    return sections;
  }
}

const jsonKinds = {
  object: vscode.SymbolKind.Module,
  list: vscode.SymbolKind.Array,
  string: vscode.SymbolKind.String,
  other: vscode.SymbolKind.Constant,
} as const;

/** The value of a key, or of a place in a list, with what is in it. */
function symbolOf(document: vscode.TextDocument, node: JsonNode): vscode.DocumentSymbol {
  const range = new vscode.Range(document.positionAt(node.start), document.positionAt(node.end));
  const symbol = symbolNamed(node.name, jsonKinds[node.kind], range, range.with(undefined, range.start));
  symbol.children = node.children.map((each) => symbolOf(document, each));
  return symbol;
}

/** VS Code refuses a symbol without a name. */
function symbolNamed(
  title: string,
  kind: vscode.SymbolKind,
  range: vscode.Range,
  selection: vscode.Range,
): vscode.DocumentSymbol {
  const name = sanitize(title, 80);
  return new vscode.DocumentSymbol(name === '' ? '…' : name, '', kind, range, selection);
}

/** As VS Code wants an outline: what is inside another one below it. */
function nested(document: vscode.TextDocument, sections: readonly Section[]): vscode.DocumentSymbol[] {
  const roots: vscode.DocumentSymbol[] = [];
  const open: { symbol: vscode.DocumentSymbol; end: number }[] = [];
  for (const { title, start, titleLine, end } of sections) {
    const range = new vscode.Range(document.lineAt(start).range.start, document.lineAt(end).range.end);
    const symbol = symbolNamed(title, vscode.SymbolKind.String, range, document.lineAt(titleLine).range);
    while ((open.at(-1)?.end ?? Infinity) < start) {
      open.pop();
    }
    (open.at(-1)?.symbol.children ?? roots).push(symbol);
    open.push({ symbol, end });
  }
  return roots;
}

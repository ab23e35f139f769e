import * as vscode from 'vscode';
import type { Opening } from '../../platform/rowGestures';
import { type DocumentAddress, documentKey, documentPath, parseDocumentPath } from '../../results/address';

export const scheme = 'live-response';

/** A tab of ours, and what it shows. */
export interface ResultTab {
  readonly tab: vscode.Tab;
  readonly uri: vscode.Uri;
  readonly address: DocumentAddress;
}

/**
 * One URI per document. To VS Code the whole URI is the identity, while the person's part of the
 * name is only for reading: so the first one that was seen stays, and VS Code may bring another one
 * back after a reload.
 */
export class DocumentUris {
  readonly #uris = new Map<string, vscode.Uri>();

  /** The URI of a document, made with `name` when there is none yet. */
  uri(address: DocumentAddress, name: string): vscode.Uri {
    const key = documentKey(address);
    const known = findTab(address)?.uri ?? this.#uris.get(key);
    const uri = known ?? vscode.Uri.from({ scheme, path: documentPath(address, name) });
    this.#uris.set(key, uri);
    return uri;
  }
}

/** The address of a URI of ours; undefined for any other. */
export function addressOf(uri: vscode.Uri): DocumentAddress | undefined {
  const ours = uri.scheme === scheme && uri.authority === '' && uri.query === '' && uri.fragment === '';
  return ours ? parseDocumentPath(uri.path) : undefined;
}

/** All tabs that show documents of ours. */
export function resultTabs(): ResultTab[] {
  return tabsOfOurs(vscode.window.tabGroups.all.flatMap((group) => group.tabs));
}

/** Those of some tabs that show a document of ours. */
export function tabsOfOurs(tabs: readonly vscode.Tab[]): ResultTab[] {
  return tabs.flatMap((tab) => {
    const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
    const address = uri && addressOf(uri);
    return uri !== undefined && address !== undefined ? [{ tab, uri, address }] : [];
  });
}

/** Whether a comparison shows this document on one of its sides. */
export function isCompared(address: DocumentAddress): boolean {
  const key = documentKey(address);
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .some(
      ({ input }) =>
        input instanceof vscode.TabInputTextDiff &&
        [input.original, input.modified].some((uri) => {
          const side = addressOf(uri);
          return side !== undefined && documentKey(side) === key;
        }),
    );
}

/** The tab that shows this document, whatever the person's part of its name. */
export function findTab(address: DocumentAddress): ResultTab | undefined {
  const key = documentKey(address);
  return resultTabs().find((each) => documentKey(each.address) === key);
}

/**
 * Shows a document: in the tab that has it, otherwise in a preview tab of `column`; a pinned one
 * stays a tab of its own.
 */
export async function showDocument(
  uri: vscode.Uri,
  where: { readonly column: vscode.ViewColumn } & Partial<Opening>,
): Promise<vscode.TextEditor> {
  const address = addressOf(uri);
  const open = address && findTab(address);
  return vscode.window.showTextDocument(uri, {
    viewColumn: open?.tab.group.viewColumn ?? where.column,
    preserveFocus: where.preserveFocus ?? false,
    preview: where.pinned !== true && (open === undefined || open.tab.isPreview),
  });
}

/**
 * Where output belongs: the active group, unless that is the one beside, which only shows errors of
 * ours. Then output goes back to where the last output is.
 */
export function outputColumn(): vscode.ViewColumn {
  const { activeTabGroup } = vscode.window.tabGroups;
  const active = resultTabs().find(({ tab }) => tab === activeTabGroup.activeTab);
  const output = resultTabs().find(({ tab, address }) => address.kind !== 'error' && tab.isActive);
  return active?.address.kind === 'error' && output !== undefined
    ? output.tab.group.viewColumn
    : vscode.ViewColumn.Active;
}

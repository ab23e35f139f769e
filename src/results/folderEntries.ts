import { type DocumentKind, endings, parseDocumentPath } from './address';

/** A document that is open, and what else there is of its result. */
export interface OpenDocument {
  /** As {@link documentPath} made it. */
  readonly path: string;
  readonly kinds: readonly DocumentKind[];
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * What a folder of document paths holds, as far as documents are open: the way to each of them, and
 * beside it the other documents of its result. Empty when no open document is in the folder, which
 * is then no folder.
 */
export function folderEntries(folder: string, documents: readonly OpenDocument[]): FolderEntry[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const inside = documents
    .filter(({ path }) => path.startsWith(prefix))
    .flatMap(({ path, kinds }) => [path, ...besidePaths(path, kinds)]);
  const entries = new Map<string, FolderEntry>();
  for (const path of inside) {
    const [name = '', ...deeper] = path.slice(prefix.length).split('/');
    entries.set(name, { name, isFolder: deeper.length > 0 });
  }
  return [...entries.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function besidePaths(path: string, kinds: readonly DocumentKind[]): string[] {
  const kind = parseDocumentPath(path)?.kind;
  return kind === undefined || kind === 'action'
    ? []
    : kinds.map((each) => `${path.slice(0, -endings[kind].length)}${endings[each]}`);
}

import * as vscode from 'vscode';
import type { CallOptions } from '../../defender/client';
import { type DocumentAddress, documentKey } from '../../results/address';
import { folderEntries } from '../../results/folderEntries';
import type { DocumentSource } from '../../platform/lazyFileSystem';
import type { ActionDocument, ActionDocuments } from './actionDocuments';
import { addressOf, findTab, scheme } from './documentUris';
import { type LoadedResult, readable, type ResultLoader } from './resultLoader';

/** A tab that VS Code restored and that could not be read. */
export interface RestoreFailure {
  readonly address: DocumentAddress;
  readonly uri: vscode.Uri;
  readonly error: unknown;
}

/**
 * What the documents of results hold. A file system and not a content provider: after a reload VS
 * Code asks it for the tabs that were open, while a content provider's tabs are lost. It serves the
 * store; only what VS Code restores is fetched here, silently.
 */
export class ResultFiles implements DocumentSource {
  readonly #loader: ResultLoader;
  readonly #actions: ActionDocuments;
  readonly #failed = new vscode.EventEmitter<RestoreFailure>();
  readonly #restored = new vscode.EventEmitter<DocumentAddress>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** How often what a document holds has changed. */
  readonly #revisions = new Map<string, number>();
  readonly #unpackedFiles = new WeakMap<object, Uint8Array>();

  /**
   * A tab could not be restored. VS Code shows its own words whatever we throw, so somebody else
   * must say why.
   */
  readonly onDidFail = this.#failed.event;
  /** A document could be read. */
  readonly onDidRead = this.#restored.event;
  readonly onDidChange = this.#changed.event;

  constructor(loader: ResultLoader, actions: ActionDocuments) {
    this.#loader = loader;
    this.#actions = actions;
    actions.onDidChange((address) => this.changed(address));
  }

  /** What a document holds is another thing now: VS Code reads it again where it is open. */
  changed(address: DocumentAddress): void {
    const key = documentKey(address);
    this.#revisions.set(key, (this.#revisions.get(key) ?? 0) + 1);
    // In a comparison it has no tab of its own.
    const open = vscode.workspace.textDocuments.map(({ uri }) => uri).filter((uri) => keyOf(uri) === key);
    open.forEach((uri) => this.#changed.fire(uri));
    if (open.length > 0 || findTab(address) !== undefined) {
      this.#restored.fire(address);
    }
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    if (address === undefined) {
      this.readDirectory(uri);
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    if (address.kind === 'action') {
      const { fetchedAt, text } = await this.#loadAction(uri, address);
      return fileOf({ created: fetchedAt, updated: fetchedAt, size: Buffer.byteLength(text) });
    }
    const loaded = await this.#load(uri, address);
    const { action } = loaded;
    const created = action.createdAt ?? loaded.result.fetchedAt;
    const content =
      address.kind === 'file' ? await this.#unpacked(uri, loaded) : contentOf(uri, address, loaded);
    const size = content.byteLength;
    // VS Code reads again only what has another size or time, and another encoding need not change
    // the size.
    const updated = (action.updatedAt ?? created) + (this.#revisions.get(documentKey(address)) ?? 0);
    return fileOf({ created, updated, size });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri);
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    if (address.kind === 'action') {
      return Buffer.from((await this.#loadAction(uri, address)).text);
    }
    const loaded = await this.#load(uri, address);
    return address.kind === 'file' ? this.#unpacked(uri, loaded) : contentOf(uri, address, loaded);
  }

  /**
   * For the breadcrumbs: what is open, and what else there is of those results. Fetches nothing.
   */
  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    const documents = vscode.workspace.textDocuments.flatMap((document) => {
      const address = addressOf(document.uri);
      return address === undefined
        ? []
        : [{ path: document.uri.path, kinds: this.#loader.peek(address)?.result.kinds ?? [] }];
    });
    const entries = uri.scheme === scheme ? folderEntries(uri.path, documents) : [];
    if (entries.length === 0) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const { Directory, File } = vscode.FileType;
    return entries.map(({ name, isFolder }) => [name, isFolder ? Directory : File]);
  }

  async #load(uri: vscode.Uri, address: DocumentAddress): Promise<LoadedResult> {
    const kept = this.#loader.peek(address);
    if (kept !== undefined && kept.result.unread === undefined) {
      return kept;
    }
    return this.#restore(uri, address, async () => readable(await this.#loader.load(address, silently())));
  }

  /** A collected file that is no text; in memory only, and no more of it than an editor takes. */
  async #unpacked(uri: vscode.Uri, { result, command }: LoadedResult): Promise<Uint8Array> {
    const known = this.#unpackedFiles.get(result);
    const { unpackedBytes } = await import('../../results/reading/reading');
    const bytes =
      known ?? (await unpackedBytes({ bytes: result.bytes, commandType: command?.type ?? 'GetFile' }));
    if (bytes === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    this.#unpackedFiles.set(result, bytes);
    return bytes;
  }

  async #loadAction(uri: vscode.Uri, address: DocumentAddress): Promise<ActionDocument> {
    const kept = this.#actions.peek(address);
    return kept ?? this.#restore(uri, address, () => this.#actions.load(address, silently()));
  }

  async #restore<T>(uri: vscode.Uri, address: DocumentAddress, load: () => Promise<T>): Promise<T> {
    try {
      const loaded = await load();
      this.#restored.fire(address);
      return loaded;
    } catch (error) {
      this.#failed.fire({ address, uri, error });
      throw vscode.FileSystemError.Unavailable(uri);
    }
  }
}

function keyOf(uri: vscode.Uri): string | undefined {
  const address = addressOf(uri);
  return address && documentKey(address);
}

/** Whoever closes the tab cannot tell us: VS Code gives a provider no usable cancellation. */
function silently(): CallOptions {
  return { signal: new AbortController().signal, urgency: 'view' };
}

function fileOf({
  created,
  updated,
  size,
}: {
  created: number;
  updated: number;
  size: number;
}): vscode.FileStat {
  const permissions = vscode.FilePermission.Readonly;
  return { type: vscode.FileType.File, ctime: created, mtime: updated, size, permissions };
}

function contentOf(uri: vscode.Uri, { kind }: DocumentAddress, { result }: LoadedResult): Uint8Array {
  const content = result.content(kind);
  if (content === undefined) {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
  return content;
}

/** The key under which a failure is remembered. */
export function failureKey(failure: RestoreFailure): string {
  return documentKey(failure.address);
}

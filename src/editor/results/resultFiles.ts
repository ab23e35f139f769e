import * as vscode from 'vscode';
import { type DocumentAddress, documentKey } from '../../results/address';
import type { DocumentSource } from '../lazyFileSystem';
import { addressOf } from './documents';
import type { LoadedResult, ResultLoader } from './loader';

/** A tab that VS Code restored and that could not be read. */
export interface RestoreFailure {
  readonly address: DocumentAddress;
  readonly uri: vscode.Uri;
  readonly error: unknown;
}

/**
 * What the documents of results hold. A file system and not a content provider: after a reload VS Code asks it for the tabs that
 * were open, while a content provider's tabs are lost. It serves the store; only what VS Code restores is fetched here, silently.
 */
export class ResultFiles implements DocumentSource {
  readonly #loader: ResultLoader;
  readonly #failed = new vscode.EventEmitter<RestoreFailure>();
  readonly #restored = new vscode.EventEmitter<DocumentAddress>();

  /** A tab could not be restored. VS Code shows its own words whatever we throw, so somebody else must say why. */
  readonly onDidFail = this.#failed.event;
  /** A document could be read. */
  readonly onDidRead = this.#restored.event;

  constructor(loader: ResultLoader) {
    this.#loader = loader;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const loaded = await this.#load(uri, address);
    const { action } = loaded;
    const created = action.createdAt ?? loaded.result.fetchedAt;
    return {
      type: vscode.FileType.File,
      ctime: created,
      mtime: action.updatedAt ?? created,
      size: contentOf(uri, address, loaded).byteLength,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri);
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    return contentOf(uri, address, await this.#load(uri, address));
  }

  async #load(uri: vscode.Uri, address: DocumentAddress): Promise<LoadedResult> {
    const kept = this.#loader.peek(address);
    if (kept !== undefined) {
      return kept;
    }
    try {
      // Whoever closes the tab cannot tell us: VS Code gives a provider no usable cancellation.
      const loaded = await this.#loader.load(address, {
        signal: new AbortController().signal,
        urgency: 'view',
      });
      this.#restored.fire(address);
      return loaded;
    } catch (error) {
      this.#failed.fire({ address, uri, error });
      throw vscode.FileSystemError.Unavailable(uri);
    }
  }
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

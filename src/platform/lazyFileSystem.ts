import * as vscode from 'vscode';

/** What can be asked of a document. */
export interface DocumentSource {
  stat(uri: vscode.Uri): Promise<vscode.FileStat>;
  readFile(uri: vscode.Uri): Promise<Uint8Array>;
  readDirectory(uri: vscode.Uri): [string, vscode.FileType][];
  /** A document holds something else than before. */
  readonly onDidChange: vscode.Event<vscode.Uri>;
}

/**
 * The read-only file system of our documents; `load` is called when the first of them is asked for.
 */
export class LazyFileSystem implements vscode.FileSystemProvider {
  readonly #load: () => Promise<DocumentSource>;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();

  readonly onDidChangeFile = this.#changed.event;

  constructor(load: () => Promise<DocumentSource>) {
    let loading: Promise<DocumentSource> | undefined;
    this.#load = () => (loading ??= this.#listenTo(load()));
  }

  async #listenTo(loading: Promise<DocumentSource>): Promise<DocumentSource> {
    const source = await loading;
    source.onDidChange((uri) => this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]));
    return source;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return (await this.#load()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.#load()).readFile(uri);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return (await this.#load()).readDirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}

import * as vscode from 'vscode';
import type { FilePort } from '../results/files';

/** A folder of any file system that VS Code knows. */
export function foldered(root: vscode.Uri): FilePort {
  const at = (path: string): vscode.Uri => (path === '' ? root : vscode.Uri.joinPath(root, path));
  const { fs } = vscode.workspace;
  return {
    read: (path) => orWhenMissing(fs.readFile(at(path)), undefined),
    // VS Code creates the folders above a file.
    write: async (path, bytes) => fs.writeFile(at(path), bytes),
    rename: async (from, to) => fs.rename(at(from), at(to), { overwrite: true }),
    delete: async (path) => fs.delete(at(path)),
    list: async (path) => {
      const entries = await orWhenMissing(fs.readDirectory(at(path)), []);
      // A link is a file here: what it leads to may lie elsewhere, or lead back.
      return entries.map(([name, type]) => ({ name, folder: type === vscode.FileType.Directory }));
    },
  };
}

async function orWhenMissing<T, U>(work: Thenable<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
      return otherwise;
    }
    throw error;
  }
}

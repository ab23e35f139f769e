import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { diskFiles } from '../results/evidence/diskFiles';
import { digestInSlices, type FilePort } from '../results/evidence/files';

/**
 * A folder of any file system that VS Code knows. On a disk of this computer, Node's own calls
 * guarantee more.
 */
export function fileStoreAt(root: vscode.Uri): FilePort {
  return root.scheme === 'file' ? diskFiles(root.fsPath) : workspaceFiles(root);
}

/**
 * A folder that only VS Code reaches, such as a remote one. Its API has no exclusive creation, no
 * appending and no flush to the disk. A new file is written under another name and renamed, which
 * VS Code refuses when the name is taken; two computers that do so in the same instant are not told
 * apart by every file system.
 */
function workspaceFiles(root: vscode.Uri): FilePort {
  const at = (path: string): vscode.Uri => (path === '' ? root : vscode.Uri.joinPath(root, path));
  const { fs } = vscode.workspace;
  const read = (path: string): Promise<Uint8Array | undefined> =>
    orWhenMissing(fs.readFile(at(path)), undefined);
  return {
    read: async (path, from = 0) => (await read(path))?.subarray(from),
    digest: async (path) => {
      const bytes = await read(path);
      return bytes && digestInSlices(bytes);
    },
    create: (path, bytes) => createNew(at(path), bytes),
    // VS Code creates the folders above a file.
    write: async (path, bytes) => fs.writeFile(at(path), bytes),
    rename: async (from, to) => fs.rename(at(from), at(to), { overwrite: true }),
    moveFolder: async (from, to) => fs.rename(at(from), at(to), { overwrite: false }),
    delete: async (path) => fs.delete(at(path)),
    list: async (path) => {
      const entries = await orWhenMissing(fs.readDirectory(at(path)), []);
      // A link is a file here: what it leads to may lie elsewhere, or lead back.
      return entries.map(([name, type]) => ({ name, folder: type === vscode.FileType.Directory }));
    },
  };
}

async function createNew(target: vscode.Uri, bytes: Uint8Array): Promise<boolean> {
  const { fs } = vscode.workspace;
  if (await exists(target)) {
    return false;
  }
  const beside = target.with({ path: `${target.path}.${randomUUID()}.part` });
  await fs.writeFile(beside, bytes);
  try {
    await fs.rename(beside, target, { overwrite: false });
    return true;
  } catch {
    await fs.delete(beside).then(undefined, () => undefined);
    if (await exists(target)) {
      return false;
    }
    await fs.writeFile(target, bytes);
    return true;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return (await orWhenMissing(vscode.workspace.fs.stat(uri), undefined)) !== undefined;
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

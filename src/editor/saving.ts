import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Sink } from '../results/download';
import { notSaved, saveFile } from '../results/files';
import { foldered } from './folder';

/**
 * Writes a download of any size to a file, never half of it: beside it first, then in its place. On a disk of this computer piece by
 * piece; elsewhere VS Code takes whole files only, so it is gathered in memory.
 * @throws Failure<SaveProblem>, and what `download` throws
 */
export async function saveDownload<T>(target: vscode.Uri, download: (sink: Sink) => Promise<T>): Promise<T> {
  return target.scheme === 'file' ? saveOnDisk(target.fsPath, download) : saveElsewhere(target, download);
}

async function saveOnDisk<T>(path: string, download: (sink: Sink) => Promise<T>): Promise<T> {
  const beside = `${path}.${randomUUID()}.part`;
  const saving = async <R>(step: Promise<R>): Promise<R> => {
    try {
      return await step;
    } catch (error) {
      throw notSaved(path, error);
    }
  };
  const file = await saving(open(beside, 'wx'));
  try {
    let written = 0;
    const done = await download({
      write: async (piece) => {
        await saving(writeAll(file, piece, written));
        written += piece.byteLength;
      },
      restart: async () => {
        await saving(file.truncate(0));
        written = 0;
      },
    });
    await saving(file.sync());
    await file.close();
    await saving(rename(beside, path));
    return done;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A full disk may take a part of a piece, and say so only when it is asked to take the rest. */
async function writeAll(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < piece.byteLength;) {
    done += (await file.write(piece, done, piece.byteLength - done, at + done)).bytesWritten;
  }
}

async function saveElsewhere<T>(target: vscode.Uri, download: (sink: Sink) => Promise<T>): Promise<T> {
  let pieces: Uint8Array[] = [];
  const done = await download({
    write: (piece) => {
      pieces.push(piece);
      return Promise.resolve();
    },
    restart: () => {
      pieces = [];
      return Promise.resolve();
    },
  });
  const folder = foldered(vscode.Uri.joinPath(target, '..'));
  await saveFile(folder, target.path.split('/').at(-1) ?? '', Buffer.concat(pieces), {
    unique: randomUUID(),
  });
  return done;
}

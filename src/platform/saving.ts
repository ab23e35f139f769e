import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { digestOnDisk, renameOnDisk } from '../results/evidence/diskFiles';
import type { Sink } from '../results/download/download';
import { type Digest, notSaved } from '../results/evidence/files';
import { demandReceived, saveReceived } from '../results/evidence/savedResult';
import { countText } from '../messages/quantities';
import { fileStoreAt } from './fileStore';

const { l10n } = vscode;

/** What was saved under a name. `sha256` is in hexadecimal. */
export function savedWords(name: string, bytes: number, sha256: string): string {
  return bytes === 1
    ? l10n.t('Saved {0} (1 byte). SHA-256: {1}', name, sha256)
    : l10n.t('Saved {0} ({1} bytes). SHA-256: {2}', name, countText(bytes), sha256);
}

/**
 * Writes a download of any size to a file, whole or not at all: beside it first, then, when what is
 * there has the SHA-256 of what was received, in its place. What was there is replaced: the dialog
 * that the name comes from has asked. On a disk of this computer piece by piece; elsewhere VS Code
 * takes whole files only, so it is gathered in memory.
 * @throws Failure<SaveProblem | EvidenceTrouble>, and what `download` throws
 */
export async function saveDownload<T extends Digest>(
  target: vscode.Uri,
  download: (sink: Sink) => Promise<T>,
): Promise<T> {
  return target.scheme === 'file' ? saveOnDisk(target.fsPath, download) : saveElsewhere(target, download);
}

async function saveOnDisk<T extends Digest>(path: string, download: (sink: Sink) => Promise<T>): Promise<T> {
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
    demandReceived(done.sha256, (await saving(digestOnDisk(beside))).sha256);
    await saving(renameOnDisk(beside, path));
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

async function saveElsewhere<T extends Digest>(
  target: vscode.Uri,
  download: (sink: Sink) => Promise<T>,
): Promise<T> {
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
  const folder = fileStoreAt(vscode.Uri.joinPath(target, '..'));
  const bytes = Buffer.concat(pieces);
  await saveReceived(folder, target.path.split('/').at(-1) ?? '', { bytes, sha256: done.sha256 });
  return done;
}

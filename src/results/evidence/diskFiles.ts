import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest, FilePort } from './files';

/** A link in the place of a file is not followed where the system can tell (not on Windows). */
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d²³¹]|lpt[\d²³¹])(?:[. ]|$)/i;

/**
 * A folder on a disk of this computer. New files are created exclusively, manifests grow with
 * `O_APPEND`, and what is written is flushed to the disk before it counts.
 */
export function diskFiles(root: string): FilePort {
  const at = (path: string): string => join(root, checked(path));
  return {
    read: (path, from = 0) => orWhenMissing(readFrom(at(path), from), undefined),
    digest: (path, signal) => orWhenMissing(digestOnDisk(at(path), signal), undefined),
    create: async (path, bytes) => {
      await mkdir(dirname(at(path)), { recursive: true });
      const file = await openNew(at(path));
      return file === undefined ? false : writeAndSync(file, bytes, dirname(at(path)));
    },
    write: async (path, bytes) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeAndSync(await open(at(path), 'w'), bytes);
    },
    append: async (path, bytes) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeAndSync(await open(at(path), 'a'), bytes, dirname(at(path)));
    },
    rename: (from, to) => renameOnDisk(at(from), at(to)),
    moveFolder: async (from, to) => {
      await mkdir(dirname(at(to)), { recursive: true });
      await renameOnDisk(at(from), at(to));
    },
    delete: async (path) => {
      await rm(at(path)).catch(() => rmdir(at(path)));
    },
    list: async (path) => {
      const entries = await orWhenMissing(readdir(at(path), { withFileTypes: true }), []);
      return entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
    },
  };
}

/** Refuses what could lead out of the folder, whatever system this is. */
function checked(path: string): string {
  const parts = path.split('/');
  const bad = (part: string): boolean =>
    part === '' ||
    /^[. ]+$/.test(part) ||
    part.includes('\\') ||
    part.includes('\0') ||
    (process.platform === 'win32' && (part.includes(':') || device.test(part)));
  if (path !== '' && parts.some(bad)) {
    throw new Error(`${path} is no path inside the folder.`);
  }
  return path;
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return undefined;
    }
    throw error;
  }
}

async function writeAndSync(file: FileHandle, bytes: Uint8Array, folder?: string): Promise<true> {
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  if (folder !== undefined) {
    await syncFolder(folder);
  }
  return true;
}

/**
 * Moves a file to an absolute path, in the place of what is there, or a folder. POSIX renames a
 * folder over an empty one, which loses nothing; over one with content the system refuses to.
 */
export async function renameOnDisk(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** So that a name outlives a power failure; not every system can do this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function readFrom(path: string, from: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | noFollow);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - from));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
      if (bytesRead === 0) {
        break;
      }
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

/**
 * Size and SHA-256 of a file at an absolute path. A link is not followed where the system can tell.
 */
export async function digestOnDisk(path: string, signal?: AbortSignal): Promise<Digest> {
  // A device or a pipe would never end.
  if (!(await stat(path)).isFile()) {
    throw new Error('It is no file.');
  }
  const hash = createHash('sha256');
  let size = 0;
  const flags = constants.O_RDONLY | noFollow;
  const file = await open(path, flags);
  const stream = createReadStream('', { fd: file, ...(signal && { signal }) });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    size += piece.byteLength;
  }
  return { size, sha256: hash.digest('hex') };
}

async function orWhenMissing<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return otherwise;
    }
    throw error;
  }
}

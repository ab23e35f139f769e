import { Failure, isAbort } from '../http/failure';
import type { SaveProblem } from './problems';

/** A folder to write into, of any file system. Paths are relative to it, their parts separated by `/`. */
export interface FilePort {
  /** Undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Creates the folders above it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Takes the place of what is there. */
  rename(from: string, to: string): Promise<void>;
  delete(path: string): Promise<void>;
  /** What is in a folder; nothing when there is none. */
  list(path: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]>;
}

/**
 * Writes a file whole or not at all: beside its place first, then in it. Where a file system cannot rename, it is written in place, read back
 * and compared, and deleted when it is not what was written.
 * @throws Failure<SaveProblem>; nothing of ours is left then
 */
export async function saveFile(
  files: FilePort,
  path: string,
  bytes: Uint8Array,
  unique: string,
): Promise<void> {
  const beside = `${path}.${unique}.part`;
  try {
    await files.write(beside, bytes);
  } catch (error) {
    await remove(files, beside);
    throw notSaved(path, error);
  }
  try {
    await files.rename(beside, path);
  } catch {
    await remove(files, beside);
    await writeInPlace(files, path, bytes);
  }
}

async function writeInPlace(files: FilePort, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await files.write(path, bytes);
    const written = await files.read(path);
    if (written === undefined || !sameBytes(written, bytes)) {
      throw new Error('What was read back is not what was written.');
    }
  } catch (error) {
    await remove(files, path);
    throw notSaved(path, error);
  }
}

export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

async function remove(files: FilePort, path: string): Promise<void> {
  try {
    await files.delete(path);
  } catch {
    // It was never there, or cannot be reached: the failure that led here says so.
  }
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);
const forbidden: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'NoPermissions']);

/** Why a file could not be written, from what a file system of Node or of VS Code says; an abort stays one. */
export function notSaved(path: string, error: unknown): unknown {
  if (isAbort(error) || error instanceof Failure) {
    return error;
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = String(message);
  const reason =
    full.has(code) || /ENOSPC|EDQUOT|no space left/i.test(text)
      ? 'diskFull'
      : forbidden.has(code) || /EACCES|EPERM|EROFS|permission denied/i.test(text)
        ? 'notAllowed'
        : 'other';
  return new Failure<SaveProblem>({ code: 'notSaved', path, reason, detail: text });
}

import { createHash } from 'node:crypto';
import { Failure, isAbort } from '../../http/failure';
import { yieldToEventLoop } from '../../http/slices';
import type { SaveProblem } from '../resultProblem';

/** Of the bytes of a file. */
export interface Digest {
  /** Bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * A folder to write into, of any file system. Paths are relative to it, their parts separated by
 * `/`.
 */
export interface FilePort {
  /** The bytes from `from` on; undefined when there is no such file. */
  read(path: string, from?: number): Promise<Uint8Array | undefined>;
  /** Size and SHA-256 of a file; undefined when there is none. */
  digest(path: string, signal?: AbortSignal): Promise<Digest | undefined>;
  /**
   * Makes a new file and the folders above it. False, and nothing is touched, when something is
   * there already. After a failure a part of the file may be there.
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Writes in place; a part of it may be there after a failure. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Adds to the end of a file, and makes it when there is none. Missing where a file system takes
   * whole files only.
   */
  append?(path: string, bytes: Uint8Array): Promise<void>;
  /** Moves a file and takes the place of what is there. */
  rename(from: string, to: string): Promise<void>;
  /**
   * Moves a folder, and makes the folders above its new place. Fails when there is anything at that
   * place.
   */
  moveFolder(from: string, to: string): Promise<void>;
  /** Deletes a file or an empty folder. */
  delete(path: string): Promise<void>;
  /** What is in a folder; nothing when there is none. A link counts as a file. */
  list(path: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]>;
}

export interface SaveNames {
  /** Part of the names of temporary files. */
  readonly unique: string;
  /** What these names begin with; the path itself by default. */
  readonly beside?: string;
}

/**
 * Writes a file whole or not at all. It is written beside its place first, then moved there. Where
 * a file system cannot rename, it is written in place while a complete copy of the new and of the
 * old bytes lie beside it, and read back.
 * @throws Failure<SaveProblem>; what was there before is there again, or `copy` says where it is
 */
export async function saveFile(
  files: FilePort,
  path: string,
  bytes: Uint8Array,
  { unique, beside: prefix = path }: SaveNames,
): Promise<void> {
  const beside = `${prefix}.${unique}.part`;
  try {
    await createWhole(files, beside, bytes);
  } catch (error) {
    await removeQuietly(files, beside);
    throw notSaved(path, error);
  }
  try {
    await files.rename(beside, path);
  } catch {
    await writeInPlace(files, path, bytes, `${prefix}.${unique}.old`);
    await removeQuietly(files, beside);
  }
}

async function writeInPlace(files: FilePort, path: string, bytes: Uint8Array, copy: string): Promise<void> {
  const beside = copy.replace(/old$/, 'part');
  let old: Uint8Array | undefined;
  try {
    old = await files.read(path);
    if (old !== undefined) {
      await createWhole(files, copy, old);
    }
  } catch (error) {
    await removeQuietly(files, copy);
    await removeQuietly(files, beside);
    throw notSaved(path, error);
  }
  try {
    await files.write(path, bytes);
    await demand(files, path, await digestInSlices(bytes));
    await removeQuietly(files, copy);
  } catch (error) {
    const restored = await restore(files, path, old);
    await removeQuietly(files, beside);
    if (restored) {
      await removeQuietly(files, copy);
    }
    throw notSaved(path, error, restored || old === undefined ? undefined : copy);
  }
}

/** Puts back what was at a path, or nothing. */
async function restore(files: FilePort, path: string, old: Uint8Array | undefined): Promise<boolean> {
  try {
    if (old === undefined) {
      await files.delete(path);
    } else {
      await files.write(path, old);
      await demand(files, path, await digestInSlices(old));
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * What is known of a new file. `digest` is that of its bytes; `made` has its path afterward unless
 * something else was there.
 */
export interface NewFile {
  readonly digest?: Digest;
  readonly made?: Set<string>;
}

/** Makes a new file and reads it back. */
export async function createWhole(
  files: FilePort,
  path: string,
  bytes: Uint8Array,
  { digest, made }: NewFile = {},
): Promise<void> {
  made?.add(path);
  if (!(await files.create(path, bytes))) {
    made?.delete(path);
    throw new Error(`${path} is there already.`);
  }
  await demand(files, path, digest ?? (await digestInSlices(bytes)));
}

/** @throws when a file does not hold what was written */
export async function demand(files: FilePort, path: string, expected: Digest): Promise<void> {
  const actual = await files.digest(path);
  if (actual?.sha256 !== expected.sha256) {
    throw new Error('What was read back is not what was written.');
  }
}

/** Whether a file begins with these bytes. */
export function beginsWith(whole: Uint8Array, part: Uint8Array): boolean {
  return Buffer.compare(part, whole.subarray(0, part.byteLength)) === 0;
}

/**
 * Adds to the end of a file. Where a file system cannot append, the whole file is replaced as
 * {@link saveFile} does.
 */
export async function appendFile(
  files: FilePort,
  path: string,
  bytes: Uint8Array,
  names: SaveNames,
): Promise<void> {
  if (files.append !== undefined) {
    await files.append(path, bytes);
    return;
  }
  const before = (await files.read(path)) ?? new Uint8Array();
  await saveFile(files, path, Buffer.concat([before, bytes]), names);
}

export function digestOf(bytes: Uint8Array): Digest {
  return { size: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Bytes between two yields: about two milliseconds. */
const hashSlice = 1024 * 1024;

/** {@link digestOf} in slices, so that large files do not hold up the editor. */
export async function digestInSlices(bytes: Uint8Array): Promise<Digest> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.byteLength; from += hashSlice) {
    if (from > 0) {
      await yieldToEventLoop();
    }
    hash.update(bytes.subarray(from, from + hashSlice));
  }
  return { size: bytes.byteLength, sha256: hash.digest('hex') };
}

export async function removeQuietly(files: FilePort, path: string): Promise<boolean> {
  try {
    await files.delete(path);
    return true;
  } catch {
    // It was never there, or cannot be reached: the failure that led here says so.
    return false;
  }
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);
const forbidden: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'NoPermissions']);

/**
 * Why a file could not be written, from what a file system of Node or of VS Code says; an abort
 * stays one. `copy` is where the bytes are that were there before, when they could not be put back.
 */
export function notSaved(path: string, error: unknown, copy?: string): unknown {
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
  const problem: SaveProblem = { code: 'notSaved', path, reason, detail: text };
  return new Failure<SaveProblem>(copy === undefined ? problem : { ...problem, copy });
}

import { randomUUID } from 'node:crypto';
import { Failure } from '../../http/failure';
import { foldName } from '../address';
import { digestInSlices, type FilePort, removeQuietly, saveFile } from './files';
import type { EvidenceTrouble } from '../resultProblem';

/** A result as it was received. */
export interface Received {
  readonly bytes: Uint8Array;
  /** SHA-256 of these bytes, in hexadecimal, taken when they were received. */
  readonly sha256: string;
}

/**
 * Takes two SHA-256 in hexadecimal: of what was received, and of what is there now.
 * @throws Failure<EvidenceTrouble> when they differ
 */
export function demandReceived(expected: string, actual: string): void {
  if (actual !== expected) {
    throw new Failure<EvidenceTrouble>({ code: 'notAsReceived', expected, actual });
  }
}

function sidecarName(name: string): string {
  return `${name}.sidecar.json`;
}

/**
 * Saves the bytes of a result and, where there is one, its sidecar `<name>.sidecar.json`: both or
 * none. What had these names before is replaced, or is there again after a failure.
 * @throws Failure<EvidenceTrouble | SaveProblem>
 */
export async function saveReceived(
  files: FilePort,
  name: string,
  received: Received,
  sidecar?: Uint8Array,
): Promise<void> {
  demandReceived(received.sha256, (await digestInSlices(received.bytes)).sha256);
  // The sidecar comes first, because it is the smaller one to take back. Alone it is no result.
  const undo = sidecar === undefined ? undefined : await replace(files, sidecarName(name), sidecar);
  try {
    await saveFile(files, name, received.bytes, { unique: randomUUID() });
  } catch (error) {
    await undo?.();
    throw error;
  }
}

/** Gives what puts back the file that was there. */
async function replace(files: FilePort, path: string, bytes: Uint8Array): Promise<() => Promise<unknown>> {
  const before = await files.read(path);
  await saveFile(files, path, bytes, { unique: randomUUID() });
  return () =>
    before === undefined
      ? removeQuietly(files, path)
      : saveFile(files, path, before, { unique: randomUUID() }).catch(() => undefined);
}

/**
 * {@link saveReceived} under a name that nothing has, with or without a number. Gives that name.
 */
export async function saveReceivedNew(
  files: FilePort,
  name: string,
  received: Received,
  sidecar: Uint8Array,
): Promise<string> {
  const taken = new Set((await files.list('')).map((entry) => foldName(entry.name)));
  const ending = /(?:\.transcript)?\.\w+$/.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${stem} (${n})${ending}`;
    if (!taken.has(foldName(free)) && !taken.has(foldName(sidecarName(free)))) {
      await saveReceived(files, free, received, sidecar);
      return free;
    }
  }
}

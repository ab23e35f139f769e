import { randomUUID } from 'node:crypto';
import {
  type EvidenceRun,
  type ManifestEntry,
  ManifestReader,
  manifestLines,
  manifestName,
  readEntry,
  workFolder,
} from './evidenceManifest';
import { appendFile, beginsWith, type FilePort, removeQuietly } from './files';

/**
 * What is about to be kept, noted before its first file is made and deleted when the manifest lists
 * it. So that what an interruption leaves can be told from what a stranger put there, and is
 * completed or removed.
 */
export interface Attempt {
  readonly id: string;
  readonly run: EvidenceRun;
  readonly entries: readonly ManifestEntry[];
  /** The paths that this attempt makes; the others were there. */
  readonly created: readonly string[];
}

export function attemptPath(id: string): string {
  return `${workFolder}/${id}.json`;
}

export function readAttempt(id: string, bytes: Uint8Array): Attempt | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<Record<string, unknown>> | null;
    const { run, entries, created } = value ?? {};
    const { at, by, tool, sample, id: runId } = (run ?? {}) as Partial<Record<string, unknown>>;
    if (typeof runId !== 'string' || typeof at !== 'number' || typeof tool !== 'string') {
      return undefined;
    }
    const read = (entries as Partial<Record<string, unknown>>[]).map(readEntry);
    const whole = read.filter((each) => each !== undefined);
    const made = (created as unknown[]).filter((each) => typeof each === 'string');
    return whole.length !== read.length
      ? undefined
      : {
          id,
          run: { id: runId, at, by: typeof by === 'string' ? by : undefined, tool, sample: sample === true },
          entries: whole,
          created: made,
        };
  } catch {
    return undefined;
  }
}

/** The manifest as it is now. After an interrupted replacement that is the copy of it. */
export async function readManifestBytes(files: FilePort): Promise<Uint8Array | undefined> {
  const now = await files.read(manifestName);
  let best = now;
  for (const { name } of await files.list(workFolder)) {
    const copy = copyPattern.test(name) ? await files.read(`${workFolder}/${name}`) : undefined;
    // Only where it was torn: otherwise somebody could hide what was done to the manifest behind an
    // old copy.
    if (
      copy !== undefined &&
      copy.byteLength > (best?.byteLength ?? 0) &&
      beginsWith(copy, best ?? nothing)
    ) {
      best = copy;
    }
  }
  return best;
}

const copyPattern = /^manifest\..*\.old$/;

const nothing = new Uint8Array();

/** Reads what was added to the manifest since; all of it when it is new or has become shorter. */
export async function refreshed(files: FilePort, known: ManifestReader): Promise<ManifestReader> {
  const size = known.size;
  const more = size === 0 ? undefined : await files.read(manifestName, size);
  if (more !== undefined && more.byteLength > 0) {
    await known.push(more);
    return known;
  }
  const all = (await files.read(manifestName)) ?? nothing;
  if (all.byteLength === size) {
    return known;
  }
  const reader = new ManifestReader();
  await reader.push(all);
  return reader;
}

/** Adds lines to the manifest, and sees that they are there. Gives the manifest with them. */
export async function list(
  files: FilePort,
  manifest: ManifestReader,
  { run, entries }: Pick<Attempt, 'run' | 'entries'>,
): Promise<ManifestReader> {
  const lines = manifestLines(manifest, run, entries);
  await appendFile(files, manifestName, lines, { unique: randomUUID(), beside: `${workFolder}/manifest` });
  const after = await refreshed(files, manifest);
  if (!entries.every(({ path }) => after.entries.has(path))) {
    throw new Error('The manifest does not hold what was added to it.');
  }
  return after;
}

/**
 * Completes or removes what interrupted attempts have left. Only with the lock. A file that is
 * whole or listed is never deleted unless its attempt made it and the rest of its item is missing.
 */
export async function recover(files: FilePort, known: ManifestReader): Promise<ManifestReader> {
  const left = (await files.list(workFolder)).filter(({ name }) => name !== 'lock');
  if (left.length === 0) {
    return known;
  }
  const whole = await readManifestBytes(files);
  const torn = (await files.read(manifestName))?.byteLength !== whole?.byteLength;
  if (whole !== undefined && torn) {
    await files.write(manifestName, whole);
  }
  let manifest = torn ? new ManifestReader() : known;
  manifest = await refreshed(files, manifest);
  for (const { name, folder } of left) {
    const path = `${workFolder}/${name}`;
    if (folder) {
      continue;
    }
    const attempt = name.endsWith('.json') ? await attemptAt(files, path, name) : undefined;
    if (attempt === undefined) {
      await removeQuietly(files, path);
      continue;
    }
    const next = await completed(files, manifest, attempt);
    manifest = next ?? manifest;
    if (manifest.rest.byteLength > 0) {
      // The line that it left incomplete needs an explanation before the note goes.
      manifest = await list(files, manifest, { run: attempt.run, entries: [] });
    }
    if (next !== undefined || (await removeParts(files, manifest, attempt))) {
      await removeQuietly(files, path);
    }
  }
  for (const { name } of left.filter(({ folder }) => folder)) {
    await removeStaged(files, `${workFolder}/${name}`);
  }
  return manifest;
}

async function attemptAt(files: FilePort, path: string, name: string): Promise<Attempt | undefined> {
  const bytes = await files.read(path);
  return bytes && readAttempt(name.slice(0, -'.json'.length), bytes);
}

/**
 * Lists an item whose files are all there, or of which a part is listed already. Undefined when it
 * is not complete.
 */
async function completed(
  files: FilePort,
  manifest: ManifestReader,
  attempt: Attempt,
): Promise<ManifestReader | undefined> {
  const unlisted = attempt.entries.filter(({ path }) => manifest.entryOf(path) === undefined);
  if (attempt.entries.some(({ path, sha256 }) => (manifest.entryOf(path)?.sha256 ?? sha256) !== sha256)) {
    // A later attempt has kept something else there.
    return undefined;
  }
  for (const { path, sha256 } of unlisted) {
    if ((await files.digest(path))?.sha256 !== sha256) {
      return undefined;
    }
  }
  return unlisted.length === 0 ? manifest : list(files, manifest, attempt);
}

/**
 * Removes what an attempt has made and not completed. False when something could not be removed.
 * What is neither whole nor a part of what was to be there is not ours, nor is what is listed, in
 * whatever case: a disk may take both names for one file. Only the part of a listed file that was
 * missing goes again.
 */
export async function removeParts(
  files: FilePort,
  manifest: ManifestReader,
  { entries, created }: Pick<Attempt, 'entries' | 'created'>,
): Promise<boolean> {
  let removed = true;
  for (const { path, size, sha256 } of entries.filter((entry) => created.includes(entry.path))) {
    const listed = manifest.entryOf(path);
    const there = await files.digest(path);
    const isPart = there !== undefined && there.size < size;
    const ours =
      listed === undefined ? isPart || there?.sha256 === sha256 : isPart && listed.sha256 === sha256;
    if (ours) {
      removed = (await removeQuietly(files, path)) && removed;
    }
  }
  return removed;
}

/** Copies that were never moved to their place: no part of the evidence. */
export async function removeStaged(files: FilePort, folder: string): Promise<void> {
  for (const { name } of await files.list(folder)) {
    await removeQuietly(files, `${folder}/${name}`);
  }
  await removeQuietly(files, folder);
}

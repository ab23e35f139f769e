import { createHash } from 'node:crypto';
import { inSlices } from '../http/slices';
import { cleanName } from './address';
import { type FilePort, sameBytes, saveFile } from './files';

/** A file of a result that is kept. */
export interface EvidenceFile {
  /** A name, not a path; it is cleaned. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is kept of one result. The first file holds the bytes as they were received. */
export interface EvidenceItem {
  readonly host: string;
  readonly actionId: string;
  readonly index: number;
  readonly files: readonly [EvidenceFile, ...EvidenceFile[]];
  /** Where they come from. It also says when they were fetched, so it is another one each time. */
  readonly sidecar: EvidenceFile;
}

/** One run of keeping: whose it is and when. */
export interface EvidenceRun {
  /** A name of its own, such as a UUID. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string | undefined;
  readonly tool: string;
  /** The sample tenant's: made up. */
  readonly sample: boolean;
}

export interface Kept {
  /** Where it is, below the evidence folder. */
  readonly folder: string;
  /** The same bytes were there already. */
  readonly again: boolean;
}

/** Below the evidence folder; a line of JSON for each run and each file of it. Lines are added and never changed. */
export const manifestName = 'manifest.jsonl';

/**
 * Keeps a result in an evidence folder: `<host>/<action id>/<index>/`, with cleaned names. What is there is never written over: other bytes
 * under the same address get a folder of their own, the same ones are only noted in the manifest.
 * @throws Failure<SaveProblem>; then nothing of the item is in the manifest
 */
export async function keepEvidence(files: FilePort, item: EvidenceItem, run: EvidenceRun): Promise<Kept> {
  const { folder, again } = await folderFor(files, item);
  const entries: ManifestEntry[] = [];
  for (const { name, bytes } of again ? item.files : [...item.files, item.sidecar]) {
    const path = `${folder}/${cleanName(name)}`;
    if (!again) {
      await saveFile(files, path, bytes, run.id);
    }
    entries.push({ run: run.id, path, size: bytes.byteLength, sha256: await sha256(bytes) });
  }
  await append(files, run, entries);
  return { folder, again };
}

async function folderFor(files: FilePort, item: EvidenceItem): Promise<Kept> {
  const base = `${cleanName(item.host)}/${cleanName(item.actionId)}/${item.index}`;
  for (let n = 1; ; n += 1) {
    const folder = n === 1 ? base : `${base}-${n}`;
    if ((await files.list(folder)).length === 0) {
      return { folder, again: false };
    }
    const present = await Promise.all(
      item.files.map(async ({ name, bytes }) => {
        const known = await files.read(`${folder}/${cleanName(name)}`);
        return known !== undefined && sameBytes(known, bytes);
      }),
    );
    if (present.every(Boolean)) {
      return { folder, again: true };
    }
  }
}

interface ManifestEntry {
  readonly run: string;
  /** Below the evidence folder. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

async function append(files: FilePort, run: EvidenceRun, entries: readonly ManifestEntry[]): Promise<void> {
  const before = (await files.read(manifestName)) ?? new Uint8Array();
  const known = Buffer.from(before)
    .toString('utf8')
    .includes(`"run":${JSON.stringify(run.id)}`);
  const header = {
    format: 1,
    run: run.id,
    atUtc: new Date(run.at).toISOString(),
    by: run.by ?? null,
    tool: run.tool,
    ...(run.sample && { sample: 'SAMPLE' }),
  };
  const lines = [...(known ? [] : [header]), ...entries].map((entry) => `${JSON.stringify(entry)}\n`);
  // A last line without an end was cut: what comes must not be glued to it.
  const glue = before.length > 0 && before.at(-1) !== 0x0a ? '\n' : '';
  const after = Buffer.concat([before, Buffer.from(`${glue}${lines.join('')}`)]);
  await saveFile(files, manifestName, after, `${run.id}-manifest`);
}

/** What is wrong with an evidence folder. */
export type EvidenceProblem =
  | { readonly kind: 'changed'; readonly path: string; readonly expected: string; readonly actual: string }
  | { readonly kind: 'missing'; readonly path: string }
  /** It is there, and no run has written it. */
  | { readonly kind: 'added'; readonly path: string }
  /** A line of the manifest that cannot be read; `line` counts from 1. */
  | { readonly kind: 'unreadableLine'; readonly line: number };

export interface Verification {
  /** Files that are as they were kept. */
  readonly intact: number;
  readonly problems: readonly EvidenceProblem[];
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (checked: number, total: number) => void;
}

/**
 * Holds every file of an evidence folder against the manifest. Undefined when there is no manifest. What the manifest itself said before
 * somebody changed it, nobody can tell: keep a copy of it, or its SHA-256, elsewhere.
 */
export async function verifyEvidence(
  files: FilePort,
  options: VerifyOptions,
): Promise<Verification | undefined> {
  const manifest = await files.read(manifestName);
  if (manifest === undefined) {
    return undefined;
  }
  const { entries, problems } = readManifest(Buffer.from(manifest).toString('utf8'));
  let checked = 0;
  let intact = 0;
  for (const { path, sha256: expected } of entries.values()) {
    options.signal.throwIfAborted();
    const bytes = await files.read(path);
    const actual = bytes && (await sha256(bytes));
    if (actual === undefined) {
      problems.push({ kind: 'missing', path });
    } else if (actual === expected) {
      intact += 1;
    } else {
      problems.push({ kind: 'changed', path, expected, actual });
    }
    checked += 1;
    options.onProgress?.(checked, entries.size);
  }
  for (const path of await allFiles(files, '', options.signal)) {
    if (path !== manifestName && !entries.has(path)) {
      problems.push({ kind: 'added', path });
    }
  }
  return { intact, problems };
}

function readManifest(text: string): { entries: Map<string, ManifestEntry>; problems: EvidenceProblem[] } {
  const entries = new Map<string, ManifestEntry>();
  const problems: EvidenceProblem[] = [];
  for (const [n, line] of text.split('\n').entries()) {
    const entry = line === '' ? 'nothing' : readLine(line);
    if (entry === undefined) {
      problems.push({ kind: 'unreadableLine', line: n + 1 });
    } else if (typeof entry === 'object' && !entries.has(entry.path)) {
      // The first word holds: files are never written over, so a later line can only repeat it.
      entries.set(entry.path, entry);
    }
  }
  return { entries, problems };
}

/** An entry, or that it is none; undefined for what is no line of ours. A path that leads out of the folder is none. */
function readLine(line: string): ManifestEntry | 'nothing' | undefined {
  try {
    const value = JSON.parse(line) as Partial<Record<keyof ManifestEntry | 'format', unknown>> | null;
    const { run, path, size, sha256: hash } = value ?? {};
    if (typeof run === 'string' && path === undefined) {
      return 'nothing';
    }
    const inside =
      typeof path === 'string' &&
      path.split('/').every((part) => part !== '' && part !== '..' && part !== '.');
    return inside && typeof run === 'string' && typeof size === 'number' && typeof hash === 'string'
      ? { run, path, size, sha256: hash }
      : undefined;
  } catch {
    return undefined;
  }
}

async function allFiles(files: FilePort, folder: string, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted();
  const found: string[] = [];
  for (const { name, folder: isFolder } of await files.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (isFolder) {
      found.push(...(await allFiles(files, path, signal)));
    } else {
      found.push(path);
    }
  }
  return found;
}

/** Bytes between two breaths: about two milliseconds. */
const hashSlice = 1024 * 1024;

/** In slices, so that large files do not hold up the editor. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  const starts = Array.from({ length: Math.ceil(bytes.byteLength / hashSlice) }, (_, n) => n * hashSlice);
  await inSlices(starts, 1, (from) => hash.update(bytes.subarray(from, from + hashSlice)));
  return hash.digest('hex');
}

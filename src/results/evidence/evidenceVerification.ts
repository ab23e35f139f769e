import { foldName } from '../address';
import { readAttempt, readManifestBytes } from './evidenceAttempt';
import {
  type ManifestEntry,
  type ManifestProblem,
  ManifestReader,
  manifestName,
  workFolder,
} from './evidenceManifest';
import { digestInSlices, type FilePort } from './files';
import { isAbort } from '../../http/failure';

/** What is wrong with an evidence folder. */
export type EvidenceProblem =
  | ManifestProblem
  | { readonly kind: 'changed'; readonly path: string; readonly expected: string; readonly actual: string }
  | { readonly kind: 'missing'; readonly path: string }
  /** It is there, and no run has written it. */
  | { readonly kind: 'added'; readonly path: string }
  /** A file or folder that cannot be read, so nobody can tell. `detail` is what the system says. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly detail: string };

export interface Verification {
  /** Files that are as they were kept. */
  readonly intact: number;
  readonly problems: readonly EvidenceProblem[];
  /**
   * What an interrupted run has left, or one that is going on. The next run completes or removes
   * it.
   */
  readonly unfinished: readonly string[];
  /** Of the manifest itself, in hexadecimal. */
  readonly sha256: string;
  /** Lines of the manifest. */
  readonly lines: number;
  /**
   * The lines that the older SHA-256 proves; undefined when there was none, or when it fits
   * nowhere.
   */
  readonly coveredLines: number | undefined;
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (checked: number, total: number) => void;
  /** A SHA-256 that the manifest had at some time, in hexadecimal. */
  readonly older?: string;
}

/**
 * Holds every file of an evidence folder against the manifest, and the manifest against itself.
 * Undefined when there is no manifest. What the last run said before somebody changed it, only the
 * manifest's SHA-256 tells, noted elsewhere.
 */
export async function verifyEvidence(
  files: FilePort,
  options: VerifyOptions,
): Promise<Verification | undefined> {
  const { signal, older } = options;
  // In this order: a file is noted as unfinished before it appears, and listed before that note
  // goes.
  const problems: EvidenceProblem[] = [];
  const tree = await filesBelow(files, signal, problems);
  const unfinished = await unfinishedPaths(files, signal);
  const bytes = await readManifestBytes(files);
  if (bytes === undefined) {
    return undefined;
  }
  const manifest = new ManifestReader(older);
  await manifest.push(bytes);
  manifest.end(unfinished.size > 0);
  const readable = await checkEntries(files, manifest, options, problems);
  const left = new Set([...unfinished].filter((path) => path.startsWith(`${workFolder}/`)));
  addExtras(tree, manifest.entries, readable, unfinished, { problems, left });
  const { sha256 } = await digestInSlices((await files.read(manifestName)) ?? bytes);
  return {
    intact: readable.intact.size,
    problems: inOrder(manifest.problems, problems),
    unfinished: [...left],
    sha256,
    lines: manifest.lines,
    coveredLines: manifest.coveredLines,
  };
}

function inOrder(first: readonly EvidenceProblem[], then: readonly EvidenceProblem[]): EvidenceProblem[] {
  return first.concat(then);
}

interface Checked {
  readonly intact: Set<string>;
  /** Paths under which something could be read. */
  readonly present: Set<string>;
}

async function checkEntries(
  files: FilePort,
  { entries }: ManifestReader,
  { signal, onProgress }: VerifyOptions,
  problems: EvidenceProblem[],
): Promise<Checked> {
  const checked: Checked = { intact: new Set(), present: new Set() };
  let done = 0;
  for (const { path, sha256: expected } of entries.values()) {
    signal.throwIfAborted();
    try {
      const actual = (await files.digest(path, signal))?.sha256;
      if (actual === undefined) {
        problems.push({ kind: 'missing', path });
      } else {
        checked.present.add(path);
        if (actual === expected) {
          checked.intact.add(path);
        } else {
          problems.push({ kind: 'changed', path, expected, actual });
        }
      }
    } catch (error) {
      throwIfAbort(error);
      problems.push({ kind: 'unreadable', path, detail: (error as Error).message });
    }
    done += 1;
    onProgress?.(done, entries.size);
  }
  return checked;
}

/**
 * Where case or normalization is ignored, a listed file may be there under another spelling of its
 * name.
 */
function addExtras(
  tree: readonly string[],
  entries: ReadonlyMap<string, ManifestEntry>,
  { present }: Checked,
  unfinished: ReadonlySet<string>,
  found: { readonly problems: EvidenceProblem[]; readonly left: Set<string> },
): void {
  const exact = new Set(tree);
  const respelled = new Set([...present].filter((path) => !exact.has(path)).map(foldName));
  const unfinishedNames = new Set([...unfinished].map(foldName));
  for (const path of tree) {
    if (entries.has(path) || path === manifestName || respelled.has(foldName(path))) {
      continue;
    }
    if (unfinishedNames.has(foldName(path)) || oldPart.test(path)) {
      found.left.add(path);
    } else {
      found.problems.push({ kind: 'added', path });
    }
  }
}

/** What earlier versions wrote beside its place. */
const oldPart = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-manifest)?\.part$/;

/** What is in the work folder, and the files that attempts noted there are about to make. */
async function unfinishedPaths(files: FilePort, signal: AbortSignal): Promise<Set<string>> {
  const paths = new Set<string>();
  for (const path of await filesBelow(files, signal, [], workFolder)) {
    paths.add(path);
    if (!path.endsWith('.json')) {
      continue;
    }
    const bytes = await files.read(path).catch(() => undefined);
    readAttempt('', bytes ?? new Uint8Array())?.entries.forEach((entry) => paths.add(entry.path));
  }
  return paths;
}

/** All files below a folder; the work folder is left out at the top. */
async function filesBelow(
  files: FilePort,
  signal: AbortSignal,
  problems: EvidenceProblem[],
  start = '',
): Promise<string[]> {
  const found: string[] = [];
  const folders = [start];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    try {
      for (const { name, folder: isFolder } of await files.list(folder)) {
        const path = folder === '' ? name : `${folder}/${name}`;
        if (isFolder && path !== workFolder) {
          folders.push(path);
        } else if (!isFolder) {
          found.push(path);
        }
      }
    } catch (error) {
      throwIfAbort(error);
      problems.push({ kind: 'unreadable', path: folder, detail: (error as Error).message });
    }
  }
  return found;
}

function throwIfAbort(error: unknown): void {
  if (isAbort(error)) {
    throw error;
  }
}

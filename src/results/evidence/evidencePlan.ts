import { cleanName, foldName } from '../address';
import { type ManifestReader, manifestName, workFolder } from './evidenceManifest';
import { type Digest, digestInSlices, type FilePort } from './files';
import { demandReceived } from './savedResult';

/** A file of a result that is kept. Its name is the cleaned stem and the ending. */
export interface EvidenceFile {
  /** May come from an endpoint. */
  readonly stem: string;
  /** Ours, with its dot. */
  readonly ending: string;
  readonly bytes: Uint8Array;
}

/** What is kept of one result. The first file holds the bytes as they were received. */
export interface EvidenceItem {
  readonly host: string;
  readonly actionId: string;
  readonly index: number;
  readonly files: readonly [EvidenceFile, ...EvidenceFile[]];
  /** SHA-256 of the bytes of the first file, as it was taken when they were received. */
  readonly sha256: string;
  /** Where they come from. It also says when they were fetched, so it is another one each time. */
  readonly sidecar: Uint8Array;
}

export interface Kept {
  /** Where it is, below the evidence folder. */
  readonly folder: string;
  /** The same bytes were there already. */
  readonly again: boolean;
  /** How many files of it had been kept before and were gone: they are there again. */
  readonly restored: number;
  /**
   * Files that had been kept before with the same bytes, and hold others now: the result is kept
   * again, in another folder.
   */
  readonly changed: readonly string[];
}

/** Below the evidence folder: Git must not change line breaks of what is kept. */
export const attributesName = '.gitattributes';

/** A file that has to be in the evidence folder. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly there: boolean;
}

/** What keeping one result comes to. */
export interface Plan extends Kept {
  readonly files: readonly PlannedFile[];
}

/** A file of a result, under the name that it gets. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/**
 * @throws Failure<EvidenceTrouble> when the bytes are not those that were received; Error when two
 * names are the same
 */
export async function namedFiles(item: EvidenceItem): Promise<readonly NamedFile[]> {
  const named: NamedFile[] = [];
  const taken = new Set<string>([foldName('sidecar.json')]);
  for (const { stem, ending, bytes } of item.files) {
    const name = `${cleanName(stem)}${ending}`;
    if (taken.has(foldName(name))) {
      throw new Error('Two files of one result have the same name.');
    }
    taken.add(foldName(name));
    named.push({ name, bytes, digest: await digestInSlices(bytes) });
  }
  demandReceived(item.sha256, named[0]?.digest.sha256 ?? '');
  return named;
}

/**
 * Where a result is kept, and with which files: in the first folder of its address that holds the
 * same bytes or nothing.
 */
export async function planFor(
  files: FilePort,
  manifest: ManifestReader,
  item: EvidenceItem,
  named: readonly NamedFile[],
): Promise<Plan> {
  const changed: string[] = [];
  const base = `${hostFolder(item.host)}/${cleanName(item.actionId)}/${item.index}`;
  for (let n = 1; ; n += 1) {
    const folder = await spelledFolder(files, manifest, n === 1 ? base : `${base}-${n}`);
    const names = (await files.list(folder)).map(({ name }) => name);
    const planned: PlannedFile[] = [];
    for (const { name, bytes, digest } of named) {
      const wanted = `${folder}/${name}`;
      const path = manifest.entryOf(wanted)?.path ?? `${folder}/${spelled(name, names)}`;
      const listed = manifest.entryOf(path);
      const there = await files.digest(path);
      const same = (other: Digest | undefined): boolean =>
        other === undefined || other.sha256 === digest.sha256;
      if (same(listed) && same(there)) {
        planned.push({ path, bytes, digest, there: there !== undefined });
      } else if (listed !== undefined && same(listed)) {
        changed.push(path);
      }
    }
    const isNew = names.length === 0 && !planned.some(({ path }) => manifest.entryOf(path) !== undefined);
    const [raw] = planned;
    const known = raw !== undefined && (raw.there || manifest.entryOf(raw.path) !== undefined);
    if (planned.length === named.length && (isNew || known)) {
      const sidecar = await missingSidecar(files, manifest, folder, item.sidecar);
      const gone = planned.filter(({ path, there }) => !there && manifest.entryOf(path) !== undefined);
      return { folder, again: !isNew, restored: gone.length, changed, files: [...planned, ...sidecar] };
    }
  }
}

/**
 * A path in one spelling, whatever case and normalization a host comes in: that of the manifest,
 * otherwise that of the disk. Two spellings of one file would be two lines on a disk that takes
 * both for the same.
 */
async function spelledFolder(files: FilePort, manifest: ManifestReader, wanted: string): Promise<string> {
  const listed = manifest.folderOf(wanted);
  if (listed !== undefined) {
    return listed;
  }
  let folder = '';
  for (const part of wanted.split('/')) {
    const name = spelled(
      part,
      (await files.list(folder)).map((entry) => entry.name),
    );
    folder = folder === '' ? name : `${folder}/${name}`;
  }
  return folder;
}

function spelled(name: string, there: readonly string[]): string {
  const same = (each: string): boolean => foldName(each) === foldName(name);
  return there.includes(name) ? name : (there.find(same) ?? name);
}

/** The names at the top that are ours. */
const reserved = new Set([manifestName, workFolder, attributesName].map(foldName));

function hostFolder(host: string): string {
  const name = cleanName(host);
  return reserved.has(foldName(name)) ? `${name}_` : name;
}

/** A sidecar when there is none that is both there and listed, under a name that is neither. */
async function missingSidecar(
  files: FilePort,
  manifest: ManifestReader,
  folder: string,
  bytes: Uint8Array,
): Promise<readonly PlannedFile[]> {
  for (let n = 1; ; n += 1) {
    const path = `${folder}/sidecar${n === 1 ? '' : `-${n}`}.json`;
    const there = (await files.digest(path)) !== undefined;
    const listed = manifest.entryOf(path) !== undefined;
    if (there && listed) {
      return [];
    }
    if (!there && !listed) {
      return [{ path, bytes, digest: await digestInSlices(bytes), there: false }];
    }
  }
}

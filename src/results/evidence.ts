import { randomUUID } from 'node:crypto';
import { Failure, isAbort } from '../http/failure';
import { cleanName, foldName } from './address';
import {
  type Attempt,
  attemptPath,
  list,
  recover,
  refreshed,
  removeParts,
  removeStaged,
} from './evidenceAttempt';
import { type LockPorts, withLock } from './evidenceLock';
import {
  type EvidenceRun,
  type ManifestEntry,
  ManifestReader,
  manifestName,
  workFolder,
} from './evidenceManifest';
import {
  createWhole,
  demand,
  type Digest,
  digestInSlices,
  type FilePort,
  notSaved,
  removeQuietly,
} from './files';
import type { EvidenceTrouble } from './problems';

export { type EvidenceRun, manifestName } from './evidenceManifest';

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
}

/** Git must not change line breaks of what is kept. */
export const attributesName = '.gitattributes';
const attributes = Buffer.from('* -text\n');

interface PlannedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly there: boolean;
}

interface Plan extends Kept {
  readonly files: readonly PlannedFile[];
}

/**
 * An evidence folder, for one run of keeping. A result is kept in `<host>/<action id>/<index>/`, with cleaned names. What is there is
 * never written over: other bytes under the same address get a folder of their own, the same ones are noted again in the manifest.
 */
export class EvidenceFolder {
  readonly #ports: LockPorts;
  #manifest = new ManifestReader();

  constructor(ports: LockPorts) {
    this.#ports = ports;
  }

  /** Of the manifest after the last result that was kept, in hexadecimal. */
  get manifestSha256(): string {
    return this.#manifest.sha256;
  }

  /**
   * Keeps one result: all of it, or nothing.
   * @throws Failure<SaveProblem | EvidenceTrouble>; what is left then, the next call completes or removes
   */
  async keep(item: EvidenceItem, run: EvidenceRun, signal: AbortSignal): Promise<Kept> {
    const files = await namedFiles(item);
    return withLock(this.#ports, signal, async () => {
      try {
        this.#manifest = await recover(this.#ports.files, await refreshed(this.#ports.files, this.#manifest));
        const plan = await planFor(this.#ports.files, this.#manifest, item, files);
        await this.#carryOut(plan, run, signal);
        return { folder: plan.folder, again: plan.again };
      } catch (error) {
        throw notSaved(manifestName, error);
      }
    });
  }

  async #carryOut(plan: Plan, run: EvidenceRun, signal: AbortSignal): Promise<void> {
    const { files } = this.#ports;
    const planned = [...(await this.#attributes()), ...plan.files];
    const attempt: Attempt = {
      id: randomUUID(),
      run,
      entries: planned.map(({ path, digest }) => entryOf(run, path, digest)),
      created: planned.filter(({ there }) => !there).map(({ path }) => path),
    };
    const note = attemptPath(attempt.id);
    try {
      await createWhole(files, note, Buffer.from(JSON.stringify(attempt)));
      await place(files, plan, planned, attempt.id, signal);
    } catch (error) {
      await this.#undo(attempt, note).catch(() => undefined);
      throw isAbort(error) ? error : notSaved(plan.folder, error);
    }
    // From here on all of it is there; when this fails, the next call lists it.
    this.#manifest = await list(files, this.#manifest, attempt);
    await removeQuietly(files, note);
  }

  /** What cannot be removed now, the next call removes. */
  async #undo(attempt: Attempt, note: string): Promise<void> {
    const { files } = this.#ports;
    await removeStaged(files, `${workFolder}/${attempt.id}`);
    this.#manifest = await refreshed(files, this.#manifest);
    if (await removeParts(files, this.#manifest, attempt)) {
      await removeQuietly(files, note);
    }
  }

  /** Somebody's own attributes are left alone. */
  async #attributes(): Promise<readonly PlannedFile[]> {
    const digest = await digestInSlices(attributes);
    const there = await this.#ports.files.digest(attributesName);
    const listed = this.#manifest.entryOf(attributesName);
    const wanted =
      there === undefined
        ? listed === undefined || listed.sha256 === digest.sha256
        : listed === undefined && there.sha256 === digest.sha256;
    return wanted ? [{ path: attributesName, bytes: attributes, digest, there: there !== undefined }] : [];
  }
}

function entryOf({ id }: EvidenceRun, path: string, { size, sha256 }: Digest): ManifestEntry {
  return { run: id, path, size, sha256 };
}

interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** @throws Failure<EvidenceTrouble> when the bytes are not those that were received; Error when two names are the same */
async function namedFiles(item: EvidenceItem): Promise<readonly NamedFile[]> {
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
  const actual = named[0]?.digest.sha256 ?? '';
  if (actual !== item.sha256) {
    throw new Failure<EvidenceTrouble>({ code: 'notAsReceived', expected: item.sha256, actual });
  }
  return named;
}

async function planFor(
  files: FilePort,
  manifest: ManifestReader,
  item: EvidenceItem,
  named: readonly NamedFile[],
): Promise<Plan> {
  const base = `${hostFolder(item.host)}/${cleanName(item.actionId)}/${item.index}`;
  for (let n = 1; ; n += 1) {
    const folder = n === 1 ? base : `${base}-${n}`;
    const names = new Set((await files.list(folder)).map(({ name }) => foldName(name)));
    const planned: PlannedFile[] = [];
    for (const { name, bytes, digest } of named) {
      const path = `${folder}/${name}`;
      const listed = manifest.entryOf(path);
      const there = await files.digest(path);
      const same = (other: Digest | undefined): boolean =>
        other === undefined || other.sha256 === digest.sha256;
      if (same(listed) && same(there)) {
        planned.push({ path, bytes, digest, there: there !== undefined });
      }
    }
    const isNew = names.size === 0 && !planned.some(({ path }) => manifest.entryOf(path) !== undefined);
    const [raw] = planned;
    const known = raw !== undefined && (raw.there || manifest.entryOf(raw.path) !== undefined);
    if (planned.length === named.length && (isNew || known)) {
      const sidecar = await missingSidecar(files, manifest, folder, item.sidecar);
      return { folder, again: !isNew, files: [...planned, ...sidecar] };
    }
  }
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

/** Makes the files that are missing. A folder that is new is made elsewhere and moved to its place, where the file system can. */
async function place(
  files: FilePort,
  plan: Plan,
  planned: readonly PlannedFile[],
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const direct = plan.again || !(await moveNew(files, plan, id, signal));
  const inPlace = direct ? planned : planned.filter(({ path }) => path === attributesName);
  for (const { path, bytes } of inPlace.filter(({ there }) => !there)) {
    signal.throwIfAborted();
    await createWhole(files, path, bytes);
  }
  for (const { path, digest } of planned) {
    await demand(files, path, digest);
  }
}

async function moveNew(files: FilePort, plan: Plan, id: string, signal: AbortSignal): Promise<boolean> {
  const staged = `${workFolder}/${id}`;
  for (const { path, bytes } of plan.files) {
    signal.throwIfAborted();
    await createWhole(files, `${staged}${path.slice(plan.folder.length)}`, bytes);
  }
  try {
    await files.moveFolder(staged, plan.folder);
    return true;
  } catch {
    await removeStaged(files, staged);
    return false;
  }
}

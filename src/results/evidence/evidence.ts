import { randomUUID } from 'node:crypto';
import { isAbort } from '../../http/failure';
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
  attributesName,
  type EvidenceItem,
  type Kept,
  namedFiles,
  type Plan,
  type PlannedFile,
  planFor,
} from './evidencePlan';
import { createWhole, demand, type Digest, digestInSlices, notSaved, removeQuietly } from './files';
import type { FilePort } from './files';

export { type EvidenceRun, manifestName } from './evidenceManifest';
export { attributesName, type EvidenceFile, type EvidenceItem, type Kept } from './evidencePlan';

const attributes = Buffer.from('* -text\n');

/**
 * An evidence folder, for one run of keeping. A result is kept in `<host>/<action id>/<index>/`,
 * with cleaned names. What is there is never written over: other bytes under the same address get a
 * folder of their own, the same ones are noted again in the manifest.
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
   * @throws Failure<SaveProblem | EvidenceTrouble>; what is left then, the next call completes or
   *   removes
   */
  async keep(item: EvidenceItem, run: EvidenceRun, signal: AbortSignal): Promise<Kept> {
    const files = await namedFiles(item);
    return withLock(this.#ports, signal, async () => {
      try {
        this.#manifest = await recover(this.#ports.files, await refreshed(this.#ports.files, this.#manifest));
        const plan = await planFor(this.#ports.files, this.#manifest, item, files);
        await this.#carryOut(plan, run, signal);
        const { folder, again, restored, changed } = plan;
        return { folder, again, restored, changed };
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
    const made = new Set<string>();
    try {
      await createWhole(files, note, Buffer.from(JSON.stringify(attempt)));
      await place(files, plan, planned, { id: attempt.id, signal, made });
    } catch (error) {
      await this.#undo(attempt, made, note).catch(() => undefined);
      throw isAbort(error) ? error : notSaved(plan.folder, error);
    }
    // From here on all of it is there; when this fails, the next call lists it.
    this.#manifest = await list(files, this.#manifest, attempt);
    await removeQuietly(files, note);
  }

  /**
   * Removes what this attempt has made. What cannot be removed now, or may be somebody else's, the
   * next call decides.
   */
  async #undo(attempt: Attempt, made: ReadonlySet<string>, note: string): Promise<void> {
    const { files } = this.#ports;
    await removeStaged(files, `${workFolder}/${attempt.id}`);
    this.#manifest = await refreshed(files, this.#manifest);
    const { entries, created } = attempt;
    const mine = created.filter((path) => made.has(path));
    let done = await removeParts(files, this.#manifest, { entries, created: mine });
    for (const path of created.filter((each) => !made.has(each))) {
      done &&= (await files.digest(path)) === undefined;
    }
    if (done) {
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

interface Placing {
  /** Of the attempt. */
  readonly id: string;
  readonly signal: AbortSignal;
  /** Gets the paths that are made, whole or not. */
  readonly made: Set<string>;
}

/**
 * Makes the files that are missing. A folder that is new is made elsewhere and moved to its place,
 * where the file system can.
 */
async function place(
  files: FilePort,
  plan: Plan,
  planned: readonly PlannedFile[],
  placing: Placing,
): Promise<void> {
  const { signal, made } = placing;
  const direct = plan.again || !(await moveNew(files, plan, placing));
  const inPlace = direct ? planned : planned.filter(({ path }) => path === attributesName);
  for (const { path, bytes, digest } of inPlace.filter(({ there }) => !there)) {
    signal.throwIfAborted();
    await createWhole(files, path, bytes, { digest, made });
  }
  for (const { path, digest } of planned) {
    await demand(files, path, digest);
  }
}

async function moveNew(files: FilePort, plan: Plan, { id, signal, made }: Placing): Promise<boolean> {
  const staged = `${workFolder}/${id}`;
  for (const { path, bytes, digest } of plan.files) {
    signal.throwIfAborted();
    await createWhole(files, `${staged}${path.slice(plan.folder.length)}`, bytes, { digest });
  }
  plan.files.forEach(({ path }) => made.add(path));
  try {
    await files.moveFolder(staged, plan.folder);
    return true;
  } catch {
    // It may have been moved all the same.
    if ((await files.list(staged)).length === 0) {
      return true;
    }
    plan.files.forEach(({ path }) => made.delete(path));
    await removeStaged(files, staged);
    return false;
  }
}

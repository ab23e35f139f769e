import { createHash, type Hash } from 'node:crypto';
import { yieldToEventLoop } from '../../http/slices';
import { foldName } from '../address';

/**
 * Below the evidence folder; a line of JSON for each run and each file of it. Lines are added and
 * never changed.
 */
export const manifestName = 'manifest.jsonl';
/** Below the evidence folder: what is there only while something is being kept. */
export const workFolder = '.keeping';

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

export interface ManifestEntry {
  readonly run: string;
  /** Below the evidence folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
}

interface RunHeader {
  readonly kind: 'run';
  readonly run: string;
  /** SHA-256 of the first `previousBytes` bytes; undefined in format 1. */
  readonly previous: string | undefined;
  readonly previousBytes: number | undefined;
  /** Bytes of the line before this one, when an interruption left it incomplete. */
  readonly cut: number | undefined;
}

/** What is wrong with the manifest itself. `line` counts from 1. */
export type ManifestProblem =
  | { readonly kind: 'unreadableLine'; readonly line: number }
  /** A later line says something else of a file than the first one, which holds. */
  | {
      readonly kind: 'contradicted';
      readonly path: string;
      readonly line: number;
      readonly expected: string;
      readonly actual: string;
    }
  /** The bytes before the run in this line are not those that it was added to. */
  | {
      readonly kind: 'brokenChain';
      readonly line: number;
      readonly expected: string;
      readonly actual: string;
    };

const lineFeed = 0x0a;

/** Reads a manifest piece by piece, from its beginning. */
export class ManifestReader {
  readonly entries = new Map<string, ManifestEntry>();
  readonly problems: ManifestProblem[] = [];
  readonly runs = new Set<string>();
  /** The incomplete line at the end. */
  rest: Uint8Array = new Uint8Array();
  /** An older SHA-256 that the manifest had, and up to which line it proves the manifest. */
  readonly #older: string | undefined;
  coveredLines: number | undefined;
  #lines = 0;
  #size = 0;
  readonly #hash: Hash = createHash('sha256');
  readonly #hashes = new Map<number, string>([[0, digest(createHash('sha256'))]]);
  readonly #folded = new Map<string, ManifestEntry>();
  readonly #folders = new Map<string, string>();
  #unreadable: { readonly line: number; readonly bytes: number } | undefined;

  constructor(older?: string) {
    this.#older = older?.toLowerCase();
  }

  /** Bytes, the incomplete line included. */
  get size(): number {
    return this.#size + this.rest.byteLength;
  }

  /** Complete lines, and the incomplete one when there is one. */
  get lines(): number {
    return this.#lines + (this.rest.byteLength > 0 ? 1 : 0);
  }

  /** Of all bytes so far, in hexadecimal. */
  get sha256(): string {
    return digest(this.#hash.copy().update(this.rest));
  }

  /** {@link sha256} as if these bytes followed. */
  hashWith(more: Uint8Array): string {
    return digest(this.#hash.copy().update(this.rest).update(more));
  }

  /** What the first line of a path says, also when its case or normalization differs. */
  entryOf(path: string): ManifestEntry | undefined {
    return this.entries.get(path) ?? this.#folded.get(foldName(path));
  }

  /**
   * How the first line that names a file in this folder spells the folder, also when its case or
   * normalization differs.
   */
  folderOf(folder: string): string | undefined {
    return this.#folders.get(foldName(folder));
  }

  async push(bytes: Uint8Array): Promise<void> {
    const all = this.rest.byteLength === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    let from = 0;
    for (let end = all.indexOf(lineFeed); end >= 0; end = all.indexOf(lineFeed, from)) {
      this.#line(all.subarray(from, end + 1));
      from = end + 1;
      if (this.#lines % linesPerYield === 0) {
        await yieldToEventLoop();
      }
    }
    // A copy: what was read may be large.
    this.rest = new Uint8Array(all.subarray(from));
  }

  /**
   * Nothing follows. `interrupted`: something is being kept, or was when it was interrupted, so the
   * last line may be incomplete.
   */
  end(interrupted: boolean): void {
    this.#flush(undefined);
    if (this.rest.byteLength === 0) {
      return;
    }
    const value = readLine(this.rest);
    if (value !== undefined) {
      this.#take(value, this.#lines + 1);
    } else if (!interrupted) {
      this.problems.push({ kind: 'unreadableLine', line: this.#lines + 1 });
    }
    if (this.#older === this.sha256) {
      this.coveredLines = this.lines;
    }
  }

  #line(line: Uint8Array): void {
    this.#lines += 1;
    const value = line.byteLength === 1 ? 'nothing' : readLine(line.subarray(0, -1));
    if (value !== 'nothing') {
      this.#flush(value);
      if (value === undefined) {
        this.#unreadable = { line: this.#lines, bytes: line.byteLength - 1 };
      } else {
        this.#take(value, this.#lines);
      }
    }
    this.#hash.update(line);
    this.#size += line.byteLength;
    const hash = digest(this.#hash.copy());
    this.#hashes.set(this.#size, hash);
    if (hash === this.#older) {
      this.coveredLines = this.#lines;
    }
  }

  /**
   * A line that an interruption cut is explained by the run after it; any other one that is
   * unreadable is a problem.
   */
  #flush(next: ManifestEntry | RunHeader | undefined): void {
    const unreadable = this.#unreadable;
    this.#unreadable = undefined;
    const explained = next !== undefined && 'cut' in next && next.cut === unreadable?.bytes;
    if (unreadable !== undefined && !explained) {
      this.problems.push({ kind: 'unreadableLine', line: unreadable.line });
    }
  }

  #take(value: ManifestEntry | RunHeader, line: number): void {
    if ('kind' in value) {
      this.runs.add(value.run);
      this.#checkChain(value, line);
      return;
    }
    const first = this.entries.get(value.path);
    if (first === undefined) {
      this.entries.set(value.path, value);
      const folded = foldName(value.path);
      if (!this.#folded.has(folded)) {
        this.#folded.set(folded, value);
        const folder = folded.slice(0, Math.max(0, folded.lastIndexOf('/')));
        const spelled = value.path.slice(0, Math.max(0, value.path.lastIndexOf('/')));
        this.#folders.set(folder, this.#folders.get(folder) ?? spelled);
      }
    } else if (first.sha256 !== value.sha256 || first.size !== value.size) {
      const { path, sha256: actual } = value;
      this.problems.push({ kind: 'contradicted', path, line, expected: first.sha256, actual });
    }
  }

  /** Two windows may add runs at the same moment, so a run names how many bytes it was added to. */
  #checkChain({ previous, previousBytes }: RunHeader, line: number): void {
    if (previous !== undefined) {
      const actual = this.#hashes.get(previousBytes ?? this.#size) ?? digest(this.#hash.copy());
      if (actual !== previous) {
        this.problems.push({ kind: 'brokenChain', line, expected: previous, actual });
      }
    }
  }
}

const linesPerYield = 2_000;

function digest(hash: Hash): string {
  return hash.digest('hex');
}

/**
 * The bytes to add to a manifest: a run's header when it is new or when the last line is
 * incomplete, and its entries. `previous` is the SHA-256 of everything before the header, so that
 * whoever noted the manifest's SHA-256 can prove that part of it later.
 */
export function manifestLines(
  before: ManifestReader,
  run: EvidenceRun,
  entries: readonly ManifestEntry[],
): Buffer {
  const cut = before.rest.byteLength;
  const glue = cut > 0 ? '\n' : '';
  const header = {
    format: 2,
    run: run.id,
    atUtc: new Date(run.at).toISOString(),
    by: run.by ?? null,
    tool: run.tool,
    ...(run.sample && { sample: 'SAMPLE' }),
    previous: before.hashWith(Buffer.from(glue)),
    previousBytes: before.size + glue.length,
    ...(cut > 0 && { cut }),
  };
  const lines = [...(cut === 0 && before.runs.has(run.id) ? [] : [header]), ...entries];
  return Buffer.from(glue + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/**
 * An entry or a run; nothing for a blank line; undefined for what is no line of ours. A path that
 * leads out of the folder is none.
 */
function readLine(line: Uint8Array): ManifestEntry | RunHeader | undefined {
  let value: Partial<Record<string, unknown>> | null;
  try {
    value = JSON.parse(Buffer.from(line).toString('utf8')) as typeof value;
  } catch {
    return undefined;
  }
  const run = value?.['run'];
  if (typeof run !== 'string') {
    return undefined;
  }
  if (value?.['path'] === undefined) {
    const previous = value?.['previous'];
    const previousBytes = value?.['previousBytes'];
    const cut = value?.['cut'];
    return {
      kind: 'run',
      run,
      previous: typeof previous === 'string' ? previous : undefined,
      previousBytes: typeof previousBytes === 'number' ? previousBytes : undefined,
      cut: typeof cut === 'number' ? cut : undefined,
    };
  }
  return readEntry({ ...value, run });
}

export function readEntry(value: Partial<Record<string, unknown>>): ManifestEntry | undefined {
  const { run, path, size, sha256 } = value;
  return typeof run === 'string' && isInside(path) && typeof size === 'number' && typeof sha256 === 'string'
    ? { run, path, size, sha256 }
    : undefined;
}

/**
 * Whether a path stays in its folder on every system: Windows takes `\\` for a separator, and drops
 * dots and spaces behind a name.
 */
function isInside(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    !/[\\:\0]/.test(path) &&
    path.split('/').every((part) => part !== '' && !/^[. ]+$/.test(part))
  );
}

import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../http/failure';
import type { HttpProblem } from '../http/problems';
import type { ResultProblem } from './problems';
import {
  type DownloadPorts,
  type LinkSource,
  type Part,
  type Target,
  transfer,
  type TransferOptions,
} from './transfer';

export type { DownloadPorts, LinkSource };

export interface DownloadOptions extends TransferOptions {
  /** Bytes. */
  readonly limit: number;
}

/** The bytes as the blob store sent them. They are the evidence: never altered. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

/** Where a download goes that need not fit into memory: a file, say. Its owner removes what a failed download has left. */
export interface Sink {
  /** The next piece comes when this one is written. A rejection ends the download, as it is. */
  write(chunk: Uint8Array): Promise<void>;
  /** The blob has changed while it was downloaded: what was written is void, and the first byte comes again. */
  restart(): Promise<void>;
}

export interface Saved {
  readonly size: number;
  /** Of the bytes as they were sent, in hexadecimal. */
  readonly sha256: string;
  readonly contentType: string | undefined;
}

/** The first or the last bytes, at least one. `of` is a part that was downloaded before: both are then of the same state of the blob. */
export type PartRange = (
  | { readonly first: number; readonly last?: undefined }
  | { readonly last: number; readonly first?: undefined }
) & { readonly of?: BlobPart };

export interface BlobPart extends Blob {
  /** Where in the blob these bytes begin. */
  readonly from: number;
  /** Bytes of the whole blob. */
  readonly total: number;
  readonly etag: string | undefined;
}

/** How often the end of a blob is looked for that changes its length meanwhile. */
const mostLooks = 3;

/**
 * Downloads a result into memory. See {@link transfer} for cuts, links and what goes along with the request.
 * @throws Failure<ResultProblem>: HttpProblem codes as in `http/problems.ts`; `tooLarge` as soon as the store says how much it is,
 * with the size then
 */
export async function downloadBlob(
  ports: DownloadPorts,
  link: LinkSource,
  options: DownloadOptions,
): Promise<Blob> {
  const memory = new Memory(options.limit);
  const { contentType } = await transfer(ports, link, { from: 0 }, memory, options);
  return { bytes: memory.bytes(), contentType };
}

/**
 * Downloads a result of any size to a sink, a piece at a time, and takes its SHA-256 on the way. No more of it is in memory than the
 * piece that is being written and what the connection holds ready.
 * @throws Failure<ResultProblem>, and what the sink rejects with
 */
export async function downloadTo(
  sink: Sink,
  ports: DownloadPorts,
  link: LinkSource,
  options: TransferOptions,
): Promise<Saved> {
  let hash: Hash = createHash('sha256');
  const target: Target = {
    expect: () => undefined,
    write: (piece) => {
      hash.update(piece);
      return sink.write(piece);
    },
    restart: () => {
      hash = createHash('sha256');
      return sink.restart();
    },
  };
  const { contentType, total } = await transfer(ports, link, { from: 0 }, target, options);
  return { size: total, sha256: hash.digest('hex'), contentType };
}

/**
 * Downloads the first or the last bytes of a result, to show the head and the tail of one that is too large to be shown. Azure knows
 * no ranges that count from the end (https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations),
 * so the last bytes cost a second, tiny request when no earlier part says how long the blob is.
 * @throws Failure<ResultProblem>: `blobChanged` when it is another one than `range.of` was a part of
 */
export async function downloadPart(
  ports: DownloadPorts,
  link: LinkSource,
  range: PartRange,
  options: TransferOptions,
): Promise<BlobPart> {
  if (range.first !== undefined) {
    return fetchPart(ports, link, { from: 0, to: Math.max(1, range.first), ...stateOf(range.of) }, options);
  }
  for (let looks = 1; ; looks += 1) {
    const known = range.of ?? (await fetchPart(ports, link, { from: 0, to: 1 }, { signal: options.signal }));
    const from = Math.max(0, known.total - range.last);
    if (from >= known.total) {
      return { ...known, bytes: new Uint8Array(), from };
    }
    try {
      return await fetchPart(ports, link, { from, to: known.total, ...stateOf(known) }, options);
    } catch (error) {
      const changed = error instanceof Failure && (error.problem as ResultProblem).code === 'blobChanged';
      if (!changed || range.of !== undefined || looks >= mostLooks) {
        throw error;
      }
    }
  }
}

async function fetchPart(
  ports: DownloadPorts,
  link: LinkSource,
  part: Part & { readonly to: number },
  options: TransferOptions,
): Promise<BlobPart> {
  const memory = new Memory(part.to - part.from);
  const got = await transfer(ports, link, part, memory, options);
  return { ...got, bytes: memory.bytes(), from: part.from };
}

/** Which state of the blob a part was of. */
function stateOf(part: BlobPart | undefined): Pick<Part, 'etag' | 'total'> {
  return part === undefined ? {} : { etag: part.etag, total: part.total };
}

/** Bytes in memory: in one buffer of the right size from the start when that is known, so that they are copied only once. */
class Memory implements Target {
  readonly #limit: number;
  #host = '?';
  #buffer: Uint8Array | undefined;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  expect(size: number | undefined, host: string): void {
    this.#host = host;
    if (size !== undefined && size > this.#limit) {
      throw this.#tooLarge(size);
    }
    if (this.#length === 0 && this.#buffer?.byteLength !== size) {
      // Not from the pool, and not zeroed: it is only given away when it is full.
      this.#buffer = size === undefined ? undefined : Buffer.allocUnsafeSlow(size);
    }
  }

  write(piece: Uint8Array): undefined {
    const length = this.#length + piece.byteLength;
    if (length > this.#limit) {
      throw this.#tooLarge(undefined);
    }
    if (this.#buffer === undefined) {
      this.#pieces.push(piece);
    } else {
      this.#buffer.set(piece, this.#length);
    }
    this.#length = length;
  }

  restart(): undefined {
    this.#buffer = undefined;
    this.#pieces = [];
    this.#length = 0;
  }

  bytes(): Uint8Array {
    return this.#buffer ?? Buffer.concat(this.#pieces, this.#length);
  }

  #tooLarge(size: number | undefined): Failure<HttpProblem> {
    return new Failure<HttpProblem>({ code: 'tooLarge', host: this.#host, limit: this.#limit, size });
  }
}

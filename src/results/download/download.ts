import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../../http/failure';
import type { HttpProblem } from '../../http/httpProblem';
import { allocateBytes } from './sharedBytes';
import { type DownloadPorts, type LinkSource, type Target, transfer, type TransferOptions } from './transfer';

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

/**
 * Where a download goes that need not fit into memory: a file, say. Its owner removes what a failed
 * download has left.
 */
export interface Sink {
  /** The next piece comes when this one is written. A rejection ends the download, as it is. */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * The blob has changed while it was downloaded: what was written is void, and the first byte
   * comes again.
   */
  restart(): Promise<void>;
}

export interface Saved {
  readonly size: number;
  /** Of the bytes as they were sent, in hexadecimal. */
  readonly sha256: string;
  readonly contentType: string | undefined;
}

/**
 * Downloads a result into memory. See {@link transfer} for cuts, links and what goes along with the
 * request.
 * @throws Failure<ResultProblem>: HttpProblem codes as in `http/httpProblem.ts`; `tooLarge` as soon
 *   as the store says how much it is, with the size then
 */
export async function downloadBlob(
  ports: DownloadPorts,
  link: LinkSource,
  options: DownloadOptions,
): Promise<Blob> {
  const memory = new Memory(options.limit);
  const { contentType } = await transfer(ports, link, memory, options);
  return { bytes: memory.bytes(), contentType };
}

/**
 * Downloads a result of any size to a sink, a piece at a time, and takes its SHA-256 on the way. No
 * more of it is in memory than the piece that is being written and what the connection holds ready.
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
  const { contentType, total } = await transfer(ports, link, target, options);
  return { size: total, sha256: hash.digest('hex'), contentType };
}

/**
 * Bytes in memory: in one buffer of the right size from the start when that is known, so that they
 * are copied only once.
 */
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
      // It may not be zeroed: it is only given away when it is full.
      this.#buffer = size === undefined ? undefined : allocateBytes(size);
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
    if (this.#buffer !== undefined) {
      return this.#buffer;
    }
    const all = allocateBytes(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.byteLength;
    }
    return all;
  }

  #tooLarge(size: number | undefined): Failure<HttpProblem> {
    return new Failure<HttpProblem>({ code: 'tooLarge', host: this.#host, limit: this.#limit, size });
  }
}

import { type ReadRequest, type ResultReading, readResult, unpackedBytes, withText } from './reading';
import { ReadingThread } from './readingThread';
import { sharedBytes, smallSize } from '../download/sharedBytes';
import type { ThreadAnswer, ThreadJob } from './threadMessages';
import { isGzip, isZip } from '../download/unpack';

export interface ReaderPorts {
  /** The bundle of `readingWorker.ts`; without it everything is read on this thread. */
  readonly workerFile: URL | undefined;
  readonly log: (line: string) => void;
}

/** Decodes bytes in an encoding that somebody chose. */
export type Decode = (bytes: Uint8Array, encoding: string) => PromiseLike<string>;

/** As {@link smallSize}, for what is packed: it can be a thousand times as large. */
const smallPackedSize = 4 * 1024;

/**
 * Reads results, large ones on a thread of their own and one at a time, so that their memory does
 * not add up. The thread stays for a while. When none can be started, everything is read here.
 */
export class ResultReader {
  readonly #ports: ReaderPorts;
  #thread: ReadingThread | undefined;
  #failed = false;
  /** Settles when nobody is using the thread any more. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: ReaderPorts) {
    this.#ports = ports;
  }

  /**
   * Reads a result. Its bytes stay as and where they are.
   * @throws the signal's reason; any other Error when the thread dies or what reads has a bug
   */
  async read(request: ReadRequest, signal: AbortSignal): Promise<ResultReading> {
    const answer = await this.#run({ kind: 'read', request }, signal);
    if (answer?.kind === 'read') {
      return answer.reading;
    }
    const reading = await readResult(request);
    signal.throwIfAborted();
    return reading;
  }

  /**
   * Reads a result in another encoding. When it is packed, that is the encoding of what is in it.
   * `decode` runs here.
   * @throws as {@link read}
   */
  async readDecoded(
    request: ReadRequest,
    encoding: string,
    decode: Decode,
    signal: AbortSignal,
  ): Promise<ResultReading> {
    const answer = await this.#run({ kind: 'unpack', request }, signal);
    const unpacked = answer?.kind === 'unpacked' ? answer.unpacked : await unpackedBytes(request);
    if (unpacked === undefined) {
      return this.read(request, signal);
    }
    const text = await decode(unpacked, encoding);
    return this.read(withText(text, encoding, request), signal);
  }

  /** Ends the thread. */
  dispose(): void {
    this.#thread?.stop();
    this.#thread = undefined;
  }

  /** The thread's answer; undefined for what is to be done here. */
  async #run(job: ThreadJob, signal: AbortSignal): Promise<ThreadAnswer | undefined> {
    signal.throwIfAborted();
    if (isSmall(job.request) || this.#failed || this.#ports.workerFile === undefined) {
      return undefined;
    }
    const before = this.#turn;
    let leave = (): void => undefined;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    this.#turn = before.then(() => mine);
    try {
      await before;
      signal.throwIfAborted();
      const thread = await this.#start(this.#ports.workerFile);
      signal.throwIfAborted();
      const request = { ...job.request, bytes: sharedBytes(job.request.bytes) };
      const answer = await thread?.run({ ...job, request }, signal);
      if (answer?.kind === 'failed') {
        throw new Error(answer.message);
      }
      return answer;
    } finally {
      leave();
    }
  }

  async #start(file: URL): Promise<ReadingThread | undefined> {
    if (this.#thread?.alive === true) {
      return this.#thread;
    }
    try {
      this.#thread = await ReadingThread.start(file);
      return this.#thread;
    } catch (error) {
      this.#failed = true;
      this.#thread = undefined;
      const why = error instanceof Error ? error.message : String(error);
      this.#ports.log(`large results are read on the main thread, because no other could be started: ${why}`);
      return undefined;
    }
  }
}

function isSmall({ bytes, decoded }: ReadRequest): boolean {
  const packed = isGzip(bytes) || isZip(bytes);
  const size = bytes.byteLength + (decoded?.utf8.byteLength ?? 0);
  return size <= (packed ? smallPackedSize : smallSize);
}

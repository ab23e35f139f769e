import type { ApiCalls, CallOptions } from '../../defender/client';
import { Failure } from '../../http/failure';
import type { FetchPort } from '../../http/fetchPort';
import { SingleFlight } from '../../http/singleFlight';
import { type ResultAddress, resultKey } from '../address';
import { type DownloadPorts, downloadBlob } from './download';
import { digestOf } from '../evidence/files';
import type { ReadRequest, ResultReading } from '../reading/reading';
import { ResultCache } from './resultCache';
import type { Decode, ResultReader } from '../reading/resultReader';
import { unsigned } from '../evidence/sidecar';
import { StoredResult } from './storedResult';

export interface StoreLimits {
  /** Bytes kept in memory. */
  readonly cacheBytes: number;
  /** Bytes of one download. */
  readonly downloadBytes: number;
}

/** What the store needs to know of the action that a result belongs to. */
export interface ResultRequest {
  readonly address: ResultAddress;
  /** Another account has another client: what one of them is downloading is not for the other. */
  readonly client: Pick<ApiCalls, 'resultLink'>;
  /** What downloads; the API's token never goes through it. */
  readonly fetch: FetchPort;
  /** RunScript, GetFile… : decides how the bytes are read. */
  readonly commandType: string;
  /** Results of a final action never change, so they are kept; others are asked for anew. */
  readonly final: boolean;
}

export interface ResultOptions extends CallOptions {
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

interface Flight {
  readonly key: string;
  readonly request: ResultRequest;
  /** Whether it may ask a person to sign in. */
  readonly interactive: boolean;
  readonly shared: SingleFlight<StoredResult>;
  readonly listeners: Set<NonNullable<ResultOptions['onProgress']>>;
}

export interface StorePorts extends Omit<DownloadPorts, 'fetch'> {
  readonly reader: Pick<ResultReader, 'read' | 'readDecoded'>;
}

/**
 * The results of this window. Final ones are kept by their size, least recently used first out;
 * whoever asks for one that is on its way joins it.
 */
export class ResultStore {
  readonly #ports: StorePorts;
  readonly #limits: () => StoreLimits;
  readonly #cache: ResultCache;
  readonly #flights = new Set<Flight>();
  /** How often each connection was forgotten: what was begun before is not kept. */
  readonly #forgotten = new Map<string, number>();

  constructor(ports: StorePorts, limits: () => StoreLimits) {
    this.#ports = ports;
    this.#limits = limits;
    this.#cache = new ResultCache(limits().cacheBytes);
  }

  /**
   * What is in memory for this address, without a request. Of an action that has ended (`final`)
   * only what was asked for after its end: what came before may be half of it.
   */
  peek(address: ResultAddress, final: boolean): StoredResult | undefined {
    const result = this.#cache.get(resultKey(address));
    return final && result?.final !== true ? undefined : result;
  }

  /**
   * The result: from memory when it is final and there, otherwise link and download, shared with
   * whoever else asks. When its bytes came but could not be read, they are there all the same
   * ({@link StoredResult.unread}), and are read again the next time.
   * @throws Failure<ResultProblem>; an AbortError when the connection is forgotten meanwhile
   */
  async get(request: ResultRequest, options: ResultOptions): Promise<StoredResult> {
    const kept = this.peek(request.address, true);
    if (kept !== undefined && kept.unread === undefined) {
      return kept;
    }
    const interactive = options.urgency === 'interactive';
    const flight = this.#find(request, false) ?? this.#start(request, options, kept);
    try {
      return await join(flight, options);
    } catch (error) {
      if (!interactive || flight.interactive || !needsPerson(error)) {
        throw error;
      }
      // It was begun by nobody who could be asked. This caller can be.
      return join(this.#find(request, true) ?? this.#start(request, options, kept), options);
    }
  }

  /**
   * Makes the documents of a result that is at hand anew from its bytes: in an encoding that
   * somebody chose, or, without one, as the bytes say. Nothing is downloaded. When that fails, the
   * bytes come back unread, and what was kept stays.
   */
  async decode(
    { address, commandType }: Pick<ResultRequest, 'address' | 'commandType'>,
    result: StoredResult,
    { encoding, decode }: { readonly encoding: string | undefined; readonly decode: Decode },
    signal: AbortSignal,
  ): Promise<StoredResult> {
    const { reader } = this.#ports;
    const begun = this.#times(address.connection);
    const request: ReadRequest = { bytes: result.bytes, commandType };
    const decoded = await this.#read(result, signal, () =>
      encoding === undefined
        ? reader.read(request, signal)
        : reader.readDecoded(request, encoding, decode, signal),
    );
    return decoded.unread === undefined ? this.#keep(address, decoded, begun) : decoded;
  }

  /** Forgets everything of one connection, as signing out of it demands, and ends its downloads. */
  forget(connection: string): void {
    this.#forgotten.set(connection, this.#times(connection) + 1);
    this.#cache.forget((key) => key.startsWith(`${connection}/`));
    for (const { request, shared } of this.#flights) {
      if (request.address.connection === connection) {
        shared.abort();
      }
    }
  }

  #times(connection: string): number {
    return this.#forgotten.get(connection) ?? 0;
  }

  /**
   * A flight that whoever asks for this may join. What is on its way from before the action's end
   * may be half a result.
   */
  #find(request: ResultRequest, interactive: boolean): Flight | undefined {
    const key = resultKey(request.address);
    return [...this.#flights].find(
      (flight) =>
        flight.key === key &&
        flight.shared.open &&
        flight.request.client === request.client &&
        (flight.request.final || !request.final) &&
        (flight.interactive || !interactive),
    );
  }

  #start(request: ResultRequest, options: CallOptions, unread: StoredResult | undefined): Flight {
    const listeners: Flight['listeners'] = new Set();
    const { address } = request;
    const begun = this.#times(address.connection);
    const work = async (signal: AbortSignal): Promise<StoredResult> => {
      try {
        const result =
          unread === undefined
            ? await this.#fetch(request, { ...options, signal }, (received, total) => {
                listeners.forEach((listener) => listener(received, total));
              })
            : await this.#readAsSent(request, unread, signal);
        return this.#keep(address, result, begun);
      } finally {
        this.#flights.delete(flight);
      }
    };
    const flight: Flight = {
      key: resultKey(address),
      request,
      interactive: options.urgency === 'interactive',
      shared: new SingleFlight(work),
      listeners,
    };
    this.#flights.add(flight);
    return flight;
  }

  #keep({ connection, actionId, index }: ResultAddress, result: StoredResult, begun: number): StoredResult {
    if (begun === this.#times(connection)) {
      this.#cache.resize(this.#limits().cacheBytes);
      this.#cache.set(resultKey({ connection, actionId, index }), result);
    }
    return result;
  }

  /** Link, download and reading. */
  async #fetch(
    request: ResultRequest,
    call: CallOptions,
    onProgress: (received: number, total: number | undefined) => void,
  ): Promise<StoredResult> {
    const { address, client, fetch } = request;
    let source: string | undefined;
    const link = async (): Promise<string> => {
      const signed = await client.resultLink(address.actionId, address.index, call);
      source = unsigned(signed);
      return signed;
    };
    const download = { signal: call.signal, limit: this.#limits().downloadBytes, onProgress };
    const { bytes } = await downloadBlob({ ...this.#ports, fetch }, link, download);
    const fetchedAt = this.#ports.clock.now();
    return this.#readAsSent(request, { bytes, fetchedAt, source, final: request.final }, call.signal);
  }

  #readAsSent(
    { commandType }: ResultRequest,
    received: Received,
    signal: AbortSignal,
  ): Promise<StoredResult> {
    const request: ReadRequest = { bytes: received.bytes, commandType };
    return this.#read(received, signal, () => this.#ports.reader.read(request, signal));
  }

  /**
   * The result that `read` makes of the bytes; the bytes alone when it fails: they are the
   * evidence, and can be saved.
   */
  async #read(
    { bytes, fetchedAt, source, final }: Received,
    signal: AbortSignal,
    read: () => Promise<ResultReading>,
  ): Promise<StoredResult> {
    try {
      return new StoredResult(bytes, await read(), fetchedAt, source, { final });
    } catch (error) {
      signal.throwIfAborted();
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.#ports.log(`a result could not be read: ${stack ?? message}`);
      return new StoredResult(bytes, nothingRead(bytes), fetchedAt, source, { final, unread: message });
    }
  }
}

type Received = Pick<StoredResult, 'bytes' | 'fetchedAt' | 'source' | 'final'>;

async function join({ shared, listeners }: Flight, options: ResultOptions): Promise<StoredResult> {
  const listener = options.onProgress;
  if (listener !== undefined) {
    listeners.add(listener);
  }
  try {
    return await shared.join(options.signal);
  } finally {
    if (listener !== undefined) {
      listeners.delete(listener);
    }
  }
}

/** True of what a person can solve by signing in. */
function needsPerson(error: unknown): boolean {
  const code = error instanceof Failure ? (error.problem as { readonly code: string }).code : undefined;
  return code === 'signInNeeded' || code === 'unauthorized';
}

/** What is known of bytes that could not be read. */
function nothingRead(bytes: Uint8Array): ResultReading {
  return {
    summary: { kind: 'binary', name: undefined, size: bytes.byteLength, reason: undefined, repairs: [] },
    sha256: digestOf(bytes).sha256,
    documents: {},
  };
}

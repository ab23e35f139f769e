import { LRUCache } from 'lru-cache';
import type { ApiCalls, CallOptions } from '../defender/client';
import type { FetchPort } from '../http/fetchPort';
import { SharedFlight } from '../http/sharedFlight';
import { type ResultAddress, resultKey } from './address';
import { type DownloadPorts, downloadBlob } from './download';
import type { ReadRequest } from './reading';
import type { Decode, ResultReader } from './resultReader';
import { unsigned } from './sidecar';
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
  readonly flight: SharedFlight<StoredResult>;
  readonly listeners: Set<NonNullable<ResultOptions['onProgress']>>;
}

/** Results that are shown but not final: just enough of them that their documents can be read. */
const unfinishedKept = 8;
/** The share of the cache's bytes that they may take besides. One that is larger is kept alone, because it is being looked at. */
const unfinishedShare = 0.25;

export interface StorePorts extends Omit<DownloadPorts, 'fetch'> {
  readonly reader: Pick<ResultReader, 'read' | 'readDecoded'>;
}

/**
 * The results of this window. Final ones are kept by their size, least recently used first out; whoever asks for one that is on
 * its way joins it.
 */
export class ResultStore {
  readonly #ports: StorePorts;
  readonly #limits: () => StoreLimits;
  #final: LRUCache<string, StoredResult>;
  #unfinished: LRUCache<string, StoredResult>;
  readonly #flights = new Map<string, Flight>();

  constructor(ports: StorePorts, limits: () => StoreLimits) {
    this.#ports = ports;
    this.#limits = limits;
    const { cacheBytes } = limits();
    this.#final = finalCache(cacheBytes);
    this.#unfinished = unfinishedCache(cacheBytes);
  }

  /** What is in memory for this address, without a request. Also what is not final. */
  peek(address: ResultAddress): StoredResult | undefined {
    const key = resultKey(address);
    return this.#final.get(key) ?? this.#unfinished.get(key);
  }

  /** The result: from memory when it is final and there, otherwise link and download, shared with whoever else asks. */
  async get(request: ResultRequest, options: ResultOptions): Promise<StoredResult> {
    const key = resultKey(request.address);
    const kept = this.#final.get(key);
    if (kept !== undefined) {
      return kept;
    }
    const current = this.#flights.get(key);
    const { flight, listeners } =
      current?.flight.open === true ? current : this.#start(key, request, options);
    const listener = options.onProgress;
    if (listener !== undefined) {
      listeners.add(listener);
    }
    try {
      return await flight.join(options.signal);
    } finally {
      if (listener !== undefined) {
        listeners.delete(listener);
      }
    }
  }

  /**
   * Makes the documents of a result anew from its kept bytes: in an encoding that somebody chose, or, without one, as the bytes say. Nothing
   * is downloaded.
   */
  async decode(
    request: ResultRequest,
    { encoding, decode }: { readonly encoding: string | undefined; readonly decode: Decode },
    signal: AbortSignal,
  ): Promise<StoredResult> {
    const kept = await this.get(request, { signal, urgency: 'interactive' });
    // Reading may hand the bytes to another thread, and the others who hold the result go on with theirs.
    const read: ReadRequest = { bytes: kept.bytes.slice(), commandType: request.commandType };
    const { reading } =
      encoding === undefined
        ? await this.#ports.reader.read(read, signal)
        : await this.#ports.reader.readDecoded(read, encoding, decode, signal);
    return this.#keep(request, new StoredResult(kept.bytes, reading, kept.fetchedAt, kept.source));
  }

  /** Forgets everything of one connection, as signing out of it demands. */
  forget(connection: string): void {
    for (const cache of [this.#final, this.#unfinished]) {
      for (const key of [...cache.keys()].filter((each) => each.startsWith(`${connection}/`))) {
        cache.delete(key);
      }
    }
  }

  #start(key: string, request: ResultRequest, options: CallOptions): Flight {
    const listeners: Flight['listeners'] = new Set();
    const flight = new SharedFlight(async (signal) => {
      try {
        const result = await this.#fetch(request, { ...options, signal }, (received, total) => {
          listeners.forEach((listener) => listener(received, total));
        });
        return this.#keep(request, result);
      } finally {
        if (this.#flights.get(key)?.flight === flight) {
          this.#flights.delete(key);
        }
      }
    });
    const entry = { flight, listeners };
    this.#flights.set(key, entry);
    return entry;
  }

  #keep({ address, final }: ResultRequest, result: StoredResult): StoredResult {
    this.#resize();
    const cache = final && result.weight <= this.#final.maxSize ? this.#final : this.#unfinished;
    cache.set(resultKey(address), result);
    return result;
  }

  /** Takes over a changed limit. */
  #resize(): void {
    const { cacheBytes } = this.#limits();
    if (Math.max(1, cacheBytes) !== this.#final.maxSize) {
      this.#final = refilled(finalCache(cacheBytes), this.#final);
      this.#unfinished = refilled(unfinishedCache(cacheBytes), this.#unfinished);
    }
  }

  /** Link, download and reading. */
  async #fetch(
    { address, client, fetch, commandType }: ResultRequest,
    call: CallOptions,
    onProgress: (received: number, total: number | undefined) => void,
  ): Promise<StoredResult> {
    let source: string | undefined;
    const link = async (): Promise<string> => {
      const signed = await client.resultLink(address.actionId, address.index, call);
      source = unsigned(signed);
      return signed;
    };
    const download = { signal: call.signal, limit: this.#limits().downloadBytes, onProgress };
    const blob = await downloadBlob({ ...this.#ports, fetch }, link, download);
    const fetchedAt = this.#ports.clock.now();
    const { bytes, reading } = await this.#ports.reader.read({ bytes: blob.bytes, commandType }, call.signal);
    return new StoredResult(bytes, reading, fetchedAt, source);
  }
}

function finalCache(cacheBytes: number): LRUCache<string, StoredResult> {
  return new LRUCache({ maxSize: Math.max(1, cacheBytes), sizeCalculation: (kept) => kept.weight });
}

function unfinishedCache(cacheBytes: number): LRUCache<string, StoredResult> {
  const maxSize = Math.max(1, Math.floor(cacheBytes * unfinishedShare));
  return new LRUCache({
    max: unfinishedKept,
    maxSize,
    sizeCalculation: (kept) => Math.min(kept.weight, maxSize),
  });
}

/** `cache` with what was in `before`, as far as it fits. */
function refilled<T extends object>(
  cache: LRUCache<string, T>,
  before: LRUCache<string, T>,
): LRUCache<string, T> {
  for (const [key, kept] of [...before.entries()].reverse()) {
    cache.set(key, kept);
  }
  return cache;
}

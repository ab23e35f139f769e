import { contentLength, eachPiece, type TimeLimit, withTimeLimit } from '../../http/body';
import type { Clock } from '../../http/clock';
import { type ContentRange, readContentRange, strongETag } from '../../http/contentRange';
import { Failure } from '../../http/failure';
import type { FetchPort, HttpRequest, HttpResponse } from '../../http/fetchPort';
import { isSecure } from '../../http/origin';
import type { HttpProblem } from '../../http/httpProblem';
import { maxWaitMs } from '../../http/quota';
import { hostOf } from '../../http/redact';
import { isPassing, withRetries } from '../../http/retry';
import type { ResultProblem } from '../resultProblem';
import {
  beginningSize,
  beginsAsPage,
  isFromStore,
  mayHaveExpired,
  networkSignInStatus,
  pageProblem,
  refusalOf,
} from './storeAnswer';

export interface DownloadPorts {
  readonly fetch: FetchPort;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/**
 * Asks the service for a signed link. It is asked again when the store refuses the link, as it does
 * when that has expired.
 */
export type LinkSource = () => Promise<string>;

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Bytes so far, and in all when it is known. Starts anew when the download does. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Where the bytes go, in order and each of them once. */
export interface Target {
  /**
   * Bytes that `host` will give in all, when it has said so; before the first of an answer. Throws
   * when they are too many.
   */
  expect(size: number | undefined, host: string): void;
  /** The next piece is asked for when this one is done with. */
  write(piece: Uint8Array): Promise<void> | undefined;
  /** What was written is void: what follows begins at the first byte. */
  restart(): Promise<void> | undefined;
}

export interface Transferred {
  readonly contentType: string | undefined;
  /** Bytes of the whole blob. */
  readonly total: number;
}

/** An answer with bytes of the blob. */
interface Answer {
  readonly host: string;
  readonly response: HttpResponse;
  /** Bytes of this answer, when it says so. */
  readonly promised: number | undefined;
}

interface Limited {
  readonly signal: AbortSignal;
  readonly time: TimeLimit;
}

/** Milliseconds without a byte after which a connection counts as dead. */
const maxIdleMs = 30_000;
/** Tries in a row that bring next to nothing, the first one not counted. */
const maxRetries = 3;
/**
 * Bytes after which a try has got further, so that a large file survives more cuts than a small
 * one.
 */
const worthwhile = 256 * 1024;
/** Tries in all: a network that cuts every few hundred kilobytes is given up at some point. */
const maxTries = 200;
/** How often the bytes may turn out to be another blob's. */
const maxRestarts = 3;
/**
 * Milliseconds before the next try of a store that is busy and does not say for how long; they
 * double.
 */
const busyWaitMs = 1_000;

/**
 * Downloads a blob to a target. The link is the credential: no `Authorization` goes along, nothing
 * of it is re-encoded, it appears in no log and no error, and it is forgotten with the download. A
 * cut download goes on where it was cut when the store proves that the blob is the same, by a
 * strong ETag; otherwise it starts anew. A 403 mostly means that the link has expired: a new one is
 * asked for, once until it has worked. What is no answer of the store is no blob.
 * @throws Failure<ResultProblem>, and what the target throws
 */
export async function transfer(
  ports: DownloadPorts,
  link: LinkSource,
  target: Target,
  options: TransferOptions,
): Promise<Transferred> {
  return new Transfer(ports, link, target, options).run();
}

class Transfer {
  readonly #ports: DownloadPorts;
  readonly #askLink: LinkSource;
  readonly #target: Target;
  readonly #options: TransferOptions;
  #link: string | undefined;
  /** A link was refused, and none has worked since. */
  #refused = false;
  /** Why there is no link. Whoever was asked for it has tried again already. */
  #linkError: unknown;
  /** Bytes that the target has. */
  #received = 0;
  #etag: string | undefined;
  /** Bytes of the whole blob. */
  #total: number | undefined;
  #contentType: string | undefined;
  #tries = 0;
  #restarts = 0;
  /** Bytes that the current try has brought. */
  #brought = 0;

  constructor(ports: DownloadPorts, askLink: LinkSource, target: Target, options: TransferOptions) {
    this.#ports = ports;
    this.#askLink = askLink;
    this.#target = target;
    this.#options = options;
  }

  async run(): Promise<Transferred> {
    const policy = {
      retries: maxRetries,
      clock: this.#ports.clock,
      random: this.#ports.random,
      shouldRetry: (error: unknown) => this.#isWorthRepeating(error),
      gotFurther: () => this.#brought >= worthwhile,
      minWaitMs: (error: unknown, tried: number) => this.#minWaitMs(error, tried),
      onRetry: (error: unknown, attempt: number) =>
        this.#ports.log(
          `download: ${(error as Error).message} at byte ${this.#received}, try ${attempt + 1}`,
        ),
    };
    await withRetries(policy, this.#options.signal, () => this.#try());
    return { contentType: this.#contentType, total: this.#received };
  }

  async #try(): Promise<void> {
    this.#tries += 1;
    this.#brought = 0;
    if (this.#etag === undefined) {
      // Nothing could prove that what follows belongs to what is here.
      await this.#startAgain();
    }
    for (;;) {
      // Not under the idle limit: the API has a limit of its own, and a quota that may make it
      // wait.
      this.#link ??= await this.#newLink();
      try {
        await this.#request(this.#link);
        return;
      } catch (error) {
        const problem = problemOf(error);
        if (problem === undefined || !mayHaveExpired(problem)) {
          throw error;
        }
        this.#link = undefined;
        if (this.#refused) {
          throw error;
        }
        this.#refused = true;
        this.#ports.log('the link was refused, asking for a new one');
      }
    }
  }

  async #newLink(): Promise<string> {
    let link;
    try {
      link = await this.#askLink();
    } catch (error) {
      this.#linkError = error;
      throw error;
    }
    this.#options.signal.throwIfAborted();
    const url = new URL(link);
    if (!isSecure(url)) {
      throw new Failure<ResultProblem>({ code: 'linkNotSecure', host: url.host });
    }
    return link;
  }

  async #request(url: string): Promise<void> {
    const { fetch, clock, log } = this.#ports;
    const host = hostOf(url);
    const request: HttpRequest = { method: 'GET', url, headers: this.#headers(), decompress: false };
    await withTimeLimit(clock, { ms: maxIdleMs, host }, this.#options.signal, async (signal, time) => {
      const response = await fetch(request, signal);
      time.touch();
      log(`GET blob at ${host} ${response.status}`);
      const answer = { host, response, promised: contentLength(request, response) };
      const { status } = response;
      if (isFromStore(response) === false) {
        throw new Failure<ResultProblem>(await refusalOf(host, response, signal, clock.now()));
      }
      if ([200, 206, 412, 416].includes(status)) {
        this.#refused = false;
      }
      switch (status) {
        case 200:
          return this.#whole(answer, { signal, time });
        case 206:
          return this.#continued(answer, { signal, time });
        case 412:
        case 416:
          await this.#startAgain();
          throw this.#changed(host);
        default:
          throw new Failure<ResultProblem>(await refusalOf(host, response, signal, clock.now()));
      }
    });
  }

  #headers(): Record<string, string> {
    // Before the first byte any state of the blob will do.
    return {
      Accept: '*/*',
      ...(this.#received > 0 &&
        this.#etag !== undefined && { Range: `bytes=${this.#received}-`, 'If-Match': this.#etag }),
    };
  }

  /**
   * The blob from its first byte: as it was asked for, or because the store does not know ranges.
   */
  async #whole(answer: Answer, limited: Limited): Promise<void> {
    await this.#startAgain();
    this.#adopt(answer, strongETag(answer.response.header('etag')), answer.promised);
    await this.#receive(answer, limited);
  }

  /** The rest, when it is provably the rest of the same blob. */
  async #continued(answer: Answer, limited: Limited): Promise<void> {
    const { host, response, promised } = answer;
    const etag = strongETag(response.header('etag'));
    const range = readContentRange(response.header('content-range'));
    if (
      range === undefined ||
      !this.#isAskedFor(range) ||
      etag !== this.#etag ||
      (promised !== undefined && promised !== range.to - range.from)
    ) {
      await this.#startAgain();
      throw this.#changed(host);
    }
    this.#adopt(answer, etag, range.total);
    await this.#receive({ ...answer, promised: range.to - range.from }, limited);
  }

  #isAskedFor({ from, total }: ContentRange): boolean {
    const known = this.#total === undefined || this.#total === total;
    return this.#received > 0 && from === this.#received && known;
  }

  #adopt({ host, response }: Answer, etag: string | undefined, total: number | undefined): void {
    this.#etag = etag;
    this.#total = total;
    this.#contentType = response.header('content-type');
    this.#target.expect(total, host);
  }

  async #receive({ host, response, promised }: Answer, { signal, time }: Limited): Promise<void> {
    let arrived = 0;
    const cut = (): Failure<HttpProblem> =>
      new Failure<HttpProblem>({ code: 'cut', host, received: this.#received, expected: this.#total });
    const check = pageCheck(host, response);
    const take = (piece: Uint8Array): Promise<boolean> | boolean => {
      time.touch();
      arrived += piece.byteLength;
      check(piece);
      if (promised !== undefined && arrived > promised) {
        return this.#startAgain().then(() => {
          throw cut();
        });
      }
      const written = this.#target.write(piece);
      const count = (): boolean => {
        this.#received += piece.byteLength;
        this.#brought += piece.byteLength;
        this.#options.onProgress?.(this.#received, this.#total);
        return true;
      };
      return written === undefined ? count() : time.untimed(written).then(count);
    };
    try {
      await eachPiece(response, signal, cut, take);
    } catch (error) {
      // The last byte may be here although the connection did not end well.
      if (problemOf(error)?.code !== 'cut' || this.#received !== this.#total) {
        throw error;
      }
    }
    if (this.#received !== (this.#total ?? this.#received)) {
      throw cut();
    }
  }

  async #startAgain(): Promise<void> {
    if (this.#received > 0) {
      this.#ports.log(`download: starts anew after ${this.#received} bytes`);
      await this.#target.restart();
    }
    this.#received = 0;
    this.#etag = undefined;
    this.#total = undefined;
  }

  #changed(host: string): Failure<ResultProblem> {
    this.#restarts += 1;
    return new Failure<ResultProblem>({ code: 'blobChanged', host });
  }

  #isWorthRepeating(error: unknown): boolean {
    if (error === this.#linkError || this.#tries >= maxTries) {
      return false;
    }
    const problem = problemOf(error);
    if (problem?.code === 'blobChanged') {
      return this.#restarts <= maxRestarts;
    }
    if (problem?.code === 'blobBusy') {
      return (problem.until ?? 0) - this.#ports.clock.now() <= maxWaitMs;
    }
    return problem?.code === 'blobStatus' || problem?.code === 'notTheStore'
      ? isPassingStatus(problem.status)
      : isPassing(error);
  }

  /** What a busy store asks for; when it does not say, more than a broken connection needs. */
  #minWaitMs(error: unknown, tried: number): number {
    const problem = problemOf(error);
    if (problem?.code !== 'blobBusy') {
      return 0;
    }
    const { until } = problem;
    return until === undefined ? busyWaitMs * 2 ** tried : Math.max(0, until - this.#ports.clock.now());
  }
}

/** A fault of a server, which may have gone the next time. */
function isPassingStatus(status: number): boolean {
  return status === 429 || (status >= 500 && status !== networkSignInStatus);
}

/**
 * Looks whether the pieces of an answer are a web page in the place of a blob, as a proxy sends it,
 * when its headers do not say: by how it begins, however small its pieces are. What the store sends
 * may be a page.
 */
function pageCheck(host: string, response: HttpResponse): (piece: Uint8Array) => void {
  const fromStore = isFromStore(response);
  let beginning = Buffer.alloc(0);
  return (piece) => {
    if (fromStore !== undefined || beginning.byteLength >= beginningSize) {
      return;
    }
    beginning = Buffer.concat([beginning, piece.subarray(0, beginningSize)]);
    if (beginsAsPage(beginning)) {
      throw new Failure<ResultProblem>(pageProblem(host, response.status, beginning));
    }
  };
}

function problemOf(error: unknown): ResultProblem | undefined {
  return error instanceof Failure ? (error.problem as ResultProblem) : undefined;
}

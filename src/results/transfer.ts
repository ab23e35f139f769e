import { contentLength, eachPiece, type TimeLimit, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { type ContentRange, readContentRange, strongETag } from '../http/contentRange';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest, HttpResponse } from '../http/fetchPort';
import { isSecure } from '../http/origin';
import type { HttpProblem } from '../http/problems';
import { hostOf } from '../http/redact';
import { isPassing, withRetries } from '../http/retry';
import type { ResultProblem } from './problems';

export interface DownloadPorts {
  readonly fetch: FetchPort;
  readonly clock: Clock;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** Asks the service for a signed link. It is asked again when the store refuses the link, as it does when that has expired. */
export type LinkSource = () => Promise<string>;

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Bytes so far, and in all when it is known. Starts anew when the download does. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** Where the bytes go, in order and each of them once. */
export interface Target {
  /** Bytes that `host` will give in all, when it has said so; before the first of an answer. Throws when they are too many. */
  expect(size: number | undefined, host: string): void;
  /** The next piece is asked for when this one is done with. */
  write(piece: Uint8Array): Promise<void> | undefined;
  /** What was written is void: what follows begins at the first byte. */
  restart(): Promise<void> | undefined;
}

/** What of the blob is wanted; all of it when nothing is said. */
export interface Part {
  readonly from: number;
  /** Not included; the end of the blob when missing or beyond it. */
  readonly to?: number;
  /** Only of the blob as it was when it had this ETag; Failure `blobChanged` when it has another. */
  readonly etag?: string | undefined;
  /** Only of a blob of so many bytes: what is left to tell states of it apart when the store gives no strong ETag. */
  readonly total?: number;
}

export interface Transferred {
  readonly contentType: string | undefined;
  /** Only a strong one, that stands for the very bytes. */
  readonly etag: string | undefined;
  /** Bytes of the whole blob. */
  readonly total: number;
}

/** An answer with bytes of the blob. */
interface Answer {
  readonly host: string;
  readonly response: HttpResponse;
  /** Bytes of this answer, when it says so. */
  readonly promised: number | undefined;
  /** Bytes at its beginning that are before the part. */
  readonly skip: number;
}

interface Limited {
  readonly signal: AbortSignal;
  readonly time: TimeLimit;
}

/** Milliseconds without a byte after which a connection counts as dead. */
const idleLimitMs = 30_000;
/** Tries in a row that bring next to nothing, the first one not counted. */
const mostRetries = 3;
/** Bytes after which a try has got further, so that a large file survives more cuts than a small one. */
const worthwhile = 256 * 1024;
/** Tries in all: a network that cuts every few hundred kilobytes is given up at some point. */
const mostTries = 200;
/** How often the bytes may turn out to be another blob's. */
const mostRestarts = 3;

/**
 * Downloads a blob, or a part of it, to a target. The link is the credential: no `Authorization` goes along, nothing of it is
 * re-encoded, it appears in no log and no error, and it is forgotten with the download. A cut download goes on where it was cut
 * when the store proves that the blob is the same, by a strong ETag; otherwise it starts anew. A 403 means that the link has
 * expired: a new one is asked for, once until it has worked.
 * @throws Failure<ResultProblem>, and what the target throws
 */
export async function transfer(
  ports: DownloadPorts,
  link: LinkSource,
  part: Part,
  target: Target,
  options: TransferOptions,
): Promise<Transferred> {
  return new Transfer(ports, link, part, target, options).run();
}

class Transfer {
  readonly #ports: DownloadPorts;
  readonly #askLink: LinkSource;
  readonly #part: Part;
  readonly #target: Target;
  readonly #options: TransferOptions;
  #link: string | undefined;
  /** A link was refused, and none has worked since. */
  #refused = false;
  /** Why there is no link. Whoever was asked for it has tried again already. */
  #linkError: unknown;
  /** Bytes of the part that the target has. */
  #received = 0;
  #etag: string | undefined;
  /** Bytes of the whole blob. */
  #total: number | undefined;
  #contentType: string | undefined;
  #tries = 0;
  #restarts = 0;
  /** Bytes that the current try has brought. */
  #brought = 0;

  constructor(
    ports: DownloadPorts,
    askLink: LinkSource,
    part: Part,
    target: Target,
    options: TransferOptions,
  ) {
    this.#ports = ports;
    this.#askLink = askLink;
    this.#part = part;
    this.#target = target;
    this.#options = options;
    this.#etag = part.etag;
  }

  async run(): Promise<Transferred> {
    const policy = {
      retries: mostRetries,
      clock: this.#ports.clock,
      random: this.#ports.random,
      shouldRetry: (error: unknown) => this.#isWorthRepeating(error),
      gotFurther: () => this.#brought >= worthwhile,
      onRetry: (error: unknown, attempt: number) =>
        this.#ports.log(
          `download: ${(error as Error).message} at byte ${this.#part.from + this.#received}, try ${attempt + 1}`,
        ),
    };
    await withRetries(policy, this.#options.signal, () => this.#try());
    return { contentType: this.#contentType, etag: this.#etag, total: this.#total ?? 0 };
  }

  /** Bytes of the part; undefined as long as the store has not said how large the blob is. */
  get #size(): number | undefined {
    return this.#total === undefined
      ? undefined
      : Math.max(0, Math.min(this.#part.to ?? Infinity, this.#total) - this.#part.from);
  }

  async #try(): Promise<void> {
    this.#tries += 1;
    this.#brought = 0;
    if (this.#etag === undefined) {
      // Nothing could prove that what follows belongs to what is here.
      await this.#startAgain();
    }
    for (;;) {
      // Not under the idle limit: the API has a limit of its own, and a quota that may make it wait.
      this.#link ??= await this.#newLink();
      try {
        await this.#request(this.#link);
        return;
      } catch (error) {
        if (problemOf(error)?.code !== 'linkRefused') {
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
    await withTimeLimit(clock, { ms: idleLimitMs, host }, this.#options.signal, async (signal, time) => {
      const response = await fetch(request, signal);
      time.touch();
      log(`GET blob at ${host} ${response.status}`);
      const promised = contentLength(request, response);
      if ([200, 206, 412, 416].includes(response.status)) {
        this.#refused = false;
      }
      switch (response.status) {
        case 200:
          return this.#whole({ host, response, promised, skip: this.#part.from }, { signal, time });
        case 206:
          return this.#continued({ host, response, promised, skip: 0 }, { signal, time });
        case 416:
          return this.#beyondTheEnd(host, response);
        default:
          throw await this.#refusal(host, response.status);
      }
    });
  }

  #headers(): Record<string, string> {
    const { from, to } = this.#part;
    const position = from + this.#received;
    const ranged = position > 0 || to !== undefined;
    // Before the first byte any state of the blob will do, unless a certain one was asked for.
    const etag = this.#received > 0 ? this.#etag : this.#part.etag;
    return {
      Accept: '*/*',
      ...(ranged && { Range: `bytes=${position}-${to === undefined ? '' : to - 1}` }),
      ...(ranged && etag !== undefined && { 'If-Match': etag }),
    };
  }

  /** The blob from its first byte: as it was asked for, or because the store does not know ranges. */
  async #whole(answer: Answer, limited: Limited): Promise<void> {
    const etag = strongETag(answer.response.header('etag'));
    await this.#startAgain();
    const { etag: wanted = etag, total = answer.promised } = this.#part;
    if (etag !== wanted || answer.promised !== total) {
      throw this.#changed(answer.host);
    }
    this.#adopt(answer, etag, answer.promised);
    await this.#receive(answer, limited);
  }

  /** The rest, when it is provably the rest of the same blob. */
  async #continued(answer: Answer, limited: Limited): Promise<void> {
    const { host, response, promised } = answer;
    const etag = strongETag(response.header('etag'));
    const range = readContentRange(response.header('content-range'));
    if (this.#received === 0 && isOfNothing(response)) {
      return this.#beyondTheEnd(host, response);
    }
    const known = this.#received > 0 || this.#part.etag !== undefined;
    if (
      range === undefined ||
      !this.#isAskedFor(range) ||
      (known && etag !== this.#etag) ||
      (promised !== undefined && promised !== range.to - range.from)
    ) {
      await this.#startAgain();
      throw this.#changed(host);
    }
    this.#adopt(answer, etag, range.total);
    await this.#receive({ ...answer, promised: range.to - range.from }, limited);
  }

  #isAskedFor({ from, to, total }: ContentRange): boolean {
    const position = this.#part.from + this.#received;
    return (
      from === position &&
      to <= (this.#part.to ?? total) &&
      total === (this.#part.total ?? total) &&
      (position > 0 || this.#part.to !== undefined) &&
      (this.#received === 0 || this.#total === undefined || this.#total === total)
    );
  }

  /** An empty blob has no first byte to ask for. Anything else means that the blob was longer when it was begun. */
  async #beyondTheEnd(host: string, response: HttpResponse): Promise<void> {
    const { from, to, total = 0 } = this.#part;
    if (from === 0 && this.#received === 0 && to !== undefined && total === 0) {
      this.#adopt({ host, response }, strongETag(response.header('etag')), 0);
      return;
    }
    await this.#startAgain();
    throw this.#changed(host);
  }

  async #refusal(host: string, status: number): Promise<Failure<ResultProblem>> {
    switch (status) {
      case 403:
        return new Failure<ResultProblem>({ code: 'linkRefused', host });
      case 404:
        return new Failure<ResultProblem>({ code: 'blobGone', host });
      case 412:
        await this.#startAgain();
        return this.#changed(host);
      default:
        return new Failure<ResultProblem>({ code: 'blobStatus', host, status });
    }
  }

  #adopt(
    { host, response }: Pick<Answer, 'host' | 'response'>,
    etag: string | undefined,
    total: number | undefined,
  ): void {
    this.#etag = etag;
    this.#total = total;
    this.#contentType = response.header('content-type');
    this.#target.expect(this.#size, host);
  }

  async #receive({ host, response, skip, promised }: Answer, { signal, time }: Limited): Promise<void> {
    let arrived = 0;
    const cut = (): Failure<HttpProblem> =>
      new Failure<HttpProblem>({ code: 'cut', host, received: this.#received, expected: this.#size });
    const take = (piece: Uint8Array): Promise<boolean> | boolean => {
      time.touch();
      const wanted = this.#wanted(piece.subarray(Math.max(0, skip - arrived)));
      arrived += piece.byteLength;
      if (promised !== undefined && arrived > promised) {
        return this.#startAgain().then(() => {
          throw cut();
        });
      }
      if (wanted.byteLength === 0) {
        return this.#size === undefined || this.#received < this.#size;
      }
      const written = this.#target.write(wanted);
      const count = (): boolean => {
        this.#received += wanted.byteLength;
        this.#brought += wanted.byteLength;
        this.#options.onProgress?.(this.#received, this.#size);
        return true;
      };
      return written === undefined ? count() : time.untimed(written).then(count);
    };
    try {
      await eachPiece(response, signal, cut, take);
    } catch (error) {
      // The last byte may be here although the connection did not end well.
      if (problemOf(error)?.code !== 'cut' || this.#received !== this.#size) {
        throw error;
      }
    }
    this.#total ??= arrived;
    if (this.#received !== this.#size) {
      throw cut();
    }
  }

  /** What of a piece belongs to the part: a store that knows no ranges sends what is behind it, too. */
  #wanted(piece: Uint8Array): Uint8Array {
    const room = (this.#size ?? (this.#part.to ?? Infinity) - this.#part.from) - this.#received;
    return piece.byteLength <= room ? piece : piece.subarray(0, room);
  }

  async #startAgain(): Promise<void> {
    if (this.#received > 0) {
      this.#ports.log(`download: starts anew after ${this.#received} bytes`);
      await this.#target.restart();
    }
    this.#received = 0;
    this.#etag = this.#part.etag;
    this.#total = undefined;
  }

  #changed(host: string): Failure<ResultProblem> {
    this.#restarts += 1;
    return new Failure<ResultProblem>({ code: 'blobChanged', host });
  }

  #isWorthRepeating(error: unknown): boolean {
    if (error === this.#linkError || this.#tries >= mostTries) {
      return false;
    }
    const problem = problemOf(error);
    if (problem?.code === 'blobChanged') {
      const anyState = this.#part.etag === undefined && this.#part.total === undefined;
      return anyState && this.#restarts <= mostRestarts;
    }
    const busy = problem?.code === 'blobStatus' && (problem.status >= 500 || problem.status === 429);
    return busy || isPassing(error);
  }
}

/** Some stores answer 206 for a part of an empty blob (`bytes 0-0/0`), where Azure answers 416. */
function isOfNothing(response: HttpResponse): boolean {
  return /^bytes [^/]*\/0$/i.test(response.header('content-range') ?? '');
}

function problemOf(error: unknown): ResultProblem | undefined {
  return error instanceof Failure ? (error.problem as ResultProblem) : undefined;
}

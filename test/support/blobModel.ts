import type { HttpRequest } from '../../src/http/fetchPort';
import { type Answer, ScriptedPort } from './scriptedPort';

/** What happens to one request. Nothing: it gets what it asks for. */
export interface Mishap {
  /** The connection ends after so many bytes. */
  readonly cutAfter?: number;
  /** So many bytes come, and then nothing more. */
  readonly stallAfter?: number;
  /** The blob is another one from this request on. */
  readonly changed?: boolean;
  /** All links that were given out have expired by now. */
  readonly expired?: boolean;
  /** Another status, without a blob. */
  readonly status?: number;
  /** The answer is the whole blob, as if no range had been asked for. */
  readonly whole?: boolean;
  /** The store looks at no If-Match. */
  readonly careless?: boolean;
  /** Replaces headers of the answer; an empty one counts as missing. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A blob store in the way of Azure: ranges, If-Match, links that expire. Each request meets the next mishap, or none any more. */
export class BlobModel {
  readonly port: ScriptedPort;
  readonly #versions: readonly Uint8Array[];
  readonly #mishaps: readonly Mishap[];
  #version = 0;
  #links = 0;
  #expiredLinks = 0;

  /** `versions` are what the blob is, and what it becomes with each change; after the last one it stays. */
  constructor(versions: readonly Uint8Array[], mishaps: readonly Mishap[]) {
    this.#versions = versions;
    this.#mishaps = mishaps;
    this.port = new ScriptedPort((request, count) => this.#answer(request, this.#mishaps[count] ?? {}));
  }

  /** Links that were asked for. */
  get links(): number {
    return this.#links;
  }

  /** The blob as it is now. */
  get bytes(): Uint8Array {
    return this.#versions[this.#version] ?? new Uint8Array();
  }

  readonly link = (): Promise<string> => {
    this.#links += 1;
    return Promise.resolve(`https://h.blob.example/c/b?n=${this.#links}&sig=secret%2B${this.#links}`);
  };

  /** What was asked for, in short: `0-`, `10-`, `10- if "v0"`, `0-9`. */
  get asked(): string[] {
    return this.port.requests.map(({ headers = {} }) => {
      const range = headers['Range']?.replace('bytes=', '') ?? 'all';
      return headers['If-Match'] === undefined ? range : `${range} if ${headers['If-Match']}`;
    });
  }

  #answer(request: HttpRequest, mishap: Mishap): Answer {
    if (mishap.changed === true) {
      this.#version = Math.min(this.#version + 1, this.#versions.length - 1);
    }
    if (mishap.expired === true) {
      this.#expiredLinks = this.#links;
    }
    const link = Number(new URL(request.url).searchParams.get('n'));
    if (link <= this.#expiredLinks) {
      return { status: 403, body: '<Error><Code>AuthenticationFailed</Code></Error>' };
    }
    if (mishap.status !== undefined) {
      return { status: mishap.status, body: '<Error/>', headers: mishap.headers ?? {} };
    }
    const { cutAfter, stallAfter } = mishap;
    return {
      ...this.#content(request.headers ?? {}, mishap),
      ...(cutAfter !== undefined && { cutAfter }),
      ...(stallAfter !== undefined && { stallAfter }),
    };
  }

  #content(asked: Readonly<Record<string, string>>, mishap: Mishap): Answer {
    const { bytes } = this;
    const etag = `"v${this.#version}"`;
    const wanted = asked['If-Match'];
    if (mishap.careless !== true && wanted !== undefined && wanted !== etag) {
      return { status: 412, body: '<Error><Code>ConditionNotMet</Code></Error>' };
    }
    const headers = { 'content-type': 'application/json', etag, ...mishap.headers };
    const match = /^bytes=(\d+)-(\d*)$/.exec(asked['Range'] ?? '');
    if (match === null || mishap.whole === true) {
      return { status: 200, headers, body: bytes };
    }
    const from = Number(match[1]);
    const to = Math.min(match[2] === '' ? Infinity : Number(match[2]) + 1, bytes.byteLength);
    if (from >= bytes.byteLength) {
      return { status: 416, headers: { 'content-range': `bytes */${bytes.byteLength}` } };
    }
    const range = `bytes ${from}-${to - 1}/${bytes.byteLength}`;
    return { status: 206, headers: { 'content-range': range, ...headers }, body: bytes.subarray(from, to) };
  }
}

/**
 * The one way this project talks HTTP. The pure rooms get a {@link FetchPort} and never know what
 * is behind it: `node-fetch` in the editor, the sample tenant in process, a scripted service in
 * tests.
 */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /**
   * Absolute URL. May be a signed link, so it is a secret: see `redact.ts` before writing it
   * anywhere.
   */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /**
   * `false` takes the body exactly as it was sent: a `Content-Encoding` is neither asked for nor
   * unpacked. What is kept as evidence must be fetched this way.
   */
  readonly decompress: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** The header's value, or undefined. The name is case-insensitive. */
  header(name: string): string | undefined;
  /**
   * The body as it arrives. Throws when the connection is cut or the request is aborted. Redirects
   * are never followed.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends one request. Rejects when there is no answer at all, and with the signal's reason once it
 * is aborted.
 */
export type FetchPort = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

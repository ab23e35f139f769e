import { Failure } from './failure';
import type { FetchPort } from './fetchPort';
import type { HttpProblem } from './httpProblem';
import { hostOf } from './redact';

const empty: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    // A response without a body (204, 304) has nothing to give.
  },
};

/**
 * The fetch port on `node-fetch`, which goes through VS Code's proxy and certificate settings. The
 * package is loaded with the first request, never at activation.
 */
export const nodeFetchPort: FetchPort = async (request, signal) => {
  const { default: fetch } = await import('node-fetch');
  let response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      ...(request.headers && { headers: request.headers }),
      ...(request.body !== undefined && { body: bodyOf(request.body) }),
      compress: request.decompress,
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    throw signal.aborted ? signal.reason : networkFailure(request.url, error);
  }
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: (response.body as AsyncIterable<Uint8Array> | null) ?? empty,
  };
};

/** The library knows texts and buffers. */
function bodyOf(body: string | Uint8Array): string | Buffer {
  return typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/**
 * A connection failure without the URL that node-fetch puts into its message: that may be a signed
 * link.
 */
export function networkFailure(url: string, error: unknown): Failure<HttpProblem> {
  const { code, erroredSysCall, name } = error as {
    code?: unknown;
    erroredSysCall?: unknown;
    name?: unknown;
  };
  const cause = [code, erroredSysCall, name].find((part) => typeof part === 'string');
  return new Failure<HttpProblem>({ code: 'network', host: hostOf(url), cause: String(cause) });
}

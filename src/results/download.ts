import { readBody, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest } from '../http/fetchPort';
import { isSecure } from '../http/origin';
import { hostOf } from '../http/redact';
import { isPassing, withRetries } from '../http/retry';
import type { ResultProblem } from './problems';

export interface DownloadPorts {
  readonly fetch: FetchPort;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** Bytes. */
  readonly limit: number;
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/** The bytes as the blob store sent them. They are the evidence: never altered. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

/** Milliseconds without a byte after which a download counts as dead. */
const idleLimitMs = 30_000;
const mostRetries = 3;

/**
 * Downloads what a signed link points to. The link is the credential: no `Authorization` goes along, nothing of it is re-encoded,
 * and it appears in no log and no error. A cut download starts anew, up to three times.
 * @throws Failure<ResultProblem>: `linkRefused` asks for a new link; HttpProblem codes as in `http/problems.ts`
 */
export async function downloadBlob(
  ports: DownloadPorts,
  link: string,
  options: DownloadOptions,
): Promise<Blob> {
  const url = new URL(link);
  if (!isSecure(url)) {
    throw new Failure<ResultProblem>({ code: 'linkNotSecure', host: url.host });
  }
  const request: HttpRequest = { method: 'GET', url: link, headers: { Accept: '*/*' }, decompress: false };
  const policy = {
    retries: mostRetries,
    clock: ports.clock,
    random: ports.random,
    shouldRetry: isWorthRepeating,
    onRetry: (error: unknown, attempt: number) =>
      ports.log(`download: ${(error as Error).message}, try ${attempt + 1}`),
  };
  return withRetries(policy, options.signal, () => attempt(ports, request, options));
}

async function attempt(ports: DownloadPorts, request: HttpRequest, options: DownloadOptions): Promise<Blob> {
  const host = hostOf(request.url);
  return withTimeLimit(ports.clock, { ms: idleLimitMs, host }, options.signal, async (signal, touch) => {
    const response = await ports.fetch(request, signal);
    ports.log(`GET blob at ${host} ${response.status}`);
    if (response.status !== 200) {
      throw blobFailure(host, response.status);
    }
    const bytes = await readBody(request, response, {
      limit: options.limit,
      signal,
      onProgress: (received, total) => {
        touch();
        options.onProgress?.(received, total);
      },
    });
    return { bytes, contentType: response.header('content-type') };
  });
}

function blobFailure(host: string, status: number): Failure<ResultProblem> {
  switch (status) {
    case 403:
      return new Failure<ResultProblem>({ code: 'linkRefused', host });
    case 404:
      return new Failure<ResultProblem>({ code: 'blobGone', host });
    default:
      return new Failure<ResultProblem>({ code: 'blobStatus', host, status });
  }
}

function isWorthRepeating(error: unknown): boolean {
  const problem = error instanceof Failure ? (error.problem as ResultProblem) : undefined;
  return isPassing(error) || (problem?.code === 'blobStatus' && problem.status >= 500);
}

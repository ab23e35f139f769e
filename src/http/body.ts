import type { Clock } from './clock';
import { Failure, isAbort } from './failure';
import type { HttpRequest, HttpResponse } from './fetchPort';
import type { HttpProblem } from './problems';
import { hostOf } from './redact';

export interface BodyOptions {
  /** Bytes; a longer body is refused, before it is read when it announces its length. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Called for each piece that arrives: bytes so far, and in all when the service says so. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
}

/**
 * Reads a body into one buffer, whole or not at all.
 * @throws Failure `tooLarge`, or `cut` when the connection ends early or fewer bytes arrive than Content-Length says.
 */
export async function readBody(
  request: HttpRequest,
  response: HttpResponse,
  options: BodyOptions,
): Promise<Uint8Array> {
  const host = hostOf(request.url);
  const expected = contentLength(request, response);
  if (expected !== undefined && expected > options.limit) {
    throw new Failure<HttpProblem>({ code: 'tooLarge', host, limit: options.limit, size: expected });
  }
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for await (const chunk of response.body) {
      options.signal.throwIfAborted();
      received += chunk.byteLength;
      if (received > options.limit) {
        throw new Failure<HttpProblem>({ code: 'tooLarge', host, limit: options.limit, size: undefined });
      }
      chunks.push(chunk);
      options.onProgress?.(received, expected);
    }
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof Failure || isAbort(error)
      ? error
      : new Failure<HttpProblem>({ code: 'cut', host, received, expected });
  }
  if (expected !== undefined && received !== expected) {
    throw new Failure<HttpProblem>({ code: 'cut', host, received, expected });
  }
  return Buffer.concat(chunks, received);
}

/** Content-Length in bytes; undefined when it is missing or counts encoded bytes that we do not see. */
function contentLength(request: HttpRequest, response: HttpResponse): number | undefined {
  if (request.decompress && response.header('content-encoding') !== undefined) {
    return undefined;
  }
  const header = response.header('content-length');
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/**
 * Runs `work` with a signal that also fires when `ms` milliseconds pass without a `touch()`. Without a touch it is a plain time
 * limit; a download that touches on each piece has an idle limit.
 * @throws Failure `timedOut`
 */
export async function withTimeLimit<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly host: string },
  signal: AbortSignal,
  work: (signal: AbortSignal, touch: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const timer = new AbortController();
  const late = new Failure<HttpProblem>({ code: 'timedOut', host: limit.host, seconds: limit.ms / 1000 });
  const stopWatch = new AbortController();
  let last = clock.now();
  const watch = async (): Promise<void> => {
    for (let left = limit.ms; left > 0; left = last + limit.ms - clock.now()) {
      await clock.sleep(left, stopWatch.signal);
    }
    timer.abort(late);
  };
  watch().catch(() => undefined);
  try {
    return await work(AbortSignal.any([signal, timer.signal]), () => {
      last = clock.now();
    });
  } finally {
    stopWatch.abort();
  }
}

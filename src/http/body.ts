import type { Clock } from './clock';
import { Failure, isAbort } from './failure';
import type { HttpRequest, HttpResponse } from './fetchPort';
import type { HttpProblem } from './httpProblem';
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
 * @throws Failure `tooLarge`, or `cut` when the connection ends early or fewer bytes arrive than
 *   Content-Length says.
 */
export async function readBody(
  request: HttpRequest,
  response: HttpResponse,
  options: BodyOptions,
): Promise<Uint8Array> {
  const host = hostOf(request.url);
  const expected = contentLength(request, response);
  const { limit } = options;
  if (expected !== undefined && expected > limit) {
    throw new Failure<HttpProblem>({ code: 'tooLarge', host, limit, size: expected });
  }
  const chunks: Uint8Array[] = [];
  let received = 0;
  const cut = (): Error => new Failure<HttpProblem>({ code: 'cut', host, received, expected });
  await eachPiece(response, options.signal, cut, (chunk) => {
    received += chunk.byteLength;
    if (received > limit) {
      throw new Failure<HttpProblem>({ code: 'tooLarge', host, limit, size: undefined });
    }
    chunks.push(chunk);
    options.onProgress?.(received, expected);
    return undefined;
  });
  if (expected !== undefined && received !== expected) {
    throw cut();
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, received);
}

/**
 * Hands the pieces of a body to `take`, one after another: the next one is read when `take` is done
 * with the last, so no more than the stream's own buffer is in memory. `take` ends the reading
 * early with `false`.
 * @throws what `broken` makes when the connection ends early; what `take` throws, as it is
 */
export async function eachPiece(
  response: HttpResponse,
  signal: AbortSignal,
  broken: () => Error,
  take: (piece: Uint8Array) => Promise<boolean | undefined> | boolean | undefined,
): Promise<void> {
  let taking = false;
  try {
    for await (const piece of response.body) {
      signal.throwIfAborted();
      taking = true;
      const taken = take(piece);
      // Most takers are done at once; a turn of the event loop for each piece would be felt.
      const goOn = taken instanceof Promise ? await taken : taken;
      taking = false;
      if (goOn === false) {
        return;
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw taking || error instanceof Failure || isAbort(error) ? error : broken();
  }
}

/**
 * Content-Length in bytes; undefined when it is missing or counts encoded bytes that we do not see.
 */
export function contentLength(request: HttpRequest, response: HttpResponse): number | undefined {
  if (request.decompress && response.header('content-encoding') !== undefined) {
    return undefined;
  }
  const header = response.header('content-length');
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

/** What the work under a time limit can tell it. */
export interface TimeLimit {
  /** There was a sign of life: the time starts anew. */
  readonly touch: () => void;
  /** The time that this takes is our own (a slow disk), and does not count. */
  readonly untimed: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * Runs `work` with a signal that also fires when `ms` milliseconds pass without a `touch()`.
 * Without a touch it is a plain time limit; a download that touches on each piece has an idle
 * limit. When the work fails, the signal fires too, so that an answer nobody reads does not hold
 * its connection.
 * @throws Failure `timedOut`
 */
export async function withTimeLimit<T>(
  clock: Clock,
  limit: { readonly ms: number; readonly host: string },
  signal: AbortSignal,
  work: (signal: AbortSignal, time: TimeLimit) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const timer = new AbortController();
  const late = new Failure<HttpProblem>({ code: 'timedOut', host: limit.host, seconds: limit.ms / 1000 });
  const stopWatch = new AbortController();
  let last = clock.ticks();
  let paused = false;
  const touch = (): void => {
    last = clock.ticks();
  };
  const watch = async (): Promise<void> => {
    for (let left = limit.ms; left > 0; left = paused ? limit.ms : last + limit.ms - clock.ticks()) {
      await clock.sleep(left, stopWatch.signal);
    }
    timer.abort(late);
  };
  const untimed = async <R>(own: Promise<R>): Promise<R> => {
    paused = true;
    try {
      return await own;
    } finally {
      paused = false;
      touch();
    }
  };
  watch().catch(() => undefined);
  try {
    return await work(AbortSignal.any([signal, timer.signal]), { touch, untimed });
  } catch (error) {
    timer.abort(error);
    throw error;
  } finally {
    stopWatch.abort();
  }
}

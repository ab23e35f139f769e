import type { FetchPort, HttpRequest, HttpResponse } from '../../src/http/fetchPort';

/** One answer of a {@link ScriptedPort}. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Ends the connection after so many bytes. */
  readonly cutAfter?: number;
  /** Sends so many bytes and then nothing more, until the request is aborted. */
  readonly stallAfter?: number;
  /** Fails before there is an answer. */
  readonly error?: Error;
  /** Never answers. */
  readonly hang?: boolean;
}

/** A fetch port that answers by a script and remembers what it was asked. For rules about time and faults that need no network. */
export class ScriptedPort {
  readonly requests: HttpRequest[] = [];
  /** The signal of each request, in the same order. */
  readonly signals: AbortSignal[] = [];
  /** Pieces of bodies that were asked for. */
  pulled = 0;
  readonly #answer: (request: HttpRequest, count: number) => Answer;

  constructor(answers: readonly Answer[] | ((request: HttpRequest, count: number) => Answer)) {
    this.#answer =
      typeof answers === 'function'
        ? answers
        : (_, count) => answers[Math.min(count, answers.length - 1)] ?? { status: 500 };
  }

  readonly fetch: FetchPort = async (request, signal) => {
    const answer = this.#answer(request, this.requests.length);
    this.requests.push(request);
    this.signals.push(signal);
    if (answer.error !== undefined) {
      throw answer.error;
    }
    if (answer.hang === true) {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    return response(answer, signal, () => {
      this.pulled += 1;
    });
  };
}

function response(answer: Answer, signal: AbortSignal, onPull: () => void): HttpResponse {
  const { status = 200, headers = {}, body = '' } = answer;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const all: Record<string, string> = { 'content-length': String(bytes.byteLength) };
  for (const [name, value] of Object.entries(headers)) {
    all[name.toLowerCase()] = value;
  }
  return {
    status,
    header: (name) => all[name.toLowerCase()],
    body: pieces(bytes, answer, signal, onPull),
  };
}

async function* pieces(
  bytes: Uint8Array,
  { cutAfter, stallAfter }: Answer,
  signal: AbortSignal,
  onPull: () => void,
): AsyncIterable<Uint8Array> {
  onPull();
  if (cutAfter !== undefined) {
    yield bytes.subarray(0, cutAfter);
    throw new Error('aborted');
  }
  if (stallAfter !== undefined) {
    yield bytes.subarray(0, stallAfter);
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
  const size = Math.max(1, Math.ceil(bytes.byteLength / 3));
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield bytes.subarray(at, at + size);
    onPull();
  }
}

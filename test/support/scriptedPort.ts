import type { FetchPort, HttpRequest, HttpResponse } from '../../src/http/fetchPort';

/** One answer of a {@link ScriptedPort}. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Ends the connection after so many bytes. */
  readonly cutAfter?: number;
  /** Fails before there is an answer. */
  readonly error?: Error;
  /** Never answers. */
  readonly hang?: boolean;
}

/** A fetch port that answers by a script and remembers what it was asked. For rules about time and faults that need no network. */
export class ScriptedPort {
  readonly requests: HttpRequest[] = [];
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
    if (answer.error !== undefined) {
      throw answer.error;
    }
    if (answer.hang === true) {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    return response(answer);
  };
}

function response({ status = 200, headers = {}, body = '', cutAfter }: Answer): HttpResponse {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const all: Record<string, string> = { 'content-length': String(bytes.byteLength) };
  for (const [name, value] of Object.entries(headers)) {
    all[name.toLowerCase()] = value;
  }
  return {
    status,
    header: (name) => all[name.toLowerCase()],
    body: pieces(bytes, cutAfter),
  };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* pieces(bytes: Uint8Array, cutAfter: number | undefined): AsyncIterable<Uint8Array> {
  if (cutAfter !== undefined) {
    yield bytes.subarray(0, cutAfter);
    throw new Error('aborted');
  }
  const size = Math.max(1, Math.ceil(bytes.byteLength / 3));
  for (let at = 0; at < bytes.byteLength; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

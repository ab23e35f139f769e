import { readBody, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest, HttpResponse } from '../http/fetchPort';
import { maxWaitMs, type OnWait, RequestQuota, type Urgency } from '../http/quota';
import { hostOf } from '../http/redact';
import { isPassing, withRetries } from '../http/retry';
import { answeredAt, namedLimit, retryAfterMs } from '../http/retryAfter';
import { utf8WithoutMark } from '../http/utf8';
import { parsed } from './answerBody';
import { type ApiError, type ApiProblem, apiProblemOf, type Grants } from './apiProblem';
import { readApiError } from './errorBody';
import { type ApiCall, permissionNeeds } from './permissions';

/**
 * Where tokens come from. `invalidate` drops a token that the service refused, so that the next one
 * is fresh.
 */
export interface TokenSource {
  getToken(options: CallOptions): Promise<{ readonly token: string; readonly grants: Grants | undefined }>;
  invalidate(token: string, challenge?: string): void;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Who waits; only an interactive call may ask a person to sign in. */
  readonly urgency: Urgency;
  /** Told when the call has to wait for its budget. */
  readonly onWait?: OnWait;
}

export interface DefenderPorts {
  readonly fetch: FetchPort;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quota: RequestQuota;
  readonly tokens: TokenSource;
  /** One line for the log: method, path without its query, status. */
  readonly log: (line: string) => void;
}

/** Milliseconds for one API call, answer included. */
const maxCallMs = 30_000;
/** Bytes: 10,000 actions are 8.5 MB. */
const maxBodySize = 64 * 1024 * 1024;
const maxRetries = 3;
const maxRedirects = 3;

/** "API calls per minute: 2, per hour: 120": "Get package SAS URI", get-package-sas-uri.md. */
const packageWindows = [
  { calls: 2, ms: 60_000 },
  { calls: 120, ms: 3_600_000 },
];

/**
 * Sends the calls of the Defender for Endpoint API, with a token, within the budget, and again
 * where that helps; gives the body of an answer that is none of a failure. Every method throws
 * Failure<ApiProblem>.
 */
export class ApiTransport {
  readonly #apiUrl: URL;
  readonly #ports: DefenderPorts;
  /** The link to a package has a budget of its own, beside the tenant's. */
  readonly #packageQuota: RequestQuota;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    this.#apiUrl = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
    this.#ports = ports;
    this.#packageQuota = new RequestQuota(ports.clock, packageWindows);
  }

  /** The address of a call; `path` is below `/api`. */
  url(path: string): URL {
    return new URL(`api/${path}`, this.#apiUrl);
  }

  /**
   * The address behind a link in an answer from `from`.
   * @throws Failure `redirected` when it points away from the API: the token does not go there
   */
  linked(link: string, from: URL): URL {
    const url = URL.canParse(link, from.href) ? new URL(link, from) : undefined;
    // fetch takes no address with a user in it.
    if (url?.origin !== this.#apiUrl.origin || url.username + url.password !== '') {
      throw new Failure<ApiProblem>({ code: 'redirected', host: from.host, to: url?.host ?? '?' });
    }
    return url;
  }

  /** What {@link get} answers, as JSON. */
  async getJson(call: ApiCall, path: string, options: CallOptions): Promise<unknown> {
    return parsed(call, utf8WithoutMark(await this.get(call, this.url(path), options)));
  }

  /** Asks, and asks again when the reason of a failure may have passed. */
  async get(call: ApiCall, url: URL, options: CallOptions): Promise<Uint8Array> {
    const policy = {
      retries: maxRetries,
      clock: this.#ports.clock,
      random: this.#ports.random,
      shouldRetry: (error: unknown) => this.#isWorthRepeating(error),
      onRetry: (error: unknown, attempt: number) =>
        this.#ports.log(`${call}: ${(error as Error).message}, try ${attempt + 1}`),
    };
    return withRetries(policy, options.signal, () => this.#authorized({ call, method: 'GET', url }, options));
  }

  /** Sends JSON, and never repeats it: a request without an answer may have been carried out. */
  post(call: ApiCall, url: URL, body: string, options: CallOptions): Promise<Uint8Array> {
    return this.#authorized({ call, method: 'POST', url, body }, options);
  }

  /**
   * One try, and one more with a fresh token when the first one was refused: then nothing was
   * carried out.
   */
  async #authorized(what: ApiRequest, options: CallOptions): Promise<Uint8Array> {
    for (let fresh = false; ; fresh = true) {
      const { token, grants } = await this.#ports.tokens.getToken(options);
      try {
        return await this.#send(what, { token, grants, ...options });
      } catch (error) {
        const problem = apiProblemOf(error);
        if (problem?.code !== 'unauthorized') {
          throw error;
        }
        this.#ports.tokens.invalidate(token, problem.challenge);
        if (fresh) {
          throw error;
        }
      }
    }
  }

  async #send(what: ApiRequest, options: AuthorizedCall): Promise<Uint8Array> {
    let { url } = what;
    for (let redirects = 0; ; redirects += 1) {
      const request = requestOf({ ...what, url }, options.token);
      const answer = await this.#withinBudget(what.call, options, () =>
        this.#exchange(request, options.signal),
      );
      this.#ports.log(`${what.method} ${url.pathname} ${answer.status}`);
      const location =
        answer.status >= 300 && answer.status < 400 ? answer.response.header('location') : undefined;
      if (location === undefined) {
        return this.#bodyOrProblem(what.call, answer, options);
      }
      // What changes something is sent where it was meant to go, or not at all.
      url = this.#redirectTarget(url, location, what.method === 'GET' ? redirects : maxRedirects);
    }
  }

  #withinBudget<T>(call: ApiCall, options: CallOptions, exchange: () => Promise<T>): Promise<T> {
    const { urgency, signal, onWait } = options;
    const run = (): Promise<T> => this.#ports.quota.run(urgency, signal, exchange, onWait);
    return call === 'packageLink' ? this.#packageQuota.run(urgency, signal, run, onWait) : run();
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    const limit = { ms: maxCallMs, host: hostOf(request.url) };
    return withTimeLimit(this.#ports.clock, limit, signal, async (limited) => {
      const response = await this.#ports.fetch(request, limited);
      const body = await readBody(request, response, { limit: maxBodySize, signal: limited });
      return { status: response.status, response, body };
    });
  }

  #isWorthRepeating(error: unknown): boolean {
    const problem = apiProblemOf(error);
    return (
      isPassing(error) ||
      problem?.code === 'serverError' ||
      (problem?.code === 'throttled' && problem.until - this.#ports.clock.now() <= maxWaitMs)
    );
  }

  #redirectTarget(from: URL, location: string, redirects: number): URL {
    const to = this.linked(location, from);
    if (redirects >= maxRedirects) {
      throw new Failure<ApiProblem>({ code: 'redirected', host: from.host, to: to.host });
    }
    return to;
  }

  #bodyOrProblem(call: ApiCall, answer: Answer, options: AuthorizedCall): Uint8Array {
    const { status } = answer;
    if (status >= 200 && status < 300) {
      return answer.body;
    }
    const error = readApiError(utf8WithoutMark(answer.body));
    const wait = this.#namedWaitMs(answer.response, error);
    switch (status) {
      case 401:
        throw new Failure<ApiProblem>({
          code: 'unauthorized',
          error,
          challenge: challengeOf(answer.response),
        });
      case 403: {
        const need = permissionNeeds[call];
        throw new Failure<ApiProblem>({ code: 'forbidden', call, need, grants: options.grants, error });
      }
      case 404:
        throw new Failure<ApiProblem>({ code: 'notFound', call, error });
      case 429:
        throw this.#throttled(call, wait ?? unnamedWaitMs, error);
      default:
        if (status === 503 && wait !== undefined) {
          throw this.#throttled(call, wait, error);
        }
        throw status >= 500
          ? new Failure<ApiProblem>({ code: 'serverError', status, error })
          : new Failure<ApiProblem>({ code: 'refused', call, status, error });
    }
  }

  #namedWaitMs(response: HttpResponse, error: ApiError): number | undefined {
    const sentAt = answeredAt(response, this.#ports.clock.now());
    return retryAfterMs(response.header('retry-after'), error.message, sentAt);
  }

  /**
   * Closes the quota for the time that the service named, so that the next try, and everybody
   * else's, waits for it.
   */
  #throttled(call: ApiCall, wait: number, error: ApiError): Failure<ApiProblem> {
    const until = this.#ports.clock.now() + wait;
    const quota = call === 'packageLink' ? this.#packageQuota : this.#ports.quota;
    const limit = namedLimit(error.message);
    if (limit !== undefined) {
      quota.limitTo(limit);
    }
    quota.closeUntil(until);
    return new Failure<ApiProblem>({ code: 'throttled', until, message: error.message });
  }
}

/** Milliseconds to wait after a 429 that does not say how long. */
const unnamedWaitMs = 10_000;

interface ApiRequest {
  readonly call: ApiCall;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** JSON. */
  readonly body?: string;
}

function requestOf({ method, url, body }: ApiRequest, token: string): HttpRequest {
  return {
    method,
    url: url.href,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    decompress: true,
  };
}

interface AuthorizedCall extends CallOptions {
  readonly token: string;
  readonly grants: Grants | undefined;
}

interface Answer {
  readonly status: number;
  readonly response: HttpResponse;
  readonly body: Uint8Array;
}

/**
 * A challenge that only a new sign-in can answer (Conditional Access, continuous access
 * evaluation); undefined for a plain refusal.
 */
function challengeOf(response: HttpResponse): string | undefined {
  const header = response.header('www-authenticate');
  return header !== undefined && /\bclaims=/i.test(header) ? header : undefined;
}

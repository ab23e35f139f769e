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
import { refusedChange } from './refusedChange';
import { sentByStatus, unanswered } from './sentRequest';

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
/** 10 calls a minute: "Run live response commands on a device", run-live-response.md. */
const runWindows = [{ calls: 10, ms: 60_000 }];

/**
 * Sends the calls of the Defender for Endpoint API, with a token and within the budget; repeats
 * those that only read, where that helps. Gives the body of an answer that is none of a failure.
 * Every method throws Failure<ApiProblem>.
 */
export class ApiTransport {
  readonly #apiUrl: URL;
  readonly #ports: DefenderPorts;
  /** Calls that have a budget of their own, beside the tenant's. */
  readonly #ownQuotas: Readonly<Partial<Record<ApiCall, RequestQuota>>>;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    this.#apiUrl = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
    this.#ports = ports;
    this.#ownQuotas = {
      packageLink: new RequestQuota(ports.clock, packageWindows),
      startLiveResponse: new RequestQuota(ports.clock, runWindows),
    };
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

  /** Sends JSON; see {@link change}. */
  post(call: ApiCall, url: URL, body: string, options: CallOptions): Promise<Uint8Array> {
    return this.change({ call, method: 'POST', url, body, contentType: 'application/json' }, options);
  }

  /**
   * Sends what changes something, and never repeats it: a request without an answer may have been
   * carried out. The failure says in `sent` whether it may; an abort comes only before anything was
   * sent, and is `abandoned` afterwards.
   */
  async change(what: ApiRequest, options: CallOptions): Promise<Uint8Array> {
    const progress = { underWay: false };
    try {
      return await this.#authorized({ ...what, progress }, options);
    } catch (error) {
      if (error instanceof Failure && error.sent !== undefined) {
        throw error;
      }
      if (progress.underWay && options.signal.aborted) {
        const problem = { code: 'abandoned', host: what.url.host } as const;
        throw new Failure<ApiProblem>(problem, { cause: error, sent: 'unknown' });
      }
      // There was no token, or no turn.
      const never = error instanceof Failure && !progress.underWay;
      throw never ? new Failure(error.problem, { cause: error, sent: 'no' }) : error;
    }
  }

  /**
   * One try, and one more with a fresh token when the first one was refused: then nothing was
   * carried out.
   */
  async #authorized(what: TrackedRequest, options: CallOptions): Promise<Uint8Array> {
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

  async #send(what: TrackedRequest, options: AuthorizedCall): Promise<Uint8Array> {
    let { url } = what;
    for (let redirects = 0; ; redirects += 1) {
      const request = requestOf({ ...what, url }, options.token);
      const answer = await this.#withinBudget(what.call, options, () =>
        this.#exchange(request, options.signal, what.progress),
      );
      this.#ports.log(`${what.method} ${url.pathname} ${answer.status}`);
      const location =
        answer.status >= 300 && answer.status < 400 ? answer.response.header('location') : undefined;
      if (location === undefined) {
        return this.#bodyOrProblem(what, answer, options);
      }
      if (what.method !== 'GET') {
        // What changes something is sent where it was meant to go, or not at all.
        const to = URL.canParse(location, url.href) ? new URL(location, url).host : '?';
        const sent = sentByStatus(answer.status);
        throw new Failure<ApiProblem>({ code: 'redirected', host: url.host, to }, { sent });
      }
      url = this.#redirectTarget(url, location, redirects);
    }
  }

  #withinBudget<T>(call: ApiCall, options: CallOptions, exchange: () => Promise<T>): Promise<T> {
    const { urgency, signal, onWait } = options;
    const run = (): Promise<T> => this.#ports.quota.run(urgency, signal, exchange, onWait);
    return this.#ownQuotas[call]?.run(urgency, signal, run, onWait) ?? run();
  }

  async #exchange(
    request: HttpRequest,
    signal: AbortSignal,
    progress: Progress | undefined,
  ): Promise<Answer> {
    const limit = { ms: maxCallMs, host: hostOf(request.url) };
    const exchange = (): Promise<Answer> =>
      withTimeLimit(this.#ports.clock, limit, signal, async (limited) => {
        const response = await this.#ports.fetch(request, limited);
        const body = await readBody(request, response, { limit: maxBodySize, signal: limited });
        return { status: response.status, response, body };
      });
    if (progress === undefined) {
      return exchange();
    }
    signal.throwIfAborted();
    progress.underWay = true;
    try {
      const answer = await exchange();
      // With a fresh token it is sent again: until then nothing is under way.
      progress.underWay = answer.status !== 401;
      return answer;
    } catch (error) {
      throw unanswered(error);
    }
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

  #bodyOrProblem({ call, method }: ApiRequest, answer: Answer, options: AuthorizedCall): Uint8Array {
    const { status } = answer;
    if (status >= 200 && status < 300) {
      return answer.body;
    }
    const problem = this.#problemOf(call, answer, options);
    throw new Failure<ApiProblem>(problem, { sent: method === 'GET' ? undefined : sentByStatus(status) });
  }

  #problemOf(call: ApiCall, answer: Answer, { grants }: AuthorizedCall): ApiProblem {
    const { status, response } = answer;
    const error = readApiError(utf8WithoutMark(answer.body));
    const wait = this.#namedWaitMs(response, error);
    const until = wait === undefined ? undefined : this.#ports.clock.now() + wait;
    const known = refusedChange(call, { status, error, until });
    if (known !== undefined) {
      return known;
    }
    switch (status) {
      case 401:
        return { code: 'unauthorized', error, challenge: challengeOf(response) };
      case 403:
        return { code: 'forbidden', call, need: permissionNeeds[call], grants, error };
      case 404:
        return { code: 'notFound', call, error };
      case 429:
        return this.#throttled(call, wait ?? unnamedWaitMs, error);
      default:
        if (status === 503 && wait !== undefined) {
          return this.#throttled(call, wait, error);
        }
        return status >= 500
          ? { code: 'serverError', status, error }
          : { code: 'refused', call, status, error };
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
  #throttled(call: ApiCall, wait: number, error: ApiError): ApiProblem {
    const until = this.#ports.clock.now() + wait;
    const quota = this.#ownQuotas[call] ?? this.#ports.quota;
    const limit = namedLimit(error.message);
    if (limit !== undefined) {
      quota.limitTo(limit);
    }
    quota.closeUntil(until);
    return { code: 'throttled', until, message: error.message };
  }
}

/** Milliseconds to wait after a 429 that does not say how long. */
const unnamedWaitMs = 10_000;

/** A call as it is sent. */
export interface ApiRequest {
  readonly call: ApiCall;
  readonly method: HttpRequest['method'];
  readonly url: URL;
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
}

/** How far a request has come that changes something. */
interface Progress {
  /** It was handed to the network, and was not refused for its token. */
  underWay: boolean;
}

interface TrackedRequest extends ApiRequest {
  /** Undefined for a request that only reads. */
  readonly progress?: Progress;
}

function requestOf({ method, url, body, contentType }: ApiRequest, token: string): HttpRequest {
  return {
    method,
    url: url.href,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
      ...(contentType !== undefined && { 'Content-Type': contentType }),
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

import { readBody, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest, HttpResponse } from '../http/fetchPort';
import { longestWaitMs, type RequestQuota, type Urgency } from '../http/quota';
import { hostOf } from '../http/redact';
import { isPassing, withRetries } from '../http/retry';
import { retryAfterMs } from '../http/retryAfter';
import { decodeAction, isObject, text } from './decode';
import type { MachineAction } from './machineAction';
import { odataDate } from './odata';
import { type ApiCall, permissionNeeds } from './permissions';
import { type ApiError, type ApiProblem, type Grants, readApiError } from './problems';

/** Where tokens come from. `invalidate` drops a token that the service refused, so that the next one is fresh. */
export interface TokenSource {
  getToken(options: CallOptions): Promise<{ readonly token: string; readonly grants: Grants | undefined }>;
  invalidate(token: string, challenge?: string): void;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Who waits; only an interactive call may ask a person to sign in. */
  readonly urgency: Urgency;
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

export interface ActionPage {
  readonly actions: readonly MachineAction[];
  /** Entries that had no usable ID: they cannot be shown, so they are counted. */
  readonly unreadable: number;
}

/** Milliseconds for one API call, answer included. */
const callLimitMs = 30_000;
/** Bytes: 10,000 actions are 8.5 MB. */
const bodyLimit = 64 * 1024 * 1024;
const mostRetries = 3;
const mostRedirects = 3;

/** The calls of a {@link DefenderClient}, for those who need no more than these. */
export type ApiCalls = Pick<DefenderClient, 'listActions' | 'getAction' | 'resultLink'>;

/** The Defender for Endpoint API: the calls this extension makes, typed. Every method throws Failure<ApiProblem>. */
export class DefenderClient {
  readonly #apiUrl: URL;
  readonly #ports: DefenderPorts;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    this.#apiUrl = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
    this.#ports = ports;
  }

  /**
   * The actions created since `since` (milliseconds since the epoch), newest first, `top` (at most 10,000) of them.
   * Source: "List machineActions", get-machineactions-collection.md. `$orderby` is not documented there, but in use.
   */
  async listActions(query: { since: number; top: number }, options: CallOptions): Promise<ActionPage> {
    const parameters = new URLSearchParams({
      $filter: `creationDateTimeUtc ge ${odataDate(query.since)}`,
      $orderby: 'creationDateTimeUtc desc',
      $top: String(query.top),
    });
    const answer = await this.#get('listActions', `machineactions?${parameters.toString()}`, options);
    if (!isObject(answer) || !Array.isArray(answer['value'])) {
      throw unreadable('listActions', 'no "value" array');
    }
    const decoded = (answer['value'] as unknown[]).map(decodeAction);
    const actions = decoded.filter((action) => action !== undefined);
    return { actions, unreadable: decoded.length - actions.length };
  }

  /** One action by its ID. Source: "Get machineAction", get-machineaction-object.md. */
  async getAction(id: string, options: CallOptions): Promise<MachineAction> {
    const action = decodeAction(
      await this.#get('getAction', `machineactions/${encodeURIComponent(id)}`, options),
    );
    if (action?.id !== id) {
      throw unreadable('getAction', action === undefined ? 'no machine action' : 'another machine action');
    }
    return action;
  }

  /**
   * The link to the result of the command at `index`: a secret, valid for 30 minutes.
   * Source: "Get live response results", get-live-response-result.md.
   */
  async resultLink(id: string, index: number, options: CallOptions): Promise<string> {
    const path = `machineactions/${encodeURIComponent(id)}/GetLiveResponseResultDownloadLink(index=${index})`;
    const answer = await this.#get('resultLink', path, options);
    const link = isObject(answer) ? text(answer['value']) : undefined;
    if (link === undefined || !URL.canParse(link)) {
      throw unreadable('resultLink', 'no link in "value"');
    }
    return link;
  }

  async #get(call: ApiCall, path: string, options: CallOptions): Promise<unknown> {
    const policy = {
      retries: mostRetries,
      clock: this.#ports.clock,
      random: this.#ports.random,
      shouldRetry: (error: unknown) => this.#isWorthRepeating(error),
      onRetry: (error: unknown, attempt: number) =>
        this.#ports.log(`${call}: ${(error as Error).message}, try ${attempt + 1}`),
    };
    const body = await withRetries(policy, options.signal, () => this.#authorized(call, path, options));
    try {
      return JSON.parse(body);
    } catch {
      throw unreadable(call, 'not JSON');
    }
  }

  /** One try, and one more with a fresh token when the first one was refused. */
  async #authorized(call: ApiCall, path: string, options: CallOptions): Promise<string> {
    for (let fresh = false; ; fresh = true) {
      const { token, grants } = await this.#ports.tokens.getToken(options);
      try {
        return await this.#send(call, path, { token, grants, ...options });
      } catch (error) {
        const problem = problemOf(error);
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

  async #send(call: ApiCall, path: string, options: AuthorizedCall): Promise<string> {
    let url = new URL(`api/${path}`, this.#apiUrl);
    for (let redirects = 0; ; redirects += 1) {
      const request: HttpRequest = {
        method: 'GET',
        url: url.href,
        headers: { Authorization: `Bearer ${options.token}`, Accept: 'application/json' },
        decompress: true,
      };
      const answer = await this.#ports.quota.run(options.urgency, options.signal, () =>
        this.#exchange(request, options.signal),
      );
      this.#ports.log(`GET ${url.pathname} ${answer.status}`);
      const location =
        answer.status >= 300 && answer.status < 400 ? answer.response.header('location') : undefined;
      if (location === undefined) {
        return this.#bodyOrProblem(call, answer, options);
      }
      url = this.#redirectTarget(url, location, redirects);
    }
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    const limit = { ms: callLimitMs, host: hostOf(request.url) };
    return withTimeLimit(this.#ports.clock, limit, signal, async (limited) => {
      const response = await this.#ports.fetch(request, limited);
      const body = await readBody(request, response, { limit: bodyLimit, signal: limited });
      return { status: response.status, response, body: new TextDecoder().decode(body) };
    });
  }

  #isWorthRepeating(error: unknown): boolean {
    const problem = problemOf(error);
    return (
      isPassing(error) ||
      problem?.code === 'serverError' ||
      (problem?.code === 'throttled' && problem.until - this.#ports.clock.now() <= longestWaitMs)
    );
  }

  #redirectTarget(from: URL, location: string, redirects: number): URL {
    const to = new URL(location, from);
    if (to.origin !== this.#apiUrl.origin || redirects >= mostRedirects) {
      throw new Failure<ApiProblem>({ code: 'redirected', host: from.host, to: to.host });
    }
    return to;
  }

  #bodyOrProblem(call: ApiCall, answer: Answer, options: AuthorizedCall): string {
    const { status } = answer;
    if (status === 200) {
      return answer.body;
    }
    const error = readApiError(answer.body);
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
        throw this.#throttled(answer.response, error);
      default:
        throw status >= 500
          ? new Failure<ApiProblem>({ code: 'serverError', status, error })
          : new Failure<ApiProblem>({ code: 'refused', call, status, error });
    }
  }

  /** Closes the quota for the time that the service named, so that the next try, and everybody else's, waits for it. */
  #throttled(response: HttpResponse, error: ApiError): Failure<ApiProblem> {
    const now = this.#ports.clock.now();
    const wait = retryAfterMs(response.header('retry-after'), error.message, now) ?? unnamedWaitMs;
    const until = now + wait;
    this.#ports.quota.closeUntil(until);
    return new Failure<ApiProblem>({ code: 'throttled', until, message: error.message });
  }
}

/** Milliseconds to wait after a 429 that does not say how long. */
const unnamedWaitMs = 10_000;

interface AuthorizedCall extends CallOptions {
  readonly token: string;
  readonly grants: Grants | undefined;
}

interface Answer {
  readonly status: number;
  readonly response: HttpResponse;
  readonly body: string;
}

function problemOf(error: unknown): ApiProblem | undefined {
  return error instanceof Failure ? (error.problem as ApiProblem) : undefined;
}

/** A challenge that only a new sign-in can answer (Conditional Access, continuous access evaluation); undefined for a plain refusal. */
function challengeOf(response: HttpResponse): string | undefined {
  const header = response.header('www-authenticate');
  return header !== undefined && /\bclaims=/i.test(header) ? header : undefined;
}

function unreadable(call: ApiCall, detail: string): Failure<ApiProblem> {
  return new Failure<ApiProblem>({ code: 'unreadable', call, detail });
}

import { readBody, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest, HttpResponse } from '../http/fetchPort';
import { isSecure } from '../http/origin';
import { longestWaitMs, type OnWait, RequestQuota, type Urgency } from '../http/quota';
import { hostOf } from '../http/redact';
import { isPassing, withRetries } from '../http/retry';
import { answeredAt, namedLimit, retryAfterMs } from '../http/retryAfter';
import { isWebPage, readWebPage } from '../http/webPage';
import { actionDecoder, decodeAction, isObject, type Json, text } from './decode';
import { readApiError } from './errorBody';
import { type ActionFilter, allOf, filterText } from './filter';
import { parseJson } from './json';
import { readList } from './listBody';
import { decodeMachine, type Machine } from './machine';
import type { MachineAction } from './machineAction';
import { odataDate, odataString } from './odata';
import { type ApiCall, permissionNeeds } from './permissions';
import { type ApiError, type ApiProblem, type Grants, isOfGateway } from './apiProblem';
import { StringPool } from './stringPool';
import { withoutEnds } from '../http/trimming';
import { utf8WithoutMark } from '../http/utf8';

/** Where tokens come from. `invalidate` drops a token that the service refused, so that the next one is fresh. */
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

export interface ActionPage {
  readonly actions: readonly MachineAction[];
  /** Entries that had no usable ID: they cannot be shown, so they are counted. */
  readonly unreadable: number;
  /** Where the service says that the list goes on; for {@link DefenderClient.nextActions} only. */
  readonly next?: string | undefined;
  /** How many the service says there are in all; only when it was asked to count. */
  readonly total?: number | undefined;
}

/** What to list: the newest first of what the filter lets through. */
export interface ActionQuery extends ActionFilter {
  /** At most 10,000. */
  readonly top: number;
  readonly skip?: number | undefined;
  /** Asks for {@link ActionPage.total}, by `$count`, which is not documented for this list. */
  readonly count?: boolean | undefined;
}

/** What a poll asks for; both times are in milliseconds since the epoch. */
export interface ChangeQuery {
  /** Beside the time. Without statuses: what has changed may have left them. */
  readonly filter: Omit<ActionFilter, 'statuses'>;
  readonly updatedSince: number;
  /** What is asked for instead of a service that does not filter by the last update. */
  readonly createdSince: number;
  readonly top: number;
  /** Rows to leave out: those of one time that earlier answers had. */
  readonly skip?: number | undefined;
}

export interface ChangePage extends ActionPage {
  /** Which of the two times was asked for. */
  readonly by: 'lastUpdate' | 'creation';
}

/** Milliseconds for one API call, answer included. */
const callLimitMs = 30_000;
/** Bytes: 10,000 actions are 8.5 MB. */
const bodyLimit = 64 * 1024 * 1024;
const mostRetries = 3;
const mostRedirects = 3;

/** The calls of a {@link DefenderClient}, for those who need no more than these. */
export type ApiCalls = Pick<DefenderClient, keyof DefenderClient>;

/** "API calls per minute: 2, per hour: 120": "Get package SAS URI", get-package-sas-uri.md. */
const packageWindows = [
  { calls: 2, ms: 60_000 },
  { calls: 120, ms: 3_600_000 },
];

/** How many machines of a name are asked for. */
const mostMachines = 100;

/** The Defender for Endpoint API: the calls this extension makes, typed. Every method throws Failure<ApiProblem>. */
export class DefenderClient {
  readonly #apiUrl: URL;
  readonly #ports: DefenderPorts;
  readonly #decode = actionDecoder(new StringPool().share);
  /** The link to a package has a budget of its own, beside the tenant's. */
  readonly #packageQuota: RequestQuota;
  /** The service answered 400 to a filter by the last update, and not to the other one. */
  #refusesLastUpdate = false;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    this.#apiUrl = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
    this.#ports = ports;
    this.#packageQuota = new RequestQuota(ports.clock, packageWindows);
  }

  /**
   * The actions that the filter lets through, newest first, one page.
   * Source: "List machineActions", get-machineactions-collection.md. `$orderby` is not documented there, but in use.
   */
  async listActions(query: ActionQuery, options: CallOptions): Promise<ActionPage> {
    const { top, skip = 0, count = false, ...filter } = query;
    const parameters = { $orderby: 'creationDateTimeUtc desc', $top: String(top) };
    return this.#list(filterText(filter), parameters, options, {
      ...skipped(skip),
      ...(count && { $count: 'true' }),
    });
  }

  /**
   * The page behind `next` of another one. Source: apis-intro.md, which speaks of `@odata.nextLink` in general.
   * @throws Failure `redirected` when it points away from the API: the token does not go there
   */
  async nextActions(next: string, options: CallOptions): Promise<ActionPage> {
    const url = URL.canParse(next, this.#apiUrl.href) ? new URL(next, this.#apiUrl) : undefined;
    // fetch takes no address with a user in it.
    if (url?.origin !== this.#apiUrl.origin || url.username + url.password !== '') {
      const to = url?.host ?? '?';
      throw new Failure<ApiProblem>({ code: 'redirected', host: this.#apiUrl.host, to });
    }
    return this.#page(await this.#get('listActions', url, options));
  }

  /**
   * What has changed since a time, the longest unchanged first, one page: all that a poll needs. A filter by the last update works but is not
   * documented; a client whose service refuses it asks by creation from then on.
   */
  async changedSince(query: ChangeQuery, options: CallOptions): Promise<ChangePage> {
    if (!this.#refusesLastUpdate) {
      try {
        return { ...(await this.#updatedSince(query, options)), by: 'lastUpdate' };
      } catch (error) {
        const problem = problemOf(error);
        if (problem?.code !== 'refused' || problem.status !== 400) {
          throw error;
        }
      }
    }
    const { since = -Infinity } = query.filter;
    const filter = { ...query.filter, since: Math.max(since, query.createdSince) };
    const parameters = { $orderby: 'creationDateTimeUtc asc', $top: String(query.top) };
    const page = await this.#list(filterText(filter), parameters, options, skipped(query.skip));
    this.#refusesLastUpdate = true;
    return { ...page, by: 'creation' };
  }

  #updatedSince(query: ChangeQuery, options: CallOptions): Promise<ActionPage> {
    const updated = `lastUpdateDateTimeUtc ge ${odataDate(query.updatedSince)}`;
    const parameters = { $orderby: 'lastUpdateDateTimeUtc asc', $top: String(query.top) };
    return this.#list(allOf([filterText(query.filter), updated]), parameters, options, skipped(query.skip));
  }

  /** One action by its ID. Source: "Get machineAction", get-machineaction-object.md. */
  async getAction(id: string, options: CallOptions): Promise<MachineAction> {
    return (await this.actionEntity(id, options)).action;
  }

  /** Like {@link getAction}, with the text that the service sent: parsing it would lose digits of large numbers and repeated keys. */
  async actionEntity(id: string, options: CallOptions): Promise<{ action: MachineAction; source: string }> {
    const path = `machineactions/${encodeURIComponent(id)}`;
    const source = utf8WithoutMark(await this.#get('getAction', this.#url(path), options));
    return { action: actionOf('getAction', id, parsed('getAction', source)), source };
  }

  /**
   * Cancels an action that is not final, and gives what it is then: Cancelled or Failed, or for a moment still unfinished. Never
   * repeated, because a request without an answer may have been carried out.
   * Source: "Cancel machine action", cancel-machine-action.md.
   * @throws Failure `notFound`; `refused` with 400 when it is final already, which no page says
   */
  async cancelAction(id: string, comment: string, options: CallOptions): Promise<MachineAction> {
    const url = this.#url(`machineactions/${encodeURIComponent(id)}/cancel`);
    const body = JSON.stringify({ Comment: comment });
    const request = { call: 'cancelAction', method: 'POST', url, body } as const;
    const answer = utf8WithoutMark(await this.#authorized(request, options));
    // Accepted, and nothing said about it.
    return answer.trim() === ''
      ? this.getAction(id, options)
      : actionOf('cancelAction', id, parsed('cancelAction', answer));
  }

  /** A machine by its ID. Source: "Get machine by ID", get-machine-by-id.md. */
  async getMachine(id: string, options: CallOptions): Promise<Machine> {
    const path = `machines/${encodeURIComponent(id)}`;
    const machine = decodeMachine(await this.#getJson('getMachine', path, options));
    if (machine === undefined) {
      throw unreadable('getMachine', 'no machine');
    }
    return machine;
  }

  /**
   * The machines of a name: those that have exactly this one, otherwise those whose name begins with it, 100 at the most. None for an empty name.
   * Source: "List machines", get-machines.md, which answers 404 when there is none.
   */
  async findMachines(hostName: string, options: CallOptions): Promise<readonly Machine[]> {
    const name = hostName.trim().toLowerCase();
    if (name === '') {
      return [];
    }
    const exact = await this.#machines(`computerDnsName eq ${odataString(name)}`, options);
    return exact.length > 0
      ? exact
      : this.#machines(`startswith(computerDnsName,${odataString(name)})`, options);
  }

  /**
   * The link to the investigation package that an action collected: a secret with a very short life.
   * Source: "Get package SAS URI", get-package-sas-uri.md, whose sample has the link within quotes of its own.
   * @throws Failure `notFound` while the action is not complete
   */
  async packageLink(id: string, options: CallOptions): Promise<string> {
    const path = `machineactions/${encodeURIComponent(id)}/getPackageUri`;
    const answer = await this.#getJson('packageLink', path, options);
    const link = isObject(answer) ? withoutEnds(text(answer['value']) ?? '', '"') : '';
    if (!URL.canParse(link) || !isSecure(new URL(link))) {
      throw unreadable('packageLink', 'no link in "value"');
    }
    return link;
  }

  /**
   * The link to the result of the command at `index`: a secret, valid for 30 minutes.
   * Source: "Get live response results", get-live-response-result.md.
   */
  async resultLink(id: string, index: number, options: CallOptions): Promise<string> {
    const path = `machineactions/${encodeURIComponent(id)}/GetLiveResponseResultDownloadLink(index=${index})`;
    const answer = await this.#getJson('resultLink', path, options);
    const link = isObject(answer) ? text(answer['value']) : undefined;
    if (link === undefined || !URL.canParse(link)) {
      throw unreadable('resultLink', 'no link in "value"');
    }
    return link;
  }

  async #machines(filter: string, options: CallOptions): Promise<readonly Machine[]> {
    const parameters = new URLSearchParams({ $filter: filter, $top: String(mostMachines) });
    const path = `machines?${parameters.toString()}`;
    try {
      const machines: Machine[] = [];
      await this.#read('findMachines', await this.#get('findMachines', this.#url(path), options), (entry) => {
        const machine = decodeMachine(entry);
        if (machine !== undefined) {
          machines.push(machine);
        }
      });
      return machines;
    } catch (error) {
      const problem = problemOf(error);
      // The API answers so when there is none; a gateway, which has no code of the API, when the address is wrong.
      if (problem?.code === 'notFound' && !isOfGateway(problem.error)) {
        return [];
      }
      throw error;
    }
  }

  async #list(
    filter: string | undefined,
    parameters: Readonly<Record<string, string>>,
    options: CallOptions,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ActionPage> {
    const query = new URLSearchParams({
      ...(filter !== undefined && { $filter: filter }),
      ...parameters,
      ...more,
    });
    const url = this.#url(`machineactions?${query.toString()}`);
    return this.#page(await this.#get('listActions', url, options));
  }

  async #page(body: Uint8Array): Promise<ActionPage> {
    const actions: MachineAction[] = [];
    let entries = 0;
    const beside = await this.#read('listActions', body, (entry) => {
      entries += 1;
      const action = this.#decode(entry);
      if (action !== undefined) {
        actions.push(action);
      }
    });
    const total = beside['@odata.count'];
    return {
      actions,
      unreadable: entries - actions.length,
      next: nextLinks.map((name) => text(beside[name])).find((link) => link !== undefined),
      total: typeof total === 'number' ? total : undefined,
    };
  }

  /** Reads the entries of a list, and gives what stands beside them. No content is a list without entries. */
  async #read(call: ApiCall, body: Uint8Array, take: (entry: unknown) => void): Promise<Json> {
    if (body.length <= longestBlank && utf8WithoutMark(body).trim() === '') {
      return {};
    }
    try {
      return await readList(body, take);
    } catch (error) {
      throw error instanceof TypeError
        ? unreadable(call, 'no "value" array')
        : notJson(call, utf8WithoutMark(body));
    }
  }

  #url(path: string): URL {
    return new URL(`api/${path}`, this.#apiUrl);
  }

  async #getJson(call: ApiCall, path: string, options: CallOptions): Promise<unknown> {
    return parsed(call, utf8WithoutMark(await this.#get(call, this.#url(path), options)));
  }

  async #get(call: ApiCall, url: URL, options: CallOptions): Promise<Uint8Array> {
    const policy = {
      retries: mostRetries,
      clock: this.#ports.clock,
      random: this.#ports.random,
      shouldRetry: (error: unknown) => this.#isWorthRepeating(error),
      onRetry: (error: unknown, attempt: number) =>
        this.#ports.log(`${call}: ${(error as Error).message}, try ${attempt + 1}`),
    };
    return withRetries(policy, options.signal, () => this.#authorized({ call, method: 'GET', url }, options));
  }

  /** One try, and one more with a fresh token when the first one was refused: then nothing was carried out. */
  async #authorized(what: ApiRequest, options: CallOptions): Promise<Uint8Array> {
    for (let fresh = false; ; fresh = true) {
      const { token, grants } = await this.#ports.tokens.getToken(options);
      try {
        return await this.#send(what, { token, grants, ...options });
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
      url = this.#redirectTarget(url, location, what.method === 'GET' ? redirects : mostRedirects);
    }
  }

  #withinBudget<T>(call: ApiCall, options: CallOptions, exchange: () => Promise<T>): Promise<T> {
    const { urgency, signal, onWait } = options;
    const run = (): Promise<T> => this.#ports.quota.run(urgency, signal, exchange, onWait);
    return call === 'packageLink' ? this.#packageQuota.run(urgency, signal, run, onWait) : run();
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    const limit = { ms: callLimitMs, host: hostOf(request.url) };
    return withTimeLimit(this.#ports.clock, limit, signal, async (limited) => {
      const response = await this.#ports.fetch(request, limited);
      const body = await readBody(request, response, { limit: bodyLimit, signal: limited });
      return { status: response.status, response, body };
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
    const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (to?.origin !== this.#apiUrl.origin || redirects >= mostRedirects) {
      throw new Failure<ApiProblem>({ code: 'redirected', host: from.host, to: to?.host ?? '?' });
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

  /** Closes the quota for the time that the service named, so that the next try, and everybody else's, waits for it. */
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

/** The names of the link to the next page in OData 4, in OData 3, and without OData. */
const nextLinks = ['@odata.nextLink', 'odata.nextLink', '@nextLink', 'nextLink'];

/** Bytes: an answer of blanks alone is an empty list up to here, as 204 (No Content) is. */
const longestBlank = 1024;

/** Milliseconds to wait after a 429 that does not say how long. */
const unnamedWaitMs = 10_000;

interface ApiRequest {
  readonly call: ApiCall;
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** JSON. */
  readonly body?: string;
}

function skipped(rows = 0): Readonly<Record<string, string>> {
  return rows > 0 ? { $skip: String(rows) } : {};
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

function parsed(call: ApiCall, body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    throw notJson(call, body);
  }
}

/** A proxy or a captive portal answers with a page of its own, and 200. */
function notJson(call: ApiCall, body: string): Failure<ApiProblem> {
  if (!isWebPage(body)) {
    return unreadable(call, body.trim() === '' ? 'an empty answer' : 'not JSON');
  }
  const page = readWebPage(body).says?.slice(0, maxTitleLength) ?? '';
  return new Failure<ApiProblem>({ code: 'unreadable', call, detail: 'a web page', page });
}

/** Characters of the title of a page. */
const maxTitleLength = 200;

function actionOf(call: ApiCall, id: string, answer: unknown): MachineAction {
  const action = decodeAction(answer);
  if (action?.id !== id) {
    throw unreadable(call, action === undefined ? 'no machine action' : 'another machine action');
  }
  return action;
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

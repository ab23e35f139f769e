import { randomUUID } from 'node:crypto';
import type { WireMachine, WireMachineAction } from '../defender/machineAction';
import { BlobService, blobName, type StoredBlob } from './blobs';
import { compileFilter, compileOrder, type Fields, ODataError } from './listQuery';
import { CallCounter, type Quota } from './callLimits';
import { dotNetTime } from './tenant/time';

/** The data behind a simulated service. Actions may change as time goes on. */
export interface SampleTenant {
  actions(now: number): readonly WireMachineAction[];
  machines(now: number): readonly WireMachine[];
  /** The result of a command that has one. Made when it is asked for. */
  result(action: WireMachineAction, index: number): StoredBlob | undefined;
  /** What an action that collected an investigation package has left. */
  package?(action: WireMachineAction): StoredBlob | undefined;
}

export interface SimulatorOptions {
  readonly tenant: SampleTenant;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly apiOrigin: string;
  readonly blobOrigin: string;
  /** Refuses a call; by default only one without a token. */
  readonly authorize?: (token: string | undefined, call: string) => Refusal | undefined;
  /** The documented 100 a minute and 1,500 an hour when missing; null switches it off. */
  readonly quota?: Quota | null;
  /** Answers 400 to a filter by lastUpdateDateTimeUtc, which works but is not documented. */
  readonly refuseLastUpdateFilter?: boolean;
  /**
   * Rows of a list that are given at once, whatever was asked for; the rest is behind an
   * `@odata.nextLink`.
   */
  readonly pageLimit?: number;
  /** What an action that is cancelled ends as; Cancelled when missing. Both were seen. */
  readonly cancelledAs?: 'Cancelled' | 'Failed';
  /** Milliseconds; 30 minutes as documented when missing. */
  readonly linkLifeMs?: number;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
}

const actionFields: Fields = {
  id: 'string',
  status: 'string',
  machineId: 'string',
  type: 'string',
  requestor: 'string',
  creationDateTimeUtc: 'date',
  lastUpdateDateTimeUtc: 'date',
};

const machineFields: Fields = {
  id: 'string',
  computerDnsName: 'string',
  healthStatus: 'string',
  osPlatform: 'string',
  lastSeen: 'date',
  lastIpAddress: 'string',
};

const finalStatuses = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'];
const maxRows = 10_000;
const documentedLinkLifeMs = 30 * 60_000;
const documentedQuota: Quota = { perMinute: 100, perHour: 1_500 };
/** Of the link to a package, beside the other one. */
const documentedPackageQuota: Quota = { perMinute: 2, perHour: 120 };
/** In the place of a command's index: no command has it. */
const packageIndex = -1;
/** The documentation calls it "very short". */
const packageLinkLifeMs = 60_000;

class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * The simulated Defender service: Request in, Response out, as the documentation and recorded
 * answers have it. The demo connection calls it in process; `npm run simulator` and the tests serve
 * it on loopback.
 */
export class Simulator {
  readonly blobs: BlobService;
  readonly #options: SimulatorOptions;
  readonly #counter: CallCounter | undefined;
  readonly #packageCounter: CallCounter | undefined;
  /** As they were left: what is cancelled does not go on. */
  readonly #cancelled = new Map<string, WireMachineAction>();

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.blobs = new BlobService(options.blobOrigin, options.now, options.random);
    this.#counter = options.quota === null ? undefined : new CallCounter(options.quota ?? documentedQuota);
    this.#packageCounter = options.quota === null ? undefined : new CallCounter(documentedPackageQuota);
  }

  async handle(request: Request): Promise<Response> {
    if (new URL(request.url).origin === this.#options.blobOrigin) {
      return this.blobs.answer(request, (name) => this.#blob(name));
    }
    try {
      return await this.#api(request);
    } catch (error) {
      if (error instanceof ApiFailure) {
        return failure(error.status, error.code, error.message);
      }
      if (error instanceof ODataError) {
        return failure(400, 'ODataError', error.message);
      }
      throw error;
    }
  }

  async #api(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace(/^\/api(?:\/v1\.0)?\//i, '');
    const refusal = this.#authorize(request, path);
    if (refusal !== undefined) {
      return failure(refusal.status, refusal.code, refusal.message);
    }
    const now = this.#options.now();
    const forPackage = /\/getPackageUri$/i.test(path);
    const wait = this.#counter?.count(now) ?? (forPackage ? this.#packageCounter?.count(now) : undefined);
    if (wait !== undefined) {
      return failure(429, '429', wait.message, { 'Retry-After': String(wait.seconds) });
    }
    for (const { method, pattern, answer } of this.#routes) {
      const match = pattern.exec(path);
      if (match !== null && method === request.method) {
        return answer(url, match[1] ?? '', match[2] ?? '', request);
      }
    }
    throw new ApiFailure(
      404,
      'NotFound',
      `No HTTP resource was found that matches ${request.method} ${url.pathname}.`,
    );
  }

  readonly #routes: readonly Route[] = [
    { method: 'GET', pattern: /^machineactions$/i, answer: (url) => this.#listActions(url) },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)$/i,
      answer: (_, id) => json(this.#entity(this.#action(id))),
    },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)\/GetLiveResponseResultDownloadLink\(index=([^)]*)\)$/i,
      answer: (_, id, index) => this.#resultLink(this.#action(id), index),
    },
    {
      method: 'POST',
      pattern: /^machineactions\/([^/]+)\/cancel$/i,
      answer: (_url, id, _, request) => this.#cancel(this.#action(id), request),
    },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)\/getPackageUri$/i,
      answer: (_, id) => this.#packageLink(this.#action(id)),
    },
    { method: 'GET', pattern: /^machines$/i, answer: (url) => this.#listMachines(url) },
    { method: 'GET', pattern: /^machines\/([^/]+)$/i, answer: (_, id) => json(this.#machine(id)) },
  ];

  #authorize(request: Request, call: string): Refusal | undefined {
    const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (this.#options.authorize !== undefined) {
      return this.#options.authorize(token, call);
    }
    const message = 'Authorization has been denied for this request.';
    return token === undefined ? { status: 401, code: 'Unauthorized', message } : undefined;
  }

  #actions(): readonly WireMachineAction[] {
    const actions = this.#options.tenant.actions(this.#options.now());
    return this.#cancelled.size === 0
      ? actions
      : actions.map((action) => this.#cancelled.get(action.id) ?? action);
  }

  #action(id: string): WireMachineAction {
    const action = this.#actions().find((each) => each.id === id.toLowerCase());
    if (action === undefined) {
      throw new ApiFailure(404, 'ResourceNotFound', `Machine action ${id} was not found`);
    }
    return action;
  }

  #machine(id: string): WireMachine {
    const machine = this.#options.tenant
      .machines(this.#options.now())
      .find((each) => each.id === id.toLowerCase());
    if (machine === undefined) {
      throw new ApiFailure(404, 'ResourceNotFound', `Machine ${id} was not found`);
    }
    return machine;
  }

  #listActions(url: URL): Response {
    const filter = url.searchParams.get('$filter') ?? '';
    if (this.#options.refuseLastUpdateFilter === true && filter.includes('lastUpdateDateTimeUtc')) {
      throw new ODataError('lastUpdateDateTimeUtc cannot be filtered by.');
    }
    return this.#list(url, 'MachineActions', this.#actions(), actionFields);
  }

  #listMachines(url: URL): Response {
    return this.#list(url, 'Machines', this.#options.tenant.machines(this.#options.now()), machineFields);
  }

  #list(url: URL, set: string, rows: readonly object[], fields: Fields): Response {
    const parameter = (name: string): string | null => url.searchParams.get(name);
    const number = (name: string, otherwise: number): number => {
      const value = parameter(name) ?? String(otherwise);
      if (!/^\d{1,9}$/.test(value)) {
        throw new ODataError(`Invalid value '${value}' for ${name}.`);
      }
      return Number(value);
    };
    const filter = parameter('$filter');
    const test = filter === null ? () => true : compileFilter(filter, fields);
    const found = rows.filter((row) => test(row as Record<string, unknown>));
    const order = parameter('$orderby');
    const sorted =
      order === null
        ? found
        : found.toSorted(compileOrder(order, fields) as (a: object, b: object) => number);
    const top = number('$top', maxRows);
    if (top > maxRows) {
      throw new ODataError(
        `The limit of '${maxRows}' for Top query has been exceeded. The value from the incoming request is '${top}'.`,
      );
    }
    const skip = number('$skip', 0);
    const asked = sorted.slice(skip, skip + top);
    const from = number('$skiptoken', 0);
    const to = from + (this.#options.pageLimit ?? maxRows);
    return json({
      '@odata.context': `${this.#options.apiOrigin}/api/$metadata#${set}`,
      ...(parameter('$count') === 'true' && { '@odata.count': found.length }),
      value: asked.slice(from, to),
      ...(to < asked.length && { '@odata.nextLink': this.#nextLink(url, to) }),
    });
  }

  #nextLink({ pathname, searchParams }: URL, from: number): string {
    const parameters = new URLSearchParams(searchParams);
    parameters.set('$skiptoken', String(from));
    return `${this.#options.apiOrigin}${pathname}?${parameters.toString()}`;
  }

  #entity(action: WireMachineAction): object {
    return { '@odata.context': `${this.#options.apiOrigin}/api/$metadata#MachineActions/$entity`, ...action };
  }

  #resultLink(action: WireMachineAction, index: string): Response {
    const command = action.commands.find((each) => String(each.index) === index);
    if (command === undefined) {
      throw new ApiFailure(
        400,
        'InvalidInput',
        `Machine action ${action.id} has no command with index ${index}`,
      );
    }
    if (this.#options.tenant.result(action, command.index) === undefined) {
      throw new ApiFailure(
        400,
        'BadRequest',
        `The result of command ${index} is not available, command status: ${command.commandStatus}`,
      );
    }
    return json({
      '@odata.context': `${this.#options.apiOrigin}/api/$metadata#Edm.String`,
      value: this.blobs.link(action.id, command.index, this.#options.linkLifeMs ?? documentedLinkLifeMs),
    });
  }

  #packageLink(action: WireMachineAction): Response {
    if (this.#options.tenant.package?.(action) === undefined) {
      throw new ApiFailure(404, 'ResourceNotFound', `Machine action ${action.id} has no package`);
    }
    const name = 'WDATP_Investigation_Package.zip';
    const link = this.blobs.link(action.id, packageIndex, packageLinkLifeMs, name);
    return json({
      '@odata.context': `${this.#options.apiOrigin}/api/$metadata#Edm.String`,
      // As in the documentation's sample, the text has quotes of its own.
      value: `"${link}"`,
    });
  }

  #blob(name: string): StoredBlob | undefined {
    for (const action of this.#actions()) {
      if (action.type === 'CollectInvestigationPackage' && blobName(action.id, packageIndex) === name) {
        return this.#options.tenant.package?.(action);
      }
      for (const { index } of action.commands) {
        if (blobName(action.id, index) === name) {
          return this.#options.tenant.result(action, index);
        }
      }
    }
    return undefined;
  }

  async #cancel(action: WireMachineAction, request: Request): Promise<Response> {
    const body = (await request.json().catch(() => undefined)) as { Comment?: unknown } | undefined;
    if (typeof body?.Comment !== 'string' || body.Comment === '') {
      throw new ApiFailure(400, 'MissingRequiredParameter', 'Comment is required');
    }
    if (finalStatuses.includes(action.status)) {
      throw new ApiFailure(
        400,
        'BadRequest',
        `Machine action ${action.id} is ${action.status} and cannot be cancelled`,
      );
    }
    const at = dotNetTime(this.#options.now());
    const cancelled: WireMachineAction = {
      ...action,
      status: this.#options.cancelledAs ?? 'Cancelled',
      errorHResult: -2147467260,
      cancellationRequestor: 'analyst@contoso.example',
      cancellationComment: body.Comment,
      cancellationDateTimeUtc: at,
      lastUpdateDateTimeUtc: at,
    };
    this.#cancelled.set(action.id, cancelled);
    return json(this.#entity(cancelled));
  }
}

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly answer: (
    url: URL,
    first: string,
    second: string,
    request: Request,
  ) => Response | Promise<Response>;
}

function json(value: object): Response {
  return new Response(JSON.stringify(value), {
    headers: { 'Content-Type': 'application/json; odata.metadata=minimal' },
  });
}

function failure(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const body = JSON.stringify({ error: { code, message, target: randomUUID() } });
  return new Response(body, { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

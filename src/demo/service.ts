import type { WireMachine, WireMachineAction } from '../defender/machineAction';
import { ApiFailure, failure, type Route } from './answers';
import { BlobService, blobName, type StoredBlob } from './blobs';
import { CallCounter, type Quota } from './callLimits';
import { type LibrarySeed, SimulatedLibrary } from './libraryRoutes';
import { ODataError } from './listQuery';
import { MachineActions, packageIndex } from './machineActionRoutes';
import { machineOf, machineRoutes } from './machineRoutes';
import { type RunOptions, runRoutes } from './runRoutes';
import type { ScriptOutcome, ScriptRun } from './scriptOutcome';
import { StartedActions } from './startedActions';
import type { MachineTraits } from './tenant/machines';

export type { StartFault } from './runRoutes';

/** The data behind a simulated service. Actions may change as time goes on. */
export interface SampleTenant {
  actions(now: number): readonly WireMachineAction[];
  machines(now: number): readonly WireMachine[];
  /** The result of a command that has one. Made when it is asked for. */
  result(action: WireMachineAction, index: number): StoredBlob | undefined;
  /** What an action that collected an investigation package has left. */
  package?(action: WireMachineAction): StoredBlob | undefined;
  /** What no call tells about a machine. Without it, all are online and in English. */
  traits?(machineId: string, now: number): MachineTraits;
  /** What the library holds at the start; nothing when missing. */
  readonly library?: readonly LibrarySeed[];
  /** What a known script leaves; undefined for any other. */
  outcome?(run: ScriptRun): ScriptOutcome | undefined;
}

export interface SimulatorOptions extends RunOptions {
  readonly tenant: SampleTenant;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 ≤ random() < 1 */
  readonly random: () => number;
  readonly apiOrigin: string;
  readonly blobOrigin: string;
  /** Refuses a call; by default only one without a token. */
  readonly authorize?: (token: string | undefined, call: string) => Refusal | undefined;
  /**
   * The documented 100 a minute and 1,500 an hour when missing; null switches it off, and with it
   * the limits of packages and runs.
   */
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
  /** How late the service shows what is new, in milliseconds; at once when missing. */
  readonly late?: {
    /** Until then, 404 for a new action that is asked for by its ID. */
    readonly actionByIdMs?: number;
    readonly actionInListMs?: number;
    readonly libraryMs?: number;
  };
  /** How long runs take, in milliseconds; a few seconds when missing. */
  readonly runTimes?: {
    readonly startsAfterMs?: number;
    /** Of each command, beside what its script sleeps. */
    readonly commandMs?: number;
    /** Until an offline machine is no longer waited for; 2 hours as documented when missing. */
    readonly queueMs?: number;
  };
  /** Columns after which Windows PowerShell breaks a line of an error; never when missing. */
  readonly wrapErrorsAt?: number;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly code: string;
  readonly message: string;
}

const documentedQuota: Quota = { perMinute: 100, perHour: 1_500 };
/** Of the link to a package, beside the other one. */
const documentedPackageQuota: Quota = { perMinute: 2, perHour: 120 };
/** Of starting a run, beside the other one; no hourly limit is documented. */
const documentedRunQuota: Quota = { perMinute: 10, perHour: Infinity };
/** Who calls, whatever the token says. */
const user = 'analyst@contoso.example';

/**
 * The simulated Defender service: Request in, Response out, as the documentation and recorded
 * answers have it. The demo connection calls it in process; `npm run simulator` and the tests serve
 * it on loopback.
 */
export class Simulator {
  readonly blobs: BlobService;
  readonly library: SimulatedLibrary;
  /**
   * Machines with a session that is open in the portal: it blocks runs, and no call shows
   * it.
   */
  readonly portalSessions = new Set<string>();
  readonly #options: SimulatorOptions;
  readonly #actions: MachineActions;
  readonly #counter: CallCounter | undefined;
  readonly #packageCounter: CallCounter | undefined;
  readonly #routes: readonly Route[];

  constructor(options: SimulatorOptions) {
    const { now, tenant, apiOrigin, pageLimit, late, quota, runTimes, wrapErrorsAt } = options;
    this.#options = options;
    this.blobs = new BlobService(options.blobOrigin, now, options.random);
    this.library = new SimulatedLibrary(
      { apiOrigin, now, user, pageLimit, lateMs: late?.libraryMs },
      tenant.library ?? [],
    );
    const started = new StartedActions({
      user,
      traits: (id, at) => tenant.traits?.(id, at) ?? {},
      bytesAt: (name, at) => this.library.bytesAt(name, at),
      outcome: (run) => tenant.outcome?.(run),
      ...runTimes,
      wrapErrorsAt,
    });
    this.#actions = new MachineActions(options, started, this.blobs, user);
    this.#counter = quota === null ? undefined : new CallCounter(quota ?? documentedQuota);
    this.#packageCounter = quota === null ? undefined : new CallCounter(documentedPackageQuota);
    const machines = { apiOrigin, pageLimit, machines: () => tenant.machines(now()) };
    const runs = runRoutes({
      ...options,
      counter: quota === null ? undefined : new CallCounter(documentedRunQuota),
      machine: (id) => machineOf(machines, id),
      traits: (id) => this.#traits(id),
      unfinished: () => this.#actions.unfinishedSessions(),
      bytesOf: (name) => this.library.bytesAt(name),
      start: (machine, commands, comment) => started.start(machine, commands, comment, now()),
      entity: (action) => this.#actions.entity(action),
    });
    this.#routes = [...this.#actions.routes, ...machineRoutes(machines), ...this.library.routes, ...runs];
  }

  async handle(request: Request): Promise<Response> {
    if (new URL(request.url).origin === this.#options.blobOrigin) {
      return this.blobs.answer(request, (name) => this.#blob(name));
    }
    try {
      return await this.#api(request);
    } catch (error) {
      if (error instanceof ApiFailure) {
        return failure(error.status, error.code, error.message, error.headers);
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

  #authorize(request: Request, call: string): Refusal | undefined {
    const token = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (this.#options.authorize !== undefined) {
      return this.#options.authorize(token, call);
    }
    const message = 'Authorization has been denied for this request.';
    return token === undefined ? { status: 401, code: 'Unauthorized', message } : undefined;
  }

  #traits(machineId: string): MachineTraits {
    const { tenant, now } = this.#options;
    const traits = tenant.traits?.(machineId, now()) ?? {};
    return this.portalSessions.has(machineId) ? { ...traits, portalSession: true } : traits;
  }

  #blob(name: string): StoredBlob | undefined {
    for (const action of this.#actions.all()) {
      if (action.type === 'CollectInvestigationPackage' && blobName(action.id, packageIndex) === name) {
        return this.#options.tenant.package?.(action);
      }
      for (const { index } of action.commands) {
        if (blobName(action.id, index) === name) {
          return this.#actions.result(action, index);
        }
      }
    }
    return undefined;
  }
}

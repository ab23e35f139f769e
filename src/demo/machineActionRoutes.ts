import type { WireMachineAction } from '../defender/machineAction';
import { ApiFailure, json, objectOf, type Route } from './answers';
import type { BlobService } from './blobs';
import { listAnswer } from './listAnswer';
import { type Fields, ODataError } from './listQuery';
import type { SampleTenant, SimulatorOptions } from './service';
import type { StartedActions } from './startedActions';
import { dotNetTime } from './tenant/time';

const actionFields: Fields = {
  id: 'string',
  status: 'string',
  machineId: 'string',
  type: 'string',
  requestor: 'string',
  creationDateTimeUtc: 'date',
  lastUpdateDateTimeUtc: 'date',
};

const finalStatuses = ['Succeeded', 'Failed', 'TimeOut', 'Cancelled'];
const documentedLinkLifeMs = 30 * 60_000;
/** In the place of a command's index: no command has it. */
export const packageIndex = -1;
/** The documentation calls it "very short". */
const packageLinkLifeMs = 60_000;

/** The machine actions of the tenant and those that were started, and the calls about them. */
export class MachineActions {
  readonly #options: SimulatorOptions;
  readonly #started: StartedActions;
  readonly #blobs: BlobService;
  readonly #user: string;
  /** As they were left: what is cancelled does not go on. */
  readonly #cancelled = new Map<string, WireMachineAction>();

  constructor(options: SimulatorOptions, started: StartedActions, blobs: BlobService, user: string) {
    this.#options = options;
    this.#started = started;
    this.#blobs = blobs;
    this.#user = user;
  }

  readonly routes: readonly Route[] = [
    { method: 'GET', pattern: /^machineactions$/i, answer: (url) => this.#list(url) },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)$/i,
      answer: (_, id) => json(this.entity(this.#known(id))),
    },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)\/GetLiveResponseResultDownloadLink\(index=([^)]*)\)$/i,
      answer: (_, id, index) => this.#resultLink(this.#known(id), index),
    },
    {
      method: 'POST',
      pattern: /^machineactions\/([^/]+)\/cancel$/i,
      answer: (_url, id, _, request) => this.#cancel(this.#known(id), request),
    },
    {
      method: 'GET',
      pattern: /^machineactions\/([^/]+)\/getPackageUri$/i,
      answer: (_, id) => this.#packageLink(this.#known(id)),
    },
  ];

  /** All of them, as they are now. */
  all(): readonly WireMachineAction[] {
    const now = this.#options.now();
    const actions = [...this.#started.list(now), ...this.#options.tenant.actions(now)];
    return this.#cancelled.size === 0
      ? actions
      : actions.map((action) => this.#cancelled.get(action.id) ?? action);
  }

  /** The live response actions that take a session: pending ones do, too. */
  unfinishedSessions(): readonly WireMachineAction[] {
    return this.all().filter(
      ({ type, status }) => type === 'LiveResponse' && !finalStatuses.includes(status),
    );
  }

  entity(action: WireMachineAction): object {
    return { '@odata.context': `${this.#options.apiOrigin}/api/$metadata#MachineActions/$entity`, ...action };
  }

  result(action: WireMachineAction, index: number): ReturnType<SampleTenant['result']> {
    return this.#started.createdAt(action.id) === undefined
      ? this.#options.tenant.result(action, index)
      : this.#started.result(action, index);
  }

  /** False while the service does not show a new action yet. */
  #isShown({ id }: WireMachineAction, lateMs = 0): boolean {
    const createdAt = this.#started.createdAt(id);
    return createdAt === undefined || this.#options.now() >= createdAt + lateMs;
  }

  #known(id: string): WireMachineAction {
    const action = this.all().find((each) => each.id === id.toLowerCase());
    if (action === undefined || !this.#isShown(action, this.#options.late?.actionByIdMs)) {
      throw new ApiFailure(404, 'ResourceNotFound', `Machine action ${id} was not found`);
    }
    return action;
  }

  #list(url: URL): Response {
    const { refuseLastUpdateFilter, apiOrigin, pageLimit, late } = this.#options;
    const filter = url.searchParams.get('$filter') ?? '';
    if (refuseLastUpdateFilter === true && filter.includes('lastUpdateDateTimeUtc')) {
      throw new ODataError('lastUpdateDateTimeUtc cannot be filtered by.');
    }
    const rows = this.all().filter((action) => this.#isShown(action, late?.actionInListMs));
    return listAnswer(url, { set: 'MachineActions', rows, fields: actionFields, apiOrigin, pageLimit });
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
    if (this.result(action, command.index) === undefined) {
      throw new ApiFailure(
        400,
        'BadRequest',
        `The result of command ${index} is not available, command status: ${command.commandStatus}`,
      );
    }
    const life = this.#options.linkLifeMs ?? documentedLinkLifeMs;
    return this.#link(this.#blobs.link(action.id, command.index, life));
  }

  #packageLink(action: WireMachineAction): Response {
    if (this.#options.tenant.package?.(action) === undefined) {
      throw new ApiFailure(404, 'ResourceNotFound', `Machine action ${action.id} has no package`);
    }
    const name = 'WDATP_Investigation_Package.zip';
    // As in the documentation's sample, the text has quotes of its own.
    return this.#link(`"${this.#blobs.link(action.id, packageIndex, packageLinkLifeMs, name)}"`);
  }

  #link(value: string): Response {
    return json({ '@odata.context': `${this.#options.apiOrigin}/api/$metadata#Edm.String`, value });
  }

  async #cancel(action: WireMachineAction, request: Request): Promise<Response> {
    const { Comment: comment } = (await objectOf(request)) ?? {};
    if (typeof comment !== 'string' || comment === '') {
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
      cancellationRequestor: this.#user,
      cancellationComment: comment,
      cancellationDateTimeUtc: at,
      lastUpdateDateTimeUtc: at,
    };
    this.#cancelled.set(action.id, cancelled);
    return json(this.entity(cancelled));
  }
}

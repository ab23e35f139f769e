import type { MachineAction } from '../../src/defender/machineAction';
import type { LiveResponseRequest } from '../../src/defender/runCalls';
import type { Clock } from '../../src/http/clock';
import type { RunPorts, ScriptCheck, StartAnswer } from '../../src/runs/runPorts';
import { Died } from './memoryFiles';

/** What happens to one request to start an action. */
export interface StartFault {
  readonly how:
    | 'created'
    | 'refused'
    | 'throttled'
    | 'busy'
    /** A gateway sent it twice: the first created the action, the answer is that of the second. */
    | 'busyWithOurs'
    /** A time-out, a cut or a 5xx: before it was carried out, after it, or while it still is under way. */
    | 'lost'
    | 'lostAnswer'
    | 'late'
    /** The port breaks its promise, and throws. */
    | 'throws'
    | 'throwsAfter'
    /** The window dies before the request, or before its answer. */
    | 'diesBefore'
    | 'diesAfter';
  /** How the action ends. */
  readonly end: 'Succeeded' | 'Failed' | 'TimeOut';
  /** Milliseconds until the action is in a list. */
  readonly lag: number;
  /** Milliseconds that it takes. */
  readonly takes: number;
}

export const created: StartFault = { how: 'created', end: 'Succeeded', lag: 0, takes: 30_000 };

interface ModelAction {
  readonly id: string;
  readonly machineId: string;
  readonly comment: string;
  readonly createdAt: number;
  readonly fault: StartFault;
  cancelledAt?: number;
}

/** A process that may die: from then on nothing that it does has an effect. */
export interface MortalProcess {
  dead: boolean;
}

/**
 * What the service does, as far as a run sees it. It refuses no second action on a machine, so that one shows.
 */
export class RunService {
  readonly actions: ModelAction[] = [];
  /** When requests arrived, in milliseconds. */
  readonly starts: number[] = [];
  /** Taken one by one; then all are created. */
  readonly faults: StartFault[];
  /** Whether each list call fails. Taken one by one; then none does. */
  readonly listFails: boolean[];
  alwaysFails = false;
  offline = new Set<string>();
  others = 0;
  script: ScriptCheck = { kind: 'same' };
  requests: LiveResponseRequest[] = [];
  checks = 0;
  readonly #clock: Clock;

  constructor(clock: Clock, faults: readonly StartFault[] = [], listFails: readonly boolean[] = []) {
    this.#clock = clock;
    this.faults = [...faults];
    this.listFails = [...listFails];
  }

  actionsOn(machineId: string): readonly ModelAction[] {
    return this.actions.filter((each) => each.machineId === machineId);
  }

  /** What one process sees of it. */
  portsFor(process: MortalProcess): RunPorts {
    const alive = async <T>(work: () => T, signal?: AbortSignal): Promise<T> => {
      await Promise.resolve();
      if (process.dead) {
        throw new Died('dead');
      }
      signal?.throwIfAborted();
      return work();
    };
    return {
      start: async (machineId, request, signal) => {
        await alive(() => undefined, signal);
        return this.#start(machineId, request, process, signal);
      },
      findByMark: ({ machineId, mark, since }, signal) =>
        alive(() => {
          this.#failSometimes();
          return this.#listed()
            .filter((each) => each.machineId === machineId && each.comment.includes(mark))
            .filter(({ createdAt }) => createdAt >= since)
            .map((each) => this.#seen(each))[0];
        }, signal),
      changed: ({ ids, run }, signal) =>
        alive(() => {
          this.#failSometimes();
          const actions = this.#listed()
            .filter(({ id, comment }) => ids.includes(id) || comment.includes(run))
            .map((each) => this.#seen(each));
          return { actions, others: this.others };
        }, signal),
      cancel: (id, _, signal) =>
        alive(() => {
          this.#failSometimes();
          const action = this.actions.find((each) => each.id === id);
          if (action !== undefined && this.#seen(action).status === 'InProgress') {
            action.cancelledAt = this.#clock.now();
          }
        }, signal),
      checkScript: (_, __, signal) =>
        alive(() => {
          this.checks += 1;
          return this.script;
        }, signal),
      online: (ids, signal) => alive(() => new Set(ids.filter((id) => !this.offline.has(id))), signal),
    };
  }

  async #start(
    machineId: string,
    request: LiveResponseRequest,
    process: MortalProcess,
    signal: AbortSignal,
  ): Promise<StartAnswer> {
    const fault = this.faults.shift() ?? created;
    this.starts.push(this.#clock.now());
    this.requests.push(request);
    const create = (): MachineAction => this.#create(machineId, request, fault);
    switch (fault.how) {
      case 'created':
        return { kind: 'created', action: create() };
      case 'refused':
        return { kind: 'refused', reason: 'DisallowedOperation', message: undefined };
      case 'throttled':
        return { kind: 'throttled', retryAfterMs: fault.takes };
      case 'busy':
        return { kind: 'busy' };
      case 'busyWithOurs':
        create();
        return { kind: 'busy' };
      case 'lost':
        await this.#clock.sleep(30_000, signal);
        return { kind: 'perhapsCreated' };
      case 'lostAnswer':
        create();
        await this.#clock.sleep(30_000, signal);
        return { kind: 'perhapsCreated' };
      case 'late':
        void this.#clock.sleep(fault.takes).then(create);
        return { kind: 'perhapsCreated' };
      case 'throws':
        throw new Error('500');
      case 'throwsAfter':
        create();
        throw new TypeError('a bug of the port');
      case 'diesBefore':
        process.dead = true;
        throw new Died('before');
      case 'diesAfter':
        create();
        process.dead = true;
        throw new Died('after');
    }
  }

  #create(machineId: string, request: LiveResponseRequest, fault: StartFault): MachineAction {
    const id = `00000000-0000-4000-8000-${String(this.actions.length).padStart(12, '0')}`;
    const action = { id, machineId, comment: request.comment, createdAt: this.#clock.now(), fault };
    this.actions.push(action);
    return this.#seen(action);
  }

  #listed(): readonly ModelAction[] {
    return this.actions.filter(({ createdAt, fault }) => createdAt + fault.lag <= this.#clock.now());
  }

  #failSometimes(): void {
    if (this.listFails.shift() === true || this.alwaysFails) {
      throw new Error('ECONNRESET');
    }
  }

  #seen({ id, machineId, comment, createdAt, fault, cancelledAt }: ModelAction): MachineAction {
    const hasEnded = createdAt + fault.takes <= this.#clock.now();
    return {
      id,
      type: 'LiveResponse',
      status: cancelledAt !== undefined ? 'Cancelled' : hasEnded ? fault.end : 'InProgress',
      requestor: undefined,
      requestorComment: comment,
      machineId,
      computerDnsName: undefined,
      createdAt,
      updatedAt: createdAt,
      errorHResult: 0,
      scope: undefined,
      requestSource: undefined,
      commands: [],
    };
  }
}

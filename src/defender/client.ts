import { ApiTransport, type CallOptions, type DefenderPorts } from './apiTransport';
import type { Machine } from './machine';
import type { MachineAction } from './machineAction';
import {
  type ActionPage,
  type ActionQuery,
  type ChangePage,
  type ChangeQuery,
  MachineActionCalls,
} from './machineActionCalls';
import { MachineCalls } from './machineCalls';

export type { CallOptions, DefenderPorts, TokenSource } from './apiTransport';
export type { ActionPage, ActionQuery, ChangePage, ChangeQuery } from './machineActionCalls';

type CallsOf<T> = Pick<T, keyof T>;

/** The calls of a {@link DefenderClient}, for those who need no more than these. */
export type ApiCalls = CallsOf<MachineActionCalls> & CallsOf<MachineCalls>;

/**
 * The Defender for Endpoint API: the calls this extension makes, typed. Every method throws
 * Failure<ApiProblem>. What each does is said in the file of its resource.
 */
export class DefenderClient implements ApiCalls {
  readonly #actions: MachineActionCalls;
  readonly #machines: MachineCalls;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    const transport = new ApiTransport(apiUrl, ports);
    this.#actions = new MachineActionCalls(transport);
    this.#machines = new MachineCalls(transport);
  }

  listActions(query: ActionQuery, options: CallOptions): Promise<ActionPage> {
    return this.#actions.listActions(query, options);
  }

  nextActions(next: string, options: CallOptions): Promise<ActionPage> {
    return this.#actions.nextActions(next, options);
  }

  changedSince(query: ChangeQuery, options: CallOptions): Promise<ChangePage> {
    return this.#actions.changedSince(query, options);
  }

  getAction(id: string, options: CallOptions): Promise<MachineAction> {
    return this.#actions.getAction(id, options);
  }

  actionEntity(id: string, options: CallOptions): Promise<{ action: MachineAction; source: string }> {
    return this.#actions.actionEntity(id, options);
  }

  cancelAction(id: string, comment: string, options: CallOptions): Promise<MachineAction> {
    return this.#actions.cancelAction(id, comment, options);
  }

  packageLink(id: string, options: CallOptions): Promise<string> {
    return this.#actions.packageLink(id, options);
  }

  resultLink(id: string, index: number, options: CallOptions): Promise<string> {
    return this.#actions.resultLink(id, index, options);
  }

  getMachine(id: string, options: CallOptions): Promise<Machine> {
    return this.#machines.getMachine(id, options);
  }

  findMachines(hostName: string, options: CallOptions): Promise<readonly Machine[]> {
    return this.#machines.findMachines(hostName, options);
  }
}

import { ApiTransport, type CallOptions, type DefenderPorts } from './apiTransport';
import { LibraryCalls, type LibraryUpload } from './libraryCalls';
import type { LibraryFile } from './libraryFile';
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
import { type LiveResponseRequest, RunCalls } from './runCalls';

export type { CallOptions, DefenderPorts, TokenSource } from './apiTransport';
export type { LibraryUpload } from './libraryCalls';
export type { ActionPage, ActionQuery, ChangePage, ChangeQuery } from './machineActionCalls';
export type { LiveResponseCommand, LiveResponseRequest } from './runCalls';

type CallsOf<T> = Pick<T, keyof T>;

/** The calls of a {@link DefenderClient}, for those who need no more than these. */
export type ApiCalls = CallsOf<MachineActionCalls> & Pick<MachineCalls, 'getMachine' | 'findMachines'>;

/** The calls of a {@link DefenderClient} that running scripts needs beside {@link ApiCalls}. */
export type ScriptCalls = Pick<MachineCalls, 'machinesByPrefix' | 'machinesByTag'> &
  CallsOf<LibraryCalls> &
  CallsOf<RunCalls>;

/**
 * The Defender for Endpoint API: the calls this extension makes, typed. Every method throws
 * Failure<ApiProblem>. What each does is said in the file of its resource.
 */
export class DefenderClient implements ApiCalls, ScriptCalls {
  readonly #actions: MachineActionCalls;
  readonly #machines: MachineCalls;
  readonly #library: LibraryCalls;
  readonly #runs: RunCalls;

  /** `apiUrl` is the base address without `/api`. */
  constructor(apiUrl: string, ports: DefenderPorts) {
    const transport = new ApiTransport(apiUrl, ports);
    this.#actions = new MachineActionCalls(transport);
    this.#machines = new MachineCalls(transport);
    this.#library = new LibraryCalls(transport);
    this.#runs = new RunCalls(transport);
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

  machinesByPrefix(prefix: string, options: CallOptions): Promise<readonly Machine[]> {
    return this.#machines.machinesByPrefix(prefix, options);
  }

  machinesByTag(
    tag: string,
    how: { readonly startsWith?: boolean },
    options: CallOptions,
  ): Promise<readonly Machine[]> {
    return this.#machines.machinesByTag(tag, how, options);
  }

  listLibraryFiles(options: CallOptions): Promise<readonly LibraryFile[]> {
    return this.#library.listLibraryFiles(options);
  }

  uploadLibraryFile(upload: LibraryUpload, options: CallOptions): Promise<LibraryFile | undefined> {
    return this.#library.uploadLibraryFile(upload, options);
  }

  deleteLibraryFile(fileName: string, options: CallOptions): Promise<void> {
    return this.#library.deleteLibraryFile(fileName, options);
  }

  startLiveResponse(
    machineId: string,
    request: LiveResponseRequest,
    options: CallOptions,
  ): Promise<MachineAction> {
    return this.#runs.startLiveResponse(machineId, request, options);
  }
}

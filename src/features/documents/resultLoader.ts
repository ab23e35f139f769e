import * as vscode from 'vscode';
import { neverRan } from '../../actions/explain';
import type { CallOptions } from '../../defender/client';
import type { ActionCommand, MachineAction } from '../../defender/machineAction';
import { isFinal } from '../../defender/machineAction';
import { Failure } from '../../http/failure';
import { type ResultAddress, resultKey } from '../../results/address';
import type { ResultProblem } from '../../results/resultProblem';
import type { ResultOptions, ResultStore } from '../../results/download/store';
import { encodingOf, type StoredResult } from '../../results/download/storedResult';
import type { TargetProblem } from '../../messages/problem';
import { problemOf } from '../../platform/errorReporter';
import type { ConnectedTenant, ConnectionRegistry } from '../connections';
import type { ScriptEncodings } from './scriptEncodings';

/** A result with all that is known of where it comes from. */
export interface LoadedResult {
  readonly address: ResultAddress;
  readonly tenant: ConnectedTenant;
  readonly action: MachineAction;
  readonly command: ActionCommand | undefined;
  readonly result: StoredResult;
}

/** From an address to a result: the action, then link and download, or all of it from memory. */
export class ResultLoader {
  readonly #registry: ConnectionRegistry;
  readonly #encodings: ScriptEncodings;
  readonly #loadStore: () => Promise<ResultStore>;
  readonly #exitCodes = new Map<string, number | string>();
  readonly #learned = new vscode.EventEmitter<ResultAddress>();
  #loaded: ResultStore | undefined;

  /** A result has told the exit code of its script. */
  readonly onDidLearnExitCode = this.#learned.event;

  /** `loadStore` gives the store of this window; it is loaded with the first result. */
  constructor(
    registry: ConnectionRegistry,
    encodings: ScriptEncodings,
    loadStore: () => Promise<ResultStore>,
  ) {
    this.#registry = registry;
    this.#encodings = encodings;
    this.#loadStore = loadStore;
    registry.onDidDrop((id) => this.#loaded?.forget(id));
  }

  /** What a script ended with, once its result was opened in this window. */
  exitCode(address: ResultAddress): number | string | undefined {
    return this.#exitCodes.get(resultKey(address));
  }

  /** What is in memory, without a request. Undefined when a part of it is not. */
  peek(address: ResultAddress): LoadedResult | undefined {
    const tenant = this.#registry.get(address.connection);
    const action = tenant?.actions.find(address.actionId);
    const result = action && this.#loaded?.peek(address, isFinal(action));
    return tenant === undefined || action === undefined || result === undefined
      ? undefined
      : { address, tenant, action, command: commandOf(action, address.index), result };
  }

  /**
   * The action of an address. An action that was listed and is final costs no request.
   * @throws Failure<Problem>
   */
  async action(
    address: Pick<ResultAddress, 'connection' | 'actionId'>,
    call: CallOptions,
  ): Promise<LoadedAction> {
    const tenant = this.#registry.get(address.connection);
    if (tenant === undefined) {
      throw new Failure<TargetProblem>({ code: 'unknownConnection', id: address.connection });
    }
    return { tenant, action: await tenant.actions.get(address.actionId, call) };
  }

  /** @throws Failure<Problem>; an AbortError when somebody signs out meanwhile */
  async load(address: ResultAddress, options: ResultOptions): Promise<LoadedResult> {
    const { tenant, action } = await this.action(address, options);
    const command = checkedCommand(action, address.index);
    const request = {
      address,
      client: tenant.client,
      fetch: tenant.fetch,
      commandType: commandType(command),
      final: isFinal(action),
    };
    try {
      const store = (this.#loaded ??= await this.#loadStore());
      if (this.#registry.get(address.connection) !== tenant) {
        // What comes now would be kept for whoever signs in next.
        throw new DOMException('The connection was forgotten.', 'AbortError');
      }
      const result = await store.get(request, options);
      const loaded = { address, tenant, action, command, result };
      return await (result.unread === undefined ? this.decoded(loaded, options.signal) : loaded);
    } catch (error) {
      throw notReady(error, action) ?? notRun(error, action, command) ?? error;
    }
  }

  /**
   * A result that is at hand, in the encoding that was chosen for its script. Nothing is
   * downloaded.
   * @throws Failure<Problem>
   */
  async decoded(loaded: LoadedResult, signal: AbortSignal): Promise<LoadedResult> {
    const { address, command } = loaded;
    const encoding = this.#encodings.of({ command, address });
    let { result } = loaded;
    if (encodingOf(result) !== encoding) {
      const store = (this.#loaded ??= await this.#loadStore());
      const request = { address, commandType: commandType(command) };
      result = await store.decode(request, result, { encoding, decode }, signal);
    }
    this.#learn(address, result);
    return { ...loaded, result };
  }

  #learn(address: ResultAddress, { summary }: StoredResult): void {
    const code = summary.kind === 'transcript' ? summary.exitCode : undefined;
    const key = resultKey(address);
    if (code !== undefined && this.#exitCodes.get(key) !== code) {
      this.#exitCodes.set(key, code);
      this.#learned.fire(address);
    }
  }
}

/**
 * The same result, when it has documents.
 * @throws Failure `notRead` when there are only bytes
 */
export function readable(loaded: LoadedResult): LoadedResult {
  const { unread } = loaded.result;
  if (unread !== undefined) {
    throw new Failure<ResultProblem>({ code: 'notRead', detail: unread });
  }
  return loaded;
}

/** VS Code's own decoders: those of the setting files.encoding. */
function decode(bytes: Uint8Array, encoding: string): Thenable<string> {
  return vscode.workspace.decode(bytes, { encoding });
}

export interface LoadedAction {
  readonly tenant: ConnectedTenant;
  readonly action: MachineAction;
}

/** Some answers carry no commands at all: most of them are of scripts. */
function commandType(command: ActionCommand | undefined): string {
  return command?.type ?? 'RunScript';
}

function commandOf(action: MachineAction, index: number): ActionCommand | undefined {
  return action.commands.find((each) => each.index === index);
}

/**
 * The command, after what cannot have a result was refused without a request. Some answers carry no
 * commands at all.
 */
function checkedCommand(action: MachineAction, index: number): ActionCommand | undefined {
  const command = commandOf(action, index);
  if (command === undefined && action.commands.length > 0) {
    const indexes = action.commands.map((each) => each.index);
    throw new Failure<TargetProblem>({ code: 'noSuchCommand', index, indexes });
  }
  if (command === undefined && action.type !== 'LiveResponse') {
    throw new Failure<TargetProblem>({ code: 'notLiveResponse', type: action.type });
  }
  if (command?.type === 'PutFile') {
    throw new Failure<TargetProblem>({ code: 'noResult' });
  }
  return command;
}

/**
 * A refusal of the link of an action that still runs means: not yet. The documentation names no
 * code for it.
 */
function notReady(error: unknown, action: MachineAction): Failure<TargetProblem> | undefined {
  const refusal = isFinal(action) ? undefined : refusalOf(error);
  return refusal === undefined
    ? undefined
    : new Failure<TargetProblem>({ code: 'notReady', status: action.status, detail: refusal });
}

/**
 * A refusal of the link of a command that was still waiting when its action ended means: there is
 * none.
 */
function notRun(
  error: unknown,
  action: MachineAction,
  command: ActionCommand | undefined,
): Failure<TargetProblem> | undefined {
  const skipped = command && neverRan(action, command);
  return skipped && refusalOf(error) !== undefined
    ? new Failure<TargetProblem>({ code: 'neverRan', failed: skipped.failed?.index })
    : undefined;
}

/** What the service says to a refused link; undefined for any other failure. */
function refusalOf(error: unknown): string | undefined {
  const problem = problemOf(error);
  const refused = problem?.code === 'refused' || problem?.code === 'notFound';
  return refused && problem.call === 'resultLink' ? (problem.error.message ?? '') : undefined;
}

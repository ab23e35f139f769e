import type { MachineAction } from '../defender/machineAction';
import type { LiveResponseRequest } from '../defender/runCalls';

/** What is known after a request to start an action. */
export type StartAnswer =
  | { readonly kind: 'created'; readonly action: MachineAction }
  /** Not carried out, and won't be. `reason` is the service's code; both texts are hostile. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string | undefined }
  /**
   * 429: not carried out. `sessions` is the tenant's limit of concurrent sessions, when the answer
   * names it.
   */
  | {
      readonly kind: 'throttled';
      readonly retryAfterMs: number | undefined;
      readonly sessions?: number | undefined;
    }
  /** 400 `ActiveRequestAlreadyExists`: not carried out. */
  | { readonly kind: 'busy' }
  /** No connection came about, or there was no token: not carried out. */
  | { readonly kind: 'notSent' }
  /** A time-out, a connection that broke, a 5xx, an answer that can't be read. */
  | { readonly kind: 'perhapsCreated' };

/** What one list call tells. */
export interface Round {
  /** Those that were asked for, and any other action with a mark of the run. */
  readonly actions: readonly MachineAction[];
  /** Unfinished live response actions of the tenant that are not of the run: each takes a session. */
  readonly others: number;
}

/** What the library has under the script's name. `at` is in milliseconds since the epoch. */
export type ScriptCheck =
  | { readonly kind: 'same' }
  | {
      readonly kind: 'changed';
      readonly sha256: string | undefined;
      readonly by: string | undefined;
      readonly at: number | undefined;
    }
  | { readonly kind: 'missing' };

/**
 * What a run asks of the service. Each call rejects when the signal is aborted, and otherwise when
 * nothing is known.
 */
export interface RunPorts {
  /** Sends once. It never repeats a request, except after a 401, with a new token. */
  start(machineId: string, request: LiveResponseRequest, signal: AbortSignal): Promise<StartAnswer>;
  /**
   * The action of a machine whose comment has this mark. `since`, in milliseconds since the epoch,
   * is earlier than its creation.
   */
  findByMark(
    wanted: { readonly machineId: string; readonly mark: string; readonly since: number },
    signal: AbortSignal,
  ): Promise<MachineAction | undefined>;
  /** One list call: actions by ID as they are now, created since a time. */
  changed(
    wanted: { readonly ids: readonly string[]; readonly run: string; readonly since: number },
    signal: AbortSignal,
  ): Promise<Round>;
  cancel(actionId: string, comment: string, signal: AbortSignal): Promise<void>;
  /** Lists the library again. */
  checkScript(libraryName: string, sha256: string, signal: AbortSignal): Promise<ScriptCheck>;
  /** Which of these machines have reported lately. */
  online(machineIds: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
}

import type { ConnectionProblem } from '../connections/connectionProblem';
import type { RunProblem } from '../runs/runProblem';
import type { EvidenceTrouble, ResultProblem, SaveProblem } from '../results/resultProblem';

/** What only the editor can find wrong: the thing asked for cannot be meant. */
export type TargetProblem =
  /**
   * The argument is not what the command takes; `detail` says what was expected, in English, for
   * whoever wrote the link.
   */
  | { readonly code: 'badTarget'; readonly field: 'target' | 'actionId' | 'index' | 'connection' }
  | { readonly code: 'noConnection' }
  /** VS Code did not write a connection into the user's settings; `detail` is its own sentence. */
  | { readonly code: 'settingNotWritten'; readonly detail: string }
  /**
   * The system's keychain did not take the secret of a connection whose settings are saved;
   * `detail` is VS Code's sentence.
   */
  | { readonly code: 'secretNotStored'; readonly detail: string }
  | { readonly code: 'unknownConnection'; readonly id: string }
  | { readonly code: 'notLiveResponse'; readonly type: string }
  /** None of the other tenants has the action. */
  | { readonly code: 'nowhere'; readonly tenants: readonly string[] }
  | { readonly code: 'noSuchCommand'; readonly index: number; readonly indexes: readonly number[] }
  /** PutFile puts a file on the machine; it has no result. */
  | { readonly code: 'noResult' }
  /** The command is not done, and the service has nothing for it. */
  | {
      readonly code: 'notReady';
      readonly status: string;
      readonly detail: string;
      /** Whoever asked will be told when the action ends. */
      readonly watched?: true;
    }
  /**
   * The action ended before the command's turn; `failed` is the index of the one that failed before
   * it.
   */
  | { readonly code: 'neverRan'; readonly failed: number | undefined }
  /** Its owner has not allowed changes through this connection. */
  | { readonly code: 'readOnlyConnection'; readonly id: string; readonly name: string }
  /** What is final cannot be cancelled. */
  | { readonly code: 'alreadyFinal'; readonly status: string }
  /** Only an action that collected an investigation package, and has succeeded, has one. */
  | { readonly code: 'noPackage' }
  /** No more actions can be watched than `max`. */
  | { readonly code: 'tooManyWatches'; readonly max: number }
  /** The token does not tell whose it is. */
  | { readonly code: 'nameless' }
  /** No machine of the tenant has the name. */
  | { readonly code: 'noSuchMachine'; readonly name: string }
  /** The action is none of those that the tree lists. */
  | { readonly code: 'notListed' }
  /** There is no next one in that direction. */
  | { readonly code: 'noNeighbour' }
  /** To compare takes two results, and not the same one twice. */
  | { readonly code: 'twoResults' }
  /** The script did not run before on the machine, as far back as was asked. */
  | { readonly code: 'noPreviousRun' }
  /** A link from outside that is not one of ours. */
  | { readonly code: 'badLink' }
  /** A link to a tenant that no connection leads to. */
  | { readonly code: 'unknownTenant'; readonly tenantId: string }
  /** There is no action ID where some were looked for. */
  | { readonly code: 'noIds' }
  /** There is no evidence folder there. */
  | { readonly code: 'noManifest'; readonly path: string }
  /** The active editor shows no result. */
  | { readonly code: 'noResultShown' }
  | { readonly code: 'binaryFile'; readonly size: number | undefined }
  | { readonly code: 'tooLargeForEditor'; readonly size: number };

/** Every expected failure of this extension. */
export type Problem =
  TargetProblem | SaveProblem | EvidenceTrouble | ConnectionProblem | ResultProblem | RunProblem;

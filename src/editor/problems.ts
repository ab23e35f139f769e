import type { ConnectionProblem } from '../connections/problems';
import type { ResultProblem } from '../results/problems';

/** What only the editor can find wrong: the thing asked for cannot be meant. */
export type TargetProblem =
  /** The argument is not what the command takes; `detail` says what was expected, in English, for whoever wrote the link. */
  | { readonly code: 'badTarget'; readonly field: 'target' | 'actionId' | 'index' | 'connection' }
  | { readonly code: 'noConnection' }
  | { readonly code: 'unknownConnection'; readonly id: string }
  | { readonly code: 'notLiveResponse'; readonly type: string }
  /** None of the other tenants has the action. */
  | { readonly code: 'nowhere'; readonly tenants: readonly string[] }
  | { readonly code: 'noSuchCommand'; readonly index: number; readonly indexes: readonly number[] }
  /** PutFile puts a file on the machine; it has no result. */
  | { readonly code: 'noResult' }
  /** The command is not done, and the service has nothing for it. */
  | { readonly code: 'notReady'; readonly status: string; readonly detail: string | undefined }
  | { readonly code: 'binaryFile'; readonly size: number | undefined }
  | { readonly code: 'tooLargeForEditor'; readonly size: number };

/** Every expected failure of this extension. */
export type Problem = TargetProblem | ConnectionProblem | ResultProblem;

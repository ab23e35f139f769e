import type { Connection } from '../../connections/connectionSettings';
import type { ApiCalls, ScriptCalls } from '../../defender/client';
import { Failure } from '../../http/failure';
import type { TargetProblem } from '../../messages/problem';

/**
 * Refuses a change through a read-only connection. A command calls it before its first question,
 * so that nobody answers in vain.
 * @throws Failure<TargetProblem> `readOnlyConnection`
 */
export function ensureWritable({ id, name, readOnly }: Connection): void {
  if (readOnly) {
    throw new Failure<TargetProblem>({ code: 'readOnlyConnection', id, name }, { sent: 'no' });
  }
}

/** The calls of a connection. None of them needs its object. */
export type ConnectionCalls = {
  readonly [Name in keyof (ApiCalls & ScriptCalls)]: (ApiCalls & ScriptCalls)[Name];
};

/**
 * The same calls, of which those that change something are refused unless `current`, the
 * connection as the settings have it at that moment, allows changes. A command may have asked its
 * questions before the settings changed.
 */
export function guardedCalls(calls: ConnectionCalls, current: () => Connection): ConnectionCalls {
  const guarded =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      ensureWritable(current());
      return call(...args);
    };
  return {
    ...calls,
    cancelAction: guarded(calls.cancelAction),
    startLiveResponse: guarded(calls.startLiveResponse),
    uploadLibraryFile: guarded(calls.uploadLibraryFile),
    deleteLibraryFile: guarded(calls.deleteLibraryFile),
  };
}

import type { Connection } from '../../connections/connectionSettings';
import type { ApiCalls } from '../../defender/client';
import { Failure } from '../../http/failure';
import type { TargetProblem } from '../../messages/problem';

/**
 * Refuses a change through a read-only connection. A command calls it before its first question,
 * so that nobody answers in vain.
 * @throws Failure<TargetProblem> `readOnlyConnection`
 */
export function ensureWritable({ id, name, readOnly }: Connection): void {
  if (readOnly) {
    throw new Failure<TargetProblem>({ code: 'readOnlyConnection', id, name });
  }
}

/**
 * The same calls, of which those that change something are refused unless `current`, the
 * connection as the settings have it at that moment, allows changes. A command may have asked its
 * questions before the settings changed.
 */
export function guardedCalls(calls: ApiCalls, current: () => Connection): ApiCalls {
  return {
    ...calls,
    cancelAction: async (id, comment, options) => {
      ensureWritable(current());
      return calls.cancelAction(id, comment, options);
    },
  };
}

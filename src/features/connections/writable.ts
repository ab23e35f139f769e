import type { Connection } from '../../connections/connectionSettings';
import { Failure } from '../../http/failure';
import type { TargetProblem } from '../../messages/problem';

/**
 * Whoever changes something in a tenant asks first, and asks nothing of a person before.
 * @throws Failure<TargetProblem> `readOnlyConnection`
 */
export function ensureWritable({ id, name, readOnly }: Connection): void {
  if (readOnly) {
    throw new Failure<TargetProblem>({ code: 'readOnlyConnection', id, name });
  }
}

import { strict as assert } from 'node:assert';
import { Failure } from '../../src/http/failure';

type Problem = Readonly<Record<string, unknown>>;

/** The problem that a promise fails with; the test fails when there is none. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, `expected a Failure, got ${String(error)}`);
  const problem: unknown = error.problem;
  return problem as Problem;
}

export const never = new AbortController().signal;

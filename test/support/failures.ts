import { strict as assert } from 'node:assert';
import { Failure, type Sent } from '../../src/http/failure';

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

/** The code of a failure, and whether its request may have been carried out. */
export function codeAndSent(error: unknown): [code: string, sent: Sent | undefined] {
  assert.ok(error instanceof Failure, `expected a Failure, got ${String(error)}`);
  const { problem, sent } = error as Failure;
  return [problem.code, sent];
}

export const never = new AbortController().signal;

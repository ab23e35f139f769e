import { strict as assert } from 'node:assert';
import { Failure } from '../../src/http/failure';

/** The problem that a promise fails with; the test fails when there is none. */
export async function problemOf(promise: Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Failure, `expected a Failure, got ${String(error)}`);
    return error.problem;
  }
  throw new assert.AssertionError({ message: 'expected a failure' });
}

export const never = new AbortController().signal;

/**
 * An expected failure: a code with its arguments, no words. `src/editor/` turns it into a sentence,
 * a next step and, for a 403, the missing permission. Anything thrown that is not a Failure (and
 * not an abort) is a bug.
 */
export class Failure<P extends { readonly code: string } = { readonly code: string }> extends Error {
  readonly problem: P;

  constructor(problem: P, options?: ErrorOptions) {
    super(problem.code, options);
    this.name = 'Failure';
    this.problem = problem;
  }
}

/** True for what an aborted signal throws: somebody changed their mind, nothing failed. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

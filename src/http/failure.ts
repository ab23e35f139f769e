/**
 * Whether a request that changes something may have been carried out. `no` is certain: it never
 * left, or the service refused it. `unknown` means that what was asked for may exist.
 */
export type Sent = 'no' | 'unknown';

/**
 * An expected failure: a code with its arguments, no words. `src/messages/` turns it into a
 * sentence, a next step and, for a 403, the missing permission. Anything thrown that is not a
 * Failure (and not an abort) is a bug.
 */
export class Failure<P extends { readonly code: string } = { readonly code: string }> extends Error {
  readonly problem: P;
  /** Undefined for a request that only reads. */
  readonly sent: Sent | undefined;

  constructor(problem: P, { sent, ...options }: ErrorOptions & { readonly sent?: Sent | undefined } = {}) {
    super(problem.code, options);
    this.name = 'Failure';
    this.problem = problem;
    this.sent = sent;
  }
}

/** True for what an aborted signal throws: somebody changed their mind, nothing failed. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/**
 * Whether the request behind an error may have been carried out: what a call that changes something
 * has thrown. Such a call throws an abort only before anything was sent. What isn't
 * known is `unknown`.
 */
export function sentBy(error: unknown): Sent {
  return error instanceof Failure ? (error.sent ?? 'unknown') : isAbort(error) ? 'no' : 'unknown';
}

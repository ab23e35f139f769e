import { Failure, type Sent } from '../http/failure';
import type { HttpProblem } from '../http/httpProblem';

/**
 * Codes of a connection that never came about: of the name, of the other end, and of its
 * certificate.
 */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/**
 * What is thrown when a request that changes something got no whole answer. Only a connection that
 * never came about is certain to have carried nothing.
 */
export function unanswered(error: unknown): unknown {
  if (!(error instanceof Failure)) {
    return error;
  }
  const problem = error.problem as HttpProblem;
  const sent = problem.code === 'network' && neverConnected.has(problem.cause) ? 'no' : 'unknown';
  return new Failure(problem, { cause: error, sent });
}

/**
 * Whether a request that was answered with this status, none of success, may have been carried out.
 * A refusal was not: the standard ones, up to 431 (RFC 6585). 307 and 308 only name another
 * address. A gateway answers 5xx, 408 and numbers of its own (499) also for what it has passed on.
 */
export function sentByStatus(status: number): Sent {
  const refused = status >= 400 && status <= 431 && status !== 408;
  return refused || status === 307 || status === 308 ? 'no' : 'unknown';
}

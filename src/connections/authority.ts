import { readBody, withTimeLimit } from '../http/body';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort, HttpRequest } from '../http/fetchPort';
import type { HttpProblem } from '../http/httpProblem';
import { hostOf } from '../http/redact';
import { clouds, cloudEndpoints } from '../defender/clouds';
import type { ConnectionProblem } from './connectionProblem';
import { parseObject } from './token';

export interface AuthorityPorts {
  readonly fetch: FetchPort;
  /** One line for each answer. It never carries more than method, host and status. */
  readonly log?: ((line: string) => void) | undefined;
}

export interface AuthorityAnswer {
  readonly status: number;
  /** Undefined when the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** For everything that one question to an authority takes, its metadata included. */
const maxAuthoritySeconds = 30;
/**
 * In bytes. A token with thousands of claims and the metadata of an authority are a few kilobytes.
 */
const maxBodySize = 256 * 1024;

/** True for the authorities of Microsoft's clouds; any other was set by hand (`authorityUrl`). */
export function isMicrosoftAuthority(authorityUrl: string): boolean {
  return clouds.some((cloud) => cloudEndpoints(cloud).authorityUrl === authorityUrl);
}

/**
 * Sends one request to an authority and reads its answer, whatever the status. Redirects are not
 * followed: the request may carry a secret.
 *
 * Rejects with a Failure `authorityElsewhere` (without sending) for an address outside of the
 * authority's origin, `authorityUnreachable` when there is no whole answer, or with the signal's
 * reason.
 */
export async function askAuthority(
  authorityUrl: string,
  request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>,
  { fetch, log }: AuthorityPorts,
  signal: AbortSignal,
): Promise<AuthorityAnswer> {
  signal.throwIfAborted();
  const host = hostOf(authorityUrl);
  if (!URL.canParse(request.url) || new URL(request.url).origin !== authorityUrl) {
    throw new Failure<ConnectionProblem>({ code: 'authorityElsewhere', host, to: hostOf(request.url) });
  }
  const asked: HttpRequest = {
    ...request,
    headers: { Accept: 'application/json', ...request.headers },
    decompress: true,
  };
  try {
    const response = await fetch(asked, signal);
    log?.(`${request.method} ${host} ${response.status}`);
    const bytes = await readBody(asked, response, { limit: maxBodySize, signal });
    return { status: response.status, body: parseObject(Buffer.from(bytes).toString('utf8')) };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Failure
      ? new Failure<ConnectionProblem>(unreachable(host, error.problem as HttpProblem))
      : error;
  }
}

/** How an authority that gave no whole answer is reported. */
function unreachable(host: string, problem: HttpProblem): ConnectionProblem {
  return {
    code: 'authorityUnreachable',
    host,
    cause: problem.code === 'network' ? problem.cause : problem.code,
  };
}

/**
 * Runs `work` with a signal that also fires after 30 seconds.
 *
 * Rejects as `work` does, or then with a Failure `authorityUnreachable` (cause `timedOut`).
 */
export async function withAuthorityTimeLimit<T>(
  authorityUrl: string,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const host = hostOf(authorityUrl);
  try {
    return await withTimeLimit(clock, { ms: maxAuthoritySeconds * 1000, host }, signal, work);
  } catch (error) {
    const problem = error instanceof Failure ? (error.problem as HttpProblem | ConnectionProblem) : undefined;
    throw problem?.code === 'timedOut' ? new Failure(unreachable(host, problem)) : error;
  }
}

/**
 * The OpenID metadata of a tenant.
 *
 * @param url `<authority>/<tenant>/v2.0/.well-known/openid-configuration`
 * @param tenant for the problem: a GUID or a domain name
 *
 * Rejects as `askAuthority` does, or with a Failure `tenantUnknown` or `authorityFailed`.
 */
export async function askMetadata(
  authorityUrl: string,
  { url, tenant }: { readonly url: string; readonly tenant: string },
  ports: AuthorityPorts,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const host = hostOf(authorityUrl);
  const { status, body } = await askAuthority(authorityUrl, { method: 'GET', url }, ports, signal);
  if (status === 400 || status === 404) {
    // Microsoft Entra: 400 with AADSTS90002 (no such tenant) or AADSTS900021 and its like (no such
    // name); others: 404.
    throw new Failure<ConnectionProblem>({ code: 'tenantUnknown', tenant, host });
  }
  if (status !== 200 || body === undefined) {
    throw new Failure<ConnectionProblem>({ code: 'authorityFailed', host, status });
  }
  return body;
}

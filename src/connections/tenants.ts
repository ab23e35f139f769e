import { domainToASCII } from 'node:url';
import { type Clock, systemClock } from '../http/clock';
import { Failure } from '../http/failure';
import type { FetchPort } from '../http/fetchPort';
import { hostOf } from '../http/redact';
import { askMetadata, withAuthorityTimeLimit } from './authority';
import type { ConnectionProblem } from './connectionProblem';
import { isGuid } from './connectionSettings';

/**
 * The ID of a tenant, in lower case. A GUID, with or without braces, is returned without asking
 * anybody; a domain of the tenant is looked up in the OpenID metadata, which are public:
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#fetch-the-openid-configuration-document
 *
 * @param authorityUrl an https origin
 *
 * Rejects with a Failure `tenantNotValid` (nothing was sent), `tenantUnknown`,
 * `authorityUnreachable` or `authorityFailed`, or with the signal's reason.
 */
export async function resolveTenant(
  domainOrGuid: string,
  authorityUrl: string,
  fetch: FetchPort,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<string> {
  const text = domainOrGuid.trim();
  const guid = text.replace(/^\{(.*)\}$/, '$1').toLowerCase();
  if (isGuid(guid)) {
    return guid;
  }
  const tenant = domainName(text);
  if (tenant === undefined) {
    throw new Failure<ConnectionProblem>({ code: 'tenantNotValid' });
  }
  const host = hostOf(authorityUrl);
  const url = `${authorityUrl}/${tenant}/v2.0/.well-known/openid-configuration`;
  const metadata = await withAuthorityTimeLimit(authorityUrl, clock, signal, (inTime) =>
    askMetadata(authorityUrl, { url, tenant }, { fetch }, inTime),
  );
  for (const field of ['issuer', 'token_endpoint']) {
    const id = guidIn(metadata[field]);
    if (id !== undefined) {
      return id;
    }
  }
  throw new Failure<ConnectionProblem>({ code: 'authorityFailed', host, status: 200 });
}

/**
 * A host name of at least two labels, as DNS has it (an international name in its ASCII form);
 * undefined for anything else.
 */
function domainName(text: string): string | undefined {
  // Blanks, slashes and the like would be cut off or rewritten by the conversion.
  if (!/^[\p{L}\p{M}\p{N}.-]{3,253}$/u.test(text)) {
    return undefined;
  }
  const name = domainToASCII(text).toLowerCase();
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  // The last label is not a number, or this would be an IP address.
  return name.length <= 253 && new RegExp(`^(?:${label}\\.)+(?!\\d+$)${label}$`).test(name)
    ? name
    : undefined;
}

function guidIn(url: unknown): string | undefined {
  return typeof url === 'string' && URL.canParse(url)
    ? new URL(url).pathname
        .split('/')
        .map((part) => part.toLowerCase())
        .find(isGuid)
    : undefined;
}

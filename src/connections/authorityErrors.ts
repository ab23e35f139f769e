import { cleanDetail, findAadsts } from './detail';
import type { AuthorityAnswer } from './authority';
import type { ConnectionProblem } from './connectionProblem';

/** Who asked, to word a refusal. */
export interface Asker {
  /** The authority's. */
  readonly host: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Undefined: an app secret was sent. */
  readonly thumbprint: string | undefined;
  /** What must not be repeated, should the authority do so. */
  readonly secret: string | undefined;
}

/** Kinds of refusal that have one remedy. */
type Kind = 'secretWrong' | 'secretExpired' | 'appUnknown' | 'tenantUnknown' | 'certificateRefused';

/**
 * Source: "Microsoft Entra authentication and authorization error codes" (reference-error-codes.md)
 * and the sentences of the service itself. What is not in here is shown as the service says it.
 */
const kinds: Readonly<Record<string, Kind>> = {
  AADSTS7000215: 'secretWrong',
  AADSTS7000222: 'secretExpired',
  AADSTS700016: 'appUnknown',
  // Switched off in the tenant; no service principal in it.
  AADSTS7000112: 'appUnknown',
  AADSTS7000229: 'appUnknown',
  AADSTS90002: 'tenantUnknown',
  AADSTS900021: 'tenantUnknown',
  AADSTS900023: 'tenantUnknown',
  // Key not found or signature wrong; outside of its time (a clock that is off); revoked; no
  // certificate registered that matches.
  AADSTS700027: 'certificateRefused',
  AADSTS700024: 'certificateRefused',
  AADSTS7000214: 'certificateRefused',
  AADSTS50012: 'certificateRefused',
};

/**
 * What the token endpoint's refusal means:
 * https://datatracker.ietf.org/doc/html/rfc6749#section-5.2, and Microsoft's codes on top.
 */
export function explainRefusal({ status, body }: AuthorityAnswer, asker: Asker): ConnectionProblem {
  const { host, tenantId, clientId, thumbprint } = asker;
  const error = text(body?.['error']);
  if (body === undefined || error === undefined || status >= 500 || status === 429) {
    return { code: 'authorityFailed', host, status };
  }
  const description = withoutSecret(text(body['error_description']) ?? '', asker.secret);
  const numbers: unknown = body['error_codes'];
  const first: unknown = Array.isArray(numbers) ? numbers[0] : undefined;
  const aadsts = typeof first === 'number' ? `AADSTS${first}` : findAadsts(description);
  const reason = aadsts ?? cleanDetail(error);
  // The first line; below it are trace and correlation IDs.
  const detail = cleanDetail((description.split(/[\r\n]|Trace ID:/, 1)[0] ?? '').trimEnd());
  switch (kindOf(aadsts, error, thumbprint)) {
    case 'secretWrong':
      return { code: 'secretWrong', clientId };
    case 'secretExpired':
      return { code: 'secretExpired', clientId };
    case 'appUnknown':
      return { code: 'appUnknown', clientId, tenantId };
    case 'tenantUnknown':
      return { code: 'tenantUnknown', tenant: tenantId, host };
    case 'certificateRefused':
      return { code: 'certificateRefused', clientId, thumbprint: thumbprint ?? '', reason, detail };
    case undefined:
      return { code: 'authorityRefused', tenantId, reason, detail };
  }
}

function kindOf(aadsts: string | undefined, error: string, thumbprint: string | undefined): Kind | undefined {
  if (aadsts === undefined) {
    // Not Microsoft: its one word for "wrong secret", "wrong signature" and "no such client".
    return error === 'invalid_client'
      ? thumbprint === undefined
        ? 'secretWrong'
        : 'certificateRefused'
      : undefined;
  }
  const kind = kinds[aadsts];
  return kind === 'certificateRefused' && thumbprint === undefined ? undefined : kind;
}

function withoutSecret(description: string, secret: string | undefined): string {
  return secret === undefined || secret === ''
    ? description
    : description.replaceAll(secret, '<redacted>').replaceAll(encodeURIComponent(secret), '<redacted>');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * What a token says about itself. It is read for display and for better errors, never to decide
 * what is allowed.
 */
export interface TokenClaims {
  /** `tid`, in lower case. */
  readonly tenantId: string | undefined;
  /** `aud`. */
  readonly audience: string | undefined;
  /** `exp`, in milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** `scp`: what a signed-in person's token may do. */
  readonly scopes: readonly string[];
  /** `roles`: what an application's token may do. */
  readonly roles: readonly string[];
  /** `upn`, else `preferred_username`, else `unique_name` (version 1 tokens of guests). */
  readonly user: string | undefined;
  /** `app_displayname`. */
  readonly appName: string | undefined;
  /** `appid`, or `azp` in version 2 tokens. */
  readonly appId: string | undefined;
}

/**
 * The claims of a JWT. The signature is not verified: that is the service's task, and nothing here
 * relies on it.
 *
 * Returns undefined for a token that cannot be read (opaque or encrypted); such a token may still
 * be a good one.
 */
export function readClaims(token: string): TokenClaims | undefined {
  const parts = token.split('.');
  const payload = parts[1];
  if (parts.length !== 3 || payload === undefined) {
    return undefined;
  }
  const claims = parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims === undefined) {
    return undefined;
  }
  const expiry = claims['exp'];
  return {
    tenantId: text(claims['tid'])?.toLowerCase(),
    audience: text(claims['aud']),
    expiresAt: typeof expiry === 'number' && Number.isFinite(expiry) ? expiry * 1000 : undefined,
    scopes: text(claims['scp'])?.split(' ').filter(Boolean) ?? [],
    roles: texts(claims['roles']),
    user: text(claims['upn']) ?? text(claims['preferred_username']) ?? text(claims['unique_name']),
    appName: text(claims['app_displayname']),
    appId: text(claims['appid']) ?? text(claims['azp']),
  };
}

/**
 * True for the token of an application: only a person's token carries scopes, and it always does.
 */
export function isApplication(claims: TokenClaims): boolean {
  return claims.scopes.length === 0;
}

/** The object that a JSON text holds; undefined for anything else. */
export function parseObject(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

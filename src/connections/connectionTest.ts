import { permissionNeeds } from '../defender/permissions';
import type { Credential } from './credential';
import { isApplication, type TokenClaims } from './token';

/** The calls whose permissions a trial looks at. */
const triedCalls = ['listActions', 'resultLink', 'cancelAction'] as const;

/** What a call lacks, going by the token: one of `anyOf` would do. */
export interface MissingPermission {
  readonly call: (typeof triedCalls)[number];
  readonly anyOf: readonly string[];
}

/** How a new connection did. What went wrong is kept as it was thrown: a Failure, or a bug. */
export interface ConnectionReport {
  readonly token:
    | { readonly ok: true; readonly claims: TokenClaims | undefined }
    | { readonly ok: false; readonly error: unknown };
  /** Undefined when there was no token to try it with. */
  readonly list: { readonly ok: true } | { readonly ok: false; readonly error: unknown } | undefined;
  /** A hint from the token's own roles or scopes; empty when it cannot be read. */
  readonly missing: readonly MissingPermission[];
}

/** The connection that is tried. */
export interface TrialSubject {
  readonly credential: Credential;
  /** Asks for the newest action. */
  readonly list: (signal: AbortSignal) => Promise<unknown>;
  /** Nothing is to be changed through it, so it takes no permission for that. */
  readonly readOnly: boolean;
}

/**
 * Tries a connection the way it will be used: a token, then the list. Never rejects for a failure;
 * rejects with the signal's reason once it is aborted.
 */
export async function tryConnection(
  { credential, list, readOnly }: TrialSubject,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const token = await attempt(() => credential.getToken({ interactive: true, signal }), signal);
  if (!token.ok) {
    return { token, list: undefined, missing: [] };
  }
  const { claims } = token.value;
  const listed = await attempt(() => list(signal), signal);
  return { token: { ok: true, claims }, list: listed, missing: missingPermissions(claims, readOnly) };
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

async function attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, error };
  }
}

/**
 * What a token lacks for each call. A hint for wording, never a gate: only the service's 403 is the
 * truth.
 */
export function missingPermissions(
  claims: TokenClaims | undefined,
  readOnly: boolean,
): readonly MissingPermission[] {
  if (claims === undefined) {
    return [];
  }
  const application = isApplication(claims);
  const granted = application ? claims.roles : claims.scopes;
  return triedCalls
    .filter((call) => call !== 'cancelAction' || !readOnly)
    .map((call) => {
      const need = permissionNeeds[call];
      return { call, anyOf: application ? need.application : need.delegated };
    })
    .filter(({ anyOf }) => !anyOf.some((permission) => granted.includes(permission)));
}

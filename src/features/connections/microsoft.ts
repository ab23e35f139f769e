import * as vscode from 'vscode';
import type { AccessToken, Credential, TokenRequest } from '../../connections/credential';
import type { ConnectionProblem } from '../../connections/connectionProblem';
import type { Connection } from '../../connections/connectionSettings';
import { readClaims } from '../../connections/token';
import { Failure } from '../../http/failure';

/**
 * How long a token that does not tell its expiry is used, in milliseconds: it costs nothing to ask
 * VS Code again.
 */
const unknownLifetime = 10 * 60_000;

/**
 * VS Code's own Microsoft sign-in. Silent unless a person clicked; then it may open a browser. The
 * scopes carry the app registration and the tenant, so each connection has a session of its own.
 * After a sign-out (`signedOut`) the person chooses the account anew.
 */
export function microsoftCredential(
  connection: Connection & { readonly auth: 'microsoft' | 'clientSecret' },
  signedOut: () => boolean,
): Credential {
  const scopes = [
    `VSCODE_CLIENT_ID:${connection.clientId}`,
    `VSCODE_TENANT:${connection.tenantId}`,
    `${connection.endpoints.tokenResource}/.default`,
  ];
  return {
    getToken: async (request) => {
      const session = await getSession(connection, scopes, request, signedOut());
      request.signal.throwIfAborted();
      if (session === undefined) {
        throw new Failure<ConnectionProblem>({ code: 'signInNeeded' });
      }
      return accessToken(session.accessToken, connection.tenantId);
    },
  };
}

/** The provider of VS Code that signs in to a connection's cloud. */
export function providerOf(connection: Connection): string {
  return connection.cloud === 'gccHigh' || connection.cloud === 'dod'
    ? 'microsoft-sovereign-cloud'
    : 'microsoft';
}

async function getSession(
  connection: Connection,
  scopes: readonly string[],
  { interactive, challenge }: TokenRequest,
  signedOut: boolean,
): Promise<vscode.AuthenticationSession | undefined> {
  if (!interactive && challenge !== undefined) {
    return undefined;
  }
  const provider = providerOf(connection);
  try {
    if (!interactive) {
      return await vscode.authentication.getSession(provider, scopes, { silent: true });
    }
    return challenge === undefined
      ? await vscode.authentication.getSession(provider, scopes, {
          createIfNone: true,
          clearSessionPreference: signedOut,
        })
      : await answerChallenge(provider, scopes, challenge);
  } catch (error) {
    throw new Failure<ConnectionProblem>(problemOf(error, provider));
  }
}

/**
 * A new session with the claims that the service asked for; without them where the provider cannot
 * ask for claims.
 */
async function answerChallenge(
  provider: string,
  scopes: readonly string[],
  challenge: string,
): Promise<vscode.AuthenticationSession> {
  const request = { wwwAuthenticate: challenge, fallbackScopes: scopes };
  try {
    return await vscode.authentication.getSession(provider, request, { forceNewSession: true });
  } catch (error) {
    if (!/challenge/i.test(String(error))) {
      throw error;
    }
    return vscode.authentication.getSession(provider, scopes, { forceNewSession: true });
  }
}

/** VS Code words its refusals in English only, and gives them no code. */
function problemOf(error: unknown, provider: string): ConnectionProblem {
  const message = error instanceof Error ? error.message : String(error);
  if (/cancel|did not consent/i.test(message)) {
    return { code: 'signInCancelled' };
  }
  return /AADSTS65002\b/.test(message)
    ? { code: 'clientNotAllowed', provider }
    : { code: 'signInFailed', provider, detail: message.slice(0, 500) };
}

function accessToken(token: string, expected: string): AccessToken {
  const claims = readClaims(token);
  if (claims?.tenantId !== undefined && claims.tenantId !== expected) {
    throw new Failure<ConnectionProblem>({ code: 'tokenWrongTenant', expected, actual: claims.tenantId });
  }
  return { token, expiresAt: claims?.expiresAt ?? Date.now() + unknownLifetime, claims };
}

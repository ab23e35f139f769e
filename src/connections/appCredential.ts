import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import type { CloudEndpoints } from '../defender/clouds';
import { type AuthorityPorts, withAuthorityTimeLimit } from './authority';
import type { Credential } from './credential';
import type { AppProof, AppTokenRequest } from './msal';
import type { ConnectionProblem } from './connectionProblem';
import type { SecretOwner } from './secretRecord';
import { readClaims } from './token';

/** Where the secrets of connections are kept: app secrets, and the passphrases of certificates. */
export interface SecretPort {
  get(owner: SecretOwner): PromiseLike<string | undefined>;
}

/** The part of a connection that an app registration's token is asked for with. */
export interface AppTarget {
  readonly tenantId: string;
  readonly clientId: string;
  readonly endpoints: Pick<CloudEndpoints, 'authorityUrl' | 'tokenResource'>;
}

export interface AppCredentialPorts extends AuthorityPorts {
  readonly clock: Clock;
}

/**
 * Signs in as an app registration. It never asks a person anything, whatever `interactive` says,
 * and never takes a token out of a cache.
 *
 * @param proof is called for each token, so that a renewed certificate or secret counts at once
 *
 * `getToken` rejects with a `Failure<ConnectionProblem>` or with the signal's reason.
 */
export function appCredential(
  target: AppTarget,
  proof: () => Promise<AppProof>,
  ports: AppCredentialPorts,
): Credential {
  const { tenantId, clientId, endpoints } = target;
  const { authorityUrl } = endpoints;
  return {
    getToken: async ({ signal }) => {
      signal.throwIfAborted();
      const request: AppTokenRequest = {
        authorityUrl,
        tenantId,
        clientId,
        scope: `${endpoints.tokenResource}/.default`,
        proof: await proof(),
      };
      signal.throwIfAborted();
      const { requestAppToken } = await import('./msal');
      const asked = ports.clock.now();
      const { token, lifetime } = await withAuthorityTimeLimit(authorityUrl, ports.clock, signal, (limited) =>
        requestAppToken(request, ports, limited),
      );
      const claims = readClaims(token);
      if (claims?.tenantId !== undefined && claims.tenantId !== tenantId) {
        throw new Failure<ConnectionProblem>({
          code: 'tokenWrongTenant',
          expected: tenantId,
          actual: claims.tenantId,
        });
      }
      return { token, expiresAt: asked + lifetime, claims };
    },
  };
}

/** The app secret of a connection. Rejects with a Failure `secretMissing`. */
export async function secretProof(owner: SecretOwner, secrets: SecretPort): Promise<AppProof> {
  const secret = await secrets.get(owner);
  if (secret === undefined || secret === '') {
    throw new Failure<ConnectionProblem>({ code: 'secretMissing' });
  }
  return { kind: 'secret', secret };
}

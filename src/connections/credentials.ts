import type { TokenSource } from '../defender/client';
import type { Clock } from '../http/clock';
import { Failure } from '../http/failure';
import { appCredential, secretProof, type SecretPort } from './appCredential';
import type { AuthorityPorts } from './authority';
import { azureCliCredential, type AzureCliPorts } from './azureCli';
import { readCertificate, type CertificatePorts } from './certificate';
import type { Credential, TokenCache } from './credential';
import type { ConnectionProblem } from './connectionProblem';
import type { Connection } from './connectionSettings';
import { isApplication, type TokenClaims } from './token';

/** What the ways to sign in need between them. */
export interface CredentialPorts extends AzureCliPorts, AuthorityPorts, CertificatePorts {
  /** The app secrets, and the passphrases of certificates. */
  readonly secrets: SecretPort;
  readonly clock: Clock;
}

/** Who one is in the sample tenant: the analyst whose actions the story tells. */
const sampleClaims: TokenClaims = {
  tenantId: undefined,
  audience: undefined,
  expiresAt: undefined,
  scopes: ['Machine.Read', 'Machine.LiveResponse'],
  roles: [],
  user: 'a.keller@contoso.example',
  appName: undefined,
  appId: undefined,
};

/**
 * The credential of a connection, without a cache: see `tokenCache`.
 *
 * A way to sign in that this version cannot do is reported when a token is asked for
 * (`authNotSupported`), so that the connection can still be listed, edited and removed. The sample
 * tenant's token is a word: its service does not look at it.
 */
export function connectionCredential(connection: Connection, ports: CredentialPorts): Credential {
  switch (connection.auth) {
    case 'demo':
      return {
        getToken: () => Promise.resolve({ token: 'sample', expiresAt: Infinity, claims: sampleClaims }),
      };
    case 'azureCli':
      return azureCliCredential(
        { tenantId: connection.tenantId, resource: connection.endpoints.tokenResource },
        ports,
      );
    case 'clientSecret':
      return appCredential(connection, () => secretProof(connection, ports.secrets), ports);
    case 'clientCertificate':
      return appCredential(
        connection,
        async () => ({
          kind: 'certificate',
          certificate: await readCertificate(
            connection.certificatePath,
            () => ports.secrets.get(connection),
            ports,
          ),
        }),
        ports,
      );
    case 'microsoft':
      return {
        getToken: () =>
          Promise.reject(new Failure<ConnectionProblem>({ code: 'authNotSupported', auth: connection.auth })),
      };
  }
}

/**
 * A cache as the Defender client wants it. Only an interactive call may ask a person to sign in. A
 * token that cannot be read has unknown grants; one that can has at least an empty list, so that a
 * refusal can say that it carries none at all.
 */
export function tokenSource(cache: TokenCache): TokenSource {
  return {
    getToken: async ({ urgency, signal }) => {
      const { token, claims } = await cache.getToken({ interactive: urgency === 'interactive', signal });
      const application = claims !== undefined && isApplication(claims);
      const grants =
        claims === undefined
          ? undefined
          : {
              roles: application ? claims.roles : undefined,
              scopes: application ? undefined : claims.scopes,
            };
      return { token, grants };
    },
    invalidate: (token, challenge) => cache.invalidate(token, challenge),
  };
}

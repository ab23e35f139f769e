/** App tokens through MSAL. It is a chunk of its own: import it only with `import()`. */
import {
  AuthError,
  ConfidentialClientApplication,
  type INetworkModule,
  LogLevel,
  type NetworkResponse,
  ProtocolMode,
} from '@azure/msal-node';
import { Failure } from '../http/failure';
import { hostOf } from '../http/redact';
import { askAuthority, askMetadata, type AuthorityPorts, isMicrosoftAuthority } from './authority';
import { type Asker, explainRefusal } from './authorityErrors';
import type { AppCertificate } from './certificate';
import { cleanDetail, findAadsts } from './detail';
import type { ConnectionProblem } from './connectionProblem';

/** What an app registration proves with that it is the one. */
export type AppProof =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly certificate: AppCertificate };

export interface AppTokenRequest {
  /** An https origin. */
  readonly authorityUrl: string;
  /** GUIDs in lower case. */
  readonly tenantId: string;
  readonly clientId: string;
  /** `<resource>/.default` */
  readonly scope: string;
  readonly proof: AppProof;
}

export interface AppToken {
  readonly token: string;
  /** Milliseconds from the moment of asking. */
  readonly lifetime: number;
}

/**
 * A new token from the authority: client credentials,
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 *
 * Each call is an MSAL application of its own, so there is no cache of MSAL's in between: what our
 * cache forgot is really fetched again, and no secret outlives the request.
 *
 * Rejects with a `Failure<ConnectionProblem>` or with the signal's reason.
 */
export async function requestAppToken(
  request: AppTokenRequest,
  ports: AuthorityPorts,
  signal: AbortSignal,
): Promise<AppToken> {
  const network = new AuthorityNetwork(request, ports, signal);
  try {
    const result = await application(request, network).acquireTokenByClientCredential({
      scopes: [request.scope],
      // Or the environment variable MSAL_FORCE_REGION would send the secret to another host.
      azureRegion: 'DisableMsalForceRegion',
    });
    const token = result?.accessToken ?? '';
    // It becomes a header; anything but visible ASCII in it is no token.
    if (!/^[\x21-\x7e]+$/.test(token)) {
      throw new Failure<ConnectionProblem>({
        code: 'authorityFailed',
        host: hostOf(request.authorityUrl),
        status: 200,
      });
    }
    return { token, lifetime: Math.max(0, (result?.expiresOn?.getTime() ?? 0) - Date.now()) };
  } catch (error) {
    signal.throwIfAborted();
    throw explain(network.failure ?? error, request);
  }
}

function application(request: AppTokenRequest, network: INetworkModule): ConfidentialClientApplication {
  const { authorityUrl, tenantId, clientId, proof } = request;
  const microsoft = isMicrosoftAuthority(authorityUrl);
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: `${authorityUrl}/${tenantId}${microsoft ? '' : '/v2.0'}`,
      // A host that MSAL does not know it would look up at login.microsoftonline.com, also from
      // another cloud or a closed network.
      knownAuthorities: [hostOf(authorityUrl)],
      ...(proof.kind === 'secret'
        ? { clientSecret: proof.secret }
        : {
            clientCertificate: {
              thumbprintSha256: proof.certificate.thumbprintSha256,
              privateKey: proof.certificate.privateKey,
              // The chain makes registrations by subject name and issuer work; others ignore it.
              x5c: proof.certificate.chain,
            },
          }),
    },
    system: {
      networkClient: network,
      protocolMode: microsoft ? ProtocolMode.AAD : ProtocolMode.OIDC,
      // Nothing of MSAL's is written anywhere: our own lines name host and status.
      loggerOptions: {
        loggerCallback: () => undefined,
        logLevel: LogLevel.Error,
        piiLoggingEnabled: false,
      },
    },
  });
}

/**
 * MSAL's network on our fetch port, for one token: only the authority's origin is asked. MSAL puts
 * errors of its own in the place of what is thrown here, so the first failure is kept.
 */
class AuthorityNetwork implements INetworkModule {
  failure: unknown;
  readonly #request: AppTokenRequest;
  readonly #ports: AuthorityPorts;
  readonly #signal: AbortSignal;

  constructor(request: AppTokenRequest, ports: AuthorityPorts, signal: AbortSignal) {
    this.#request = request;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** The metadata. For Microsoft's clouds MSAL has them built in and does not ask. */
  async sendGetRequestAsync<T>(url: string): Promise<NetworkResponse<T>> {
    const { authorityUrl, tenantId } = this.#request;
    return this.#keepFailure(async () => ({
      status: 200,
      headers: {},
      body: (await askMetadata(authorityUrl, { url, tenant: tenantId }, this.#ports, this.#signal)) as T,
    }));
  }

  async sendPostRequestAsync<T>(
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<NetworkResponse<T>> {
    return this.#keepFailure(async () => {
      const request = {
        method: 'POST' as const,
        url,
        ...(options?.headers && { headers: options.headers }),
        ...(options?.body !== undefined && { body: options.body }),
      };
      const answer = await askAuthority(this.#request.authorityUrl, request, this.#ports, this.#signal);
      if (answer.status !== 200 || answer.body === undefined) {
        throw new Failure(explainRefusal(answer, askerOf(this.#request)));
      }
      return { status: answer.status, headers: {}, body: answer.body as T };
    });
  }

  async #keepFailure<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.failure ??= error;
      throw error;
    }
  }
}

function askerOf({ authorityUrl, tenantId, clientId, proof }: AppTokenRequest): Asker {
  return {
    host: hostOf(authorityUrl),
    tenantId,
    clientId,
    thumbprint: proof.kind === 'certificate' ? proof.certificate.thumbprintSha256 : undefined,
    secret: proof.kind === 'secret' ? proof.secret : undefined,
  };
}

/**
 * MSAL's own refusals (metadata that it does not accept, a token answer that it cannot use) have a
 * code and a sentence.
 */
function explain(error: unknown, request: AppTokenRequest): unknown {
  if (!(error instanceof AuthError)) {
    return error;
  }
  const { secret } = askerOf(request);
  const message =
    secret === undefined ? error.errorMessage : error.errorMessage.replaceAll(secret, '<redacted>');
  return new Failure<ConnectionProblem>({
    code: 'authorityRefused',
    tenantId: request.tenantId,
    reason: findAadsts(message) ?? cleanDetail(error.errorCode),
    detail: cleanDetail(message),
  });
}

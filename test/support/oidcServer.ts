import { createPublicKey, generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, globalAgent, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Adapter, Configuration } from 'oidc-provider';
import { makeCertificate } from './certificates';
import type { TokenRules } from './tokenCheck';

/** An app registration. Its properties may be changed while the server runs; they count from the next token on. */
export interface OidcClient {
  readonly clientId: string;
  /** The app secret. */
  readonly secret?: string;
  /** Certificates in PEM that it may sign in with; any other is refused. */
  readonly certificates?: readonly string[];
  roles: readonly string[];
  /** The server no longer knows it. */
  revoked?: boolean;
  /** `tid` of its tokens, when that is not to be the tenant. */
  foreignTenant?: string;
}

/** A real identity provider (oidc-provider) on loopback, with the addresses and the token claims of Microsoft Entra. */
export interface OidcServer {
  /** Origin, https. */
  readonly authorityUrl: string;
  readonly tenantId: string;
  /** A name of the tenant, as good as its ID. */
  readonly domain: string;
  /** PEM of the certificate to trust (NODE_EXTRA_CA_CERTS, or `trust`). */
  readonly ca: string;
  /** What a service needs to check its tokens. */
  readonly rules: TokenRules;
  readonly clients: OidcClient[];
  /** In seconds. */
  tokenLifetime: number;
  /** Token requests that came, refused ones too. */
  tokenRequests(): number;
  /** All requests that came: method and path without the query. */
  readonly requests: readonly string[];
  /** Never answers a token request from now on; undone with false. */
  hang: boolean;
  /** Makes https of this process trust it; returns what undoes that. */
  trust(): () => void;
  close(): Promise<void>;
}

export interface OidcServerOptions {
  readonly tenantId?: string;
  readonly domain?: string;
  /** The audience of its tokens. */
  readonly resource: string;
  readonly clients?: readonly OidcClient[];
}

/** Everything of a running server that its parts share. */
interface State {
  readonly tenantId: string;
  readonly resource: string;
  readonly clients: OidcClient[];
  readonly requests: string[];
  tokenLifetime: number;
  hang: boolean;
}

export async function startOidcServer(options: OidcServerOptions): Promise<OidcServer> {
  const { certificate: ca, key } = await makeCertificate();
  const domain = options.domain ?? 'contoso.example';
  const state: State = {
    tenantId: options.tenantId ?? randomUUID(),
    resource: options.resource,
    clients: [...(options.clients ?? [])],
    requests: [],
    tokenLifetime: 3599,
    hang: false,
  };
  const server = createServer({ cert: ca, key });
  await listen(server);
  const authorityUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const issuer = `${authorityUrl}/${state.tenantId}/v2.0`;
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = await loadProvider(issuer, {
    keys: [{ ...signing.privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }],
    state,
  });
  server.on('request', (request, response) => route(state, domain, provider, request, response));
  return Object.assign(state, {
    authorityUrl,
    domain,
    ca,
    rules: { issuer, audience: state.resource, keys: [signing.publicKey] },
    trust: () => trustIn(ca),
    close: () => shut(server),
    tokenRequests: () => state.requests.filter((each) => each.startsWith('POST ')).length,
  });
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The tenant's provider lives below its path, by ID and by name; any other tenant is not found. */
function route(
  state: State,
  domain: string,
  provider: Handler,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = request.url ?? '/';
  state.requests.push(`${request.method ?? ''} ${url.replace(/\?.*/, '')}`);
  const [, tenant = '', rest = '/'] = /^\/([^/]+)\/v2\.0(\/.*)$/.exec(url) ?? [];
  if (![state.tenantId, domain].includes(tenant.toLowerCase())) {
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"invalid_tenant"}');
    return;
  }
  if (state.hang && request.method === 'POST') {
    return;
  }
  // How a provider learns the path that it is mounted at.
  Object.assign(request, { originalUrl: `/${state.tenantId}/v2.0${rest}`, url: rest });
  provider(request, response).catch((error: unknown) => {
    response.destroy(error instanceof Error ? error : new Error(String(error)));
  });
}

async function loadProvider(
  issuer: string,
  { keys, state }: { readonly keys: readonly object[]; readonly state: State },
): Promise<Handler> {
  // It warns of a Node older than 22, with which it works all the same.
  const { warn } = console;
  console.warn = () => undefined;
  try {
    const { Provider } = await import('oidc-provider');
    return new Provider(issuer, configuration(keys, state)).callback();
  } finally {
    console.warn = warn;
  }
}

function configuration(keys: readonly object[], state: State): Configuration {
  const scope = `${state.resource}/.default`;
  const clientOf = (id: string): OidcClient | undefined =>
    state.clients.find(({ clientId, revoked }) => clientId === id && revoked !== true);
  return {
    adapter: adapterFor((id) => {
      const client = clientOf(id);
      return client && metadataOf(client, scope);
    }),
    jwks: { keys },
    scopes: [scope],
    ttl: { ClientCredentials: () => state.tokenLifetime },
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => state.resource,
        getResourceServerInfo: () => ({
          scope,
          audience: state.resource,
          accessTokenTTL: state.tokenLifetime,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_, { clientId }) => {
      const client = clientOf(clientId);
      return {
        tid: client?.foreignTenant ?? state.tenantId,
        appid: clientId,
        app_displayname: 'Test app',
        roles: client?.roles ?? [],
      };
    },
  };
}

function metadataOf({ clientId, secret, certificates }: OidcClient, scope: string): object {
  const common = {
    client_id: clientId,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope,
  };
  return secret !== undefined
    ? { ...common, client_secret: secret, token_endpoint_auth_method: 'client_secret_post' }
    : {
        ...common,
        token_endpoint_auth_method: 'private_key_jwt',
        // What MSAL signs with when it has the SHA-256 of the certificate.
        token_endpoint_auth_signing_alg: 'PS256',
        jwks: { keys: (certificates ?? []).map(jwkOf) },
      };
}

function jwkOf(certificate: string): object {
  const key = createPublicKey(
    new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }),
  );
  return { ...key.export({ format: 'jwk' }), use: 'sig', alg: 'PS256' };
}

/** Clients come from the list of the moment; everything else that a provider stores is kept for its life. */
function adapterFor(find: (id: string) => object | undefined): new (model: string) => Adapter {
  return class {
    readonly #model: string;
    readonly #stored = new Map<string, object>();

    constructor(model: string) {
      this.#model = model;
    }

    find(id: string): Promise<object | undefined> {
      return Promise.resolve(this.#model === 'Client' ? find(id) : this.#stored.get(id));
    }

    upsert(id: string, payload: object): Promise<void> {
      this.#stored.set(id, payload);
      return Promise.resolve();
    }

    destroy(id: string): Promise<void> {
      this.#stored.delete(id);
      return Promise.resolve();
    }

    consume = (): Promise<void> => Promise.resolve();
    revokeByGrantId = (): Promise<void> => Promise.resolve();
    findByUid = (): Promise<undefined> => Promise.resolve(undefined);
    findByUserCode = (): Promise<undefined> => Promise.resolve(undefined);
  };
}

/** node-fetch uses this agent unless it is given another one, so the real fetch port is what gets tested. */
function trustIn(ca: string): () => void {
  const before = globalAgent.options.ca;
  globalAgent.options.ca = ca;
  return () => {
    globalAgent.options.ca = before;
    globalAgent.destroy();
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The name, not an address: it is what the issuer is called.
    server.listen(0, 'localhost', resolve);
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

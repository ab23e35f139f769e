/** The part of oidc-provider that the tests use; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface ClientMetadata {
    readonly client_id: string;
    readonly [name: string]: unknown;
  }

  export interface Adapter {
    find(id: string): Promise<object | undefined>;
    upsert(id: string, payload: object): Promise<void>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    findByUid(uid: string): Promise<undefined>;
    findByUserCode(code: string): Promise<undefined>;
    revokeByGrantId(id: string): Promise<void>;
  }

  export interface ResourceServer {
    readonly scope: string;
    readonly audience: string;
    readonly accessTokenTTL: number;
    readonly accessTokenFormat: 'jwt';
    readonly jwt: { readonly sign: { readonly alg: 'RS256' } };
  }

  export interface Configuration {
    readonly adapter: new (model: string) => Adapter;
    readonly jwks: { readonly keys: readonly object[] };
    readonly scopes: readonly string[];
    /** In seconds. */
    readonly ttl: { readonly ClientCredentials: () => number };
    readonly clientAuthMethods: readonly string[];
    readonly features: {
      readonly devInteractions: { readonly enabled: false };
      readonly clientCredentials: { readonly enabled: true };
      readonly resourceIndicators: {
        readonly enabled: true;
        readonly defaultResource: () => string;
        readonly getResourceServerInfo: () => ResourceServer;
      };
    };
    readonly extraTokenClaims: (
      context: unknown,
      token: { readonly clientId: string },
    ) => Readonly<Record<string, unknown>>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }
}

import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { TokenCache, TokenRequest } from '../../../src/connections/credential';
import {
  connectionCredential,
  type CredentialPorts,
  tokenSource,
} from '../../../src/connections/credentials';
import { demoConnection, readConnections } from '../../../src/connections/connectionSettings';
import { readClaims } from '../../../src/connections/token';
import { jwt, otherTenant, tenant, TestClock } from './fakes';

const ports: CredentialPorts = {
  env: {},
  platform: process.platform,
  homeDirectory: '.',
  clock: new TestClock(),
  secrets: { get: () => Promise.resolve(undefined) },
  fetch: () => Promise.reject(new Error('Nothing may be sent')),
};
const request = (): TokenRequest => ({ interactive: false, signal: new AbortController().signal });

describe('connectionCredential', () => {
  it('needs nothing for the sample tenant', async () => {
    const { token, expiresAt } = await connectionCredential(demoConnection, ports).getToken(request());
    assert.equal(token, 'sample');
    assert.equal(expiresAt, Infinity);
  });

  it('asks the Azure CLI', async () => {
    const [, connection] = readConnections([{ id: 'a', tenantId: tenant, auth: 'azureCli' }]).connections;
    assert.ok(connection !== undefined);
    await assert.rejects(connectionCredential(connection, ports).getToken(request()), {
      problem: { code: 'azNotInstalled' },
    });
  });

  function connect(auth: string): Promise<unknown> {
    const entry = {
      id: 'a',
      tenantId: tenant,
      clientId: otherTenant,
      certificatePath: '/no/such/file',
      auth,
    };
    const [, connection] = readConnections([entry]).connections;
    assert.ok(connection !== undefined);
    return connectionCredential(connection, ports).getToken(request());
  }

  it('looks for the secret and for the certificate of a connection', async () => {
    await assert.rejects(connect('clientSecret'), { problem: { code: 'secretMissing' } });
    await assert.rejects(connect('clientCertificate'), {
      problem: { code: 'certificateNotFound', path: path.normalize('/no/such/file') },
    });
  });

  it('reports a way to sign in that it has no code for when a token is asked for', async () => {
    await assert.rejects(connect('microsoft'), { problem: { code: 'authNotSupported', auth: 'microsoft' } });
  });
});

describe('tokenSource', () => {
  function source(token: string): { tokens: ReturnType<typeof tokenSource>; seen: unknown[] } {
    const seen: unknown[] = [];
    const cache: TokenCache = {
      claims: undefined,
      signedIn: false,
      getToken: ({ interactive }) => {
        seen.push(interactive);
        return Promise.resolve({ token, expiresAt: 0, claims: readClaims(token) });
      },
      invalidate: (refused) => void seen.push(refused),
      clear: () => undefined,
    };
    return { tokens: tokenSource(cache), seen };
  }
  const { signal } = new AbortController();

  it('asks a person only for an interactive call', async () => {
    const { tokens, seen } = source('x');
    for (const urgency of ['interactive', 'view', 'background'] as const) {
      await tokens.getToken({ urgency, signal });
    }
    tokens.invalidate('x');
    assert.deepEqual(seen, [true, false, false, 'x']);
  });

  it('tells what the token was granted', async () => {
    const grants = async (token: string): Promise<unknown> =>
      (await source(token).tokens.getToken({ urgency: 'view', signal })).grants;
    assert.deepEqual(await grants(jwt({ scp: 'a b', roles: ['c'] })), {
      roles: undefined,
      scopes: ['a', 'b'],
    });
    assert.deepEqual(await grants(jwt({ roles: ['c'] })), { roles: ['c'], scopes: undefined });
    assert.deepEqual(await grants(jwt({})), { roles: [], scopes: undefined });
    assert.equal(await grants('opaque'), undefined);
  });
});

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { type Credential, tokenCache } from '../../../src/connections/credential';
import { connectionCredential, tokenSource } from '../../../src/connections/credentials';
import type * as Msal from '../../../src/connections/msal';
import { type Connection, readConnections } from '../../../src/connections/connectionSettings';
import { DefenderClient } from '../../../src/defender/client';
import { type Clock, systemClock } from '../../../src/http/clock';
import { Failure } from '../../../src/http/failure';
import type { FetchPort } from '../../../src/http/fetchPort';
import { nodeFetchPort } from '../../../src/http/nodeFetch';
import { RequestQuota } from '../../../src/http/quota';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { never, problemOf } from '../../support/failures';
import { FakeClock } from '../../support/fakeClock';
import { type OidcClient, type OidcServer, startOidcServer } from '../../support/oidcServer';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';
import { startSimulator } from '../../support/simulatorServer';
import { jwt, otherTenant, resource, tenant } from './fakes';

const app = '0a0b0c0d-0000-4000-8000-000000000001';
const certificateApp = '0a0b0c0d-0000-4000-8000-000000000002';
const secret = 'S3cr~t+with/odd=characters & %41';

/** Everything that a failing sign-in leaves behind. */
const traces: string[] = [];
const log = (line: string): void => void traces.push(line);

interface Setup {
  readonly entry: Record<string, unknown>;
  readonly secrets?: Record<string, string>;
  readonly fetch?: FetchPort;
  readonly clock?: Clock;
}

function connectionOf(entry: Record<string, unknown>): Connection {
  const { connections, problems } = readConnections([{ id: 'a', ...entry }]);
  assert.deepEqual(problems, []);
  const [, connection] = connections;
  assert.ok(connection !== undefined);
  return connection;
}

function credentialOf({
  entry,
  secrets = {},
  fetch = nodeFetchPort,
  clock = systemClock,
}: Setup): Credential {
  return connectionCredential(connectionOf(entry), {
    env: {},
    platform: process.platform,
    homeDirectory: tmpdir(),
    clock,
    fetch,
    log,
    secrets: { get: ({ id }) => Promise.resolve(secrets[id]) },
  });
}

/** The problem, after its whole text was kept to be searched for secrets. */
async function refusal(setup: Setup, signal = never): Promise<Readonly<Record<string, unknown>>> {
  const asked = credentialOf(setup).getToken({ interactive: true, signal });
  asked.catch((error: unknown) => {
    assert.ok(error instanceof Failure);
    traces.push(JSON.stringify(error.problem), error.message, String(error.stack), String(error.cause));
  });
  return problemOf(asked);
}

describe('msal: an app registration, at a real identity provider', function () {
  this.timeout(20_000);
  let server: OidcServer;
  let own: TestCertificate;
  let renewed: TestCertificate;
  let folder: string;
  let distrust: () => void;

  before(async () => {
    [own, renewed, folder] = await Promise.all([
      makeCertificate({ name: 'app' }),
      makeCertificate({ name: 'app, renewed' }),
      mkdtemp(path.join(tmpdir(), 'msal-')),
    ]);
    server = await startOidcServer({ tenantId: tenant, resource });
    distrust = server.trust();
  });

  after(async () => {
    distrust();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  let secretClient: OidcClient;

  beforeEach(() => {
    secretClient = { clientId: app, secret, roles: ['Machine.Read.All'] };
    const certificates = [own.certificate, renewed.certificate];
    server.clients.splice(0, Infinity, secretClient, {
      clientId: certificateApp,
      certificates,
      roles: ['Machine.ReadWrite.All'],
    });
    server.tokenLifetime = 3599;
    server.hang = false;
  });

  afterEach(() => {
    for (const trace of traces.splice(0)) {
      assert.doesNotMatch(trace, /S3cr~t|S3cr%7Et|eyJ|client_secret=|client_assertion=|PRIVATE KEY/);
    }
  });

  const bySecret = (more: Partial<Setup> & { over?: Record<string, unknown> } = {}): Setup => ({
    entry: {
      tenantId: tenant,
      auth: 'clientSecret',
      clientId: app,
      authorityUrl: server.authorityUrl,
      ...more.over,
    },
    secrets: { a: secret },
    ...more,
  });

  async function byCertificate(content: string, name = 'app.pem', passphrase?: string): Promise<Setup> {
    const certificatePath = path.join(folder, name);
    await writeFile(certificatePath, content);
    const entry = {
      tenantId: tenant,
      auth: 'clientCertificate',
      clientId: certificateApp,
      certificatePath,
      authorityUrl: server.authorityUrl,
    };
    return { entry, ...(passphrase !== undefined && { secrets: { a: passphrase } }) };
  }

  it('gets a token with a secret', async () => {
    const { token, claims, expiresAt } = await credentialOf(bySecret()).getToken({
      interactive: false,
      signal: never,
    });
    assert.match(token, /^eyJ/);
    assert.deepEqual(claims?.roles, ['Machine.Read.All']);
    assert.equal(claims.audience, resource);
    assert.equal(claims.tenantId, tenant);
    assert.equal(claims.appId, app);
    const left = expiresAt - Date.now();
    assert.ok(left > 3_590_000 && left <= 3_600_000, `${left} ms`);
  });

  it('goes by the clock of its port for the expiry', async () => {
    const clock = new FakeClock(1_000_000);
    const { expiresAt } = await credentialOf(bySecret({ clock })).getToken({
      interactive: false,
      signal: never,
    });
    assert.ok(expiresAt > 4_590_000 && expiresAt <= 4_600_000, String(expiresAt));
  });

  it('gets a token with a certificate, and with the one that replaces it at once', async () => {
    const setup = await byCertificate(own.certificate + own.key);
    const credential = credentialOf(setup);
    const first = await credential.getToken({ interactive: false, signal: never });
    assert.deepEqual(first.claims?.roles, ['Machine.ReadWrite.All']);
    await byCertificate(renewed.key + renewed.certificate);
    server.clients.splice(0, Infinity, {
      clientId: certificateApp,
      certificates: [renewed.certificate],
      roles: [],
    });
    assert.deepEqual((await credential.getToken({ interactive: false, signal: never })).claims?.roles, []);
    const refused = await refusal(await byCertificate(own.certificate + own.key));
    assert.equal(refused['code'], 'certificateRefused');
    assert.equal(refused['reason'], 'invalid_client');
  });

  it('brings another token after the first was refused, and none without need', async () => {
    const cache = tokenCache(credentialOf(bySecret()), systemClock);
    const request = { interactive: false, signal: never };
    const asked = server.tokenRequests();
    const { token } = await cache.getToken(request);
    assert.equal((await cache.getToken(request)).token, token);
    assert.equal(server.tokenRequests(), asked + 1);
    cache.invalidate(token);
    assert.notEqual((await cache.getToken(request)).token, token);
    assert.equal(server.tokenRequests(), asked + 2);
  });

  it('says that a secret is missing without asking anybody', async () => {
    const before = server.requests.length;
    assert.deepEqual(await refusal(bySecret({ secrets: {} })), { code: 'secretMissing' });
    assert.equal(server.requests.length, before);
  });

  it('says that a secret is wrong, or the app gone', async () => {
    const wrong = await refusal(bySecret({ secrets: { a: `${secret}x` } }));
    assert.deepEqual(wrong, { code: 'secretWrong', clientId: app });
    secretClient.revoked = true;
    assert.deepEqual(await refusal(bySecret()), { code: 'secretWrong', clientId: app });
  });

  it('says that a certificate has expired without asking anybody', async () => {
    const notAfter = new Date('2020-01-02T03:04:05Z');
    const old = await makeCertificate({ notBefore: new Date('2019-01-01'), notAfter });
    const before = server.requests.length;
    const problem = await refusal(await byCertificate(old.certificate + old.key));
    assert.equal(problem['code'], 'certificateExpired');
    assert.equal(problem['at'], notAfter.getTime());
    assert.equal(server.requests.length, before);
  });

  it('says that the tenant is unknown', async () => {
    const problem = await refusal(bySecret({ over: { tenantId: otherTenant } }));
    const host = new URL(server.authorityUrl).host;
    assert.deepEqual(problem, { code: 'tenantUnknown', tenant: otherTenant, host });
  });

  it('refuses a token of another tenant', async () => {
    secretClient.foreignTenant = otherTenant.toUpperCase();
    assert.deepEqual(await refusal(bySecret()), {
      code: 'tokenWrongTenant',
      expected: tenant,
      actual: otherTenant,
    });
    secretClient.foreignTenant = tenant.toUpperCase();
    await credentialOf(bySecret()).getToken({ interactive: false, signal: never });
  });

  it('says why there is no connection: nobody listens, or nobody trusted does', async () => {
    const authorityUrl = await closedPort();
    const closed = await refusal(bySecret({ over: { authorityUrl } }));
    assert.deepEqual(closed, {
      code: 'authorityUnreachable',
      host: new URL(authorityUrl).host,
      cause: 'ECONNREFUSED',
    });
    distrust();
    const untrusted = await refusal(bySecret());
    distrust = server.trust();
    assert.equal(untrusted['code'], 'authorityUnreachable');
    assert.match(String(untrusted['cause']), /SELF_SIGNED|UNABLE_TO/);
  });

  it('stops with the reason of the signal, and after 30 seconds with a problem', async () => {
    server.hang = true;
    const controller = new AbortController();
    const reason = new Error('Changed my mind');
    const asked = server.tokenRequests();
    const token = credentialOf(bySecret()).getToken({ interactive: true, signal: controller.signal });
    const rejected = assert.rejects(token, reason);
    await until(() => server.tokenRequests() > asked);
    controller.abort(reason);
    await rejected;

    const clock = new FakeClock();
    const late = refusal(bySecret({ clock }));
    await until(() => server.tokenRequests() > asked + 1);
    await clock.advance(30_000);
    const host = new URL(server.authorityUrl).host;
    assert.deepEqual(await late, { code: 'authorityUnreachable', host, cause: 'timedOut' });
  });

  it('lets the Defender client list what its roles allow, and name what they lack', async () => {
    const simulator = await startSimulator({ tokens: server.rules });
    const list = async (): Promise<unknown> => {
      const tokens = tokenSource(tokenCache(credentialOf(bySecret()), systemClock));
      const quota = new RequestQuota(systemClock);
      const ports = { fetch: nodeFetchPort, clock: systemClock, random: () => 0, quota, tokens, log };
      return new DefenderClient(simulator.apiUrl, ports).listActions(
        { since: 0, top: 1 },
        { urgency: 'interactive', signal: never },
      );
    };
    try {
      await list();
      secretClient.roles = ['Library.Manage'];
      const { code, grants, error } = await problemOf(list());
      assert.equal(code, 'forbidden');
      assert.deepEqual((grants as { roles: unknown }).roles, ['Library.Manage']);
      assert.match(JSON.stringify(error), /Machine\.Read\.All/);
      const forged = jwt({ iss: server.rules.issuer, aud: resource, exp: 9e9, roles: ['Machine.Read.All'] });
      for (const token of [forged, 'x', '']) {
        const headers = { Authorization: `Bearer ${token}` };
        assert.equal((await fetch(`${simulator.apiUrl}/api/machineactions`, { headers })).status, 401);
      }
    } finally {
      await simulator.close();
    }
  });
});

describe('msal: an app registration, at Microsoft', function () {
  this.timeout(20_000);

  async function ask(
    answer: Answer,
    over: Record<string, unknown> = {},
  ): Promise<{ result: Promise<unknown>; port: ScriptedPort }> {
    const port = new ScriptedPort([answer]);
    const entry = { tenantId: tenant, auth: 'clientSecret', clientId: app, ...over };
    const result = credentialOf({ entry, secrets: { a: secret }, fetch: port.fetch }).getToken({
      interactive: false,
      signal: never,
    });
    await result.catch(() => undefined);
    return { result, port };
  }

  const granted: Answer = {
    body: JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: jwt({ tid: tenant }) }),
  };

  it('sends one request, to the cloud of the connection, also where a region is forced', async () => {
    for (const [cloud, host] of [
      ['commercial', 'login.microsoftonline.com'],
      ['gcc', 'login.microsoftonline.com'],
      ['gccHigh', 'login.microsoftonline.us'],
      ['dod', 'login.microsoftonline.us'],
    ]) {
      process.env['MSAL_FORCE_REGION'] = 'westus';
      const { result, port } = await ask(granted, { cloud });
      delete process.env['MSAL_FORCE_REGION'];
      await result;
      assert.deepEqual(
        port.requests.map(({ method, url }) => `${method} ${url.replace(/\?.*/, '')}`),
        [`POST https://${host}/${tenant}/oauth2/v2.0/token`],
      );
      const body = new URLSearchParams(String(port.requests[0]?.body));
      assert.equal(body.get('grant_type'), 'client_credentials');
      assert.equal(body.get('client_secret'), secret);
      assert.match(body.get('scope') ?? '', /^https:\/\/api.*\/\.default$/);
    }
  });

  it('works as it is shipped: bundled, in a chunk of its own', async () => {
    const chunks = path.resolve('dist', 'chunks');
    const name = (await readdir(chunks)).find((each) => /^msal-\w+\.js$/.test(each));
    assert.ok(name !== undefined);
    const shipped = (await import(pathToFileURL(path.join(chunks, name)).href)) as typeof Msal;
    const { certificate, key } = await makeCertificate();
    const { fingerprint256 } = new X509Certificate(certificate);
    const port = new ScriptedPort([granted]);
    const { token } = await shipped.requestAppToken(
      {
        authorityUrl: 'https://login.microsoftonline.com',
        tenantId: tenant,
        clientId: app,
        scope: `${resource}/.default`,
        proof: {
          kind: 'certificate',
          certificate: {
            thumbprintSha256: fingerprint256.replaceAll(':', ''),
            privateKey: key,
            chain: certificate,
          },
        },
      },
      port,
      never,
    );
    assert.equal(token, jwt({ tid: tenant }));
    const assertion = new URLSearchParams(String(port.requests[0]?.body)).get('client_assertion') ?? '';
    const header = JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString()) as unknown;
    const der = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex');
    assert.deepEqual(header, {
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': der.toString('base64url'),
      x5c: [certificate.replace(/-----[^-]+-----|\n/g, '')],
    });
  });

  it('tells apart what Microsoft Entra refuses', async () => {
    const codes: readonly (readonly [number, Record<string, unknown>])[] = [
      [7000215, { code: 'secretWrong', clientId: app }],
      [7000222, { code: 'secretExpired', clientId: app }],
      [700016, { code: 'appUnknown', clientId: app, tenantId: tenant }],
      [90002, { code: 'tenantUnknown', tenant, host: 'login.microsoftonline.com' }],
      [
        53003,
        {
          code: 'authorityRefused',
          tenantId: tenant,
          reason: 'AADSTS53003',
          detail: 'AADSTS53003: No, not with <redacted>.',
        },
      ],
    ];
    for (const [number, expected] of codes) {
      const error_description = `AADSTS${number}: No, not with ${secret}. Trace ID: 1234 Correlation ID: 5678\r\nmore`;
      const body = JSON.stringify({ error: 'invalid_client', error_codes: [number], error_description });
      const { result } = await ask({ status: 401, body });
      assert.deepEqual(await problemOf(result), expected);
      const withoutNumbers = JSON.stringify({ error: 'invalid_client', error_description });
      assert.deepEqual(await problemOf((await ask({ status: 400, body: withoutNumbers })).result), expected);
    }
  });

  it('reports an answer that is none of an authority', async () => {
    const host = 'login.microsoftonline.com';
    const answers: readonly (readonly [Answer, number])[] = [
      [{ status: 407, body: '<html>Proxy</html>' }, 407],
      [{ status: 302, headers: { Location: 'https://elsewhere.example' } }, 302],
      [{ status: 200, body: '<html>Log in to the guest network</html>' }, 200],
      [{ status: 200, body: '{"token_type":"Bearer","expires_in":3599}' }, 200],
      [{ status: 503, body: '{"error":"temporarily_unavailable"}' }, 503],
    ];
    for (const [answer, status] of answers) {
      const { result, port } = await ask(answer);
      assert.deepEqual(await problemOf(result), { code: 'authorityFailed', host, status });
      assert.equal(port.requests.length, 1);
    }
    const tooLarge = await ask({ body: 'x'.repeat(300_000) });
    assert.deepEqual(await problemOf(tooLarge.result), {
      code: 'authorityUnreachable',
      host,
      cause: 'tooLarge',
    });
  });

  it('sends a secret to no other host than the authority, whatever its metadata say', async () => {
    const authorityUrl = 'https://login.contoso.example';
    const body = JSON.stringify({
      issuer: `${authorityUrl}/${tenant}/v2.0`,
      authorization_endpoint: `${authorityUrl}/authorize`,
      token_endpoint: 'https://elsewhere.example/token',
      jwks_uri: `${authorityUrl}/keys`,
    });
    const { result, port } = await ask({ body }, { authorityUrl });
    assert.deepEqual(await problemOf(result), {
      code: 'authorityElsewhere',
      host: 'login.contoso.example',
      to: 'elsewhere.example',
    });
    assert.deepEqual(
      port.requests.map(({ url }) => url),
      [`${authorityUrl}/${tenant}/v2.0/.well-known/openid-configuration`],
    );
  });
});

/** Waits for something that a server on this computer is about to see. */
async function until(test: () => boolean): Promise<void> {
  while (!test()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An address on this computer where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `https://127.0.0.1:${port}`;
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { resolveTenant } from '../../../src/connections/tenants';
import { nodeFetchPort } from '../../../src/http/nodeFetch';
import { never, problemOf } from '../../support/failures';
import { FakeClock } from '../../support/fakeClock';
import { type OidcServer, startOidcServer } from '../../support/oidcServer';
import { type Answer, ScriptedPort } from '../../support/scriptedPort';
import { resource, tenant } from './fakes';

const microsoft = 'https://login.microsoftonline.com';

describe('tenants: the ID behind a name', function () {
  this.timeout(20_000);
  let server: OidcServer;
  let distrust: () => void;

  before(async () => {
    server = await startOidcServer({ tenantId: tenant, domain: 'contoso.example', resource });
    distrust = server.trust();
  });

  after(async () => {
    distrust();
    await server.close();
  });

  function ask(name: string, answer: Answer): { result: Promise<string>; port: ScriptedPort } {
    const port = new ScriptedPort([answer]);
    const result = resolveTenant(name, microsoft, port.fetch, never);
    result.catch(() => undefined);
    return { result, port };
  }

  const metadata = (more: object): Answer => ({ body: JSON.stringify(more) });

  it('looks a domain up at a real identity provider', async () => {
    for (const name of ['contoso.example', ' Contoso.EXAMPLE ']) {
      assert.equal(await resolveTenant(name, server.authorityUrl, nodeFetchPort, never), tenant);
    }
    const unknown = resolveTenant('fabrikam.example', server.authorityUrl, nodeFetchPort, never);
    assert.deepEqual(await problemOf(unknown), {
      code: 'tenantUnknown',
      tenant: 'fabrikam.example',
      host: new URL(server.authorityUrl).host,
    });
  });

  it('gives a GUID back without asking', async () => {
    for (const text of [tenant, tenant.toUpperCase(), `{${tenant}}`, `  ${tenant}\n`]) {
      const { result, port } = ask(text, {});
      assert.equal(await result, tenant);
      assert.deepEqual(port.requests, []);
    }
  });

  it('sends nothing that is no domain name', async () => {
    for (const text of [
      '',
      'common',
      'organizations',
      'contoso',
      'contoso.example/../..',
      'contoso.example?x',
      'a@contoso.example',
      'https://contoso.example',
      '-a.example',
      'a-.example',
      'a..example',
      '.example',
      'con toso.example',
      '127.0.0.1',
      '%2e%2e.example',
      `${'a'.repeat(64)}.example`,
      `${'abc.'.repeat(70)}example`,
      `${tenant}0`,
      `{${tenant}`,
    ]) {
      const { result, port } = ask(text, {});
      assert.deepEqual(await problemOf(result), { code: 'tenantNotValid' }, text);
      assert.deepEqual(port.requests, []);
    }
  });

  it('asks for an international name in its ASCII form', async () => {
    const { result, port } = ask('Bücher.example', metadata({ issuer: `${microsoft}/${tenant}/v2.0` }));
    assert.equal(await result, tenant);
    assert.equal(
      port.requests[0]?.url,
      `${microsoft}/xn--bcher-kva.example/v2.0/.well-known/openid-configuration`,
    );
  });

  it('reads the ID from the issuer, else from the token endpoint', async () => {
    const upper = tenant.toUpperCase();
    const endpoint = `${microsoft}/${upper}/oauth2/v2.0/token`;
    for (const document of [
      { issuer: `${microsoft}/${upper}/v2.0` },
      { issuer: `${microsoft}/{tenantid}/v2.0`, token_endpoint: endpoint },
      { issuer: 17, token_endpoint: endpoint },
    ]) {
      assert.equal(await ask('contoso.example', metadata(document)).result, tenant);
    }
    const { result } = ask('contoso.example', metadata({ issuer: microsoft }));
    assert.deepEqual(await problemOf(result), {
      code: 'authorityFailed',
      host: 'login.microsoftonline.com',
      status: 200,
    });
  });

  it('tells an unknown tenant from an authority that has a fault', async () => {
    const host = 'login.microsoftonline.com';
    const refused = '{"error":"invalid_tenant","error_description":"AADSTS90002: …"}';
    const unknown = ask('contoso.example', { status: 400, body: refused });
    assert.deepEqual(await problemOf(unknown.result), {
      code: 'tenantUnknown',
      tenant: 'contoso.example',
      host,
    });
    for (const status of [302, 403, 407, 500]) {
      const { result } = ask('contoso.example', { status });
      assert.deepEqual(await problemOf(result), { code: 'authorityFailed', host, status });
    }
  });

  it('gives up after 30 seconds, and when it is told to', async () => {
    const clock = new FakeClock();
    const { fetch } = new ScriptedPort([{ hang: true }]);
    const late = problemOf(resolveTenant('contoso.example', microsoft, fetch, never, clock));
    await clock.advance(30_000);
    assert.deepEqual(await late, {
      code: 'authorityUnreachable',
      host: 'login.microsoftonline.com',
      cause: 'timedOut',
    });
    const controller = new AbortController();
    const reason = new Error('Changed my mind');
    const left = assert.rejects(
      resolveTenant('contoso.example', microsoft, fetch, controller.signal),
      reason,
    );
    controller.abort(reason);
    await left;
  });
});

import { strict as assert } from 'node:assert';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { makeCertificate } from '../../support/certificates';
import { type OidcClient, type OidcServer, startOidcServer } from '../../support/oidcServer';
import { type SimulatorServer, startSimulator } from '../../support/simulatorServer';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';

const secret = 'S3cret~of.the-app_8471';
const passphrase = 'p4ss phrase 8472';
const day = 24 * 3_600_000;

describe('signing in as an app registration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lr-app-'));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const app: OidcClient = {
    clientId: '0a0b0c0d-0000-4000-8000-000000000001',
    secret,
    roles: ['Machine.Read.All'],
  };
  let certificateApp: OidcClient;
  let authority: OidcServer;
  let service: SimulatorServer;
  let workbench: Workbench;
  let privateKey = '';

  before(async () => {
    const good = await makeCertificate({ name: 'responders' });
    const expired = await makeCertificate({
      name: 'old',
      notBefore: new Date(Date.now() - 9 * day),
      notAfter: new Date(Date.now() - 2 * day),
    });
    const encrypted = createPrivateKey(good.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase,
    });
    privateKey = good.key.split('\n')[3] ?? '';
    file('app.pem', good.certificate + good.key);
    file('expired.pem', expired.certificate + expired.key);
    file('encrypted.pem', `${String(encrypted)}${good.certificate}`);
    file('app.pfx', Buffer.from('308209b102010330820977', 'hex'));
    certificateApp = {
      clientId: '0a0b0c0d-0000-4000-8000-000000000002',
      certificates: [good.certificate],
      roles: ['Machine.Read.All'],
    };
    const resource = 'https://api.securitycenter.microsoft.com';
    authority = await startOidcServer({ resource, clients: [app, certificateApp] });
    service = await startSimulator({ quota: null, tokens: authority.rules });
    workbench = await openWorkbench({
      settings: { 'workbench.startupEditor': 'none', 'liveResponse.refresh.intervalSeconds': 0 },
      env: { NODE_EXTRA_CA_CERTS: file('ca.pem', authority.ca) },
    });
    await workbench.openView();
  });
  after(async () => {
    await workbench.close();
    await service.close();
    await authority.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const widget = (): Locator => workbench.page.locator('.quick-input-widget');
  const answer = async (question: string, text: string): Promise<void> => {
    await workbench.quick.shows(question);
    await workbench.quick.answer(text);
  };
  /** Everything up to the way to sign in. */
  const begin = async (
    name: string,
    tenant = authority.domain,
    authorityUrl = authority.authorityUrl,
  ): Promise<void> => {
    await workbench.runCommand('Live Response: Add Connection…');
    await answer('Enter a name for this tenant', name);
    await workbench.quick.shows('Select the tenant’s cloud');
    await workbench.quick.fill('Custom');
    await workbench.quick.pick('Custom URLs…');
    await answer('Enter the API URL', service.apiUrl);
    await answer('Enter the sign-in URL', authorityUrl);
    await answer('Enter the tenant ID', tenant);
  };
  const signInWith = async (way: string, clientId: string): Promise<void> => {
    await workbench.quick.shows('Select what you can do');
    await workbench.quick.accept();
    await workbench.quick.shows('Select how to sign in');
    await workbench.quick.pick(way);
    await answer('client ID', clientId);
  };
  const works = (): Promise<void> => workbench.page.getByPlaceholder('The connection works.').waitFor();
  const fails = async (sentence: string): Promise<void> => {
    await workbench.page.getByPlaceholder('The connection has problems.').waitFor();
    // The list comes after the placeholder.
    await eventually(async () => {
      const said = (await workbench.quick.items()).join(' ').replace(/\s+/g, ' ');
      assert.ok(said.includes(sentence), `"${sentence}" is not in: ${said}`);
      return true;
    });
  };
  const shot = (name: string): Promise<string> => workbench.screenshot(`app-sign-in-${name}`);
  const goBack = (): Promise<void> =>
    workbench.page.locator('.quick-input-titlebar [aria-label*="Back"]').first().click();

  it('says that a domain belongs to no tenant, and finds the tenant of one that does', async () => {
    await begin('Contoso', 'fabrikam.example');
    await workbench.quick.shows('fabrikam.example');
    await widget().locator('.quick-input-message').getByText('tenant').first().waitFor();
    await shot('1-unknown-domain');
    await workbench.quick.answer(authority.domain);
    await signInWith('App registration with a secret', app.clientId);
  });

  it('says that a secret is wrong, and takes the right one after going back', async () => {
    await answer('Enter the value of the client secret', 'not the secret');
    await fails('secret');
    await shot('2-wrong-secret');
    await goBack();
    await answer('Enter the value of the client secret', secret);
    await works();
    await widget().getByText('Signed in as Test app').waitFor();
    await shot('3-works');
    await workbench.quick.pick('Save');
    await workbench.row('minidump.ps1').waitFor();
    await shot('4-listed');
  });

  it('opens a result with the token of the app', async () => {
    await workbench.expandRow('minidump.ps1');
    await workbench.clickRow('0: RunScript minidump.ps1');
    await workbench.waitForEditorText('51 MB');
    const blobs = service.requests.filter(({ origin }) => origin === 'blob');
    assert.ok(blobs.length > 0 && blobs.every(({ headers }) => headers.authorization === undefined));
  });

  it('names the permission that the app lacks', async () => {
    app.roles = ['Machine.Isolate'];
    await workbench.runCommand('Live Response: Sign Out');
    await begin('Without roles');
    await signInWith('App registration with a secret', app.clientId);
    await answer('Enter the value of the client secret', secret);
    await fails('Machine.Read.All');
    await shot('5-missing-role');
    await workbench.quick.dismiss();
    app.roles = ['Machine.Read.All'];
  });

  it('says that the authority cannot be reached', async () => {
    await begin('Nowhere', authority.tenantId, 'https://localhost:1');
    await signInWith('App registration with a secret', app.clientId);
    await answer('Enter the value of the client secret', secret);
    await fails('localhost:1');
    await workbench.quick.dismiss();
  });

  it('asks for the secret again after a sign-out', async () => {
    await workbench.pressWelcomeButton('Sign In');
    await workbench.notifications.waitFor('secret');
    await shot('6-secret-gone');
    await workbench.notifications.clear();
  });

  it('refuses a PFX file and an expired certificate before anything is sent', async () => {
    const before = authority.tokenRequests();
    await begin('Certificate');
    await signInWith('App registration with a certificate', certificateApp.clientId);
    await answer('Select the PEM file', join(folder, 'app.pfx'));
    await widget().getByText('openssl pkcs12').first().waitFor();
    await shot('7-pfx');
    await workbench.quick.answer(join(folder, 'expired.pem'));
    await widget().getByText('expired').first().waitFor();
    await shot('8-expired');
    assert.equal(authority.tokenRequests(), before);
  });

  it('signs in with a certificate whose key is encrypted', async () => {
    await workbench.quick.answer(join(folder, 'encrypted.pem'));
    await answer('Enter the passphrase of the private key', 'wrong');
    await fails('passphrase');
    await shot('9-wrong-passphrase');
    await goBack();
    await answer('Enter the passphrase of the private key', passphrase);
    await works();
    await workbench.quick.pick('Save');
    await workbench.row('minidump.ps1').waitFor();
    await shot('10-certificate-listed');
  });

  /** The questions of a connection that is there, with their answers as they are, up to its app. */
  const change = async (name: string, way: string): Promise<void> => {
    await workbench.runCommand('Live Response: Change Connection…');
    await workbench.quick.shows('Select the connection');
    await workbench.quick.pick(name);
    for (const next of [
      'Enter a name',
      'Select the tenant’s cloud',
      'Enter the API URL',
      'Enter the sign-in URL',
      'Enter the tenant ID',
      'Select what you can do',
    ]) {
      await workbench.quick.shows(next);
      await workbench.quick.accept();
    }
    await workbench.quick.shows('Select how to sign in');
    await workbench.quick.pick(way);
    await workbench.quick.shows('client ID');
    await workbench.quick.accept();
  };

  it('never takes the passphrase that is stored for the secret of the app', async () => {
    const before = authority.tokenRequests();
    await change('Certificate', 'App registration with a secret');
    await workbench.quick.shows('Enter the value of the client secret');
    await workbench.quick.accept();
    await workbench.quick.shows('Enter a secret.');
    await shot('12-no-secret-stored');
    assert.equal(authority.tokenRequests(), before);
    await workbench.quick.dismiss();
  });

  it('asks for no passphrase where the key has none', async () => {
    await change('Certificate', 'App registration with a certificate');
    await answer('Select the PEM file', join(folder, 'app.pem'));
    await works();
    await workbench.quick.dismiss();
  });

  it('says that the app is refused once it was revoked, when its token no longer counts', async () => {
    certificateApp.revoked = true;
    const body = '{"error":{"code":"Unauthorized","message":"revoked"}}';
    service.fault({ on: 'api', answer: { status: 401, body } });
    await workbench.runCommand('Live Response: Refresh');
    const { buttons } = await workbench.notifications.waitFor(/certificate|registration/i);
    await shot('11-revoked');
    assert.ok(buttons.includes('Change Connection…'), buttons.join());
  });

  it('leaves no secret, passphrase, key or token behind', async function () {
    if (!workbench.writesLogs) {
      this.skip();
    }
    const tokens = service.requests.map(({ headers }) => headers.authorization?.slice('Bearer '.length));
    const signatures = service.requests
      .filter(({ origin }) => origin === 'blob')
      .map(({ path }) => /sig=([^&]+)/.exec(path)?.[1]);
    const wanted = [...new Set([...tokens, ...signatures])].filter((each) => each !== undefined);
    assert.ok(wanted.length >= 2);
    const canary = 'machineactions';
    const found = await workbench.searchForSecrets([secret, passphrase, privateKey, ...wanted, canary]);
    assert.ok(
      found.some((each) => each.secret === canary),
      'the log was not searched',
    );
    assert.deepEqual(
      found.filter((each) => each.secret !== canary),
      [],
    );
  });
});

import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { tenantId } from '../../support/fakeAz';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

describe('setting up a connection', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;

  before(async () => {
    tenant = await startTenant();
    workbench = await openWorkbench({ env: tenant.env, settings: { 'workbench.startupEditor': 'none' } });
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  const shows = (text: string): Promise<void> => workbench.quick.shows(text);
  const saved = (connections: Record<string, unknown>[]): Promise<unknown> =>
    eventually(() => {
      assert.deepEqual(entries(workbench), connections);
      return true;
    });
  const shot = (name: string): Promise<string> => workbench.screenshot(`add-connection-${name}`);

  it('asks one thing after another, with a way back, and judges while one types', async () => {
    await workbench.openView();
    await workbench.pressWelcomeButton('Add Connection…');
    await shows('Enter a name for this tenant');
    await shot('1-name');
    await workbench.quick.answer('Contoso & Söhne');
    await workbench.quick.item('Commercial, Europe').waitFor();
    await shot('2-cloud');
    await workbench.quick.fill('Custom');
    await workbench.quick.pick('Custom URLs…');
    await shows('Enter the API URL');
    await workbench.quick.fill('http://api.example.com');
    await shows('must use https, or http on this computer, because');
    await shot('3-address-refused');
    await workbench.quick.answer(tenant.server.apiUrl);
    await shows('Enter the sign-in URL');
    await workbench.quick.answer('');
    await shows('Enter the tenant ID or one of the tenant’s domains');
    await workbench.quick.fill('not a tenant');
    await shows('Enter a GUID or a domain.');
    await workbench.page.locator('.quick-input-titlebar [aria-label*="Back"]').first().click();
    await shows('Enter the sign-in URL');
    await workbench.quick.answer('');
    await shows('Enter the tenant ID or one of the tenant’s domains');
    await workbench.quick.answer(`{${tenantId.toUpperCase()}}`);
    await shows('Select what you can do through this connection');
    await shot('4-access');
    await workbench.quick.accept();
    await workbench.quick.item('App registration with a certificate').waitFor();
    await shot('5-way-in');
    await workbench.quick.pick('Azure CLI');
  });

  it('says what works, and keeps nothing before it is told to', async () => {
    await workbench.page.getByPlaceholder('The connection works.').waitFor();
    await workbench.quick.item('Defender responded').waitFor();
    await shot('6-tried');
    assert.equal(entries(workbench).length, 0);
    await workbench.quick.pick('Save');
    await workbench.row('minidump.ps1').waitFor();
    await shot('7-listed');
    await saved([
      {
        id: 'contoso-sohne',
        name: 'Contoso & Söhne',
        cloud: 'commercial',
        tenantId,
        auth: 'azureCli',
        apiUrl: tenant.server.apiUrl,
      },
    ]);
  });

  it('says what does not work, and can be tried again', async () => {
    tenant.az.signOut();
    await workbench.runCommand('Live Response: Change Connection…');
    await shows('Enter a name for this tenant');
    await workbench.quick.answer('Contoso');
    // What was answered before is proposed.
    for (const next of [
      'Select the tenant’s cloud',
      'Enter the API URL',
      'Enter the sign-in URL',
      'Enter the tenant ID',
      'Select what you can do through this connection',
    ]) {
      await shows(next);
      await workbench.quick.accept();
    }
    await shows('Select how to sign in');
    await workbench.quick.pick('Azure CLI');
    await workbench.page.getByPlaceholder('The connection has problems.').waitFor();
    await workbench.quick.item('az login').waitFor();
    await shot('8-refused');
    tenant.az.signIn();
    await workbench.quick.pick('Retry');
    await workbench.page.getByPlaceholder('The connection works.').waitFor();
    await workbench.quick.pick('Save');
    // The view's message names the tenant.
    await workbench.page.getByText('Contoso: 198 actions').waitFor();
    await eventually(() => {
      assert.deepEqual(
        entries(workbench).map(({ id, name }) => [id, name]),
        [['contoso-sohne', 'Contoso']],
      );
      return true;
    });
  });

  it('is taken away again after a question', async () => {
    await workbench.runCommand('Live Response: Remove Connection…');
    const dialog = await workbench.dialog();
    assert.match(dialog.message, /Remove the connection Contoso\?/);
    await shot('9-remove');
    await workbench.pressDialogButton('Remove');
    await workbench.page.locator('.welcome-view-content').filter({ hasText: 'Add Connection…' }).waitFor();
    await saved([]);
  });

  it('stays in its cloud with addresses of its own, and loses no answer while settings cannot be written', async () => {
    await workbench.runCommand('Live Response: Add Connection…');
    await shows('Enter a name for this tenant');
    await workbench.quick.answer('Agency');
    await workbench.quick.item('Commercial, Europe').waitFor();
    await workbench.quick.fill('GCC High');
    await workbench.quick.pick('GCC High');
    await shows('Enter the tenant ID or one of the tenant’s domains');
    await workbench.page.locator('.quick-input-titlebar [aria-label*="Back"]').first().click();
    await shows('Select the tenant’s cloud');
    await workbench.quick.fill('Custom');
    await workbench.quick.pick('Custom URLs…');
    await shows('Enter the API URL');
    await workbench.quick.answer(tenant.server.apiUrl);
    await shows('Enter the sign-in URL');
    await workbench.quick.answer('');
    await shows('Enter the tenant ID or one of the tenant’s domains');
    await workbench.quick.answer(tenantId);
    await workbench.quick.pick('Allow changes');
    await workbench.quick.pick('Azure CLI');
    await workbench.page.getByPlaceholder('The connection works.').waitFor();
    const file = settingsFile(workbench);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, -2));
    await workbench.quick.pick('Save');
    const { buttons } = await workbench.notifications.waitFor(/The connection wasn’t saved/);
    assert.ok(buttons.includes('Retry'), buttons.join());
    await shot('10-not-saved');
    await workbench.notifications.open();
    const item = workbench.page.locator('.notifications-center .notification-list-item');
    await item.filter({ hasText: 'wasn’t saved' }).locator('.codicon-error').first().waitFor();
    writeFileSync(file, whole);
    await workbench.notifications.press(/wasn’t saved/, 'Retry');
    const entry = {
      name: 'Agency',
      cloud: 'gccHigh',
      tenantId,
      auth: 'azureCli',
      apiUrl: tenant.server.apiUrl,
      readOnly: false,
    };
    await saved([{ id: 'agency', ...entry }]);
  });
});

function settingsFile(workbench: Workbench): string {
  const file = readdirSync(workbench.dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
    /User[\\/]settings\.json$/.test(name),
  );
  assert.ok(file, 'there are no settings');
  return join(workbench.dataDir, file);
}

/** The connections in the user's settings. */
function entries(workbench: Workbench): Record<string, unknown>[] {
  const text = readFileSync(settingsFile(workbench), 'utf8');
  const settings = JSON.parse(text) as Record<string, Record<string, unknown>[] | undefined>;
  return settings['liveResponse.connections'] ?? [];
}

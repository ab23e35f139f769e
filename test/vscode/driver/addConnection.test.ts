import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
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

  const shows = async (text: string): Promise<void> => {
    await workbench.page.locator('.quick-input-widget').getByText(text).first().waitFor();
  };
  const proposal = async (question: string): Promise<void> => {
    const widget = workbench.page.locator('.quick-input-widget');
    await widget.getByText(question).or(widget.getByPlaceholder(question)).first().waitFor();
  };
  const saved = (connections: Record<string, string>[]): Promise<unknown> =>
    eventually(() => {
      assert.deepEqual(entries(workbench), connections);
      return true;
    });
  const shot = (name: string): Promise<string> => workbench.screenshot(`add-connection-${name}`);

  it('asks one thing after another, with a way back, and judges while one types', async () => {
    await workbench.openView();
    await workbench.pressWelcomeButton('Add a Connection');
    await shows('What is this tenant called?');
    await shot('1-name');
    await workbench.answer('Contoso & Söhne');
    await workbench.quickItem('Commercial, Europe').waitFor();
    await shot('2-cloud');
    await workbench.quickInput().fill('Other');
    await workbench.pick('Other addresses…');
    await shows('The API’s address');
    await workbench.quickInput().fill('http://api.example.com');
    await shows('must be https, or http on this computer, because');
    await shot('3-address-refused');
    await workbench.answer(tenant.server.apiUrl);
    await shows('The address that signs in');
    await workbench.answer('');
    await shows('The tenant’s ID or one of its domains');
    await workbench.quickInput().fill('not a tenant');
    await shows('That is neither a GUID nor a domain.');
    await workbench.page.locator('.quick-input-titlebar [aria-label*="Back"]').first().click();
    await shows('The address that signs in');
    await workbench.answer('');
    await shows('The tenant’s ID or one of its domains');
    await workbench.answer(`{${tenantId.toUpperCase()}}`);
    await workbench.quickItem('App registration with a certificate').waitFor();
    await shot('4-way-in');
    await workbench.pick('Azure CLI');
  });

  it('says what works, and keeps nothing before it is told to', async () => {
    await workbench.page.getByPlaceholder('The connection works.').waitFor();
    await workbench.quickItem('Defender answers').waitFor();
    await shot('5-tried');
    assert.equal(entries(workbench).length, 0);
    await workbench.pick('Save');
    await workbench.row('minidump.ps1').waitFor();
    await shot('6-listed');
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
    await shows('What is this tenant called?');
    await workbench.answer('Contoso');
    // What was answered before is proposed.
    for (const next of ['Which cloud', 'The API’s address', 'The address that signs in', 'The tenant’s ID']) {
      await proposal(next);
      await workbench.quickInput().press('Enter');
    }
    await proposal('How do you sign in?');
    await workbench.pick('Azure CLI');
    await workbench.page.getByPlaceholder('Not everything works yet.').waitFor();
    await workbench.quickItem('az login').waitFor();
    await shot('7-refused');
    tenant.az.signIn();
    await workbench.pick('Try Again');
    await workbench.page.getByPlaceholder('The connection works.').waitFor();
    await workbench.pick('Save');
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
    await shot('8-remove');
    await workbench.pressDialogButton('Remove');
    await workbench.page.getByRole('button', { name: 'Add a Connection' }).waitFor();
    await saved([]);
  });
});

/** The connections in the user's settings. */
function entries(workbench: Workbench): Record<string, string>[] {
  const file = readdirSync(workbench.dataDir, { recursive: true, encoding: 'utf8' }).find((name) =>
    /User[\\/]settings\.json$/.test(name),
  );
  const text = file === undefined ? '{}' : readFileSync(join(workbench.dataDir, file), 'utf8');
  const settings = JSON.parse(text) as Record<string, Record<string, string>[] | undefined>;
  return settings['liveResponse.connections'] ?? [];
}

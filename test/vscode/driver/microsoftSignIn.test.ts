import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { jwt, tenantId } from '../../support/fakeAz';
import { eventually } from '../../support/patience';
import { type MicrosoftProvider, makeMicrosoftProvider } from '../../support/microsoftProvider';
import { type SimulatorServer, startSimulator } from '../../support/simulatorServer';
import { openWorkbench, type Workbench } from './harness';

const clientId = '0a0b0c0d-0000-4000-8000-000000000003';
const scopes = [
  `VSCODE_CLIENT_ID:${clientId}`,
  `VSCODE_TENANT:${tenantId}`,
  'https://api.securitycenter.microsoft.com/.default',
].sort();

describe('signing in with VS Code’s Microsoft account', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lr-microsoft-'));
  let provider: MicrosoftProvider;
  let service: SimulatorServer;
  let workbench: Workbench;
  const tokenOf = (upn: string): string =>
    jwt({ tid: tenantId, upn, scp: 'Machine.Read Machine.LiveResponse', exp: 4_102_444_800 });
  const first = tokenOf('anna@contoso.example');
  const second = tokenOf('ravi@contoso.example');
  const created = (): number => provider.calls().filter(({ what }) => what === 'create').length;
  const lastToken = (): string | undefined =>
    service.requests.at(-1)?.headers.authorization?.slice('Bearer '.length);
  const signIn = (): Promise<void> => workbench.page.getByRole('button', { name: 'Sign In' }).click();

  before(async () => {
    provider = makeMicrosoftProvider(folder);
    provider.setToken(first);
    service = await startSimulator({ quota: null });
    const connection = {
      id: 'contoso',
      name: 'Contoso',
      tenantId,
      auth: 'microsoft',
      clientId,
      apiUrl: service.apiUrl,
    };
    workbench = await openWorkbench({
      builtins: provider.builtins,
      settings: {
        'workbench.startupEditor': 'none',
        'liveResponse.connections': [connection],
        // Each request of this test comes from a click.
        'liveResponse.refresh.intervalSeconds': 0,
      },
    });
  });
  after(async () => {
    await workbench.close();
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks nobody while the view is only looked at', async () => {
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Sign In' }).waitFor();
    await workbench.screenshot('microsoft-1-sign-in-needed');
    assert.equal(created(), 0);
    assert.equal(service.count(), 0);
    await workbench.notifications.waitForNone();
  });

  it('stays signed out when the consent is refused', async () => {
    await signIn();
    const dialog = await workbench.dialog();
    assert.match(dialog.message, /Defender Live Response.*wants to sign in using Microsoft/s);
    await workbench.screenshot('microsoft-2-consent');
    await workbench.pressDialogButton('Cancel');
    await workbench.page.getByRole('button', { name: 'Sign In' }).waitFor();
    assert.equal(created(), 0);
    assert.equal(service.count(), 0);
    await workbench.notifications.waitForNone();
  });

  it('lists after the consent, with the scopes of the connection', async () => {
    await signIn();
    await workbench.dialog();
    await workbench.pressDialogButton('Allow');
    await workbench.row('minidump.ps1').waitFor();
    await workbench.screenshot('microsoft-3-listed');
    assert.equal(created(), 1);
    const asked = provider.calls().filter(({ what }) => what === 'create');
    assert.deepEqual([...(asked[0]?.scopes ?? [])].sort(), scopes);
    assert.equal(lastToken(), first);
  });

  it('uses the token of the account that took the other’s place', async () => {
    provider.setToken(second);
    await eventually(async () => {
      const before = service.count('api');
      await workbench.runCommand('Live Response: Refresh');
      await eventually(() => service.count('api') > before);
      return lastToken() === second;
    });
    assert.equal(created(), 1);
  });

  it('signs in anew when the service asks for further claims', async () => {
    const challenge = 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="';
    const body = '{"error":{"code":"Unauthorized","message":"claims"}}';
    service.fault({ on: 'api', answer: { status: 401, headers: { 'WWW-Authenticate': challenge }, body } });
    await workbench.runCommand('Live Response: Refresh');
    const dialog = await workbench.dialog();
    assert.match(dialog.message, /Defender Live Response/);
    await workbench.screenshot('microsoft-4-claims');
    await workbench.pressDialogButton('Allow');
    await eventually(() => created() === 2);
    await workbench.row('minidump.ps1').waitFor();
  });

  it('does not come back by itself after a sign-out', async () => {
    await workbench.runCommand('Live Response: Sign Out');
    await workbench.page.getByRole('button', { name: 'Sign In' }).waitFor();
    const before = service.count();
    await workbench.reload(['signedOut.contoso', 'true']);
    await workbench.openView();
    await workbench.page.getByRole('button', { name: 'Sign In' }).waitFor();
    assert.equal(service.count(), before);
  });
});

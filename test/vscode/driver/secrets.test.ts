import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { tenantId } from '../../support/fakeAz';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

/** What Azure's store says to a signature that is wrong. */
const refusal = {
  status: 403,
  headers: { 'Content-Type': 'application/xml' },
  body: '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>Signature did not match.</Message></Error>',
};

describe('what a session leaves behind', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  /** Every line that the log has about a request starts with the connection's id: it must be found. */
  const canary = 'canary-4f1d';

  before(async () => {
    tenant = await startTenant(canary);
    workbench = await openWorkbench(tenant);
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('has no token and no signature of a link in it, wherever one looks', async function () {
    await workbench.openView();
    await workbench.expandRow('triage.sh');
    await workbench.clickRow('0: RunScript triage.sh');
    await workbench.waitForEditorText('kworkerd');
    // A failure puts more into the log than a success.
    tenant.server.fault({ on: 'blob', times: 9, answer: refusal });
    await workbench.expandRow('Get-Logons.ps1');
    await workbench.clickRow('0: RunScript Get-Logons.ps1');
    await workbench.notifications.waitFor('The result store rejected');
    await workbench.runCommand('Live Response: Show Log');
    // Log files are written with a delay: what is looked for may come after what must be found.
    const seesLog = (): Promise<boolean> =>
      workbench
        .searchForSecrets([`${canary}: GET /api/machineactions 200`])
        .then((found) => found.length > 0);
    if (workbench.writesLogs) {
      await eventually(seesLog, 15_000);
    }

    const signatures = tenant.server.requests
      .filter(({ origin }) => origin === 'blob')
      .map(({ path }) => new URL(path, 'http://x').searchParams.get('sig') ?? '');
    assert.equal(signatures.length, 3);
    assert.ok(signatures.every((signature) => signature.length > 20));
    const [, payload = ''] = tenant.az.token.split('.');
    assert.deepEqual(await workbench.searchForSecrets([tenant.az.token, payload, ...signatures]), []);
    if (!workbench.writesLogs) {
      this.skip();
    }
    assert.ok(await seesLog(), 'the search does not see the log');
  });
});

describe('a workspace that brings settings along', () => {
  it('cannot add a connection', async () => {
    const tenant = await startTenant();
    const folder = mkdtempSync(join(tmpdir(), 'lr-folder-'));
    mkdirSync(join(folder, '.vscode'));
    const connections = [
      { id: 'evil', name: 'Evil', tenantId, auth: 'azureCli', apiUrl: tenant.server.apiUrl },
    ];
    writeFileSync(
      join(folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'liveResponse.connections': connections }),
    );
    const workbench = await openWorkbench({
      folder,
      env: tenant.env,
      settings: { 'workbench.startupEditor': 'none' },
    });
    try {
      await workbench.openView();
      await workbench.page.getByRole('button', { name: 'Explore the Sample Tenant' }).waitFor();
      await workbench.runCommand('Live Response: Switch Connection…');
      await workbench.quick.item('Sample tenant').waitFor();
      assert.equal((await workbench.quick.items()).length, 1);
      assert.equal(tenant.server.count(), 0);
    } finally {
      await workbench.close();
      await tenant.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('names that an attacker wrote', () => {
  it('are text: no link, no command, no icon comes of them', async () => {
    const tenant = await startTenant();
    const workbench = await openWorkbench(tenant);
    try {
      await workbench.openView();
      const row = '[clean](command:workbench.action.closeWindow).ps1';
      const hover = await workbench.hoverOver(workbench.row(row).locator('.monaco-tl-contents'), 'Requestor');
      assert.match(
        hover.text,
        /\[click here\]\(command:workbench\.action\.closeWindow\) \$\(flame\) <b>bold<\/b>/,
      );
      assert.deepEqual([hover.links, hover.icons], [[], 0]);
      // And in a notification: the service's message may repeat what an endpoint sent.
      const message = 'no [click](command:workbench.action.closeWindow) $(flame)';
      const body = JSON.stringify({ error: { code: 'Forbidden', message } });
      tenant.server.fault({ on: 'api', match: /LiveResponse/, answer: { status: 403, body } });
      await workbench.expandRow('Get-Logons.ps1');
      await workbench.clickRow('0: RunScript Get-Logons.ps1');
      const told = await workbench.notifications.waitFor('closeWindow');
      await workbench.screenshot('hostile-notification');
      assert.deepEqual(told.links, []);
    } finally {
      await workbench.close();
      await tenant.close();
    }
  });
});

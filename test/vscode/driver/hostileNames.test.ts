import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { openWorkbench } from './harness';
import { startTenant } from './tenant';

const row = '[clean](command:workbench.action.closeWindow).ps1';
const links = 'a[href*="closeWindow"], a[data-href*="closeWindow"]';

describe('a script that an attacker named', () => {
  it('is text in the progress of a slow download, and in the status of its document', async () => {
    const tenant = await startTenant();
    const workbench = await openWorkbench(tenant);
    try {
      await workbench.openView();
      await workbench.expandRow(row);
      tenant.server.fault({ on: 'blob', delayMs: 4_000 });
      await workbench.clickRow(`0: RunScript ${row}`);
      // Progress is a notification while the view is hidden.
      await workbench.page.keyboard.press('Control+B');
      tenant.server.fault({ on: 'blob', delayMs: 12_000 });
      await workbench.runCommand('Live Response: Open Result…');
      await workbench.answer('5a3e1e00-1d4c-4c11-9f00-000000000040');
      const toast = await workbench.notification('Opening [clean]');
      await workbench.screenshot('hostile-progress');
      assert.equal(await toast.locator(links).count(), 0);
      await workbench.waitForEditorText(/./);
      const status = workbench.page.locator('.statusbar-item[id="status.languageStatus"]');
      await status.hover();
      await workbench.page.locator('.hover-language-status').getByText('[clean]').first().waitFor();
      await workbench.screenshot('hostile-status');
      assert.equal(await workbench.page.locator(links).count(), 0);
    } finally {
      await workbench.close();
      await tenant.close();
    }
  });
});

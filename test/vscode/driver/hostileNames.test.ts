import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { eventually } from '../../support/patience';
import { againMs, insist } from './insist';
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
      let answer = (): void => undefined;
      const until = new Promise<void>((resolve) => (answer = resolve));
      tenant.server.fault({ on: 'blob', times: 2, until });
      await workbench.clickRow(`0: RunScript ${row}`);
      await eventually(() => tenant.server.count('blob') > 0);
      // Progress is a notification while the view is hidden.
      await workbench.closeView();
      await workbench.runCommand('Live Response: Open Result…');
      await workbench.quick.fill('5a3e1e00-1d4c-4c11-9f00-000000000040');
      await workbench.quick.pick('5a3e1e00-1d4c-4c11-9f00-000000000040');
      const progress = await workbench.notifications.waitFor('Opening [clean]');
      await workbench.screenshot('hostile-progress');
      assert.deepEqual(progress.links, []);
      answer();
      await workbench.waitForEditorText(/./);
      const status = workbench.page.locator('.statusbar-item[id="status.languageStatus"]');
      const details = workbench.page.locator('.hover-language-status').getByText('[clean]').first();
      await insist(
        async () => {
          await workbench.page.mouse.move(640, 2);
          await status.hover({ timeout: againMs });
        },
        (timeout) => details.waitFor({ timeout }),
      );
      await workbench.screenshot('hostile-status');
      assert.equal(await workbench.page.locator(links).count(), 0);
    } finally {
      await workbench.close();
      await tenant.close();
    }
  });
});

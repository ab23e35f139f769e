import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { scriptAction } from '../../support/actions';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const category = 'Live Response:';

describe('the budget of calls in the status bar', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;

  before(async () => {
    tenant = await startTenant();
    tenant.server.put(scriptAction(72, { status: 'Pending' }));
    workbench = await openWorkbench({
      ...tenant,
      settings: { ...tenant.settings, 'liveResponse.refresh.intervalSeconds': 0 },
    });
    await workbench.openView();
    await workbench.row('script-72.ps1').waitFor();
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('is not there while there is plenty', async () => {
    await workbench.page.locator('.statusbar-item[id*="budget"]').waitFor({ state: 'hidden' });
  });

  it('is there once half is spent, with the sessions in its tooltip, and shows only these on a click', async () => {
    const calls = async (count: number): Promise<number> => {
      await eventually(async () => {
        await workbench.runCommand(`${category} Refresh`);
        return tenant.server.count('api') > count;
      });
      return tenant.server.count('api');
    };
    const limit = 2 * (await calls(12)) - 1;
    const message = `Maximum allowed ${limit} per 01:00:00 for the key`;
    const body = JSON.stringify({ error: { code: '429', message } });
    tenant.server.fault({ on: 'api', answer: { status: 429, headers: { 'Retry-After': '1' }, body } });
    await calls(limit / 2 + 1);
    const item = workbench.page
      .locator('.statusbar-item[id*="budget"]')
      .filter({ hasText: new RegExp(`/100 · \\d+/${limit} · ≥\\d+`) });
    await item.waitFor();
    const { text } = await workbench.hoverOver(item, 'not counting those started in the portal');
    await workbench.screenshot('budget');
    assert.match(text, /Documented limit: 25 \(50 in newer documentation\)/);
    assert.match(text, /script-72\.ps1/);
    await item.click();
    await workbench.page.getByText('Filter: Open Live Response Sessions.').first().waitFor();
    await workbench.row('minidump.ps1').waitFor({ state: 'detached' });
    await workbench.runCommand(`${category} Clear Filter`);
    await workbench.row('minidump.ps1').waitFor();
  });
});

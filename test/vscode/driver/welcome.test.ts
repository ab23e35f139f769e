import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../../support/patience';
import type { Fault } from '../../support/simulatorServer';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

/** Why a tree is empty, and what to do about it. Sign-in has its own tests: signedOut, microsoftSignIn. */
describe('an empty tree', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  const message = () => workbench.page.locator('[id="workbench.view.extension.liveResponse"] .message');
  const fails = (fault: Omit<Fault, 'on'>): void => {
    tenant.server.reset();
    tenant.server.fault({ on: 'api', match: /machineactions\?/, times: 999, ...fault });
  };
  const answers = (answer: Fault['answer'] & object): void => fails({ answer });
  const refresh = (): Promise<void> => workbench.runCommand('Live Response: Refresh');
  const says = async (text: RegExp, button: string): Promise<void> => {
    await workbench.page.locator('.welcome-view-content').filter({ hasText: text }).waitFor();
    await eventually(async () => {
      assert.match((await workbench.welcomeTexts()).join('\n'), new RegExp(button));
      assert.deepEqual(await workbench.rowTexts(), []);
      return true;
    });
  };

  before(async () => {
    tenant = await startTenant();
    // Not one row before what each test wants to see.
    answers({ status: 400, body: '{"error":{"code":"BadRequest","message":"not now"}}' });
    workbench = await openWorkbench({ settings: { ...tenant.settings }, env: tenant.env });
    await workbench.openView();
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });
  it('says that listing failed', async () => {
    await says(/couldn’t be listed/, 'Show Log');
    await workbench.screenshot('welcome-failed');
  });

  it('names the permissions that a refusal lacks', async () => {
    answers({ status: 403, body: '{"error":{"code":"Forbidden"}}' });
    await workbench.pressWelcomeButton('Retry');
    await workbench.page
      .getByText('Required application permission: Machine.Read.All or Machine.ReadWrite.All')
      .first()
      .waitFor();
    await says(/Machine\.Read or Machine\.ReadWrite, and the role View Data/, 'Retry');
    await workbench.screenshot('welcome-forbidden');
  });

  it('says that Defender cannot be reached', async () => {
    fails({ reset: true });
    await refresh();
    await workbench.page.getByText('Can’t connect to Defender').first().waitFor();
    await says(/Check the network and the proxy settings/, 'Retry');
    await workbench.screenshot('welcome-offline');
  });

  it('says that there was nothing in the period, and offers another one', async () => {
    answers({ status: 200, body: '{"value":[]}' });
    await workbench.pressWelcomeButton('Retry');
    await says(/no machine actions in the selected period/, 'Change the Period');
    await workbench.screenshot('welcome-empty');
  });

  it('says that the filter hides everything', async () => {
    await workbench.runCommand('Live Response: Filter…');
    await workbench.quick.pick('Last Hour');
    await says(/The filter hides all machine actions/, 'Filter…');
    await workbench.screenshot('welcome-filtered');
    await workbench.pressWelcomeButton('Clear Filter');
    await says(/no machine actions in the selected period/, 'Refresh');
  });

  it('counts down while Defender wants to be left alone', async () => {
    const body = '{"error":{"code":"429","message":"Maximum allowed 30 per 00:01:00 for the key"}}';
    answers({ status: 429, headers: { 'Retry-After': '600' }, body });
    await refresh();
    await message().filter({ hasText: 'Throttled by Defender until' }).waitFor();
    const first = await message().innerText();
    assert.match(first, /\((10 min|\d min \d+ s) left\)\./);
    await workbench.screenshot('welcome-throttled');
    const later = message().filter({ hasText: ' left).' });
    await eventually(async () => (await later.innerText()) !== first);
    // The limit that the refusal named has taken the place of the documented one.
    await workbench.page.locator('.statusbar-item[id*="budget"]').filter({ hasText: '/30' }).waitFor();
  });

  it('explains itself where no tenant is set up', async () => {
    await workbench.runCommand('Live Response: Remove Connection…');
    await workbench.pressDialogButton('Remove');
    await says(/sample tenant\. It shows a fictional incident/, 'Add Connection…');
  });

  it('offers in the palette only what makes sense then', async () => {
    await workbench.quick.open('F1');
    await workbench.quick.fill('>Live Response: ');
    await workbench.quick.item('Add Connection…').waitFor();
    await workbench.screenshot('welcome-palette');
    const offered = await workbench.page.locator('.quick-input-widget .monaco-list-row').allInnerTexts();
    const has = (title: string): boolean => offered.some((each) => each.includes(title));
    assert.deepEqual(
      ['Add Connection…', 'Switch Connection…', 'Verify Evidence…', 'Show Log'].filter(
        (title) => !has(title),
      ),
      [],
    );
    assert.deepEqual(['Open Result…', 'Filter…', 'Load More', 'Clear Filter', 'Next Result'].filter(has), []);
    await workbench.quick.dismiss();
  });
});

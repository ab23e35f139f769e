import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

describe('a tab that is restored while nobody is signed in', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;

  before(async () => {
    tenant = await startTenant();
    workbench = await openWorkbench(tenant);
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('says why it is empty, as a notification and in the view, and asks nobody to sign in', async () => {
    await workbench.openView();
    await workbench.expandRow('minidump.ps1');
    await workbench.clickRow('0: RunScript minidump.ps1');
    await workbench.waitForEditorText('51 MB');
    tenant.az.signOut();
    await workbench.reload(['editorpart.state', '988cc94e-7a8f-4b28-ab65-54970c5d5018']);
    const { buttons } = await workbench.notifications.waitFor('az login --tenant');
    assert.ok(buttons.includes('Retry'), buttons.join());
    await workbench.screenshot('restored-signed-out');
  });

  it('opens again once there is a sign-in', async () => {
    tenant.az.signIn();
    await workbench.notifications.press('az login --tenant', 'Retry');
    await workbench.waitForEditorText('51 MB');
    assert.equal((await workbench.tabs()).length, 1);
  });
});

describe('Sign Out of what signs in without a question', () => {
  it('holds until a click on Sign In', async () => {
    const tenant = await startTenant();
    const workbench = await openWorkbench(tenant);
    try {
      await workbench.openView();
      await workbench.row('minidump.ps1').waitFor();
      const runs = tenant.az.runs();
      await workbench.runCommand('Live Response: Sign Out');
      const signIn = workbench.page.getByRole('button', { name: 'Sign In' });
      await signIn.waitFor();
      await workbench.screenshot('signed-out-by-hand');
      await workbench.reload([]);
      await workbench.openView();
      await signIn.waitFor();
      assert.equal(tenant.az.runs(), runs);
      await signIn.click();
      await workbench.row('minidump.ps1').waitFor();
    } finally {
      await workbench.close();
      await tenant.close();
    }
  });
});

describe('the view while nobody is signed in', () => {
  it('says so, with a way to try again', async () => {
    const tenant = await startTenant();
    tenant.az.signOut();
    const workbench = await openWorkbench(tenant);
    try {
      await workbench.openView();
      const tryAgain = workbench.page.locator('.welcome-view-content .monaco-button', { hasText: 'Retry' });
      await tryAgain.waitFor();
      await workbench.screenshot('signed-out');
      assert.equal(tenant.server.count(), 0);
      await workbench.notifications.waitForNone();
      tenant.az.signIn();
      await tryAgain.click();
      await workbench.row('minidump.ps1').waitFor();
    } finally {
      await workbench.close();
      await tenant.close();
    }
  });
});

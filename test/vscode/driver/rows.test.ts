import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

describe('a row of the tree', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  const hasFocus = async (part: string): Promise<boolean> =>
    (await workbench.page.locator(`${part} :focus`).count()) > 0;
  const treeHasFocus = (): Promise<boolean> => hasFocus('.pane-body');
  const editorHasFocus = (): Promise<boolean> => hasFocus('.editor-instance');
  const isPreview = (name: string): Promise<boolean> =>
    workbench.page
      .locator('.tab.active', { hasText: name })
      .locator('.monaco-icon-label-container .italic, .italic')
      .first()
      .isVisible();

  before(async () => {
    tenant = await startTenant();
    workbench = await openWorkbench(tenant);
    await workbench.openView();
    await workbench.expandRow('minidump.ps1');
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('that is clicked shows its result and keeps the focus', async () => {
    await workbench.clickRow('0: RunScript minidump.ps1');
    await workbench.waitForEditorText('51 MB');
    assert.equal(await treeHasFocus(), true);
    assert.equal(await isPreview('minidump.ps1'), true);
    await workbench.screenshot('rows-1-clicked');
  });

  it('moves the focus to the result on Enter', async () => {
    await workbench.page.keyboard.press('Enter');
    await eventually(editorHasFocus);
    assert.equal(await isPreview('minidump.ps1'), true);
  });

  it('keeps its tab after a double click', async () => {
    const row = workbench.row('0: RunScript minidump.ps1').locator('.monaco-tl-contents');
    await eventually(async () => {
      await row.dblclick();
      await eventually(async () => !(await isPreview('minidump.ps1')), 2_000);
      return true;
    });
    await eventually(editorHasFocus);
    await workbench.screenshot('rows-2-kept');
  });

  it('still expands and collapses on Enter when it opens nothing', async () => {
    await workbench.runCommand('Live Response: Focus on Machine Actions View');
    await workbench.page.keyboard.press('Home');
    const first = workbench.page.locator('.pane-body .monaco-list-row.focused').first();
    await first.waitFor();
    const before = await first.getAttribute('aria-expanded');
    await workbench.page.keyboard.press('Enter');
    await eventually(async () => (await first.getAttribute('aria-expanded')) !== before);
  });
});

import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { scriptAction } from '../../support/actions';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const { id, machineId } = scriptAction(980);
const addresses = [
  'https://evil.example/a',
  'see http://127.0.0.1:1/b.',
  'file:///etc/passwd',
  '"https://evil.example/c"',
  'vscode://evil.extension/d',
  '[x](command:workbench.action.closeWindow)',
];

describe('a result in an editor', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  let folder = '';

  before(async () => {
    tenant = await startTenant();
    const put = (n: number, output: string): void => {
      const body = Buffer.from(JSON.stringify({ script_output: output, script_errors: '' }));
      tenant.server.put(scriptAction(n), { 0: { bytes: body, contentType: 'application/json' } });
    };
    put(980, `${addresses.join('\n')}\nthis action: ${id}\nthis machine: ${machineId}\n`);
    const hostile = `${'='.repeat(199)}x`;
    put(981, `=== First ===\n${`${hostile}\n`.repeat(6_000)}=== Second ===\nbehind\nit\n`);
    folder = mkdtempSync(join(tmpdir(), 'lr-inert-'));
    writeFileSync(join(folder, 'plain.txt'), `${addresses.join('\n')}\n`);
    workbench = await openWorkbench({
      ...tenant,
      settings: { ...tenant.settings, 'workbench.editor.enablePreview': false },
      folder,
    });
    await workbench.openView();
    await workbench.row('script-980.ps1').waitFor();
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  const group = (name: string): Locator =>
    workbench.page.locator('.editor-group-container').filter({
      has: workbench.page.locator(`.tab.active[data-resource-name*="${name}"]`),
    });

  it('has no link, where a file with the same text has them', async () => {
    await workbench.expandRow('script-980.ps1');
    await workbench.clickRow('0: RunScript script-980.ps1');
    await workbench.waitForEditorText('this machine');
    await workbench.runCommand('View: Split Editor Right');
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput().fill('plain.txt');
    await workbench.quickItem('plain.txt').waitFor();
    await workbench.page.keyboard.press('Enter');
    await group('plain.txt').locator('.detected-link').first().waitFor();
    await workbench.screenshot('inert-1-links');
    assert.ok((await group('plain.txt').locator('.detected-link').count()) >= 4);
    const result = group('.script_output.txt');
    assert.equal(await result.count(), 1);
    assert.equal(await result.locator('.detected-link').count(), 0);
  });

  it('underlines its IDs, and a machine is opened from the hover', async () => {
    const line = group('.script_output.txt').locator('.view-line').filter({ hasText: machineId });
    const marked = line
      .locator('span')
      .filter({ hasText: new RegExp(`^${machineId}$`) })
      .last();
    const { links } = await workbench.hoverOver(marked, 'Show only this machine');
    await workbench.page.screenshot({ path: join(process.cwd(), 'out', 'screenshots', 'inert-2-hover.png') });
    assert.deepEqual(
      links.map((link) => decodeURIComponent(link).split('?')[0]),
      ['command:liveResponse.filterOnMachine'],
    );
    assert.equal(
      await marked.evaluate('element => getComputedStyle(element).textDecorationLine'),
      'underline',
    );
    await workbench.page.locator('.monaco-hover a').filter({ hasText: 'Show only this machine' }).click();
    const message = workbench.page.locator('[id="workbench.view.extension.liveResponse"] .message');
    await message.filter({ hasText: 'Filter:' }).waitFor();
    await workbench.runCommand('Defender Live Response: Clear Filter');
  });

  it('folds its headings, whatever lines stand between them', async () => {
    await workbench.expandRow('script-981.ps1');
    await workbench.clickRow('0: RunScript script-981.ps1');
    await workbench.waitForEditorText('=== First ===');
    const start = Date.now();
    await workbench.page.locator('.view-line').filter({ hasText: '=== First ===' }).first().click();
    await workbench.runCommand('Fold All');
    // The second heading comes on the screen when what stands between is folded.
    await workbench.waitForEditorText('=== Second ===');
    console.log(`folded ${Date.now() - start} ms after the text was there`);
    await workbench.screenshot('inert-3-folded');
    assert.ok(!(await workbench.waitForEditorText('=== Second ===')).includes('behind'));
  });
});

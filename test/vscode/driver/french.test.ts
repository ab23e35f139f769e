import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const id = '988cc94e-7a8f-4b28-ab65-54970c5d5018';

describe('in French', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  let folder = '';

  before(async () => {
    tenant = await startTenant();
    folder = mkdtempSync(join(tmpdir(), 'lr-french-'));
    writeFileSync(join(folder, 'notes.md'), `- ${id}\n`);
    workbench = await openWorkbench({ ...tenant, folder, language: 'fr' });
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  it('the tree, a result, its facts and a hover speak', async () => {
    await workbench.openView();
    await workbench.page.getByText('Contoso : 198 actions au cours des 30 derniers jours.').first().waitFor();
    await workbench.row('Isoler la machine').waitFor();
    await workbench.expandRow('minidump.ps1 +1');
    await workbench.clickRow('0: RunScript minidump.ps1');
    await workbench.waitForEditorText('51 MB');
    await workbench.page.getByText('Ouvrir la transcription').first().waitFor();
    await workbench.screenshot('french-1-result');
    await workbench.openFile('notes.md');
    await workbench.waitForEditorText(id);
    const line = workbench.page.locator('.view-line').filter({ hasText: id });
    const { text } = await workbench.hoverOver(line, 'Ouvrir le résultat 0', { x: 120, y: 8 });
    await workbench.page.screenshot({
      path: join(process.cwd(), 'out', 'screenshots', 'french-2-hover.png'),
    });
    assert.match(text, /Demandeur/);
  });
});

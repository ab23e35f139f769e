import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { scriptAction } from '../../support/actions';
import { eventually } from '../../support/patience';
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

/** Texts of each language, with what their editor shows. */
const colored = [
  { language: 'json', shows: 'schema', text: '{"$schema": "http://127.0.0.1:1/", "pid": 4, "ok": true}\n' },
  { language: 'xml', shows: 'service', text: '<Objs Version="1.1">\n  <S name="service">x</S>\n</Objs>\n' },
  {
    language: 'html',
    shows: 'paragraph',
    text: '<html><body class="a">\n<p>paragraph</p>\n</body></html>\n',
  },
  {
    language: 'csv',
    shows: 'svchost',
    text: 'Name,Path,Id\n"svchost","C:\\x",4\n"lsass","C:\\y",5\n"a","b",6\n',
  },
  {
    language: 'log',
    shows: 'denied',
    text: '2026-11-20 14:43:45 ERROR access denied to "C:\\x" 0x80070005\n',
  },
] as const;

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
    const hostile = `${'='.repeat(199)}x\n`.repeat(6_000);
    const framed = (title: string): string => `${'='.repeat(40)}\n${title}\n${'='.repeat(40)}\n`;
    put(981, `${framed('First')}${hostile}${'=====x\n'.repeat(240_000)}${framed('Second')}behind\nit\n`);
    for (const [n, { text }] of colored.entries()) {
      put(982 + n, text);
    }
    folder = mkdtempSync(join(tmpdir(), 'lr-inert-'));
    writeFileSync(join(folder, 'plain.txt'), `${addresses.join('\n')}\n`);
    workbench = await openWorkbench({
      ...tenant,
      settings: {
        ...tenant.settings,
        'workbench.editor.enablePreview': false,
        'workbench.colorTheme': 'Default Dark Modern',
      },
      folder,
    });
    await workbench.openView();
    await workbench.row('script-980.ps1').waitFor();
    await workbench.expandRow('script-980.ps1');
    await workbench.clickRow('0: RunScript script-980.ps1');
    await workbench.waitForEditorText('this machine');
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
    await workbench.runCommand('View: Split Editor Right');
    await workbench.openFile('plain.txt');
    await group('plain.txt').locator('.detected-link').first().waitFor();
    await workbench.screenshot('inert-1-links');
    await eventually(async () => (await group('plain.txt').locator('.detected-link').count()) >= 4);
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
    const { links } = await workbench.hoverOver(marked, 'Show Only This Machine');
    await workbench.page.screenshot({ path: join(process.cwd(), 'out', 'screenshots', 'inert-2-hover.png') });
    assert.deepEqual(
      links.map((link) => decodeURIComponent(link).split('?')[0]),
      ['command:liveResponse.filterOnMachine'],
    );
    assert.equal(await workbench.style(marked, 'textDecorationLine'), 'underline');
    const message = workbench.page.locator('[id="workbench.view.extension.liveResponse"] .message');
    await workbench.clickInHover(marked, 'Show Only This Machine', (timeout) =>
      message.filter({ hasText: 'Filter:' }).waitFor({ timeout }),
    );
    await workbench.runCommand('Live Response: Clear Filter');
  });

  it('folds its headings, whatever lines stand between them', async () => {
    await workbench.expandRow('script-981.ps1');
    await workbench.clickRow('0: RunScript script-981.ps1');
    await workbench.waitForEditorText('First');
    await workbench.page.locator('.view-line').filter({ hasText: 'First' }).first().click();
    await workbench.runCommand('Fold All');
    // The second heading comes on the screen when what stands between is folded.
    await workbench.waitForEditorText('Second');
    await workbench.screenshot('inert-3-folded');
    assert.ok(!(await workbench.waitForEditorText(/={40}/)).includes('behind'));
  });

  for (const [n, { language, shows }] of colored.entries()) {
    it(`is colored by what it is: ${language}`, async () => {
      const script = `script-${982 + n}.ps1`;
      await workbench.runCommand('View: Close All Editors');
      await workbench.expandRow(script);
      await workbench.clickRow(`0: RunScript ${script}`);
      await workbench.waitForEditorText(shows);
      const spans = group('.script_output.txt').locator('.view-line span[class^="mtk"]');
      await eventually(async () => {
        const all = await spans.all();
        const colors = await Promise.all(all.map((span) => workbench.style(span, 'color')));
        return new Set(colors).size > 1;
      });
      await workbench.screenshot(`inert-4-${language}`);
    });
  }
});

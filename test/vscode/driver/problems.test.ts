import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { scriptAction } from '../../support/actions';
import { eventually } from '../../support/patience';
import { type SchemaServer, startSchemaServer } from '../../support/schemaServer';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const none = 'No problems have been detected in the workspace.';
const hostile = scriptAction(1200).id;

/** What a person sees in Problems, with VS Code's language servers on. */
describe('the Problems panel', () => {
  let tenant: DrivenTenant;
  let schemas: SchemaServer;
  let workbench: Workbench;
  let folder = '';

  before(async () => {
    tenant = await startTenant();
    schemas = await startSchemaServer();
    folder = mkdtempSync(join(tmpdir(), 'lr-problems-'));
    const output = { $schema: `${schemas.url}output`, pid: 4 };
    const body = { $schema: `${schemas.url}transcript`, script_output: JSON.stringify(output, undefined, 2) };
    tenant.server.put(scriptAction(1200), {
      0: { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
    });
    writeFileSync(join(folder, 'plain.json'), JSON.stringify({ ...output, $schema: `${schemas.url}file` }));
    workbench = await openWorkbench({
      ...tenant,
      settings: {
        ...tenant.settings,
        'liveResponse.refresh.intervalSeconds': 0,
        'workbench.editor.enablePreview': false,
        'json.schemaDownload.trustedDomains': { [schemas.url]: true },
      },
      folder,
    });
    await workbench.openView();
    await workbench.row('script-1200.ps1').waitFor();
    await workbench.runCommand('Problems: Focus on Problems View');
    await panel().waitFor();
  });
  after(async () => {
    await workbench.close();
    schemas.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await workbench.runCommand('View: Close All Editors');
    await panel().filter({ hasText: none }).waitFor();
  });

  const panel = (): Locator => workbench.page.locator('.markers-panel');
  const tabCount = (): Promise<number> => workbench.page.locator('.tabs-container .tab').count();

  /** By the palette, which asks for the action. */
  async function openResult(): Promise<void> {
    const before = await tabCount();
    await workbench.runCommand('Live Response: Open Result…');
    await workbench.page.getByPlaceholder(/paste an action ID/).fill(hostile);
    await workbench.quick.pick(hostile);
    await eventually(async () => (await tabCount()) > before);
  }

  /** A file of the person gets its marks from the same server, after everything that was opened earlier. */
  async function marksFile(): Promise<void> {
    await workbench.openFile('plain.json');
    await panel().filter({ hasText: 'never there' }).waitFor();
  }

  async function filesWithMarks(): Promise<string[]> {
    const files = panel().locator('.monaco-list-row[aria-level="1"] .label-name');
    return files.allInnerTexts();
  }

  it('stays empty when a result names a schema, and nobody asks for that', async () => {
    await openResult();
    // Of the result that is shown.
    await workbench.runCommand('Live Response: Open Transcript');
    await workbench.waitForEditorText('script_output');
    const language = await eventually(async () =>
      (await workbench.statusBar()).find((text) => text.includes('JSON')),
    );
    await workbench.screenshot('problems-1-schema');
    assert.equal(await panel().filter({ hasText: none }).count(), 1);
    await marksFile();
    await workbench.screenshot('problems-2-file');
    assert.deepEqual(await filesWithMarks(), ['plain.json']);
    // The server may ask for the schema of one file more than once.
    assert.deepEqual([...new Set(schemas.paths)], ['/file']);
    assert.equal(language.trim(), 'Live Response JSON');
  });
});

import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { scriptAction } from '../../support/actions';
import { eventually } from '../../support/patience';
import { againMs } from './insist';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const hostile = '[x](command:workbench.action.closeWindow)`|<img src=x>.ps1';

describe('an action ID in a file of notes', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  let folder = '';
  const { id, machineId } = scriptAction(970);

  before(async () => {
    tenant = await startTenant();
    const commands = scriptAction(970).commands.map((each) => ({
      ...each,
      command: { type: 'RunScript', params: [{ key: 'ScriptName', value: hostile }] },
    }));
    const output = `this machine: ${machineId}\nthis action: ${id}\n`;
    const body = JSON.stringify({ script_output: output, script_errors: '' });
    tenant.server.put(scriptAction(970, { commands, requestor: hostile, computerDnsName: hostile }), {
      0: { bytes: Buffer.from(body), contentType: 'application/json' },
    });
    folder = mkdtempSync(join(tmpdir(), 'lr-notes-'));
    writeFileSync(join(folder, 'notes.md'), `# Case\n\n- ${id} looks odd\n`);
    for (const count of [100, 101]) {
      const ids = Array.from({ length: count }, () => randomUUID());
      writeFileSync(join(folder, `${count}.txt`), ids.join('\n'));
    }
    workbench = await openWorkbench({
      ...tenant,
      // Otherwise the terminal is a picture.
      settings: { ...tenant.settings, 'terminal.integrated.gpuAcceleration': 'off' },
      folder,
    });
    await workbench.openFile('notes.md');
    await workbench.waitForEditorText(id);
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  const noteLine = (): Locator => workbench.page.locator('.view-line').filter({ hasText: id });
  const onId = { x: 120, y: 8 };

  it('has a hover in a fresh window that offers to sign in, and sends nothing', async () => {
    const { links, text } = await workbench.hoverOver(noteLine(), 'You aren’t signed in', onId);
    await workbench.page.screenshot({ path: join(process.cwd(), 'out', 'screenshots', 'links-0-offer.png') });
    assert.match(text, /Sign In and Open Action/);
    assert.equal(
      links.filter((link) => link.startsWith('command:liveResponse.openAction')).length,
      1,
      links.join(),
    );
    assert.equal(tenant.server.count('api'), 0);
    assert.equal(tenant.az.runs(), 0);
  });

  it('opens its action on a click there', async () => {
    await workbench.clickInHover(
      noteLine(),
      'Sign In and Open Action',
      (timeout) => workbench.waitForEditorText('"requestor"', timeout),
      onId,
    );
    await workbench.runCommand('View: Close Editor');
    await workbench.waitForEditorText(id);
  });

  it('has a hover then, in which nothing hostile is a link', async () => {
    // It is known now.
    const before = tenant.server.count('api');
    const { links, text } = await workbench.hoverOver(noteLine(), 'Open Result 0', onId);
    await workbench.page.screenshot({ path: join(process.cwd(), 'out', 'screenshots', 'links-1-hover.png') });
    assert.ok(text.includes('[x](command:workbench.action.closeWindow)'), text);
    assert.ok(links.length >= 3, links.join());
    assert.deepEqual(
      links.filter(
        (link) =>
          !/liveResponse\.(openResult|openAction|revealAction|copyLink)\?/.test(decodeURIComponent(link)),
      ),
      [],
    );
    assert.equal(tenant.server.count('api'), before);
  });

  it('opens its result on a click in the hover', async () => {
    await workbench.clickInHover(
      noteLine(),
      'Open Result 0',
      (timeout) => workbench.waitForEditorText('this machine', timeout),
      onId,
    );
    await workbench.screenshot('links-2-result');
  });

  it('asks before it opens the results of more than 100 actions', async () => {
    await workbench.openFile('101.txt');
    const before = tenant.server.count('api');
    await workbench.runCommand('Live Response: Open All Results as a Table');
    const { message, buttons } = await workbench.dialog();
    await workbench.screenshot('links-3-many');
    await workbench.dismissDialog();
    assert.match(message, /^Open the results of 101 actions\?/);
    // Their order is the system's.
    assert.deepEqual(buttons.toSorted(), ['Cancel', 'Open Results']);
    assert.equal(tenant.server.count('api'), before);
    await workbench.openFile('100.txt');
    await workbench.runCommand('Live Response: Open All Results as a Table');
    await workbench.waitForEditorText('action not found in this tenant');
    assert.notEqual(tenant.server.count('api'), before);
    await workbench.runCommand('View: Close All Editors');
  });

  it('is a link in the terminal once it is known', async () => {
    await workbench.runCommand('Terminal: Create New Terminal');
    await workbench.page.locator('.xterm-screen').first().waitFor();
    // The shell takes what is typed once its prompt is there.
    await workbench.page
      .locator('.xterm-rows > div')
      .filter({ hasText: /[$#%>]/ })
      .first()
      .waitFor();
    await workbench.page.keyboard.type(`echo see ${id}\n`);
    const line = workbench.page.locator('.xterm-rows > div').filter({ hasText: /^see / });
    await line.first().waitFor();
    // The terminal looks for links on the line under the mouse.
    const { x, y } = (await line.first().boundingBox()) ?? assert.fail('the line is not on the screen');
    await workbench.page.mouse.move(x + 80, y + 8);
    await workbench.page.mouse.move(x + 140, y + 9, { steps: 5 });
    await workbench.runCommand('View: Close All Editors');
    // VS Code asks for the links of a line when the mouse comes to it, and drops a click on one that it asked for before.
    await eventually(async () => {
      await workbench.page.mouse.move(x + 140, y + 60, { steps: 5 });
      await workbench.page.mouse.move(x + 140, y + 9, { steps: 5 });
      await workbench.page.keyboard.down('Control');
      await workbench.page.mouse.move(x + 160, y + 9, { steps: 5 });
      // The terminal shows a link by its mouse pointer.
      await workbench.page
        .locator('.xterm-cursor-pointer')
        .first()
        .waitFor({ timeout: againMs })
        .catch(() => undefined);
      await workbench.page.mouse.click(x + 160, y + 9, { delay: 50 });
      await workbench.page.keyboard.up('Control');
      return workbench.waitForEditorText('this machine', againMs);
    }, 20_000);
    await workbench.page.screenshot({
      path: join(process.cwd(), 'out', 'screenshots', 'links-3-terminal.png'),
    });
    await workbench.waitForEditorText('this machine');
  });

  it('and the machines in a result lead to what was done on them', async () => {
    await workbench.openView();
    await workbench.row('minidump.ps1').waitFor();
    await workbench.page.locator('.tab[data-resource-name$=".script_output.txt"]').click();
    const machine = workbench.page
      .locator('.view-line')
      .filter({ hasText: machineId })
      .locator('span')
      .filter({ hasText: new RegExp(`^${machineId}$`) })
      .last();
    await workbench.hoverOver(machine, 'Show Only This Machine');
    await workbench.screenshot('links-4-machines');
    const message = workbench.page.locator('[id="workbench.view.extension.liveResponse"] .message');
    await workbench.clickInHover(machine, 'Show Only This Machine', (timeout) =>
      message.filter({ hasText: 'Filter: [x]' }).waitFor({ timeout }),
    );
    await workbench.row('minidump.ps1').waitFor();
    await eventually(async () => (await workbench.rowTexts()).length > 5);
  });
});

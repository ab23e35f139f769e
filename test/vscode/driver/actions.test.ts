import { strict as assert } from 'node:assert';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { scriptAction } from '../../support/actions';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

/** What is done to one machine action, through the tree, as a person does it. */
describe('a machine action', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  const pending = (n: number, more = {}): void =>
    tenant.server.put(
      scriptAction(n, {
        status: 'Pending',
        commands: scriptAction(n).commands.map((each) => ({ ...each, commandStatus: 'Created' })),
        ...more,
      }),
    );

  before(async () => {
    tenant = await startTenant();
    pending(71);
    pending(72, { creationDateTimeUtc: new Date(Date.now() - 300_000).toISOString() });
    tenant.server.put(
      scriptAction(73, {
        type: 'CollectInvestigationPackage',
        commands: [],
        errorHResult: -2145844840,
        status: 'TimeOut',
        computerDnsName: 'a|b `x` [y](command:workbench.action.closeWindow)',
      }),
    );
    workbench = await openWorkbench({
      ...tenant,
      settings: { ...tenant.settings, 'liveResponse.refresh.intervalSeconds': 1 },
    });
    await workbench.openView();
    await workbench.row('script-71.ps1').waitFor();
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('tells in its tooltip why it is pending, and asks for its machine once', async () => {
    const { text } = await workbench.hoverOver(workbench.row('script-71.ps1'), 'Unfinished for');
    await workbench.screenshot('action-1-pending');
    assert.match(
      text,
      /Blocked by\s*script-72\.ps1 requested by analyst@contoso\.example \(pending for \d+ min/,
    );
    assert.match(
      text,
      /Wait for an offline machine\s*documented maximum: 2 h \(3 d in older documentation\)/,
    );
    assert.match(text, /Machine health\s*Active/);
    assert.equal(tenant.server.count('api', /\/machines\//), 1);
  });

  it('has its error decoded beside the original, and hostile names stay text', async () => {
    const row = workbench.row('Collect investigation package');
    const { text, links } = await workbench.hoverOver(row, '0x80190198');
    await workbench.screenshot('action-2-error');
    assert.match(text, /-2145844840 = 0x80190198, HTTP 408: the request timed out/);
    assert.match(text, /a\|b `x` \[y\]\(command:workbench\.action\.closeWindow\)/);
    assert.deepEqual(links, []);
  });

  it('opens as read-only JSON when it has no commands', async () => {
    await workbench.clickRow('Collect investigation package');
    const text = await workbench.waitForEditorText('"errorHResult"');
    assert.match(text, /-2145844840/);
    await workbench.screenshot('action-3-json');
  });

  it('gives the investigation package that it collected, whole or not at all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lr-save-'));
    try {
      const file = join(folder, 'package.zip');
      tenant.server.fault({ on: 'blob', cutAfterBytes: 100 });
      await workbench.contextMenu(
        /^Collect investigation package(?!.*a\|b)/,
        'Download Investigation Package…',
      );
      await workbench.quick.field().waitFor();
      await workbench.screenshot('action-3-save');
      await workbench.chooseFile(file);
      await workbench.notifications.waitFor(/Saved .*package\.zip \([\d,]+ bytes\)\. SHA-256: [0-9a-f]{64}/);
      assert.equal(readFileSync(file).subarray(0, 2).toString(), 'PK');
      assert.deepEqual(readdirSync(folder), ['package.zip']);
      await workbench.notifications.clear();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not cancelled without a comment, nor without a yes', async () => {
    await workbench.contextMenu('script-72.ps1', 'Cancel Action…');
    await workbench.quick.accept();
    await workbench.page.getByText('Enter a comment.').first().waitFor();
    await workbench.quick.answer('wrong machine');
    const { message, buttons } = await workbench.dialog();
    await workbench.screenshot('action-5-cancel');
    assert.match(message, /Cancel script-72\.ps1 on host-72\?/);
    for (const fact of ['Tenant: Contoso', 'Machine: host-72', 'Comment: wrong machine', '7e570000']) {
      assert.ok(message.includes(fact), message);
    }
    assert.ok(buttons.includes('Cancel Action'), buttons.join());
    await workbench.dismissDialog();
    assert.equal(tenant.server.count('api', /\/cancel$/), 0);
  });

  it('is canceled with the comment, and what Defender answers is said', async () => {
    await workbench.contextMenu('script-72.ps1', 'Cancel Action…');
    await workbench.quick.answer('wrong machine');
    await workbench.dialog();
    await workbench.pressDialogButton('Cancel Action');
    await workbench.notifications.waitFor('script-72.ps1 on host-72: canceled.');
    await workbench.screenshot('action-6-cancelled');
    assert.equal(tenant.server.count('api', /\/cancel$/), 1);
    await workbench
      .rows()
      .filter({ hasText: 'script-72' })
      .and(workbench.page.locator('[aria-label*="canceled"]'))
      .waitFor();
    await workbench.notifications.clear();
  });

  it('is watched: told once when it ends, also after a reload, with its result a click away', async () => {
    await workbench.contextMenu('script-71.ps1', 'Watch Action…');
    await workbench.row(/script-71.*watched/).waitFor();
    await workbench.reload(['watches', scriptAction(71).id]);
    tenant.server.put(scriptAction(71), {
      0: {
        bytes: Buffer.from(
          JSON.stringify({ script_name: 'script-71.ps1', exit_code: 3, script_output: 'it ended' }),
        ),
        contentType: 'application/json',
      },
    });
    await workbench.notifications.waitFor('script-71.ps1 on host-71: succeeded.');
    await workbench.screenshot('action-7-ended');
    const told = await workbench.notifications.all();
    assert.equal(told.filter(({ message }) => message.includes('script-71')).length, 1);
    await workbench.notifications.press('script-71.ps1 on host-71: succeeded.', 'Open Result');
    await workbench.waitForEditorText('it ended');
    await workbench.openView();
    await workbench.row(/script-71.*exit code 3/).waitFor();
    await workbench.screenshot('action-8-exit-code');
  });
});

import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { scriptAction } from '../../support/actions';
import { eventually } from '../../support/patience';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

const total = 199;

describe('the tree of machine actions', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  const says = (text: string | RegExp): Promise<void> => workbench.page.getByText(text).first().waitFor();
  const lists = (): number => tenant.server.count('api', /machineactions\?/);
  /** Waits until the rows are right: they are painted after the message above them. */
  const rows = (areRight: (texts: string[]) => void): Promise<unknown> =>
    eventually(async () => {
      areRight(await workbench.rowTexts());
      return true;
    });
  /** The list of the palette goes before the command's own comes. */
  const choose = async (command: string, placeholder: string, item: string): Promise<void> => {
    await workbench.runCommand(`Live Response: ${command}`);
    await workbench.page.getByPlaceholder(placeholder).waitFor();
    await workbench.quick.pick(item);
  };
  const groupBy = (item: string): Promise<void> =>
    choose('Group By…', 'Select how to group machine actions', item);

  before(async () => {
    tenant = await startTenant();
    tenant.server.put(scriptAction(91, { status: 'Pending' }));
    workbench = await openWorkbench({
      ...tenant,
      settings: {
        ...tenant.settings,
        'liveResponse.actions.pageSize': 50,
        'liveResponse.refresh.intervalSeconds': 1,
      },
    });
    await workbench.openView();
    await says('Contoso: latest 50 actions in the last 30 days. More are available.');
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('loads more when asked to, each action once although the list shifts, and says when that is all', async () => {
    await workbench.screenshot('tree-1-first-page');
    tenant.server.put(scriptAction(92, { creationDateTimeUtc: new Date().toISOString() }));
    await workbench.runCommand('Live Response: Load More');
    await says(`Contoso: ${total + 1} actions in the last 30 days.`);
    await rows((texts) => assert.equal(texts.filter((text) => text.includes('script-92')).length, 1));
  });

  it('expands an action to its commands, and no command any further', async () => {
    await workbench.expandRow('minidump.ps1 +1');
    const command = workbench.row('0: RunScript minidump.ps1');
    await command.waitFor();
    assert.equal(await command.getAttribute('aria-expanded'), null);
    await workbench.row('minidump.ps1 +1').locator('.monaco-tl-twistie').click();
  });

  it('looks again by itself while something is unfinished, with one call a round', async () => {
    await workbench.row(/script-91|91/).waitFor();
    const before = lists();
    tenant.server.put(scriptAction(91, { status: 'Succeeded' }));
    const row = workbench.rows().filter({ hasText: '91' }).first();
    await row.and(workbench.page.locator('[aria-label*="succeeded" i]')).waitFor();
    assert.ok(lists() > before);
  });

  it('groups by status, with headings that count', async () => {
    await groupBy('Status');
    await workbench.row(/^Failed/).waitFor();
    await workbench.screenshot('tree-2-by-status');
    await rows((headings) => {
      assert.match(headings[0] ?? '', /^Failed ?\d+$/);
      assert.ok(
        headings.some((text) => /^Timed out ?\d+$/.test(text)),
        headings.join('\n'),
      );
    });
  });

  for (const [grouping, heading] of [
    ['Time', /^Today/],
    ['Machine', /^(?:build-lnx02|DC01|desktop)/i],
    ['Type', /^Live response/i],
    ['Requestor', /^3f1c0f9e-/],
  ] as const) {
    it(`groups by ${grouping}`, async () => {
      await groupBy(grouping);
      await workbench.row(heading).waitFor();
      await workbench.screenshot(`tree-3-by-${grouping.toLowerCase()}`);
    });
  }

  it('filters by a preset at the service, and says so', async () => {
    await groupBy('None');
    await choose('Filter…', 'Enter a script, machine', 'Failed');
    await says('Filter: Failed.');
    await workbench.screenshot('tree-4-failed');
    const asked = tenant.server.requests.map(({ path }) => decodeURIComponent(path.replaceAll('+', ' ')));
    assert.ok(
      asked.some((path) => path.includes("status eq 'Failed'")),
      asked.slice(-3).join('\n'),
    );
    await rows((texts) =>
      assert.deepEqual(
        texts.filter((text) => text.includes('minidump')),
        [],
      ),
    );
  });

  it('filters by any text in memory, and counts what it hides', async () => {
    await workbench.runCommand('Live Response: Clear Filter');
    await says(/Contoso: latest/);
    await workbench.runCommand('Live Response: Filter…');
    await workbench.page.getByPlaceholder('Enter a script, machine').waitFor();
    await workbench.quick.fill('minidump');
    await workbench.quick.pick('Containing “minidump”');
    await says('Filter: “minidump”. 1 shown, 49 hidden.');
    await rows((texts) => assert.equal(texts.length, 1));
    await workbench.screenshot('tree-5-text');
  });

  it('says that the filter hides all that is loaded, and clears it on a click', async () => {
    await workbench.runCommand('Live Response: Filter…');
    await workbench.page.getByPlaceholder('Enter a script, machine').waitFor();
    await workbench.quick.fill('nothing has this');
    await workbench.quick.pick('Containing “nothing has this”');
    await says(/None of the loaded machine actions match the filter/);
    await workbench.page.getByRole('button', { name: 'Load More' }).first().waitFor();
    await workbench.screenshot('tree-6-none-so-far');
    await workbench.pressWelcomeButton('Clear Filter');
    await workbench.row('minidump.ps1').waitFor();
  });

  it('shows only one machine', async () => {
    await says(/Contoso: latest/);
    await workbench.contextMenu('minidump.ps1', 'Show Only This Machine');
    await workbench.screenshot('tree-7-machine');
    await says('Filter: desktop-39g9tgl.');
    await rows((texts) =>
      assert.ok(
        texts.length > 5 && texts.every((text) => /desktop-39g9tgl|script-9[12]/i.test(text)),
        texts.join('\n'),
      ),
    );
    await workbench.runCommand('Live Response: Clear Filter');
  });
});

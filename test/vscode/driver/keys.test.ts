import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../../support/patience';
import { insist } from './insist';
import { openWorkbench, type Workbench } from './harness';
import type { Locator } from 'playwright-core';
import { type DrivenTenant, startTenant } from './tenant';

/** Nothing here touches the mouse. */
describe('with keys only', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await workbench.page.keyboard.press(key);
    }
  };
  /** Goes down in the list that has the keys until the entry with this text has the focus. */
  const goDownTo = async (focused: Locator, text: string, most: number): Promise<void> => {
    // Neighbors may have the same text.
    const now = async (): Promise<string> => {
      const texts = await focused.allInnerTexts();
      const index = texts.length > 0 ? await focused.first().getAttribute('data-index') : '';
      return `${index} ${texts.join()}`;
    };
    for (let entries = 0; entries < most; entries += 1) {
      const before = await now();
      if (before.includes(text)) {
        return;
      }
      // The next key only when this one has had its effect: one too many goes past the entry.
      await insist(
        () => press('ArrowDown'),
        () => eventually(async () => (await now()) !== before, 1_500),
      );
    }
    assert.fail(`no entry "${text}" was reached`);
  };
  /** Takes the entry of the quick pick that has the focus; a pick takes no key in the moment in which it opens. */
  const take = async (text: string): Promise<void> => {
    await workbench.quick.item(text).waitFor();
    await goDownTo(chosen(), text, 12);
    await insist(
      () => press('Enter'),
      (timeout) => workbench.quick.item(text).waitFor({ state: 'hidden', timeout }),
    );
  };
  /** The entry of the quick pick that Enter takes. */
  const chosen = (): Locator =>
    workbench.page.locator('.quick-input-widget:visible .monaco-list-row.focused');
  const view = '[id="workbench.view.extension.liveResponse"]';
  const viewHasKeys = (): Promise<void> => workbench.page.locator(`${view} .monaco-list:focus`).waitFor();
  const goTo = async (text: string): Promise<void> => {
    await viewHasKeys();
    await goDownTo(workbench.page.locator(`${view} .monaco-list-row.focused`), text, 60);
  };

  before(async () => {
    tenant = await startTenant();
    workbench = await openWorkbench({
      ...tenant,
      settings: { ...tenant.settings, 'liveResponse.refresh.intervalSeconds': 0 },
    });
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
  });

  it('one finds an action, expands it, and opens a result', async () => {
    await workbench.runCommand('Live Response: Focus on Machine Actions View');
    await workbench.row('minidump.ps1').waitFor();
    await workbench.runCommand('Live Response: Focus on Machine Actions View');
    await goTo('minidump.ps1');
    await press('ArrowRight');
    await workbench.row('0: RunScript minidump.ps1').waitFor();
    await goTo('0: RunScript minidump.ps1');
    await press('Enter');
    assert.match(await workbench.waitForEditorText('OfficeClickToRun.dmp.zip'), /Transcript started/);
    await workbench.screenshot('keys-1-result');
  });

  it('one opens the transcript from the context menu of the row', async () => {
    await workbench.runCommand('Live Response: Focus on Machine Actions View');
    await viewHasKeys();
    await press('Shift+F10');
    await workbench.page.locator('.monaco-menu .action-menu-item').first().waitFor();
    await goDownTo(workbench.page.locator('.monaco-menu .action-item.focused'), 'Open Transcript', 30);
    await press('Enter');
    await workbench.waitForEditorText('"script_output"');
  });

  it('one walks from a result to its errors, the transcript, the next result and a comparison', async () => {
    const active = (name: RegExp): Promise<void> =>
      eventually(async () => {
        const tab = workbench.page.locator('.editor-group-container.active .tab.active');
        assert.match((await tab.getAttribute('data-resource-name')) ?? '', name);
        return true;
      }).then(() => undefined);
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Live Response: Open Result…');
    await workbench.quick.fill('triage.sh');
    await take('triage.sh +1');
    await take('0: RunScript triage.sh');
    await active(/^triage\.sh on .*\.script_output\.txt$/);
    await workbench.waitForEditorText('no crontab for www-data');
    await press('Alt+j', 'e');
    await active(/^triage\.sh on .*\.script_error\.txt$/);
    await press('Alt+j', 't');
    await active(/^triage\.sh on .*\.transcript\.json$/);
    await workbench.runCommand('Live Response: Open Result…');
    await workbench.quick.fill('Get-Processes.ps1 +3');
    await take('Get-Processes.ps1 +3');
    await take('0: RunScript Get-Processes.ps1');
    await active(/^Get-Processes\.ps1 on /);
    await press('Alt+j', 'n');
    await active(/^Get-ScheduledTasks\.ps1 on /);
    await press('Alt+j', 'p');
    await active(/^Get-Processes\.ps1 on /);
    await press('Alt+j', 'c');
    await take('DESKTOP-FIN');
    await workbench.page.locator('.monaco-diff-editor').first().waitFor();
    await workbench.screenshot('keys-3-walk');
    await workbench.runCommand('View: Close All Editors');
  });

  it('one saves the bytes of a result with the keys of Save As', async () => {
    await workbench.runCommand('Live Response: Open Result…');
    await workbench.quick.fill('triage.sh');
    await take('triage.sh +1');
    await take('0: RunScript triage.sh');
    await workbench.waitForEditorText('kworkerd');
    const title = workbench.page.locator('.quick-input-title', { hasText: 'Save Result as Received' });
    await insist(
      () => press('Control+Shift+S'),
      (timeout) => title.waitFor({ timeout }),
    );
    const path = workbench.page.getByPlaceholder('Folder path');
    try {
      // The dialog names the file a moment after it shows.
      await eventually(async () => {
        assert.match(
          await path.inputValue(),
          /\/triage\.sh on web-lnx01\.contoso\.example 0\.transcript\.json$/,
        );
        return true;
      });
      await workbench.screenshot('keys-4-save');
    } finally {
      await insist(
        () => press('Escape'),
        (timeout) => title.waitFor({ state: 'hidden', timeout }),
      );
    }
  });

  it('one goes to the next result and back', async () => {
    await workbench.runCommand('Live Response: Open Result…');
    await workbench.quick.fill('Get-Processes.ps1 +3');
    await goDownTo(chosen(), 'Get-Processes.ps1', 12);
    await press('Enter');
    await workbench.quick.item('0: RunScript Get-Processes.ps1').waitFor();
    await goDownTo(chosen(), '0: RunScript Get-Processes.ps1', 12);
    await press('Enter');
    await workbench.waitForEditorText('svchost');
    await workbench.runCommand('Live Response: Next Result');
    await workbench.page.locator('.tab.active[data-resource-name^="Get-ScheduledTasks.ps1"]').waitFor();
    await workbench.runCommand('Live Response: Previous Result');
    await workbench.waitForEditorText('svchost');
  });

  it('one filters, by what is ours, by a machine, by a person, and clears the filter', async () => {
    const filter = async (typed: string, item: string): Promise<void> => {
      await workbench.runCommand('Live Response: Filter…');
      await workbench.page.getByPlaceholder('Enter a script, machine').waitFor();
      await workbench.quick.fill(typed);
      await workbench.quick.item(item).waitFor();
      await goDownTo(chosen(), item, 12);
      await press('Enter');
      await workbench.page.getByPlaceholder('Enter a script, machine').waitFor({ state: 'hidden' });
    };
    await filter('srv-jump01', 'On the machine “srv-jump01”');
    await workbench.page.getByText('Filter: srv-jump01').first().waitFor();
    await workbench.row('Get-Logons.ps1').waitFor();
    await workbench.rows().filter({ hasNotText: 'srv-jump01' }).first().waitFor({ state: 'detached' });
    await workbench.runCommand('Live Response: Clear Filter');
    await workbench.page.getByText('Filter: ').first().waitFor({ state: 'detached' });
    await filter('SOC-Playbook', 'Requested by “SOC-Playbook”');
    await workbench.page.getByText('Filter: SOC-Playbook').first().waitFor();
    await workbench.row('Get-ScheduledTasks.ps1').waitFor();
    await filter('', 'Mine');
    await workbench.notifications.waitFor('Your token has no user or app name');
    await filter('nobody-has-this-name', 'On the machine “nobody-has-this-name”');
    await workbench.notifications.waitFor('This tenant has no machine named “nobody-has-this-name”.');
    await workbench.runCommand('Live Response: Clear Filter');
    await workbench.row('minidump.ps1').waitFor();
  });

  it('one reveals an action by its ID', async () => {
    // While a result is shown, its action is meant.
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Live Response: Reveal Action in Tree…');
    await workbench.quick.fill('{5A3E1E00-1D4C-4C11-9F00-000000000012}');
    await workbench.quick.item('Invoke-Triage.ps1').waitFor();
    await goDownTo(chosen(), 'Invoke-Triage.ps1', 12);
    await press('Enter');
    await workbench.row('never ran: command 1 failed first').waitFor();
    await workbench.page
      .locator('[id="workbench.view.extension.liveResponse"] .monaco-list-row.selected')
      .filter({ hasText: 'Invoke-Triage.ps1' })
      .waitFor();
    await workbench.screenshot('keys-2-revealed');
  });
});

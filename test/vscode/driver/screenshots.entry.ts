/** The scenario of `npm run screenshots`: the main states, from the sample tenant, as pictures to look at and for the README. */
import { join } from 'node:path';
import { openWorkbench, type Workbench } from './harness';

const folder = join(process.cwd(), 'media', 'screenshots');

async function inTheme(theme: string, scenario: (workbench: Workbench) => Promise<void>): Promise<void> {
  const workbench = await openWorkbench({
    settings: {
      'workbench.colorTheme': theme,
      'workbench.startupEditor': 'none',
      'window.commandCenter': false,
      'liveResponse.time': 'utc',
    },
    viewport: { width: 1280, height: 720 },
  });
  try {
    await scenario(workbench);
  } finally {
    await workbench.close();
  }
}

async function shot(workbench: Workbench, name: string): Promise<void> {
  // Hovers and focus rings of the last click would be in the picture.
  await workbench.page.mouse.move(640, 700);
  await workbench.page.waitForTimeout(700);
  console.log(await workbench.screenshot(name, folder));
}

async function exploreSampleTenant(workbench: Workbench): Promise<void> {
  await workbench.openView();
  await workbench.page.getByRole('button', { name: 'Explore the Sample Tenant' }).click();
  await workbench.row('minidump.ps1').waitFor();
}

await inTheme('Default Dark Modern', async (workbench) => {
  await workbench.openView();
  await workbench.page.getByRole('button', { name: 'Explore the Sample Tenant' }).waitFor();
  await shot(workbench, 'welcome');
  await exploreSampleTenant(workbench);
  await workbench.expandRow('minidump.ps1');
  await workbench.clickRow('0: RunScript minidump.ps1');
  await workbench.waitForEditorText('OfficeClickToRun.dmp.zip');
  await shot(workbench, 'result');
  await workbench.expandRow('triage.sh');
  await workbench.clickRow('0: RunScript triage.sh');
  await workbench.waitForEditorText('kworkerd');
  await workbench.waitForEditorText('no crontab for www-data');
  await shot(workbench, 'errors-beside');
  await workbench.runCommand('Live Response: Open Result…');
  await workbench.quick.item('minidump.ps1').waitFor();
  await shot(workbench, 'quick-pick');
});

await inTheme('Default High Contrast Light', async (workbench) => {
  await exploreSampleTenant(workbench);
  await workbench.expandRow('Get-SecurityEvents.ps1');
  await workbench.clickRow('0: RunScript Get-SecurityEvents.ps1');
  await workbench.waitForEditorText('UnauthorizedAccessException');
  await shot(workbench, 'high-contrast');
});

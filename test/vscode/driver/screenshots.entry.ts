/** The scenario of `npm run screenshots`: the main states, from the sample tenant, as pictures to look at and for the README. */
import { join } from 'node:path';
import { openWorkbench, type Workbench } from './harness';

const folder = join(process.cwd(), 'media', 'screenshots');

interface Look {
  readonly theme: string;
  readonly language?: string;
  /** To 200 %. */
  readonly zoomed?: boolean;
}

async function looking(
  { theme, language, zoomed = false }: Look,
  scenario: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  const workbench = await openWorkbench({
    settings: {
      'workbench.colorTheme': theme,
      'workbench.startupEditor': 'none',
      'window.commandCenter': false,
      'liveResponse.time': 'utc',
    },
    ...(language !== undefined && { language }),
    // A screen of 1920 by 1080 that is zoomed to 200 % has as much room.
    viewport: zoomed ? { width: 960, height: 540 } : { width: 1280, height: 720 },
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

/** The details above the first line come a moment after the text; `count` editors show some. */
async function resultShot(workbench: Workbench, name: string, count = 1): Promise<void> {
  await workbench.page
    .locator('.codelens-decoration', { hasText: 'SAMPLE' })
    .nth(count - 1)
    .waitFor();
  await shot(workbench, name);
}

async function exploreSampleTenant(
  workbench: Workbench,
  button = 'Explore the Sample Tenant',
): Promise<void> {
  await workbench.openView();
  await workbench.page.getByRole('button', { name: button }).click();
  await workbench.row('minidump.ps1').waitFor();
}

await looking({ theme: 'Default Dark Modern' }, async (workbench) => {
  await workbench.openView();
  await workbench.page.getByRole('button', { name: 'Explore the Sample Tenant' }).waitFor();
  await shot(workbench, 'welcome');
  await exploreSampleTenant(workbench);
  await workbench.expandRow('minidump.ps1');
  await workbench.clickRow('0: RunScript minidump.ps1');
  await workbench.waitForEditorText('OfficeClickToRun.dmp.zip');
  await resultShot(workbench, 'result');
  await workbench.expandRow('triage.sh');
  await workbench.clickRow('0: RunScript triage.sh');
  await workbench.waitForEditorText('kworkerd');
  await workbench.waitForEditorText('no crontab for www-data');
  await resultShot(workbench, 'errors-beside', 2);
  await workbench.runCommand('Live Response: Open Result…');
  await workbench.quick.item('minidump.ps1').waitFor();
  await shot(workbench, 'quick-pick');
});

/** Drags the border of the side bar until it has a width, in pixels. */
async function widen(workbench: Workbench, width: number): Promise<void> {
  const { page } = workbench;
  const bar = (await page.locator('.part.sidebar').boundingBox()) ?? { x: 48, y: 0, width: 300, height: 700 };
  await page.mouse.move(bar.x + bar.width, 400);
  await page.mouse.down();
  await page.mouse.move(bar.x + width, 400, { steps: 10 });
  await page.mouse.up();
}

await looking({ theme: 'Default Dark Modern' }, async (workbench) => {
  await exploreSampleTenant(workbench);
  await workbench.expandRow('minidump.ps1');
  await widen(workbench, 300);
  await shot(workbench, 'tree-300');
  await widen(workbench, 600);
  await shot(workbench, 'tree-600');
  await workbench.runCommand('Live Response: Filter…');
  await workbench.quick.fill('nothing has this name');
  await workbench.quick.accept();
  await workbench.page.locator('.welcome-view').getByText('Clear Filter').waitFor();
  await widen(workbench, 300);
  await shot(workbench, 'filtered-out');
  await workbench.pressWelcomeButton('Clear Filter');
  await workbench.row('triage.sh').waitFor();
  const row = workbench.row('triage.sh').locator('.monaco-tl-contents');
  await workbench.hoverOver(row, 'Requestor');
  // It fades in.
  await workbench.page.waitForTimeout(700);
  await workbench.page.screenshot({ path: join(folder, 'hover.png') });
});

await looking({ theme: 'Default Light Modern' }, async (workbench) => {
  await exploreSampleTenant(workbench);
  await workbench.expandRow('Get-Processes.ps1 +3');
  await workbench.clickRow('0: RunScript Get-Processes.ps1');
  await workbench.waitForEditorText('explorer');
  await workbench.runCommand('Live Response: Compare Results…');
  await workbench.quick.pick('DESKTOP-FIN');
  await workbench.page.locator('.monaco-diff-editor').first().waitFor();
  await shot(workbench, 'compare');
});

await looking({ theme: 'Default High Contrast Light' }, async (workbench) => {
  await exploreSampleTenant(workbench);
  await workbench.expandRow('Get-SecurityEvents.ps1');
  await workbench.clickRow('0: RunScript Get-SecurityEvents.ps1');
  await workbench.waitForEditorText('UnauthorizedAccessException');
  await resultShot(workbench, 'high-contrast', 2);
});

await looking({ theme: 'Default Dark Modern', language: 'fr' }, async (workbench) => {
  await exploreSampleTenant(workbench, 'Explorer le locataire d’exemple');
  await workbench.expandRow('minidump.ps1');
  await workbench.clickRow('0: RunScript minidump.ps1');
  await workbench.waitForEditorText('OfficeClickToRun.dmp.zip');
  await resultShot(workbench, 'french');
});

await looking({ theme: 'Default Dark Modern', zoomed: true }, async (workbench) => {
  await exploreSampleTenant(workbench);
  await workbench.expandRow('minidump.ps1');
  await workbench.clickRow('0: RunScript minidump.ps1');
  await workbench.waitForEditorText('OfficeClickToRun');
  await resultShot(workbench, 'zoom-200');
});

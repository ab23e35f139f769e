/** The scenario of `npm run screenshots`: what the README shows, taken from the sample tenant. */
import { join } from 'node:path';
import { openWorkbench } from './harness';

const folder = join(process.cwd(), 'media', 'screenshots');

const workbench = await openWorkbench({
  settings: { 'workbench.colorTheme': 'Default Dark Modern' },
  viewport: { width: 1280, height: 720 },
});
try {
  await workbench.openView();
  await workbench.rows().first().waitFor();
  console.log(await workbench.screenshot('actions', folder));
} finally {
  await workbench.close();
}

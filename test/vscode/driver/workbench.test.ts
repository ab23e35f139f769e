import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { openWorkbench, type Workbench } from './harness';

describe('The packaged extension in a plain workbench', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench();
  });
  after(async () => {
    await workbench.close();
  });

  it('shows the sample tenant on a click', async () => {
    await workbench.openView();
    await workbench.pressWelcomeButton('Explore the Sample Tenant');
    await workbench.rows().first().waitFor();
    assert.ok((await workbench.rowTexts()).length > 0);
  });

  it('contributes its commands to the palette', async () => {
    await workbench.quick.open('F1');
    await workbench.quick.fill('>Live Response');
    await workbench.quick.item('Live Response').waitFor();
    await workbench.quick.dismiss();
  });
});

import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { scriptAction } from '../../support/actions';
import { tenantId } from '../../support/fakeAz';
import { eventually } from '../../support/patience';
import { type SimulatorServer, startSimulator } from '../../support/simulatorServer';
import { insist } from './insist';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

/** Two tenants with unfinished actions; one answers, the other refuses until it is told not to. */
describe('the view of two tenants', () => {
  let contoso: DrivenTenant;
  let fabrikam: SimulatorServer;
  let workbench: Workbench;
  const polls = (server: SimulatorServer): number => server.count('api', /lastUpdateDateTimeUtc/);
  const switchTo = async (name: string): Promise<void> => {
    await workbench.runCommand('Live Response: Switch Connection…');
    await workbench.quick.item('Sample tenant').waitFor();
    await workbench.quick.pick(name);
  };
  const refuses = async (): Promise<void> => {
    await workbench.page.getByText('You don’t have permission to list machine actions').waitFor();
    await workbench.page.locator('.welcome-view-content').filter({ hasText: 'Retry' }).waitFor();
  };

  before(async () => {
    contoso = await startTenant();
    contoso.server.put(scriptAction(91, { status: 'Pending' }));
    fabrikam = await startSimulator();
    fabrikam.put(scriptAction(92, { status: 'Pending' }));
    const body = '{"error":{"code":"Forbidden","message":"no"}}';
    fabrikam.fault({ on: 'api', times: 99, answer: { status: 403, body } });
    const [first] = contoso.settings['liveResponse.connections'] as object[];
    workbench = await openWorkbench({
      ...contoso,
      settings: {
        ...contoso.settings,
        'liveResponse.connections': [
          first,
          { id: 'fabrikam', name: 'Fabrikam', tenantId, auth: 'azureCli', apiUrl: fabrikam.apiUrl },
        ],
        'liveResponse.refresh.intervalSeconds': 1,
      },
    });
    await workbench.openView();
    await workbench.row(/script-91/).waitFor();
  });
  after(async () => {
    await workbench.close();
    await contoso.close();
    await fabrikam.close();
  });

  it('says that a tenant refuses, with a way to try again', async () => {
    await eventually(() => polls(contoso.server) > 0);
    await switchTo('Fabrikam');
    await refuses();
    await workbench.screenshot('two-tenants-1-refused');
  });

  it('says so again after coming back, not that there are no actions', async () => {
    await switchTo('Contoso');
    await workbench.row(/script-91/).waitFor();
    await switchTo('Fabrikam');
    await refuses();
    await workbench.screenshot('two-tenants-2-refused-again');
  });

  it('asks a tenant nothing more once another one is looked at', async () => {
    fabrikam.reset();
    const before = contoso.server.count();
    await workbench.pressWelcomeButton('Retry');
    await workbench.row(/script-92/).waitFor();
    // As often as the other one would have been asked.
    await eventually(() => polls(fabrikam) >= 3);
    assert.equal(contoso.server.count(), before);
  });

  it('asks by itself when somebody comes back to what failed', async () => {
    await switchTo('Contoso');
    await workbench.row(/script-91/).waitFor();
    await switchTo('Fabrikam');
    await workbench.row(/script-92/).waitFor();
    await workbench.screenshot('two-tenants-3-listed');
  });

  it('offers to change something only where the connection allows it', async () => {
    const entries = async (row: RegExp): Promise<readonly string[]> => {
      await workbench.menus.open(workbench.row(row));
      const { items } = await workbench.menus.list();
      await workbench.screenshot(`two-tenants-4-menu-${row.source}`);
      await workbench.menus.close();
      return items.map(({ name }) => name);
    };
    const isInPalette = async (): Promise<boolean> => {
      const { quick } = workbench;
      await quick.open('F1');
      await quick.fill('>Developer: Reload Window');
      await quick.item('Developer: Reload Window').waitFor();
      await quick.fill('>Live Response: Cancel Action');
      // The list is filtered a moment after the key.
      await quick.item('Developer: Reload Window').waitFor({ state: 'hidden' });
      // The command, or else what VS Code takes for similar.
      await quick.item('Live Response: ').waitFor();
      const found = await quick.item('Live Response: Cancel Action…').isVisible();
      await insist(
        () => workbench.page.keyboard.press('Escape'),
        (timeout) => quick.field().waitFor({ state: 'hidden', timeout }),
      );
      return found;
    };
    fabrikam.reset();
    await switchTo('Fabrikam');
    const readOnly = await entries(/script-92/);
    assert.ok(readOnly.includes('Watch Action…'), readOnly.join());
    assert.ok(!readOnly.includes('Cancel Action…'), readOnly.join());
    assert.equal(await isInPalette(), false);
    await switchTo('Contoso');
    await workbench.row(/script-91/).waitFor();
    const writable = await entries(/script-91/);
    assert.ok(writable.includes('Cancel Action…'), writable.join());
    assert.equal(await isInPalette(), true);
  });
});

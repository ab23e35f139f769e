import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { type SimulatorServer, startSimulator } from '../support/simulatorServer';
import { scriptAction } from '../support/actions';
import { control } from './control';
import { closeEditors, eventually, openTenant, setConnections, type Tenant, tenantId, textOf } from './setup';

describe('an action ID of another tenant', () => {
  let tenant: Tenant;
  let second: SimulatorServer;

  before(async () => {
    tenant = await openTenant();
    second = await startSimulator();
    await setConnections([
      { id: 'first', name: 'First', tenantId, auth: 'azureCli', apiUrl: tenant.server.apiUrl },
      { id: 'second', name: 'Second', tenantId, auth: 'azureCli', apiUrl: second.apiUrl },
    ]);
  });
  after(async () => {
    await tenant.close();
    await second.close();
  });
  const switchTo = (id: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.switchConnection', id);
  const open = (actionId: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.openResult', { connection: 'first', actionId, index: 0 });

  it('is looked for nowhere else while nobody is signed in there', async function () {
    if (!control) {
      this.skip();
    }
    await vscode.commands.executeCommand('notifications.clearAll');
    await open('00000000-0000-4000-8000-000000000404');
    await eventually(async () => (await control?.notifications())?.[0]?.includes('no such machine action'));
    await eventually(async () => {
      assert.deepEqual(await buttons(), ['Show Log']);
      return true;
    });
    await vscode.commands.executeCommand('notifications.clearAll');
    assert.equal(second.count(), 0);
  });

  it('is found there with one click', async function () {
    if (!control) {
      this.skip();
    }
    const body = { script_name: 's', exit_code: 0, script_output: 'of the second', script_errors: '' };
    const action = scriptAction(71);
    second.put(action, {
      0: { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
    });
    await switchTo('second');
    await vscode.commands.executeCommand('liveResponse.refresh');
    await switchTo('first');
    await open(action.id);
    await eventually(async () => (await buttons()).includes('Search Other Tenants'));
    await vscode.commands.executeCommand('notifications.showList');
    await control.click({ selector: '.notifications-center .monaco-button', text: 'Search Other Tenants' });
    await eventually(() => vscode.window.activeTextEditor?.document.uri.path.startsWith('/second/'));
    assert.equal(textOf('script_output'), 'of the second');
    await closeEditors();
  });
});

async function buttons(): Promise<(string | null)[]> {
  await vscode.commands.executeCommand('notifications.showList');
  const found = await control?.texts('.notifications-center .notification-list-item .monaco-button');
  await vscode.commands.executeCommand('notifications.hideList');
  // VS Code leaves a progress, and its Cancel, for a moment after it has ended.
  return (found ?? []).map((text) => text?.trim() ?? null).filter((text) => text !== 'Cancel');
}

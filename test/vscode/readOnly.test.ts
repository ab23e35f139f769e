import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { scriptAction } from '../support/actions';
import { control } from './control';
import { openTenant, setConnections, type Tenant, tenantId, told, toldNothing } from './setup';

describe('a read-only connection', () => {
  let tenant: Tenant;
  const action = scriptAction(93, { status: 'Pending' });

  before(async () => {
    tenant = await openTenant();
    tenant.server.put(action);
    await setConnections([
      { id: 'reader', name: 'Reader', tenantId, auth: 'azureCli', apiUrl: tenant.server.apiUrl },
    ]);
    await vscode.commands.executeCommand('liveResponse.switchConnection', 'reader');
  });
  after(() => tenant.close());

  it('refuses a change that is asked for by name, before it asks anything', async function () {
    if (!control) {
      this.skip();
    }
    const before = tenant.server.count();
    for (const target of [{ connection: 'reader', actionId: action.id }, undefined]) {
      await vscode.commands.executeCommand('liveResponse.cancelAction', target);
      await told(/The connection Reader is read-only, so nothing was sent/);
      await vscode.commands.executeCommand('notifications.clearAll');
      await toldNothing();
    }
    assert.equal(tenant.server.count(), before);
  });
});

import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { scriptAction } from '../support/actions';
import { type SimulatorServer, startSimulator } from '../support/simulatorServer';
import { eventually, openTenant, setConnections, type Tenant, tenantId } from './setup';

describe('watched actions of two tenants', () => {
  let tenant: Tenant;
  let throttling: SimulatorServer;
  const settings = vscode.workspace.getConfiguration('liveResponse');
  const [there, here] = [scriptAction(91, { status: 'Pending' }), scriptAction(92, { status: 'Pending' })];

  before(async () => {
    await settings.update('refresh.intervalSeconds', 1, vscode.ConfigurationTarget.Global);
    tenant = await openTenant();
    throttling = await startSimulator({ quota: null });
    throttling.put(there);
    tenant.server.put(here);
    await setConnections(
      [
        { id: 'throttling', server: throttling, tenantId: '11111111-2222-4333-8444-555555555555' },
        { id: 'answering', server: tenant.server, tenantId },
      ].map(({ id, server, ...more }) => ({
        ...more,
        id,
        name: id,
        auth: 'azureCli',
        apiUrl: server.apiUrl,
      })),
    );
  });
  after(async () => {
    await unwatch('throttling', there.id);
    await unwatch('answering', here.id);
    await settings.update('refresh.intervalSeconds', undefined, vscode.ConfigurationTarget.Global);
    await tenant.close();
    await throttling.close();
  });
  const unwatch = (connection: string, actionId: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.unwatchAction', { connection, actionId });
  const watch = (connection: string, actionId: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.watchAction', { connection, actionId });

  it('goes on in one while the other one throttles for an hour', async () => {
    await watch('throttling', there.id);
    const answer = { status: 429, headers: { 'retry-after': '3600' }, body: '' };
    throttling.fault({ on: 'api', times: 1_000, answer });
    const asked = throttling.count('api');
    await eventually(() => throttling.count('api') > asked);
    await watch('answering', here.id);
    const before = tenant.server.count('api');
    await eventually(() => tenant.server.count('api') >= before + 3);
    assert.equal(throttling.count('api'), asked + 1);
  });
});

import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { scriptAction } from '../support/actions';
import { type SimulatorServer, startSimulator } from '../support/simulatorServer';
import {
  closeEditors,
  eventually,
  openTenant,
  setConnections,
  type Tenant,
  tenantId,
  textOf,
  toldNothing,
  visible,
} from './setup';

const tenants: Record<string, string> = { left: tenantId, right: '11111111-2222-4333-8444-555555555555' };

/** Of the same ID in both tenants: only the connection can tell them apart. */
const shared = scriptAction(81);

describe('two connections side by side', () => {
  let tenant: Tenant;
  let second: SimulatorServer;
  const servers = (): [string, SimulatorServer][] => [
    ['left', tenant.server],
    ['right', second],
  ];

  before(async () => {
    tenant = await openTenant();
    second = await startSimulator({ quota: null });
    for (const [name, server] of servers()) {
      const body = { script_name: 's', exit_code: 0, script_output: `of the ${name}`, script_errors: '' };
      server.put(shared, {
        0: { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
      });
      server.put(scriptAction(name === 'left' ? 82 : 83));
    }
    await setConnections(
      servers().map(([id, { apiUrl }]) => ({
        id,
        name: id,
        tenantId: tenants[id],
        auth: 'azureCli',
        apiUrl,
      })),
    );
  });
  after(async () => {
    await tenant.close();
    await second.close();
  });
  const switchTo = (id: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.switchConnection', id);
  const open = (connection: string): Thenable<unknown> =>
    vscode.commands.executeCommand('liveResponse.openResult', {
      connection,
      actionId: shared.id,
      index: 0,
    });
  const tokensOf = (server: SimulatorServer): Set<string | undefined> =>
    new Set(
      server.requests.filter(({ origin }) => origin === 'api').map(({ headers }) => headers.authorization),
    );

  it('list each its own, and ask each its own service with a token of its own', async () => {
    for (const [id] of servers()) {
      await switchTo(id);
      await vscode.commands.executeCommand('liveResponse.refresh');
    }
    const [left, right] = [tokensOf(tenant.server), tokensOf(second)];
    assert.deepEqual([left.size, right.size], [1, 1]);
    assert.equal([...left].filter((token) => right.has(token)).length, 0);
  });

  it('open each its own result of the same action ID, also at the same time', async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    for (let round = 0; round < 3; round += 1) {
      for (const [id] of servers()) {
        await closeEditors();
        await open(id);
        assert.equal(textOf('script_output'), `of the ${id}`);
      }
      await Promise.all([open('left'), open('right'), open('left')]);
    }
    await closeEditors();
    // That a tab was taken by the next one is nobody's concern.
    await toldNothing();
    // Each was fetched once and kept for its own connection.
    assert.deepEqual(
      servers().map(([, server]) => server.count('blob')),
      [1, 1],
    );
  });

  it('keep what each has listed when one switches between them', async () => {
    const counts = (): number[] => servers().map(([, server]) => server.count());
    const before = counts();
    for (const id of ['left', 'right', 'left']) {
      await switchTo(id);
    }
    assert.deepEqual(counts(), before);
  });

  it('are told apart by the tenant in a link from outside, whichever is looked at', async () => {
    await switchTo('left');
    for (const id of ['right', 'left']) {
      await closeEditors();
      const query = `tenant=${tenants[id]}&connection=elsewhere&action=${shared.id}&index=0`;
      const authority = 'live-response.defender-live-response';
      const link = vscode.Uri.from({ scheme: vscode.env.uriScheme, authority, path: '/result', query });
      await vscode.commands.executeCommand('vscode.open', link);
      assert.equal(await eventually(() => visible().length > 0 && textOf('script_output')), `of the ${id}`);
    }
  });

  it('never send one’s token to the other', () => {
    const [left, right] = [tokensOf(tenant.server), tokensOf(second)];
    assert.equal([...left].filter((token) => right.has(token)).length, 0);
    const known = [tenant.server, second].map((server) => new URL(server.apiUrl).host);
    for (const [n, [, server]] of servers().entries()) {
      const hosts = new Set(
        server.requests.filter((each) => each.origin === 'api').map(({ headers }) => headers.host),
      );
      assert.deepEqual([...hosts], [known[n]]);
    }
  });
});

import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openTenant, type Tenant } from './setup';

const dayMs = 86_400_000;

describe('a setting that is no number', () => {
  let tenant: Tenant;
  const set = (value: unknown): Thenable<void> =>
    vscode.workspace
      .getConfiguration('liveResponse')
      .update('actions.lookbackDays', value, vscode.ConfigurationTarget.Global);

  before(async () => {
    tenant = await openTenant();
  });
  after(async () => {
    await set(undefined);
    await tenant.close();
  });

  /** Days back to which the service is asked for actions. */
  async function daysAsked(): Promise<number> {
    await vscode.commands.executeCommand('liveResponse.refresh');
    const path = decodeURIComponent(tenant.server.requests.at(-1)?.path ?? '').replaceAll('+', ' ');
    const from = /creationDateTimeUtc ge ([^ &)]+)/i.exec(path)?.[1];
    assert.ok(from, path);
    return Math.round((Date.now() - Date.parse(from)) / dayMs);
  }

  it('counts as not set, and one that is too small as the smallest', async () => {
    const unset = await daysAsked();
    await set('a month');
    assert.equal(await daysAsked(), unset);
    await set(0);
    assert.equal(await daysAsked(), 1);
    await set(7);
    assert.equal(await daysAsked(), 7);
  });
});

import { strict as assert } from 'node:assert';
import { Session } from 'node:inspector';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { control } from './control';
import { closeEditors, eventually, openTenant, setConnections, type Tenant, tenantId, textOf } from './setup';

const id = 'live-response.defender-live-response';

// Runs first (mocha sorts files by name): nothing was used before.
describe('activation', () => {
  it('is done soon after the window has started, without a click', async () => {
    await eventually(() => vscode.extensions.getExtension(id)?.isActive);
  });

  it('reads one file: neither the network client, the sign-in nor the sample tenant', () => {
    const dist = encodeURI(`${vscode.extensions.getExtension(id)?.extensionUri.path ?? ''}/dist/`);
    assert.deepEqual(
      loadedScripts().flatMap((url) =>
        url.includes(dist) ? [url.slice(url.indexOf(dist) + dist.length)] : [],
      ),
      ['extension.js'],
    );
  });

  it('contributes the commands that its manifest names, and they exist', async () => {
    const all = await vscode.commands.getCommands(true);
    const manifest = vscode.extensions.getExtension(id)?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const missing = manifest.contributes.commands.filter(({ command }) => !all.includes(command));
    assert.deepEqual(missing, []);
  });

  describe('with a connection in the settings', () => {
    let tenant: Tenant;
    before(async () => {
      tenant = await openTenant();
    });
    after(() => tenant.close());

    it('sends nothing while nobody looks', async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(tenant.server.count(), 0);
    });

    it('lists when the view is opened, and opens a command on a click', async function () {
      if (!control) {
        this.skip();
      }
      await vscode.commands.executeCommand('liveResponse.actions.focus');
      await control.waitFor({ selector: '.monaco-list-row', text: 'minidump.ps1' });
      assert.equal(tenant.server.count('api'), 1);
      const command = { selector: '.monaco-list-row', text: '0: RunScript Get-SecurityEvents.ps1' };
      // The list may be painted anew under the mouse, which takes the click with it.
      await eventually(async () => {
        await control?.click({ selector: '.monaco-list-row', text: 'Get-SecurityEvents.ps1' });
        await control?.waitFor({ ...command, timeout: 2_000 });
        return true;
      });
      await eventually(async () => {
        await control?.click(command);
        return eventually(() => textOf('script_error').includes('UnauthorizedAccessException'), 2_000);
      });
      // The one list, the link and the result; a poll of what is unfinished may have come in between.
      assert.equal(tenant.server.count('api', /LiveResponse/), 1);
      assert.equal(tenant.server.count('blob'), 1);
    });

    it('opens by an ID that is pasted into the palette command', async function () {
      if (!control) {
        this.skip();
      }
      await closeEditors();
      const opening = vscode.commands.executeCommand('liveResponse.openResult');
      await control.waitFor({ selector: '.quick-input-widget', text: 'Open Result' });
      await control.type('{5A3E1E00-1D4C-4C11-9F00-000000000021}');
      await control.waitFor({ selector: '.quick-input-widget .monaco-list-row', text: 'Get-Logons.ps1' });
      await control.press('Enter');
      await opening;
      assert.match(textOf('script_output'), /svc-backup/);
    });
  });
});

describe('what a setting may say', () => {
  it('refuses an API address that is neither https nor on this computer, and says why', async function () {
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    const connection = {
      id: 'plain',
      name: 'Plain',
      tenantId,
      auth: 'azureCli',
      apiUrl: 'http://api.example',
    };
    await setConnections([connection]);
    try {
      if (control) {
        const told = await eventually(async () => (await control?.notifications())?.[0]);
        assert.match(told, /Connection 1 .*“apiUrl” must use https, or http on this computer/);
      }
      await vscode.commands.executeCommand('notifications.clearAll');
      await vscode.commands.executeCommand('liveResponse.switchConnection', 'plain');
      if (control) {
        assert.match(
          await eventually(async () => (await control?.notifications())?.[0]),
          /no connection with the ID “plain”/,
        );
      }
    } finally {
      await setConnections(undefined);
    }
  });

  it('has the scope "application" for every setting, so that a workspace cannot redirect a token', () => {
    const manifest = vscode.extensions.getExtension(id)?.packageJSON as {
      contributes: { configuration: { properties: Record<string, { scope: string }> } };
    };
    const scopes = Object.values(manifest.contributes.configuration.properties).map(({ scope }) => scope);
    assert.deepEqual([...new Set(scopes)], ['application']);
  });
});

/** The URLs of all scripts that this process has loaded, as its own debugger sees them. */
function loadedScripts(): string[] {
  const urls: string[] = [];
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
  session.post('Debugger.enable');
  session.post('Debugger.disable');
  session.disconnect();
  return urls;
}

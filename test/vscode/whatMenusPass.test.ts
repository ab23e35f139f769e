import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { StoredBlob } from '../../src/demo/blobs';
import { control } from './control';
import { closeEditors, eventually, openTenant, scriptAction, type Tenant, toldNothing } from './setup';

interface Entry {
  readonly command: string;
  readonly when?: string;
}

interface Contributed {
  readonly menus: Readonly<Record<string, readonly Entry[]>>;
  readonly commands: readonly Entry[];
}

function contributed(): Contributed {
  const extension = vscode.extensions.getExtension('live-response.defender-live-response');
  return (extension?.packageJSON as { contributes: Contributed }).contributes;
}

/** Runs a command as a menu does, and backs out of whatever it asks. */
async function run(command: string, ...args: unknown[]): Promise<void> {
  let settled = false;
  const done = Promise.resolve(vscode.commands.executeCommand(command, ...args)).finally(
    () => (settled = true),
  );
  await eventually(async () => {
    if (!settled) {
      await control?.press('Escape');
    }
    return settled;
  });
  await done;
}

/** These sign out of a connection, or take it away. */
const ends: ReadonlySet<string> = new Set(['liveResponse.signOut', 'liveResponse.removeConnection']);

describe('what VS Code passes from menus', () => {
  let tenant: Tenant;
  let newer: string;

  before(async function () {
    if (!control) {
      this.skip();
    }
    tenant = await openTenant();
    const blob: StoredBlob = {
      bytes: Buffer.from(
        JSON.stringify({ script_name: 'm', exit_code: 1, script_output: 'x', script_errors: 'y' }),
      ),
      contentType: 'application/json',
    };
    const put = (n: number, minutesAgo: number): string => {
      const creationDateTimeUtc = new Date(Date.now() - minutesAgo * 60_000).toISOString();
      const more = { creationDateTimeUtc, commands: scriptAction(900).commands, machineId: 'e'.repeat(40) };
      const action = scriptAction(n, more);
      tenant.server.put(action, { 0: blob });
      return action.id;
    };
    put(901, 50);
    newer = put(902, 5);
    put(903, 2);
    // The order of the next and the previous result is that of the tree.
    await vscode.commands.executeCommand('liveResponse.actions.focus');
    await control.waitFor({ selector: '.monaco-list-row', text: 'script-900.ps1' });
  });
  after(async () => {
    await (tenant as Tenant | undefined)?.close();
  });
  afterEach(closeEditors);

  for (const menu of ['editor/title', 'editor/context']) {
    for (const { command } of contributed().menus[menu] ?? []) {
      it(`${menu}: ${command}`, async () => {
        await tenant.open(newer);
        await vscode.commands.executeCommand('notifications.clearAll');
        const uri = vscode.window.activeTextEditor?.document.uri ?? assert.fail('nothing is open');
        await run(command, uri, { groupId: 0 });
        await toldNothing();
      });
    }
  }

  const { menus, commands } = contributed();
  // With nothing open and a tenant that may be changed, these conditions hold; the others do not.
  const hold: ReadonlySet<unknown> = new Set([
    "liveResponse.state != 'noConnection'",
    'liveResponse.writable || !liveResponse.state',
  ]);
  const notOffered = new Set(
    (menus['commandPalette'] ?? []).filter(({ when }) => !hold.has(when)).map(({ command }) => command),
  );
  for (const condition of hold) {
    assert.ok(
      menus['commandPalette']?.some(({ when }) => when === condition),
      String(condition),
    );
  }
  const always = commands.map(({ command }) => command).filter((each) => !notOffered.has(each));

  for (const command of always.filter((each) => !ends.has(each))) {
    it(`palette, with nothing open: ${command}`, async () => {
      await vscode.commands.executeCommand('notifications.clearAll');
      await run(command);
      await toldNothing();
    });
  }

  it('opens the transcript, the errors and the action of the result that is shown', async () => {
    for (const [command, ending] of [
      ['liveResponse.openTranscript', '.transcript.json'],
      ['liveResponse.openError', '.script_error.txt'],
      ['liveResponse.openAction', '.action.json'],
    ] as const) {
      await tenant.open(newer);
      await vscode.commands.executeCommand(command);
      await eventually(() => {
        const path = vscode.window.activeTextEditor?.document.uri.path ?? '';
        return path.includes(newer) && path.endsWith(ending);
      });
      await closeEditors();
    }
  });
});

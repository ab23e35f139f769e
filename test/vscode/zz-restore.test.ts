import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { control } from './control';
import { closeEditors, setConnections, textOf } from './setup';

// Runs last: what is open now must be back after the window was reloaded (restore.phase2.test.ts).
describe('before the window is reloaded', () => {
  it('a result of the sample tenant is open', async function () {
    if (!control) {
      this.skip();
    }
    await closeEditors();
    await setConnections(undefined);
    await vscode.commands.executeCommand('liveResponse.switchConnection', 'demo');
    await vscode.commands.executeCommand('liveResponse.openResult', {
      connection: 'demo',
      actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
      index: 0,
    });
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    await control.remember('text', textOf('script_output'));
  });
});

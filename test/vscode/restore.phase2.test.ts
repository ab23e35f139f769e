import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { control } from './control';
import { eventually, textOf, visible } from './setup';

describe('after the window was reloaded', () => {
  it('the tab is back with the same text, and nobody clicked', async () => {
    const text = await control?.recall('text');
    assert.equal(await eventually(() => textOf('script_output')), text);
  });

  it('its facts are there again', async () => {
    const lenses = await eventually(async () => {
      const [{ uri } = assert.fail('no document')] = visible();
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
      );
      return found.length > 0 ? found : undefined;
    });
    assert.match(lenses.map(({ command }) => command?.title).join(), /exit code 0 · SAMPLE/);
  });

  it('opening it again costs no second tab', async () => {
    await vscode.commands.executeCommand('liveResponse.openResult', {
      connection: 'demo',
      actionId: '988cc94e-7a8f-4b28-ab65-54970c5d5018',
      index: 0,
    });
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 1);
  });
});

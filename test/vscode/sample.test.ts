import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeEditors, setConnections, showText, visible } from './setup';

const connection = 'demo';
/** Has both, output and errors. */
const actionId = '5a3e1e00-1d4c-4c11-9f00-000000000020';

describe('what the sample tenant gives says SAMPLE', () => {
  before(async () => {
    await setConnections(undefined);
    await vscode.commands.executeCommand('liveResponse.switchConnection', connection);
  });
  after(closeEditors);

  for (const command of ['openResult', 'openError', 'openTranscript', 'openAction']) {
    it(`above the document of ${command}`, async () => {
      await closeEditors();
      await vscode.commands.executeCommand(`liveResponse.${command}`, { connection, actionId, index: 0 });
      const uris = visible().map(({ uri }) => uri);
      assert.ok(uris.length > 0);
      for (const uri of uris) {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          uri,
        );
        assert.match(lenses.map((lens) => lens.command?.title).join(), /SAMPLE/, uri.path);
      }
    });
  }

  it('in a quotation with its provenance', async () => {
    await closeEditors();
    await vscode.commands.executeCommand('liveResponse.openResult', { connection, actionId, index: 0 });
    await vscode.env.clipboard.writeText('');
    await vscode.commands.executeCommand('liveResponse.copyWithProvenance');
    assert.match(await vscode.env.clipboard.readText(), /SAMPLE/);
  });

  it('in each row of a table', async () => {
    await closeEditors();
    const list = await showText(actionId);
    await vscode.commands.executeCommand('liveResponse.openResults');
    const table = vscode.window.visibleTextEditors
      .map(({ document }) => document)
      .find((document) => document !== list && document.getText().includes('SHA-256'));
    const rows = (table ?? assert.fail('no table')).getText().trimEnd().split(/\r?\n/);
    assert.ok(rows.length > 1);
    for (const row of rows) {
      assert.match(row, /^"?SAMPLE/);
    }
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});

import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { StoredBlob } from '../../src/demo/blobs';
import { control } from './control';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  scriptAction,
  type Tenant,
  textDocument,
  textOf,
  told,
  visible,
} from './setup';

const transcript = (output: string, error = ''): Buffer =>
  Buffer.from(
    JSON.stringify({ script_name: 'r.ps1', exit_code: 0, script_output: output, script_errors: error }),
  );

describe('reading results', () => {
  let tenant: Tenant;

  before(async () => {
    tenant = await openTenant();
  });
  after(() => tenant.close());
  afterEach(closeEditors);

  /** The two sides of the diff that is open, and its title. */
  async function diff(): Promise<{ left: string; right: string; title: string }> {
    const tab = await eventually(() => {
      const active = vscode.window.tabGroups.activeTabGroup.activeTab;
      return active?.input instanceof vscode.TabInputTextDiff ? active : undefined;
    });
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    return { left: original.path, right: modified.path, title: tab.label };
  }

  function put(n: number, minutesAgo: number, more: object, output = `output ${n}`): string {
    const action = scriptAction(n, {
      creationDateTimeUtc: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      commands: scriptAction(800).commands,
      ...more,
    });
    tenant.server.put(action, { 0: { bytes: transcript(output), contentType: 'application/json' } });
    return action.id;
  }

  it('compares with the previous run of the script on this machine, found with one call when it is not listed', async () => {
    const machine = { machineId: 'a'.repeat(40), computerDnsName: 'host-c.contoso.example' };
    const [older, newer] = [put(801, 50, machine), put(802, 5, machine)];
    put(803, 20, { machineId: 'b'.repeat(40) });
    await tenant.open(newer);
    const cost = await tenant.cost(() => vscode.commands.executeCommand('liveResponse.compareWithPrevious'));
    // The list, and the other result: its link and its bytes.
    assert.deepEqual(cost, { api: 2, blob: 1 });
    const { left, right, title } = await diff();
    assert.ok(left.includes(older) && right.includes(newer), `${left} ${right}`);
    assert.match(title, /^script-800\.ps1 · host-c: .+ ↔ .+$/);
  });

  it('compares with an earlier command of the same action', async () => {
    const [first] = scriptAction(800).commands;
    const commands = [0, 1].flatMap((index) => (first === undefined ? [] : [{ ...first, index }]));
    const action = scriptAction(807, { machineId: 'd'.repeat(40), commands });
    const blob = (output: string): StoredBlob => ({
      bytes: transcript(output),
      contentType: 'application/json',
    });
    tenant.server.put(action, { 0: blob('before'), 1: blob('behind') });
    await tenant.open(action.id, 1);
    await vscode.commands.executeCommand('liveResponse.compareWithPrevious');
    const { left, right, title } = await diff();
    assert.ok(left.includes(`/${action.id}/0/`) && right.includes(`/${action.id}/1/`), `${left} ${right}`);
    assert.match(title, /\[0\] ↔ .*\[1\]$/);
  });

  it('leaves a comparison open when one goes on to the next result', async () => {
    const machine = { machineId: 'e'.repeat(40), computerDnsName: 'host-e.contoso.example' };
    put(808, 40, machine);
    const newer = put(809, 3, machine);
    await tenant.open(newer);
    await vscode.commands.executeCommand('liveResponse.compareWithPrevious');
    await diff();
    await vscode.commands.executeCommand('liveResponse.nextResult');
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const compared = tabs.filter(({ input }) => input instanceof vscode.TabInputTextDiff);
    assert.deepEqual(
      compared.map(({ isPreview }) => isPreview),
      [false],
    );
    const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(shown instanceof vscode.TabInputText);
    assert.ok(!shown.uri.path.includes(newer), shown.uri.path);
  });

  it('says when there is no previous run', async () => {
    const id = put(805, 5, { machineId: 'c'.repeat(40) });
    await tenant.open(id);
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.commands.executeCommand('liveResponse.compareWithPrevious');
    assert.equal(
      vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText,
      true,
    );
    await told(/No earlier run of this script/);
  });

  it('decodes the kept bytes in another encoding, without a request, and remembers it for the script', async () => {
    // "Größe" as OEM 850 writes it.
    const raw = (): Buffer => {
      const [before, behind] = transcript('@@').toString('latin1').split('@@');
      return Buffer.concat([
        Buffer.from(before ?? ''),
        Buffer.from([0x47, 0x72, 0x94, 0xe1, 0x65]),
        Buffer.from(behind ?? ''),
      ]);
    };
    const commands = scriptAction(810).commands;
    const both = [811, 812].map((n) => {
      const action = scriptAction(n, { commands });
      tenant.server.put(action, { 0: { bytes: raw(), contentType: 'application/json' } });
      return action.id;
    });
    await tenant.open(both[0] ?? '');
    assert.equal(textOf('script_output'), 'Gr\uFFFD\uFFFDe');
    if (!control) {
      return;
    }
    const cost = await tenant.cost(async () => {
      const chosen = vscode.commands.executeCommand('liveResponse.reopenWithEncoding');
      await control?.waitFor({ selector: '.quick-input-widget', text: 'OEM 850' });
      await control?.type('OEM 850');
      await control?.press('Enter');
      await chosen;
    });
    assert.deepEqual(cost, { api: 0, blob: 0 });
    await eventually(() => textOf('script_output') === 'Größe');
    await closeEditors();
    await tenant.open(both[1] ?? '');
    assert.equal(textOf('script_output'), 'Größe');
  });

  it('shows another encoding also where the size stays, and in a comparison', async function () {
    if (!control) {
      this.skip();
    }
    const [before = '', behind = ''] = transcript('@@').toString('latin1').split('@@');
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0x41, 0x9b]), Buffer.from(behind)]);
    const action = scriptAction(813);
    tenant.server.put(action, { 0: { bytes, contentType: 'application/json' } });
    await tenant.open(action.id);
    const uri = visible()[0]?.uri ?? assert.fail();
    const choose = async (encoding: string): Promise<void> => {
      const target = { connection: tenant.connection, actionId: action.id, index: 0 };
      const chosen = vscode.commands.executeCommand('liveResponse.reopenWithEncoding', target);
      await control?.waitFor({ selector: '.quick-input-widget', text: encoding });
      await control?.type(encoding);
      await control?.press('Enter');
      await chosen;
    };
    await choose('OEM 437');
    await eventually(() => textOf('script_output') === 'A\u00A2');
    await choose('OEM 850');
    await eventually(() => textOf('script_output') === 'A\u00F8');
    await closeEditors();
    const other = await textDocument('x');
    await vscode.commands.executeCommand('vscode.diff', other.uri, uri);
    const document = vscode.workspace.textDocuments.find((each) => each.uri.path === uri.path);
    assert.equal(document?.getText(), 'A\u00F8');
    await choose('OEM 437');
    await eventually(() => document.getText() === 'A\u00A2');
  });

  for (const [language, output] of [
    ['json', '[{"Name":"a"},{"Name":"b"}]'],
    ['xml', '<?xml version="1.0"?>\n<a><b/></a>'],
    ['log', 'one line\nand another\n'],
  ] as const) {
    it(`gives an output that is ${language} its language`, async () => {
      await tenant.open(putTranscript(tenant, 820 + language.charCodeAt(0), transcript(output)));
      await eventually(
        () => vscode.window.activeTextEditor?.document.languageId === `live-response-${language}`,
      );
    });
  }

  it('gives a large output its language, too', async () => {
    await tenant.open(putTranscript(tenant, 832, transcript('one line\nand another\n'.repeat(20_000))));
    await eventually(() => vscode.window.activeTextEditor?.document.languageId === 'live-response-log');
  });

  it('outlines JSON by its keys: an output, a transcript and an action', async () => {
    const outline = async (): Promise<string[]> => {
      const document = vscode.window.activeTextEditor?.document;
      await eventually(() => document?.languageId === 'live-response-json');
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
        'vscode.executeDocumentSymbolProvider',
        document?.uri,
      );
      return symbols.flatMap(({ name, children }) => [
        name,
        ...children.map((child) => `${name}.${child.name}`),
      ]);
    };
    const actionId = putTranscript(tenant, 831, transcript('[{"Name":"a"},{"Path":"b"}]'));
    await tenant.open(actionId);
    assert.deepEqual(await outline(), ['0', '0.Name', '1', '1.Path']);
    const target = { connection: tenant.connection, actionId };
    await vscode.commands.executeCommand('liveResponse.openTranscript', { ...target, index: 0 });
    assert.ok((await outline()).includes('script_output'));
    await vscode.commands.executeCommand('liveResponse.openAction', target);
    assert.ok((await outline()).includes('commands.0'));
  });

  it('folds and outlines an output by its headings', async () => {
    const output = '=== Processes ===\na\nb\n--- Children ---\nc\n\n=== Services ===\nd\n';
    await tenant.open(putTranscript(tenant, 830, transcript(output)));
    const uri = vscode.window.activeTextEditor?.document.uri;
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      uri,
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children.map((child) => child.name)]),
      [
        ['Processes', ['Children']],
        ['Services', []],
      ],
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [0, 4],
        [3, 4],
        [6, 7],
      ],
    );
  });

  it('shows the head and the tail of a text that is too large for an editor, and says what they are', async () => {
    const line = `${'0123456789'.repeat(10)}\n`;
    const output = `the first line\n${line.repeat(530_000)}the last line\n`;
    await vscode.commands.executeCommand('notifications.clearAll');
    await tenant.open(putTranscript(tenant, 840, transcript(output)));
    const shown = await eventually(() => {
      const editors = vscode.window.visibleTextEditors.filter(
        ({ document }) => document.uri.scheme === 'live-response',
      );
      return editors.length === 2 ? editors : undefined;
    });
    const [head, tail] = ['.head.txt', '.tail.txt'].map((ending) =>
      shown.find(({ document }) => document.uri.path.endsWith(ending)),
    );
    assert.match(head?.document.getText() ?? '', /^the first line\n/);
    assert.match(tail?.document.getText() ?? '', /the last line\n$/);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      head?.document.uri,
    );
    assert.match(lenses[0]?.command?.title ?? '', /^ONLY THE FIRST 1\.0 OF 51\.\d MB/);
    await told(/first and last lines are shown/);
  }).timeout(60_000);
});

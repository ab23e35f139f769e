import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { storyActions } from '../../src/demo/tenant/story';
import { type SchemaServer, startSchemaServer } from '../support/schemaServer';
import { control } from './control';
import { closeEditors, eventually, openTenant, putTranscript, type Tenant } from './setup';

describe('a document of ours is inert', () => {
  let tenant: Tenant;
  let schemas: SchemaServer;
  const settings: [section: string, before: unknown][] = [];

  async function set(section: string, value: unknown): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    settings.push([section, configuration.inspect(section)?.globalValue]);
    await configuration.update(section, value, vscode.ConfigurationTarget.Global);
  }

  before(async () => {
    tenant = await openTenant();
    schemas = await startSchemaServer();
    await set('json.schemaDownload.trustedDomains', { [schemas.url]: true });
  });
  after(async () => {
    for (const [section, value] of settings.reverse()) {
      await vscode.workspace.getConfiguration().update(section, value, vscode.ConfigurationTarget.Global);
    }
    await tenant.close();
    schemas.close();
  });
  afterEach(closeEditors);

  /** The languages that a document has had while it was opened. */
  async function languagesWhile(work: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    const listening = vscode.workspace.onDidOpenTextDocument(({ uri, languageId }) => {
      if (uri.scheme === 'live-response') {
        seen.push(languageId);
      }
    });
    try {
      await work();
      return seen;
    } finally {
      listening.dispose();
    }
  }

  /** A plain file with the same text asks and complains: otherwise silence would prove nothing. */
  async function serverAnswers(text: string, meanwhile?: () => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'lr-schema-'));
    const file = join(folder, 'plain.json');
    try {
      writeFileSync(file, text);
      const before = schemas.paths.length;
      const document = await vscode.workspace.openTextDocument(file);
      await vscode.window.showTextDocument(document);
      await eventually(() => schemas.paths.length > before);
      await eventually(() => vscode.languages.getDiagnostics(document.uri).length > 0);
      await meanwhile?.();
    } finally {
      await closeEditors();
      rmSync(folder, { recursive: true });
    }
  }

  const problems = (): string[] =>
    vscode.languages
      .getDiagnostics()
      .filter(([uri, found]) => uri.scheme === 'live-response' && found.length > 0)
      .map(([uri]) => uri.path);

  async function openAll(id: string): Promise<string[]> {
    return languagesWhile(async () => {
      await tenant.open(id);
      await vscode.commands.executeCommand('liveResponse.openTranscript', {
        connection: tenant.connection,
        actionId: id,
        index: 0,
      });
      await vscode.commands.executeCommand('liveResponse.openAction', {
        connection: tenant.connection,
        actionId: id,
      });
    });
  }

  it('no schema that a result names is asked for, though a file with the same text asks', async () => {
    const text = JSON.stringify({ $schema: `${schemas.url}from-output`, a: 1 }, null, 2);
    const id = putTranscript(tenant, 1100, {
      $schema: `${schemas.url}from-transcript`,
      script_output: text,
      script_errors: text,
    });
    const languages = await openAll(id);
    await eventually(() =>
      vscode.workspace.textDocuments.some(({ languageId }) => languageId === 'live-response-json'),
    );
    assert.ok(languages.length >= 4, languages.join());
    assert.deepEqual(
      languages.filter((language) => !language.startsWith('live-response-')),
      [],
    );
    // Once the server has answered for the file, which came later. It may ask more than once.
    await serverAnswers(text.replace('from-output', 'from-file'));
    assert.deepEqual(
      schemas.paths.filter((path) => /^\/from-(?!file$)/.test(path)),
      [],
    );
    assert.deepEqual(problems(), []);
  });

  it('keeps its language against associations of the person', async () => {
    await set('files.associations', { '*.json': 'jsonc', '*.txt': 'json', '**/*.script_output.txt': 'xml' });
    const id = putTranscript(tenant, 1101, {
      script_output: `{"$schema": "${schemas.url}x"}`,
      script_errors: 'plain words',
    });
    const languages = await openAll(id);
    assert.ok(languages.length >= 4, languages.join());
    assert.deepEqual(
      languages.filter((language) => !language.startsWith('live-response-')),
      [],
    );
    assert.ok(!schemas.paths.includes('/x'));
    await set('files.associations', undefined);
  });

  it('leaves a file of the person its own language', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lr-own-'));
    try {
      for (const [name, language] of [
        ['a.transcript.json', 'json'],
        ['b.action.json', 'json'],
        ['c.script_output.txt', 'plaintext'],
      ] as const) {
        writeFileSync(join(folder, name), '{}');
        const document = await vscode.workspace.openTextDocument(join(folder, name));
        assert.equal(document.languageId, language, name);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has no problems, with every result of the sample tenant open', async () => {
    await set('workbench.editor.enablePreview', false);
    await vscode.commands.executeCommand('liveResponse.switchConnection', 'demo');
    await vscode.commands.executeCommand('liveResponse.refresh');
    // Those that answer, of every kind; the many alike ones once.
    const targets = storyActions.flatMap(({ id, commands }) =>
      commands.map((_, index) => ({ actionId: id, index })),
    );
    assert.ok(targets.length > 10);
    for (const each of targets) {
      const target = { connection: 'demo', ...each };
      await vscode.commands.executeCommand('liveResponse.openResult', target);
      await vscode.commands.executeCommand('liveResponse.openTranscript', target);
      // What has no result yet is watched since, and would be told of in the middle of another test.
      await vscode.commands.executeCommand('liveResponse.unwatchAction', target);
    }
    await vscode.commands.executeCommand('liveResponse.switchConnection', tenant.connection);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    await control?.waitFor({ selector: '.markers-panel', text: 'No problems have been detected' });
    await control?.screenshot('problems-of-sample-results');
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.ok(tabs.length > targets.length, `${tabs.length}`);
    const text = `{"$schema": "${schemas.url}sample", broken`;
    // What the person sees: the file that the server has looked at last, and nothing else.
    await serverAnswers(text, async () => {
      const row = '.markers-panel .monaco-list-row[aria-level="1"]';
      await control?.waitFor({ selector: row });
      await control?.screenshot('problems-of-a-file');
      assert.equal((await control?.texts(row))?.length ?? 1, 1);
      assert.deepEqual(problems(), []);
    });
    await vscode.commands.executeCommand('workbench.action.closePanel');
  }).timeout(120_000);

  it('has links off, and offers its IDs in the lightbulb', async () => {
    const id = putTranscript(tenant, 1102, { script_output: 'x', script_errors: '' });
    const other = putTranscript(tenant, 1103, {
      script_output: `https://evil.example file:///etc/passwd ${id}\n`,
      script_errors: '',
    });
    await tenant.open(id);
    await tenant.open(other);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(vscode.workspace.getConfiguration('editor', document).get('links'), false);
    const at = document.positionAt(document.getText().indexOf(id) + 3);
    const actions = await eventually(async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(at, at),
      );
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual(
      actions.map(({ command }) => command?.command),
      ['liveResponse.openResult'],
    );
    const start = new vscode.Range(0, 0, 0, 0);
    assert.deepEqual(
      await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, start),
      [],
    );
  });
});

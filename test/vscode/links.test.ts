import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { control } from './control';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  type Tenant,
  tenantId,
  textOf,
  visible,
} from './setup';

const listed = '988cc94e-7a8f-4b28-ab65-54970c5d5018';
const nobody = (n: number): string => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;

describe('action IDs in any text', () => {
  let tenant: Tenant;

  before(async () => {
    tenant = await openTenant();
    await vscode.commands.executeCommand('liveResponse.refresh');
  });
  after(() => tenant.close());
  afterEach(closeEditors);

  async function show(content: string, language: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(document);
    return document;
  }

  async function hovers(document: vscode.TextDocument, id: string): Promise<string[]> {
    const at = document.positionAt(document.getText().toLowerCase().indexOf(id) + 3);
    const found = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    return found.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value));
  }

  async function links(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const all = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    return all.filter(({ target }) => target?.scheme === 'command');
  }

  for (const [language, text] of [
    ['markdown', `- see \`${listed}\``],
    ['plaintext', `action {${listed.toUpperCase()}} failed`],
    ['csv', `id,host\r\n${listed},DC01\r\n`],
    ['json', `{"id": "${listed}"}`],
    ['log', `GET /api/machineactions/${listed}/x 200`],
  ] as const) {
    it(`have a hover and a link in ${language}`, async () => {
      const document = await show(text, language);
      const before = tenant.server.count('api');
      const said = (await hovers(document, listed)).join('\n');
      assert.match(said, /minidump\.ps1 \+1 · succeeded/);
      const argument = encodeURIComponent(
        JSON.stringify([{ connection: tenant.connection, actionId: listed, index: 1 }]),
      );
      assert.ok(said.includes(`(command:liveResponse.openResult?${argument})`), said);
      const [link, ...more] = await eventually(async () => {
        const found = await links(document);
        return found.length > 0 ? found : undefined;
      });
      assert.deepEqual(more, []);
      assert.equal(document.getText(link?.range).toLowerCase(), listed);
      assert.equal(tenant.server.count('api'), before);
    });
  }

  it('that nobody has listed are asked for once, and those that are none have no hover', async () => {
    const unlisted = putTranscript(tenant, 950, { script_output: 'x', script_errors: '' });
    const ids = [unlisted, nobody(1), nobody(2)];
    const document = await show(ids.join('\n'), 'plaintext');
    const before = tenant.server.count('api');
    for (let round = 0; round < 3; round += 1) {
      const found = await Promise.all(ids.map((id) => hovers(document, id)));
      assert.deepEqual(
        found.map((each) => each.length),
        [1, 0, 0],
      );
    }
    assert.equal(tenant.server.count('api') - before, 3);
  });

  it('open from the editor without an argument, by the cursor', async function () {
    if (!control) {
      this.skip();
    }
    const id = putTranscript(tenant, 951, { script_output: 'by the cursor', script_errors: '' });
    const document = await show(`note: ${id}`, 'plaintext');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document, document);
    const at = new vscode.Position(0, 10);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('liveResponse.openResult');
    assert.equal(textOf('script_output'), 'by the cursor');
  });

  it('in a link from outside open their result; what is not exactly a link is refused', async () => {
    const uri = (path: string, query: string): vscode.Uri =>
      vscode.Uri.from({
        scheme: vscode.env.uriScheme,
        authority: 'live-response.defender-live-response',
        path,
        query,
      });
    const good = `tenant=${tenantId}&connection=elsewhere&action=${listed}&index=0`;
    await vscode.commands.executeCommand('vscode.open', uri('/result', good));
    await eventually(() => visible().length > 0);
    assert.match(textOf('script_output'), /51 MB/);
    await closeEditors();
    await vscode.commands.executeCommand('notifications.clearAll');
    const before = tenant.server.count();
    for (const [path, query, said] of [
      ['/result', `${good}&url=https://evil.example`, /damaged, or not one of this extension/],
      ['/result', good.replace(tenantId, nobody(7)), /tenant 00000000-0000-4000-9000-000000000007/],
      ['/cancel', good, /damaged/],
    ] as const) {
      await vscode.commands.executeCommand('vscode.open', uri(path, query));
      if (control) {
        await eventually(async () => said.test((await control?.notifications())?.[0] ?? ''));
      }
    }
    assert.deepEqual(visible(), []);
    assert.equal(tenant.server.count(), before);
  });

  it('are copied as links and as Markdown that lead back here', async () => {
    await tenant.open(listed);
    await vscode.commands.executeCommand('liveResponse.copyLink');
    const link = await vscode.env.clipboard.readText();
    assert.equal(
      link,
      `${vscode.env.uriScheme}://live-response.defender-live-response/result?tenant=${tenantId}&connection=${tenant.connection}&action=${listed}&index=0`,
    );
    await vscode.commands.executeCommand('liveResponse.copyAsMarkdown');
    assert.ok((await vscode.env.clipboard.readText()).endsWith(`](${link})`));
  });

  it('stand in a quotation, with time, hash and the lines', async () => {
    const id = putTranscript(tenant, 952, {
      script_output: 'one\n```evil\n[x](command:y)\n',
      script_errors: '',
    });
    await tenant.open(id);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(0, 0, 2, 14);
    await vscode.commands.executeCommand('liveResponse.copyWithProvenance');
    const quoted = await vscode.env.clipboard.readText();
    assert.match(quoted, /^````text\none\n```evil\n\[x\]\(command:y\)\n````\n\n\[/);
    assert.match(quoted, /lines 1 to 3/);
    assert.match(quoted, /SHA-256 `[0-9a-f]{64}`/);
    assert.ok(quoted.includes(`action=${id}&index=0`));
  });

  it('become a table of all their results, in as few calls as can be', async () => {
    const put = [960, 961, 962].map((n) =>
      putTranscript(tenant, n, { exit_code: n, script_output: `=cmd|evil ${n}\nmore`, script_errors: '' }),
    );
    await show(['Case notes', ...put, nobody(9), put[0]].join('\n'), 'markdown');
    const cost = await tenant.cost(() => vscode.commands.executeCommand('liveResponse.openResults'));
    // One list for all IDs, and a link and a download for each result.
    assert.deepEqual(cost, { api: 4, blob: 3 });
    const lines = (vscode.window.activeTextEditor?.document.getText() ?? '').split(/\r?\n/).filter(Boolean);
    assert.equal(lines.length, 5);
    assert.match(
      lines[1] ?? '',
      /^7e570000-[^,]+,host-960,script-960\.ps1,0,succeeded,960,'=cmd\|evil 960,[0-9a-f]{64},/,
    );
    assert.match(lines[4] ?? '', /^00000000-0000-4000-9000-000000000009,.*not an action of this tenant/);
  });
});

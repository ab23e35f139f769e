import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { patiently } from '../support/patience';
import { control } from './control';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  showText,
  type Tenant,
  tenantId,
  textOf,
  toldNothing,
  visible,
} from './setup';

interface GitApi {
  openRepository(root: vscode.Uri): Promise<unknown>;
  toGitUri(file: vscode.Uri, ref: string): vscode.Uri;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** A file as it was committed last, from VS Code's own Git extension. */
async function committed(file: vscode.Uri): Promise<vscode.Uri> {
  const git = await vscode.extensions.getExtension<GitExtension>('vscode.git')?.activate();
  assert.ok(git, 'VS Code has no Git extension');
  await eventually(() => git.enabled);
  const api = git.getAPI(1);
  await eventually(() => api.openRepository(vscode.Uri.joinPath(file, '..')));
  return api.toGitUri(file, 'HEAD');
}

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
      const document = await showText(text, language);
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
    const document = await showText(ids.join('\n'), 'plaintext');
    const before = tenant.server.count('api');
    for (let round = 0; round < 3; round += 1) {
      // A hover waits for a second; what comes later is there the next time.
      await eventually(async () => {
        const found = await Promise.all(ids.map((id) => hovers(document, id)));
        assert.deepEqual(
          found.map((each) => each.length),
          [1, 0, 0],
        );
        return true;
      });
    }
    assert.equal(tenant.server.count('api') - before, 3);
  });

  it('open from the editor without an argument, by the cursor', async function () {
    if (!control) {
      this.skip();
    }
    const id = putTranscript(tenant, 951, { script_output: 'by the cursor', script_errors: '' });
    const document = await showText(`note: ${id}`, 'plaintext');
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document, document);
    const at = new vscode.Position(0, 10);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('liveResponse.openResult');
    await eventually(() => textOf('script_output') === 'by the cursor');
  });

  it('are at most 2,000 links, and the last one says so', async () => {
    const document = await showText(Array.from({ length: 2_100 }, () => `at ${listed}`).join('\n'), 'log');
    const found = await eventually(async () => {
      const all = await links(document);
      return all.length > 0 ? all : undefined;
    });
    assert.equal(found.length, 2_000);
    const said = found.filter(({ tooltip }) => tooltip?.includes('Only the first 2000 action IDs'));
    assert.deepEqual(said, [found.at(-1)]);
  });

  it('have a hover and a link on both sides of a Git diff', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'live-response-git-'));
    const git = vscode.workspace.getConfiguration('git');
    const before = git.inspect('enabled')?.globalValue;
    await git.update('enabled', true, vscode.ConfigurationTarget.Global);
    try {
      const notes = join(folder, 'notes.md');
      const run = (...words: string[]): unknown =>
        execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...words], {
          cwd: folder,
        });
      writeFileSync(notes, `before: ${listed}\n`);
      run('init', '--quiet');
      run('add', '.');
      run('commit', '--quiet', '--message', 'notes');
      writeFileSync(notes, `after the night: ${listed}\n`);
      const file = vscode.Uri.file(notes);
      const sides = [await committed(file), file] as const;
      await vscode.commands.executeCommand('vscode.diff', ...sides, 'notes');
      const requests = tenant.server.count();
      for (const side of sides) {
        const document = await vscode.workspace.openTextDocument(side);
        assert.match((await hovers(document, listed)).join(), /minidump\.ps1 \+1 · succeeded/, side.scheme);
        const [link] = await eventually(async () => {
          const found = await links(document);
          return found.length > 0 ? found : undefined;
        });
        assert.equal(document.getText(link?.range), listed);
      }
      assert.equal(tenant.server.count(), requests);
    } finally {
      await closeEditors();
      await git.update('enabled', before, vscode.ConfigurationTarget.Global);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are asked for in silence while the service wants to be left alone, and after a click', async () => {
    const clicked = putTranscript(tenant, 955, { script_output: 'first', script_errors: '' });
    const document = await showText([nobody(20), nobody(21), nobody(22)].join('\n'), 'plaintext');
    await vscode.commands.executeCommand('notifications.clearAll');
    tenant.server.fault({
      on: 'api',
      // Time enough for the click.
      answer: {
        status: 429,
        headers: { 'Retry-After': String(Math.ceil(patiently(2))) },
        body: '{"error":{"code":"TooManyRequests"}}',
      },
    });
    const seen = tenant.server.requests.length;
    const hovered = [20, 21, 22].map((n) => hovers(document, nobody(n)));
    await eventually(() => tenant.server.requests.length > seen);
    const click = tenant.open(clicked);
    assert.deepEqual((await Promise.all(hovered)).flat(), []);
    await click;
    assert.equal(textOf('script_output'), 'first');
    const asked = tenant.server.requests.slice(seen).filter(({ origin }) => origin === 'api');
    const ofHovers = asked.map(({ path }) => !path.includes(clicked));
    // One of the hovers was refused; when the service is back, the click goes before it.
    assert.ok(
      ofHovers.indexOf(false) <= 3 && ofHovers.lastIndexOf(true) > ofHovers.indexOf(false),
      String(ofHovers),
    );
    await toldNothing();
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
    const gone = nobody(30);
    await vscode.commands.executeCommand('vscode.open', uri('/result', good.replace(listed, gone)));
    if (control) {
      await eventually(async () => ((await control?.notifications())?.[0] ?? '').includes(gone));
    }
    const before = tenant.server.count();
    for (const [path, query, said] of [
      ['/result', `${good}&url=https://evil.example`, /damaged or wasn’t created by this extension/],
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

  it('stand in a quotation that names its document, with all that is selected and no line too many', async () => {
    const id = putTranscript(tenant, 953, { script_output: 'one\ntwo\nthree\nfour\n', script_errors: '' });
    await tenant.open(id);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selections = [new vscode.Selection(3, 0, 3, 4), new vscode.Selection(0, 0, 1, 0)];
    await vscode.commands.executeCommand('liveResponse.copyWithProvenance');
    const quoted = await vscode.env.clipboard.readText();
    assert.match(quoted, /^```text\none\n```\n\n```text\nfour\n```\n\n\[/);
    assert.match(quoted, /script\\?_output, line 1, line 4/);
    await vscode.commands.executeCommand('liveResponse.openTranscript', {
      connection: tenant.connection,
      actionId: id,
      index: 0,
    });
    await vscode.commands.executeCommand('liveResponse.copyWithProvenance');
    const whole = await vscode.env.clipboard.readText();
    assert.match(whole, /transcript as received, all lines/);
    assert.doesNotMatch(whole.split('```').at(-1) ?? '', /script\\?_output/);
  });

  it('become a table of all their results, in as few calls as can be', async () => {
    const put = [960, 961, 962].map((n) =>
      putTranscript(tenant, n, { exit_code: n, script_output: `=cmd|evil ${n}\nmore`, script_errors: '' }),
    );
    await showText(['Case notes', ...put, nobody(9), put[0]].join('\n'), 'markdown');
    const cost = await tenant.cost(() => vscode.commands.executeCommand('liveResponse.openResults'));
    // One list for all IDs, and a link and a download for each result.
    assert.deepEqual(cost, { api: 4, blob: 3 });
    const lines = (vscode.window.activeTextEditor?.document.getText() ?? '').split(/\r?\n/).filter(Boolean);
    assert.equal(lines.length, 5);
    assert.match(
      lines[1] ?? '',
      /^7e570000-[^,]+,host-960,script-960\.ps1,0,succeeded,960,'=cmd\|evil 960,[0-9a-f]{64},/,
    );
    assert.match(lines[4] ?? '', /^00000000-0000-4000-9000-000000000009,.*action not found in this tenant/);
  });
});

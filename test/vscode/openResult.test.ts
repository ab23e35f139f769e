import { strict as assert } from 'node:assert';
import { mock } from 'node:test';
import { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { WireMachineAction } from '../../src/defender/machineAction';
import { documentationSample } from '../../src/demo/tenant/outputs';
import type { StoredBlob } from '../../src/demo/blobs';
import {
  closeEditors,
  eventually,
  openTenant,
  putTranscript,
  scriptAction,
  setConnections,
  type Tenant,
  textDocument,
  textOf,
  visible,
} from './setup';

const documented = '988cc94e-7a8f-4b28-ab65-54970c5d5018';

describe('opening a result', () => {
  let tenant: Tenant;

  before(async () => {
    tenant = await openTenant();
  });
  after(() => tenant.close());
  afterEach(closeEditors);

  it('costs two requests for a listed action, and none the second time', async () => {
    await vscode.commands.executeCommand('liveResponse.refresh');
    assert.deepEqual(await tenant.cost(() => tenant.open(documented)), { api: 1, blob: 1 });
    await closeEditors();
    assert.deepEqual(await tenant.cost(() => tenant.open(documented)), { api: 0, blob: 0 });
  });

  it('costs three requests by an ID that is not listed', async () => {
    const id = putTranscript(tenant, 1, {
      script_name: 'a',
      exit_code: 0,
      script_output: 'x',
      script_errors: '',
    });
    assert.deepEqual(await tenant.cost(() => tenant.open(id.toUpperCase())), { api: 2, blob: 1 });
    assert.equal(textOf('script_output'), 'x');
  });

  it("reads the documentation's own file, raw line break and NULs and all", async () => {
    await tenant.open(documented);
    assert.equal(
      textOf('script_output'),
      'Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{TRANSCRIPT_ID}.txt\n' +
        'C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n',
    );
    const [output] = visible();
    const error = output?.uri.with({ path: output.uri.path.replace('.script_output.', '.script_error.') });
    assert.equal((await vscode.workspace.openTextDocument(error ?? assert.fail())).getText(), '');
  });

  for (const [name, body] of [
    ['script_errors', { script_name: 'v.ps1', exit_code: 1, script_output: 'out', script_errors: 'err' }],
    ['script_error', { script_name: 'v.ps1', exit_code: 1, script_output: 'out', script_error: 'err' }],
    ['name', { name: 'v.ps1', exit_code: 1, script_output: 'out', script_error: 'err' }],
  ] as const) {
    it(`gives both documents of a transcript with ${name}, side by side`, async () => {
      await tenant.open(putTranscript(tenant, 10 + name.length, body));
      assert.equal(textOf('script_output'), 'out');
      assert.equal(textOf('script_error'), 'err');
      const [output, error] = ['script_output', 'script_error'].map((kind) =>
        visible().find((each) => each.kind === kind),
      );
      assert.equal(error?.column, (output?.column ?? 0) + 1);
      assert.equal(vscode.window.activeTextEditor?.document.uri.path, output?.uri.path);
    });
  }

  it('shows a malformed transcript as it is, and says why above it', async () => {
    const id = putTranscript(tenant, 30, '{"script_name": "x.ps1", "script_output": "half of it');
    await tenant.open(id);
    assert.equal(textOf('body'), '{"script_name": "x.ps1", "script_output": "half of it');
    assert.match(await lenses(), /not a transcript: the JSON is truncated/);
  });

  it('says what an exit code of Windows means', async () => {
    const body = { script_name: 'collect.ps1', exit_code: 3221225477, script_output: 'x', script_errors: '' };
    await tenant.open(putTranscript(tenant, 33, body));
    assert.match(
      await lenses(),
      /exit code 3221225477 = 0xC0000005, STATUS_ACCESS_VIOLATION, access violation/,
    );
  });

  it('says the facts above the text and in the status bar, never in the text', async () => {
    await tenant.open(documented);
    const said = await lenses();
    for (const part of [
      'exit code 0',
      'minidump.ps1 on desktop-39g9tgl',
      'Test ',
      'the JSON was repaired',
      '3 trailing NULs removed',
      'Open Transcript',
    ]) {
      assert.ok(said.includes(part), said);
    }
    assert.match(said, /\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/);
    assert.doesNotMatch(said, /SAMPLE/);
  });

  describe('with files.encoding set to another one, and with guessing', () => {
    const files = vscode.workspace.getConfiguration('files');
    before(async () => {
      await files.update('encoding', 'utf16le', vscode.ConfigurationTarget.Global);
      await files.update('autoGuessEncoding', true, vscode.ConfigurationTarget.Global);
    });
    after(async () => {
      await files.update('encoding', undefined, vscode.ConfigurationTarget.Global);
      await files.update('autoGuessEncoding', undefined, vscode.ConfigurationTarget.Global);
    });

    it('reads every text as UTF-8, and adds no byte order mark that a copy would have', async () => {
      const output = 'Größe: 12 €\r\nпроцесс 進程\r\n';
      const body = { script_name: 'x.ps1', exit_code: 0, script_output: output, script_errors: 'Früh' };
      const id = putTranscript(tenant, 34, body);
      await tenant.open(id);
      assert.equal(textOf('script_output'), output);
      assert.equal(textOf('script_error'), 'Früh');
      await vscode.commands.executeCommand('liveResponse.openTranscript', {
        connection: tenant.connection,
        actionId: id,
        index: 0,
      });
      assert.match(textOf('transcript'), /Größe: 12 €/);
      await vscode.commands.executeCommand('liveResponse.openAction', {
        connection: tenant.connection,
        actionId: id,
      });
      const ours = vscode.workspace.textDocuments.filter(({ uri }) => uri.path.includes(id));
      assert.equal(ours.length, 4);
      assert.deepEqual([...new Set(ours.map(({ encoding }) => encoding))], ['utf8']);
    });
  });

  it('opens the transcript as the bytes that came', async () => {
    await vscode.commands.executeCommand('liveResponse.openTranscript', {
      connection: tenant.connection,
      actionId: documented,
      index: 0,
    });
    const [transcript] = visible();
    assert.equal(transcript?.kind, 'transcript');
    const bytes = await vscode.workspace.fs.readFile(transcript.uri);
    assert.deepEqual(Buffer.from(bytes), Buffer.from(documentationSample.bytes));
    assert.equal((await vscode.workspace.fs.stat(transcript.uri)).size, documentationSample.bytes.byteLength);
  });

  it('opens what a failed and a timed-out action wrote', async () => {
    const [failed, timedOut] = [20, 22].map((n) => `5a3e1e00-1d4c-4c11-9f00-0000000000${n}`);
    await tenant.open(failed ?? '');
    assert.match(textOf('script_error'), /UnauthorizedAccessException/);
    await tenant.open(timedOut ?? '');
    assert.match(textOf('script_output'), /1,204 of 18,330 files hashed/);
    for (const id of [failed, timedOut]) {
      assert.equal(tenant.server.count('api', new RegExp(`${id}/GetLiveResponseResult`)), 1);
    }
  });

  it('opens every command by its own index', async () => {
    await tenant.open('5a3e1e00-1d4c-4c11-9f00-000000000010', 2);
    assert.match(textOf('script_output'), /OfficeSync/);
    await tenant.open('5a3e1e00-1d4c-4c11-9f00-000000000010', 3);
    assert.match(textOf('script_output'), /203\.0\.113\.66:443/);
  });

  it('opens a collected text file as plain text', async () => {
    await tenant.open('5a3e1e00-1d4c-4c11-9f00-000000000013');
    assert.match(textOf('collected'), /203\.0\.113\.66 update\.contoso\.example/);
    assert.equal(vscode.window.activeTextEditor?.document.languageId, 'live-response-text');
  });

  const withErrors = (n: number, script_errors: string): string =>
    putTranscript(tenant, n, { script_name: 's', exit_code: 0, script_output: `out ${n}`, script_errors });

  for (const enablePreview of [true, false]) {
    it(`never leaves one host's errors beside another host's output, previews ${enablePreview ? 'on' : 'off'}`, async () => {
      const workbench = vscode.workspace.getConfiguration('workbench');
      await workbench.update('editor.enablePreview', enablePreview, vscode.ConfigurationTarget.Global);
      try {
        const [a, b, c] = [withErrors(41, 'errors of A'), withErrors(42, 'errors of B'), withErrors(43, '')];
        await tenant.open(a);
        assert.equal(textOf('script_error'), 'errors of A');
        await tenant.open(b);
        assert.equal(textOf('script_error'), 'errors of B');
        await tenant.open(c);
        assert.equal(textOf('script_output'), 'out 43');
        assert.deepEqual(
          visible().map(({ kind }) => kind),
          ['script_output'],
        );
        assert.equal(tabs('.script_error.txt').length, 0);
      } finally {
        await workbench.update('editor.enablePreview', undefined, vscode.ConfigurationTarget.Global);
      }
    });
  }

  it('shows errors beside the tab that has the output, wherever that is', async () => {
    const id = withErrors(660, 'its errors');
    await tenant.open(id);
    const uri = visible().find(({ kind }) => kind === 'script_output')?.uri ?? assert.fail();
    await closeEditors();
    await vscode.window.showTextDocument(await textDocument('notes'), {
      viewColumn: vscode.ViewColumn.One,
      preview: false,
    });
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Two, preview: false });
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await tenant.open(id);
    const columns = visible().map(({ kind, column }) => [kind, column]);
    assert.deepEqual(columns, [
      ['script_output', 2],
      ['script_error', 3],
    ]);
  });

  it('puts nothing into a group that somebody has locked', async () => {
    const notes = await textDocument('notes');
    await vscode.window.showTextDocument(notes, { viewColumn: vscode.ViewColumn.One, preview: false });
    await vscode.window.showTextDocument(notes, { viewColumn: vscode.ViewColumn.Two, preview: false });
    await vscode.commands.executeCommand('workbench.action.lockEditorGroup');
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    try {
      await tenant.open(withErrors(661, 'its errors'));
      assert.equal(textOf('script_error'), 'its errors');
      const locked = vscode.window.tabGroups.all.find(
        ({ tabs: open }) => open.length === 1 && isUntitled(open[0]),
      );
      assert.ok(locked, 'the locked group has another tab');
    } finally {
      await vscode.commands.executeCommand('workbench.action.unlockEditorGroup');
    }
  });

  it('opens no editor for errors that are progress records alone, and shows them as text on demand', async () => {
    const progress = '<Obj S="progress" RefId="0"><MS><I64 N="SourceId">1</I64></MS></Obj>';
    const script_errors = `#< CLIXML\r\n<Objs Version="1.1.0.1">${progress}</Objs>`;
    const id = putTranscript(tenant, 52, {
      script_name: 's',
      exit_code: 0,
      script_output: 'o',
      script_errors,
    });
    await tenant.open(id);
    assert.equal(textOf('script_output'), 'o');
    assert.equal(tabs('.script_error.txt').length, 0);
    await vscode.commands.executeCommand('liveResponse.openError', {
      connection: tenant.connection,
      actionId: id,
      index: 0,
    });
    assert.equal(textOf('script_error'), '');
    const said = await lenses();
    assert.ok(said.includes('1 CLIXML document converted to text, 1 progress record removed'), said);
  });

  it('leaves a pinned tab of errors alone', async () => {
    const a = putTranscript(tenant, 44, {
      script_name: 's',
      exit_code: 0,
      script_output: 'a',
      script_errors: 'kept',
    });
    const b = putTranscript(tenant, 45, {
      script_name: 's',
      exit_code: 0,
      script_output: 'b',
      script_errors: '',
    });
    await vscode.commands.executeCommand('liveResponse.openError', {
      connection: tenant.connection,
      actionId: a,
      index: 0,
    });
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    await tenant.open(b);
    assert.equal(tabs('.script_error.txt').length, 1);
  });

  it('goes to the next result that has text, over one that has none, and loads the list for it', async () => {
    const at = (minutes: number): Partial<WireMachineAction> => ({
      creationDateTimeUtc: new Date(Date.now() + minutes * 60_000).toISOString(),
    });
    const text = (n: number): StoredBlob => ({
      bytes: Buffer.from(
        JSON.stringify({ script_output: `out ${n}`, script_errors: n === 670 ? 'errors of 670' : '' }),
      ),
      contentType: 'application/json',
    });
    const newest = scriptAction(670, at(30));
    const collected = scriptAction(671, at(20));
    const [command] = collected.commands;
    assert.ok(command);
    const params = [{ key: 'Path', value: 'C:\\x.bin' }];
    tenant.server.put(newest, { 0: text(670) });
    tenant.server.put(
      { ...collected, commands: [{ ...command, command: { type: 'GetFile', params } }] },
      {
        0: {
          bytes: Buffer.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 0xff, 0xfe]),
          contentType: 'application/octet-stream',
        },
      },
    );
    tenant.server.put(scriptAction(672, at(10)), { 0: text(672) });
    // As after a reload: nobody has looked at the tree.
    const connections = vscode.workspace.getConfiguration('liveResponse').get('connections');
    await setConnections([]);
    await setConnections(connections);
    await tenant.open(newest.id);
    await vscode.commands.executeCommand('liveResponse.nextResult');
    assert.equal(textOf('script_output'), 'out 672');
    assert.equal(tabs('.script_error.txt').length, 0);
    await vscode.commands.executeCommand('liveResponse.previousResult');
    assert.equal(textOf('script_output'), 'out 670');
    assert.equal(textOf('script_error'), 'errors of 670');
    // At the end of the list, what is shown stays as it is.
    await vscode.commands.executeCommand('liveResponse.previousResult');
    assert.equal(textOf('script_error'), 'errors of 670');
  });

  it('reuses the tab that is open', async () => {
    await tenant.open(documented);
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    await tenant.open(
      putTranscript(tenant, 46, { script_name: 's', exit_code: 0, script_output: 'x', script_errors: '' }),
    );
    await tenant.open(documented);
    assert.equal(tabs(`/${documented}/0/`).length, 1);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /988cc94e/);
  });

  it('is read-only', async () => {
    await tenant.open(documented);
    const { document } = vscode.window.activeTextEditor ?? assert.fail();
    const before = document.getText();
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(document.getText(), before);
    assert.equal(document.isDirty, false);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('live-response'), false);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(document.uri, Buffer.from('x')));
    await assert.rejects(async () => vscode.workspace.fs.delete(document.uri));
    const stat = await vscode.workspace.fs.stat(document.uri);
    assert.equal(stat.permissions, vscode.FilePermission.Readonly);
  });

  it('is not garbled by a user whose files are in windows1252', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('encoding', 'windows1252', vscode.ConfigurationTarget.Global);
    try {
      const text = 'Prüfung – Größe 51 MB · 完了';
      await tenant.open(
        putTranscript(tenant, 47, { script_name: 's', exit_code: 0, script_output: text, script_errors: '' }),
      );
      assert.equal(textOf('script_output'), text);
    } finally {
      await files.update('encoding', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('knows stable times, and no file that is not there', async () => {
    await tenant.open(documented);
    const { uri } = vscode.window.activeTextEditor?.document ?? assert.fail();
    const [first, second] = [await vscode.workspace.fs.stat(uri), await vscode.workspace.fs.stat(uri)];
    assert.deepEqual(first, second);
    assert.ok(first.mtime > first.ctime && first.mtime < Date.now());
    for (const path of ['/x', uri.path.replace('/0/', '/00/'), uri.path.replace('.txt', '.exe')]) {
      await assert.rejects(async () => vscode.workspace.fs.stat(uri.with({ path })), {
        code: 'FileNotFound',
      });
    }
  });

  it('is in folders that hold what is open, and the other documents of its result', async () => {
    await tenant.open(documented);
    const { uri } = vscode.window.activeTextEditor?.document ?? assert.fail();
    const calls = tenant.server.count('api');
    const folder = vscode.Uri.joinPath(uri, '..');
    const entries = await vscode.workspace.fs.readDirectory(folder);
    assert.deepEqual(
      entries.map(([name]) => name.replace(/^.*?(?=\.(?:script|transcript))/, '')),
      ['.script_error.txt', '.script_output.txt', '.transcript.json'],
    );
    for (const [name, type] of entries) {
      assert.equal(type, vscode.FileType.File);
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name));
    }
    assert.equal((await vscode.workspace.fs.stat(folder)).type, vscode.FileType.Directory);
    await assert.rejects(async () => vscode.workspace.fs.readDirectory(uri.with({ path: '/nobody' })), {
      code: 'FileNotFound',
    });
    assert.equal(tenant.server.count('api'), calls);
  });

  it('counts above the text what was changed in it, each kind by its own name', async () => {
    const script_output = 'a\0b\u0007c\u202ed\u001b[31me\rf\0\0';
    await tenant.open(
      putTranscript(tenant, 51, { script_name: 's', exit_code: 0, script_output, script_errors: '' }),
    );
    assert.equal(textOf('script_output'), 'a␀b␇c<U+202E>de\nf');
    const said = await lenses();
    for (const part of [
      '2 trailing NULs removed',
      '1 NUL shown as ␀',
      '1 control character shown',
      '1 escape sequence removed',
      '1 lone carriage return shown',
      '1 invisible character shown',
    ]) {
      assert.ok(said.includes(part), `${part} is not in: ${said}`);
    }
  });

  it('reads a large one on a thread of its own', async () => {
    const output = 'C:\\Users\\m.jäger 😀\r\n'.repeat(150_000);
    const body = { script_name: 's', exit_code: 0, script_output: output, script_errors: '' };
    const id = putTranscript(tenant, 70, body);
    const post = mock.method(Worker.prototype, 'postMessage');
    try {
      await tenant.open(id);
    } finally {
      post.mock.restore();
    }
    assert.equal(textOf('script_output'), output);
    const jobs = post.mock.calls.map(({ arguments: [job] }) => (job as { kind: string }).kind);
    assert.deepEqual(jobs, ['read']);
  });

  it('unpacks one that is packed, and says so and what else is in it above the text', async () => {
    const action = scriptAction(71);
    const body = { script_name: 's', exit_code: 0, script_output: 'packed', elapsed: '00:07' };
    tenant.server.put(action, {
      0: { bytes: gzipSync(JSON.stringify(body)), contentType: 'application/octet-stream' },
    });
    await tenant.open(action.id);
    assert.equal(textOf('script_output'), 'packed');
    assert.match(await lenses(), /unpacked \(gzip\) \| elapsed: "00:07"/);
  });

  it('makes one download of two clicks', async () => {
    const id = putTranscript(tenant, 48, {
      script_name: 's',
      exit_code: 0,
      script_output: 'once',
      script_errors: '',
    });
    tenant.server.fault({ on: 'blob', delayMs: 300 });
    const cost = await tenant.cost(() => Promise.all([tenant.open(id), tenant.open(id)]));
    assert.equal(cost.blob, 1);
    assert.equal(textOf('script_output'), 'once');
  });

  it('does not cover what was asked for later with what comes late', async () => {
    const [slow, quick] = [62, 63].map((n) =>
      putTranscript(tenant, n, { script_output: `output ${n}`, script_errors: '' }),
    );
    let answer = (): void => undefined;
    tenant.server.fault({
      on: 'blob',
      match: new RegExp(slow ?? ''),
      until: new Promise<void>((resolve) => (answer = resolve)),
    });
    const before = tenant.server.count('blob');
    const opening = tenant.open(slow ?? '');
    await eventually(() => tenant.server.count('blob') > before);
    await tenant.open(quick ?? '');
    assert.equal(textOf('script_output'), 'output 63');
    answer();
    await opening;
    assert.equal(textOf('script_output'), 'output 63');
    assert.equal(tabs(slow ?? '').length, 0);
  });

  it('does not keep the result of an action that is not final', async () => {
    const action = scriptAction(49, { status: 'InProgress' });
    const body = { script_name: 's', exit_code: 0, script_output: 'so far', script_errors: '' };
    tenant.server.put(action, {
      0: { bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' },
    });
    await tenant.open(action.id);
    assert.equal(textOf('script_output'), 'so far');
    assert.equal((await tenant.cost(() => tenant.open(action.id))).blob, 1);
  });
});

async function lenses(): Promise<string> {
  const { uri } = vscode.window.activeTextEditor?.document ?? assert.fail('no editor');
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    uri,
  );
  return found.map(({ command }) => command?.title).join(' | ');
}

function isUntitled(tab: vscode.Tab | undefined): boolean {
  return tab?.input instanceof vscode.TabInputText && tab.input.uri.scheme === 'untitled';
}

function tabs(part: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.path.includes(part));
}

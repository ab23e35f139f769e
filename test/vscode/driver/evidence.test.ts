import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { diskFiles } from '../../../src/results/evidence/diskFiles';
import { EvidenceFolder } from '../../../src/results/evidence/evidence';
import { scriptAction } from '../../support/actions';
import { openWorkbench, type Workbench } from './harness';
import { type DrivenTenant, startTenant } from './tenant';

describe('evidence', () => {
  let tenant: DrivenTenant;
  let workbench: Workbench;
  let folder = '';
  const transcript = Buffer.from(
    '{"script_name":"x.ps1","exit_code":7,"script_output":"a\nb\\u0000","script_errors":"e"}',
  );
  const packed = gzipSync('collected text');
  const clear = (): Promise<void> => workbench.notifications.clear();

  before(async () => {
    tenant = await startTenant();
    folder = mkdtempSync(join(tmpdir(), 'lr-evidence-'));
    mkdirSync(join(folder, 'workspace'));
  });
  after(async () => {
    await workbench.close();
    await tenant.close();
    rmSync(folder, { recursive: true });
  });

  const root = (): string => join(folder, 'workspace', 'evidence');
  const manifestHash = (): string =>
    createHash('sha256')
      .update(readFileSync(join(root(), 'manifest.jsonl')))
      .digest('hex');
  const kept = (): string[] =>
    readdirSync(root(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root().length + 1))
      .sort();

  it('keeps the bytes as received, the readable texts and where they come from', async () => {
    const commands = ['RunScript', 'GetFile'].map((type, index) => ({
      index,
      startTime: null,
      endTime: null,
      commandStatus: 'Completed',
      errors: [],
      command: {
        type,
        params: [
          type === 'GetFile'
            ? { key: 'Path', value: 'C:\\a\\..\\CON' }
            : { key: 'ScriptName', value: '[x](command:y) ../x.ps1' },
        ],
      },
    }));
    const action = scriptAction(901, { commands, computerDnsName: '../..\u202E\\evil' });
    tenant.server.put(action, {
      0: { bytes: transcript, contentType: 'application/json' },
      1: { bytes: packed, contentType: 'application/octet-stream' },
    });
    workbench = await openWorkbench({ ...tenant, folder: join(folder, 'workspace') });
    await workbench.openView();
    await workbench.contextMenu('x.ps1 +1', 'Keep as Evidence', 'Save or Keep');
    const { message } = await workbench.notifications.waitFor('Kept 2 results in');
    assert.ok(message.includes(manifestHash()), message);
    assert.equal(await workbench.clipboard(), manifestHash());
    await workbench.screenshot('evidence-1-kept');
    await clear();
    const files = kept();
    const host = files.find((path) => path.includes('/'))?.split('/')[0] ?? '';
    assert.doesNotMatch(host, /[\\/\u202E]|^\.\.?$/);
    const at = (index: number, name: string): string => `${host}/${action.id}/${index}/${name}`;
    assert.deepEqual(files, [
      '.gitattributes',
      at(0, 'sidecar.json'),
      at(0, 'x.ps1.script_error.txt'),
      at(0, 'x.ps1.script_output.txt'),
      at(0, 'x.ps1.transcript.json'),
      at(1, 'CON_.gz'),
      at(1, 'sidecar.json'),
      'manifest.jsonl',
    ]);
    assert.deepEqual(readFileSync(join(root(), at(0, 'x.ps1.transcript.json'))), transcript);
    assert.deepEqual(readFileSync(join(root(), at(1, 'CON_.gz'))), packed);
    assert.equal(readFileSync(join(root(), at(0, 'x.ps1.script_output.txt')), 'utf8'), 'a\nb');
    const sidecar = readFileSync(join(root(), at(0, 'sidecar.json')), 'utf8');
    const { received, command, machine } = JSON.parse(sidecar) as {
      received: { sha256: string; bytes: number; blob: string };
      command: { exitCode: number };
      machine: { name: string };
    };
    assert.equal(received.sha256, createHash('sha256').update(transcript).digest('hex'));
    assert.equal(received.bytes, transcript.length);
    assert.equal(command.exitCode, 7);
    assert.equal(machine.name, '../..\u202E\\evil');
    assert.doesNotMatch(sidecar, /sig=|\?/);
    assert.match(received.blob, /^127\.0\.0\.1:\d+\//);
  });

  it('finds one flipped bit, a missing file and an added one', async () => {
    await workbench.runCommand('Live Response: Verify Evidence…');
    await workbench.notifications.waitFor(/Verified 7 files in .*[0-9a-f]{64}/);
    assert.equal(await workbench.clipboard(), manifestHash());
    await clear();
    const files = kept();
    const raw = join(root(), files.find((name) => name.endsWith('.transcript.json')) ?? '');
    const bytes = readFileSync(raw);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(raw, bytes);
    rmSync(join(root(), files.find((name) => name.endsWith('.gz')) ?? ''));
    writeFileSync(join(root(), 'planted.txt'), 'x');
    await workbench.runCommand('Live Response: Verify Evidence…');
    await workbench.notifications.waitFor(/Found 3 problems in .*\. 5 files are unchanged/);
    await workbench.notifications.press(/3 problems in/, 'Show Report');
    const report = await workbench.waitForEditorText('Not kept by this extension: planted.txt');
    await workbench.screenshot('evidence-2-report');
    assert.match(report, /Changed: .*transcript\.json \(SHA-256 [0-9a-f]{64}/);
    assert.match(report, /Missing: .*CON_\.gz/);
    await clear();
  });

  it('is not what Save Result writes: that is the bytes of one result, and beside them where they come from', async () => {
    await workbench.expandRow('x.ps1 +1');
    await workbench.contextMenu('0: RunScript x.ps1', 'Save Result…', 'Save or Keep');
    await workbench.chooseFile(join(folder, 'saved.json'));
    await workbench.quick.pick('With a sidecar');
    await workbench.notifications.waitFor(/Saved saved\.json \(\d+ bytes\)\. SHA-256: [0-9a-f]{64}/);
    assert.deepEqual(readFileSync(join(folder, 'saved.json')), transcript);
    assert.match(readFileSync(join(folder, 'saved.json.sidecar.json'), 'utf8'), /"exitCode": 7/);
    assert.deepEqual(readdirSync(folder).sort(), ['saved.json', 'saved.json.sidecar.json', 'workspace']);
    await clear();
  });

  it('has no part in Save All Results either, which writes each beside its sidecar', async () => {
    mkdirSync(join(folder, 'into'));
    await workbench.contextMenu('x.ps1 +1', 'Save All Results…', 'Save or Keep');
    await workbench.chooseFile(`${join(folder, 'into')}/`);
    const { message } = await workbench.notifications.waitFor('Saved 2 results with sidecars in');
    assert.ok(message.includes(join(folder, 'into')), message);
    assert.deepEqual(
      readdirSync(join(folder, 'into'))
        .map((name) => name.replace(/ on .* (\d)\./, ' $1.'))
        .sort(),
      [
        'CON 1.gz',
        'CON 1.gz.sidecar.json',
        'x.ps1 0.transcript.json',
        'x.ps1 0.transcript.json.sidecar.json',
      ],
    );
  });
});

describe('evidence in several folders of a workspace', () => {
  let workbench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), 'lr-roots-'));

  before(async () => {
    for (const [name, hosts] of [
      ['one', ['h1']],
      ['none', []],
      ['two', ['h1', 'h2']],
    ] as const) {
      mkdirSync(join(folder, name));
      for (const host of hosts) {
        await keepOne(join(folder, name, 'evidence'), host);
      }
    }
    const file = join(folder, 'all.code-workspace');
    writeFileSync(file, JSON.stringify({ folders: ['one', 'none', 'two'].map((path) => ({ path })) }));
    workbench = await openWorkbench({ folder: file });
    await workbench.openView();
  });
  after(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true });
  });

  it('is checked in every one of them', async () => {
    await workbench.runCommand('Live Response: Verify Evidence…');
    await workbench.notifications.waitFor(
      /Verified 3 files in .*one.evidence\. Verified 5 files in .*two.evidence\./,
    );
    const hashes = ['one', 'two'].map((name) =>
      createHash('sha256')
        .update(readFileSync(join(folder, name, 'evidence', 'manifest.jsonl')))
        .digest('hex'),
    );
    assert.equal(await workbench.clipboard(), hashes.join('\n'));
    await workbench.notifications.clear();
    rmSync(join(folder, 'two', 'evidence', 'h2', 'a', '0', 's.received'));
    await workbench.runCommand('Live Response: Verify Evidence…');
    await workbench.notifications.waitFor(
      /Verified 3 files in .*one.evidence\. Found 1 problem in .*two.evidence\. 4 files are/,
    );
    await workbench.notifications.press('1 problem in', 'Show Report');
    assert.match(await workbench.waitForEditorText('Missing'), /Missing: h2\/a\/0\/s\.received/);
  });
});

async function keepOne(root: string, host: string): Promise<void> {
  const bytes = Buffer.from(host);
  const ports = {
    files: diskFiles(root),
    clock: systemClock,
    owner: { host: 'here', pid: process.pid },
    isRunning: () => true,
  };
  const item = {
    host,
    actionId: 'a',
    index: 0,
    files: [{ stem: 's', ending: '.received', bytes }] as const,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sidecar: Buffer.from('{}'),
  };
  const run = { id: host, at: 0, by: undefined, tool: 'test', sample: false };
  await new EvidenceFolder(ports).keep(item, run, new AbortController().signal);
}

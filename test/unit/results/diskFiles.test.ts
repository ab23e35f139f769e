import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { diskFiles } from '../../../src/results/evidence/diskFiles';
import { EvidenceFolder } from '../../../src/results/evidence/evidence';
import { verifyEvidence } from '../../../src/results/evidence/evidenceVerification';
import { digestOf, type FilePort } from '../../../src/results/evidence/files';
import { never } from '../../support/failures';

describe('evidence on a real disk', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lr-disk-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('loses no line and no byte when two keep the same results at once', async function () {
    this.timeout(60_000);
    const writer = (id: string): Promise<void> => keepMany(root, id, 6);
    await Promise.all([writer('one'), writer('two')]);
    const found = await verifyEvidence(diskFiles(root), { signal: never });
    assert.deepEqual([found?.problems, found?.unfinished], [[], []]);
    // Six results that both have, six of each alone; two files and the attributes.
    assert.equal(found?.intact, 18 * 2 + 1);
  });

  it('loses no line and no byte when two processes keep into it at once', async function () {
    this.timeout(120_000);
    const count = 6;
    const writers = await Promise.all(['one', 'two'].map((id) => startWriter(root, id, count)));
    const codes = await Promise.all(writers.map((begin) => begin()));
    assert.deepEqual(codes, [0, 0]);
    const files = diskFiles(root);
    const found = await verifyEvidence(files, { signal: never });
    assert.deepEqual([found?.problems, found?.unfinished], [[], []]);
    // What both have once, what each has alone; two files of each and the attributes.
    assert.equal(found?.intact, 3 * count * 2 + 1);
    const texts = await Promise.all(
      [...Array(2 * count).keys()].map(async (n) => readTexts(files, n, n < count ? 1 : 2)),
    );
    const wanted = [...Array(2 * count).keys()].map((n) =>
      n < count ? [`both ${n}`] : [`one ${n}`, `two ${n}`],
    );
    assert.deepEqual(texts, wanted);
  });

  it('creates exclusively, appends, and follows no link out of the folder', async () => {
    const files = diskFiles(root);
    assert.equal(await files.create('a/b', Buffer.from('1')), true);
    assert.equal(await files.create('a/b', Buffer.from('2')), false);
    await files.append?.('a/b', Buffer.from('3'));
    assert.equal(readFileSync(join(root, 'a', 'b'), 'utf8'), '13');
    assert.equal(Buffer.from((await files.read('a/b', 1)) ?? '').toString(), '3');
    for (const path of ['../x', 'a/../../x', 'a\\..\\x', '/etc/passwd', 'a/.. ']) {
      await assert.rejects(async () => files.read(path), /no path inside/);
    }
    await assert.rejects(async () => files.digest('a'), /no file/);
    if (process.platform !== 'win32') {
      writeFileSync(join(root, 'target'), 'x');
      symlinkSync(join(root, 'target'), join(root, 'link'));
      await assert.rejects(async () => files.digest('link'));
    }
  });
});

/** A process that has loaded everything and waits. What is given back lets it begin, and gives its exit code. */
async function startWriter(root: string, id: string, count: number): Promise<() => Promise<number | null>> {
  const script = join(process.cwd(), 'out', 'test', 'support', 'evidenceWriter.entry.mjs');
  const child = spawn(process.execPath, [script, root, id, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  await Promise.race([once(child.stdout, 'data'), ended]);
  return async () => {
    child.stdin.write('go\n');
    return (await ended)[0];
  };
}

async function readTexts(files: FilePort, index: number, count: number): Promise<string[]> {
  const [host] = (await files.list('')).filter(({ name, folder }) => folder && /^host-1$/i.test(name));
  const names = Array.from({ length: count }, (_, n) => (n === 0 ? `${index}` : `${index}-${n + 1}`));
  const bytes = await Promise.all(
    names.map((name) => files.read(`${host?.name ?? ''}/a/${name}/s.received`)),
  );
  return bytes.map((each) => Buffer.from(each ?? '').toString()).sort();
}

async function keepMany(root: string, id: string, count: number): Promise<void> {
  const folder = new EvidenceFolder({
    files: diskFiles(root),
    clock: systemClock,
    owner: { host: 'here', pid: process.pid },
    isRunning: () => true,
  });
  for (let n = 0; n < 2 * count; n += 1) {
    const bytes = Buffer.from(n < count ? `both ${n}` : `${id} ${n}`);
    const item = {
      host: 'h',
      actionId: 'a',
      index: n,
      files: [{ stem: 's', ending: '.received', bytes }] as const,
      sha256: digestOf(bytes).sha256,
      sidecar: Buffer.from(id),
    };
    await folder.keep(item, { id, at: 0, by: undefined, tool: 't', sample: false }, never);
  }
}

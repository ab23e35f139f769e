import { strict as assert } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { systemClock } from '../../../src/http/clock';
import { diskFiles } from '../../../src/results/diskFiles';
import { EvidenceFolder } from '../../../src/results/evidence';
import { verifyEvidence } from '../../../src/results/evidenceVerification';
import { digestOf } from '../../../src/results/files';
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

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { unpackZip } from '../../../src/results/download/unzip';
import { type ZipEntry, zipOf } from '../../support/zip';

const enough = { keep: 1_000_000, count: 1_000_000 };
const data = Buffer.from('the transcript');
const entry = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({ name, data, ...more });

/** What was unpacked, as text, and what there is to say of it. */
async function told(bytes: Uint8Array, limits = enough): Promise<unknown> {
  const unpacked = await unpackZip(bytes, limits);
  return unpacked.ok ? { ...unpacked, bytes: Buffer.from(unpacked.bytes).toString() } : unpacked;
}

const read = (name: string, others = 0, behind = 0): unknown => ({
  ok: true,
  bytes: data.toString(),
  name,
  others,
  behind,
});
const refused = (problem: string, name?: string, size?: number): unknown => ({
  ok: false,
  problem,
  name,
  size,
});

/** With a comment in its end record. */
function withComment(zip: Buffer, comment: string): Buffer {
  const bytes = Buffer.from(zip);
  bytes.writeUInt16LE(comment.length, bytes.length - 2);
  return Buffer.concat([bytes, Buffer.from(comment)]);
}

describe('the transcript in a zip', () => {
  const other = (name: string): ZipEntry => ({ name, data: Buffer.from('other') });

  for (const [name, entries, expected] of [
    ['the only entry', [entry('a.bin')], read('a.bin')],
    ['the only entry besides folders', [other('a/'), entry('a/b.bin')], read('a/b.bin')],
    ['stdout among others', [other('x.json'), entry('stdout'), other('y')], read('stdout', 2)],
    [
      'stdout in a folder, in any case',
      [other('stdout/x'), entry('a/STDOUT_1.txt')],
      read('a/STDOUT_1.txt', 1),
    ],
    ['the one JSON', [other('a.txt'), entry('b/c.JSON')], read('b/c.JSON', 1)],
    ['none of two stdout', [entry('stdout1'), entry('stdout2')], refused('archiveUnfit')],
    ['none of two JSON', [entry('a.json'), entry('b.json'), other('c')], refused('archiveUnfit')],
    ['none of two others', [entry('a'), entry('b')], refused('archiveUnfit')],
    ['none where there are folders alone', [other('a/'), other('b/')], refused('archiveUnfit')],
    ['none where nothing is', [], refused('archiveUnfit')],
  ] as const) {
    it(`is ${name}`, async () => assert.deepEqual(await told(zipOf(entries)), expected));
  }

  it('is found among a thousand entries and no more', async () => {
    const others = Array.from({ length: 1_000 }, (_, n) => other(`x${n}`));
    const folders = others.map(({ name }) => other(`${name}/`));
    assert.deepEqual(await told(zipOf([entry('stdout'), ...others.slice(1)])), read('stdout', 999));
    assert.deepEqual(await told(zipOf([entry('stdout'), ...folders])), read('stdout'));
    assert.deepEqual(await told(zipOf([entry('stdout'), ...others])), refused('archiveUnfit'));
  });

  it('is read stored and deflated, up to the limit', async () => {
    const size = data.length;
    for (const stored of [true, false]) {
      const zip = zipOf([entry('stdout', { stored })]);
      assert.deepEqual(await told(zip, { keep: size, count: size }), read('stdout'));
      assert.deepEqual(
        await told(zip, { keep: size - 1, count: size }),
        refused('archiveTooLarge', 'stdout', size),
      );
    }
    const zip = zipOf([entry('stdout')]);
    assert.deepEqual(await told(zip, { keep: 1, count: 2 }), refused('archiveTooLarge', 'stdout'));
  });

  for (const [name, more, expected] of [
    ['has another checksum', { crc: 1 }, refused('archiveDamaged', 'stdout')],
    ['is longer than it should be', { size: data.length - 1 }, refused('archiveDamaged', 'stdout')],
    ['is shorter than it should be', { size: data.length + 1 }, refused('archiveDamaged', 'stdout')],
    ['is encrypted', { flags: 1 }, refused('archiveEncrypted', 'stdout')],
    ['is strongly encrypted', { flags: 0x41 }, refused('archiveEncrypted')],
    ['is packed in another way', { method: 12 }, refused('archiveUnfit')],
  ] as const) {
    it(`is refused when it ${name}`, async () =>
      assert.deepEqual(await told(zipOf([entry('stdout', more)])), expected));
  }

  for (const name of ['../stdout', 'a/../../stdout', '/stdout', 'C:/stdout', '..\\stdout']) {
    it(`is refused when it is named ${name}`, async () =>
      assert.deepEqual(await told(zipOf([entry(name)])), refused('archiveUnsafe')));
  }
});

describe('the end of a zip', () => {
  const zip = zipOf([entry('stdout')]);

  it('is behind its comment, and what follows is counted', async () => {
    const comment = withComment(zip, 'a comment');
    assert.deepEqual(await told(comment), read('stdout'));
    assert.deepEqual(await told(Buffer.concat([comment, Buffer.from('tail')])), read('stdout', 0, 4));
    assert.deepEqual(await told(Buffer.concat([zip, Buffer.from('tail')])), read('stdout', 0, 4));
  });

  it('is the last one that is whole in view, wherever the bytes are in memory', async () => {
    const around = Buffer.concat([Buffer.from('before'), zip, Buffer.from('behind')]);
    assert.deepEqual(await told(around.subarray(6, 6 + zip.length)), read('stdout'));
  });

  it('may be missing, or cut', async () => {
    for (let cut = 1; cut < zip.length - 4; cut += 1) {
      assert.deepEqual(await told(zip.subarray(0, -cut)), refused('archiveDamaged'), String(cut));
    }
    assert.deepEqual(await told(withComment(zip, 'comment').subarray(0, -1)), refused('archiveDamaged'));
  });
});

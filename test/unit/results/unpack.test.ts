import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import { escapeRawControls } from '../../../src/results/jsonRepair';
import { readResult } from '../../../src/results/reading';
import { unpackGzip } from '../../../src/results/unpack';

describe('what packs well', () => {
  it('is shown as long as it is not too large, whatever its ratio', async () => {
    const log = Buffer.from('line\n'.repeat(2_400_000));
    const bytes = gzipSync(log, { level: 9 });
    assert.ok(log.length > 343 * bytes.length);
    const { summary, documents } = await readResult({ bytes, commandType: 'GetFile' });
    assert.equal(summary.kind, 'collected');
    assert.equal(documents.collected?.length, log.length);
  }).timeout(30_000);
});

describe('bytes behind an archive', () => {
  it('are counted, to the byte', async () => {
    const whole = gzipSync('packed');
    const limits = { keep: 100, count: 100 };
    for (const [members, tail] of [
      [1, 'x'],
      [2, 'garbage'],
      [1, '\0\0'],
      [3, '\x1f\x8b\x08'],
    ] as const) {
      const packed = Buffer.concat([
        ...Array.from({ length: members }, () => whole),
        Buffer.from(tail, 'latin1'),
      ]);
      const unpacked = await unpackGzip(packed, limits);
      assert.ok(unpacked.ok);
      assert.equal(Buffer.from(unpacked.bytes).toString(), 'packed'.repeat(members));
      assert.equal(unpacked.behind, tail.length);
    }
  });

  it('are never members that were left out: what has too many is too large', async () => {
    const members = Array.from({ length: 2001 }, (_, n) => gzipSync(`${n % 10}`));
    const limits = { keep: 10_000, count: 10_000 };
    const all = await unpackGzip(Buffer.concat(members), limits);
    assert.ok(all.ok && all.bytes.byteLength === 2001 && all.behind === 0);
    const unpacked = await unpackGzip(Buffer.concat([...members, Buffer.from('x')]), limits);
    assert.ok(!unpacked.ok && unpacked.problem === 'archiveTooLarge');
  }).timeout(60_000);
});

describe('raw control characters without number', () => {
  it('are escaped in memory for the text and its escapes alone', () => {
    const bytes = Buffer.from(`{"a":["${'\n'.repeat(8_000_000)}"]}`);
    const before = process.memoryUsage();
    const { count, json } = escapeRawControls(bytes);
    const after = process.memoryUsage();
    assert.equal(count, 8_000_000);
    assert.equal(json.byteLength, bytes.byteLength + count);
    // A list of eight million places takes 64 MB.
    assert.ok(after.heapUsed - before.heapUsed < 32_000_000, `${after.heapUsed - before.heapUsed} bytes`);
  });
});

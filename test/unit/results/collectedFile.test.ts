import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'mocha';
import {
  readCollectedFile,
  unpackCollectedFile,
  unpackRepairs,
} from '../../../src/results/reading/collectedFile';
import { gzipWithName } from '../../support/zip';

const limits = { keep: 10, count: 20 };
const unpacked = { kind: 'unpacked', format: 'gzip', others: 0 } as const;

describe('a collected file', () => {
  it('that is not packed is kept up to the limit', async () => {
    const bytes = Buffer.alloc(10, 'a');
    assert.deepEqual(await unpackCollectedFile(bytes, limits), {
      name: undefined,
      repairs: [],
      bytes,
      size: 10,
      reason: undefined,
    });
    assert.deepEqual(await unpackCollectedFile(Buffer.alloc(11), limits), {
      name: undefined,
      repairs: [],
      bytes: undefined,
      size: 11,
      reason: 'archiveTooLarge',
    });
  });

  it('that is packed has its name, made safe, and the bytes behind it counted', async () => {
    const packed = gzipWithName(gzipSync('0123456789'), Buffer.from('../a.log'));
    const file = await unpackCollectedFile(Buffer.concat([packed, Buffer.from('tail')]), limits);
    assert.deepEqual(
      { ...file, bytes: Buffer.from(file.bytes ?? []).toString() },
      {
        name: '_a.log',
        repairs: [unpacked, { kind: 'bytesBehindArchive', count: 4 }],
        bytes: '0123456789',
        size: 10,
        reason: undefined,
      },
    );
    assert.equal((await unpackCollectedFile(gzipSync('a'), limits)).name, undefined);
  });

  it('that cannot be unpacked has its name, its size where it is known, and the reason', async () => {
    const packed = (text: string): Buffer => gzipWithName(gzipSync(text), Buffer.from('a.log'));
    const refused = { name: 'a.log', repairs: [], bytes: undefined };
    for (const [bytes, size, reason] of [
      [packed('x'.repeat(11)), 11, 'archiveTooLarge'],
      [packed('x'.repeat(21)), undefined, 'archiveTooLarge'],
      [packed('x').subarray(0, -1), undefined, 'archiveDamaged'],
    ] as const) {
      const file = await unpackCollectedFile(bytes, limits);
      assert.deepEqual(file, { ...refused, size, reason });
      assert.deepEqual(readCollectedFile(file), { kind: 'binary', name: 'a.log', repairs: [], size, reason });
    }
  });

  it('is its text, when it is one, with all that was done to it', () => {
    const bytes = Buffer.from('\ufeffgröße', 'utf16le');
    const file = { name: 'a', repairs: [unpacked], bytes, size: bytes.length, reason: undefined };
    const read = readCollectedFile(file);
    assert.ok(read.kind === 'collected');
    assert.equal(Buffer.from(read.text).toString(), 'größe');
    assert.deepEqual(
      [read.name, read.size, read.repairs],
      ['a', bytes.length, [unpacked, { kind: 'utf16' }]],
    );
    const binary = { ...file, bytes: Buffer.of(0, 1, 2, 255), size: 4 };
    const { name, size, reason, repairs } = binary;
    assert.deepEqual(readCollectedFile(binary), { kind: 'binary', name, size, reason, repairs });
  });
});

describe('what there is to say of an archive', () => {
  it('is how many other files are in it, and how many bytes behind it', () => {
    assert.deepEqual(unpackRepairs('zip', { others: 2, behind: 0 }), [
      { kind: 'unpacked', format: 'zip', others: 2 },
    ]);
    assert.deepEqual(unpackRepairs('gzip', { others: 0, behind: 1 }), [
      unpacked,
      { kind: 'bytesBehindArchive', count: 1 },
    ]);
  });
});

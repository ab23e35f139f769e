import { strict as assert } from 'node:assert';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { escapeRawControls } from '../../../src/results/transcript/jsonRepair';
import { readResult } from '../../../src/results/reading/reading';
import {
  Collector,
  gzipName,
  hasChecksum,
  isGzip,
  isZip,
  unpackGzip,
  type Unpacked,
} from '../../../src/results/download/unpack';

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

interface Header {
  readonly extra?: Uint8Array;
  readonly name?: string;
  readonly comment?: string;
  readonly checksum?: boolean;
  readonly method?: number;
}

/** A gzip member (RFC 1952), written by hand so that it has any header. */
function memberOf(
  text: string | Uint8Array,
  { extra, name, comment, checksum, method = 8 }: Header = {},
): Buffer {
  const flags =
    (checksum === true ? 2 : 0) |
    (extra ? 4 : 0) |
    (name === undefined ? 0 : 8) |
    (comment === undefined ? 0 : 16);
  const header = Buffer.concat([
    Buffer.of(0x1f, 0x8b, method, flags, 0, 0, 0, 0, 0, 3),
    ...(extra ? [Buffer.of(extra.length & 0xff, extra.length >> 8), extra] : []),
    ...(name === undefined ? [] : [Buffer.from(`${name}\0`, 'latin1')]),
    ...(comment === undefined ? [] : [Buffer.from(`${comment}\0`)]),
  ]);
  const data = Buffer.from(text);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(data), 0);
  trailer.writeUInt32LE(data.length, 4);
  const sum = crc32(header) & 0xffff;
  const sums = checksum === true ? [Buffer.of(sum & 0xff, sum >> 8)] : [];
  return Buffer.concat([header, ...sums, deflateRawSync(data), trailer]);
}

const enough = { keep: 1_000_000, count: 1_000_000 };

/** What was unpacked, as text, and what there is to say of it. */
async function told(bytes: Uint8Array, limits = enough): Promise<unknown> {
  const unpacked: Unpacked = await unpackGzip(bytes, limits);
  return unpacked.ok ? { ...unpacked, bytes: Buffer.from(unpacked.bytes).toString() } : unpacked;
}

describe('the header of a gzip member', () => {
  const large = Buffer.alloc(700, 1);
  for (const [what, header] of [
    ['nothing', {}],
    ['a name', { name: 'a.log' }],
    ['an extra field', { extra: Buffer.of(0, 1, 0) }],
    ['a large extra field and a name', { extra: large, name: 'a.log' }],
    ['a comment', { comment: 'why' }],
    ['a checksum', { checksum: true }],
    ['all of them', { extra: large, name: 'a.log', comment: 'why', checksum: true }],
    ['all of them, empty', { extra: Buffer.alloc(0), name: '', comment: '', checksum: true }],
  ] as const) {
    it(`with ${what} is read, also where bytes are behind the archive`, async () => {
      const member = memberOf('packed', header);
      const name = ('name' in header && header.name) || undefined;
      const whole = { ok: true, bytes: 'packed', name, others: 0, behind: 0 };
      assert.deepEqual(await told(member), whole);
      assert.deepEqual(await told(Buffer.concat([member, Buffer.from('tail')])), { ...whole, behind: 4 });
    });
  }

  it('that is cut, or is of another way of packing, is none', async () => {
    const damaged = (name?: string): unknown => ({
      ok: false,
      problem: 'archiveDamaged',
      name,
      size: undefined,
    });
    const member = memberOf('packed', { name: 'a.log', comment: 'why', checksum: true });
    for (let end = 2; end < member.length; end += 1) {
      assert.deepEqual(
        await told(member.subarray(0, end)),
        damaged(end < 16 ? undefined : 'a.log'),
        String(end),
      );
    }
    assert.deepEqual(await told(memberOf('packed', { method: 7 })), damaged());
    assert.deepEqual(
      await told(Buffer.concat([memberOf('packed', { method: 7 }), Buffer.from('tail')])),
      damaged(),
    );
  });

  it('has the name in it that it says, UTF-8 or Latin-1', () => {
    for (const [name, expected] of [
      ['a.log', 'a.log'],
      ['gr\u00F6\u00DFe', 'gr\u00F6\u00DFe'],
      [Buffer.from('gr\u00F6\u00DFe').toString('latin1'), 'gr\u00F6\u00DFe'],
      ['', undefined],
      ['x'.repeat(1_023), 'x'.repeat(1_023)],
      ['x'.repeat(1_024), undefined],
    ] as const) {
      for (const extra of [undefined, Buffer.alloc(300, 0x41)]) {
        assert.equal(gzipName(memberOf('x', { name, ...(extra && { extra }) })), expected);
      }
    }
    assert.equal(gzipName(memberOf('x', { comment: 'a comment' })), undefined);
    assert.equal(gzipName(Buffer.from('PK\x08\x08 a name, but no gzip\0')), undefined);
    assert.equal(gzipName(Buffer.of(0x1f, 0x8b, 8)), undefined);
  });
});

describe('several gzip members', () => {
  const [one, two] = [memberOf('one ', { name: '1' }), memberOf('two', { name: '2' })];
  const broken = Buffer.from(two);
  broken[broken.length - 8] = (broken[broken.length - 8] ?? 0) ^ 1;

  it('are one text, as long as they are whole', async () => {
    const all = { ok: true, bytes: 'one two', name: '1', others: 0, behind: 0 };
    assert.deepEqual(await told(Buffer.concat([one, two])), all);
    assert.deepEqual(await told(Buffer.concat([one, broken])), {
      ...all,
      bytes: 'one ',
      behind: broken.length,
    });
    assert.deepEqual(await told(Buffer.concat([one, two, broken])), { ...all, behind: broken.length });
    for (let end = 1; end < two.length; end += 1) {
      assert.deepEqual(await told(Buffer.concat([one, two.subarray(0, end)])), {
        ...all,
        bytes: 'one ',
        behind: end,
      });
    }
    assert.equal(((await told(broken)) as Unpacked).ok, false);
  });

  it('are refused together when they are too large together', async () => {
    const tail = Buffer.from('tail');
    for (const bytes of [Buffer.concat([one, two]), Buffer.concat([one, two, tail])]) {
      const tooLarge = { ok: false, problem: 'archiveTooLarge', name: '1' };
      assert.equal(((await told(bytes, { keep: 7, count: 7 })) as Unpacked).ok, true);
      for (const keep of [0, 3, 4, 6]) {
        assert.deepEqual(await told(bytes, { keep, count: 7 }), { ...tooLarge, size: 7 });
      }
      assert.deepEqual(await told(bytes, { keep: 3, count: 6 }), { ...tooLarge, size: undefined });
    }
  });
});

describe('what streams unpack', () => {
  const streamOf = async function* (...sizes: number[]): AsyncGenerator<Uint8Array> {
    for (const [n, size] of sizes.entries()) {
      yield await Promise.resolve(Buffer.alloc(size, n + 1));
    }
  };

  it('is kept up to the limit, and counted up to another', async () => {
    for (const [keep, count, whole, size] of [
      [6, 100, true, undefined],
      [5, 100, true, 6],
      [5, 6, true, 6],
      [5, 5, false, undefined],
      [0, 3, false, undefined],
    ] as const) {
      const collector = new Collector(1, { keep, count });
      assert.equal(await collector.take(streamOf(1, 2, 3)), whole);
      const collected = collector.finish(whole);
      assert.deepEqual(
        'bytes' in collected ? [...collected.bytes] : collected,
        keep === 6 ? [1, 2, 2, 3, 3, 3] : { problem: 'archiveTooLarge', size },
      );
    }
  });

  it('is not counted when it is much more than the bytes that it is made of', async () => {
    const limits = { keep: 10, count: 1_000 };
    assert.equal(await new Collector(1, limits).take(streamOf(100, 100)), true);
    assert.equal(await new Collector(1, limits).take(streamOf(100, 101)), false);
    assert.equal(await new Collector(2, limits).take(streamOf(100, 101)), true);
  });

  it('is shown piece by piece to whoever looks on', async () => {
    const seen: number[] = [];
    await new Collector(1, { keep: 2, count: 100 }).take(streamOf(1, 2, 3), ({ length }) =>
      seen.push(length),
    );
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('that ended early is not taken for the whole', () => {
    assert.deepEqual(new Collector(1, enough).finish(false), { problem: 'archiveTooLarge', size: undefined });
  });
});

describe('the first bytes', () => {
  it('tell gzip and zip', () => {
    for (const [bytes, gzip, zip] of [
      [[0x1f, 0x8b], true, false],
      [[0x1f, 0x8b, 8, 0], true, false],
      [[0x1f], false, false],
      [[0x1f, 0x8c], false, false],
      [[0x1e, 0x8b], false, false],
      [[], false, false],
      [[0x50, 0x4b, 3, 4], false, true],
      [[0x50, 0x4b, 5, 6], false, true],
      [[0x50, 0x4b, 3, 6], false, false],
      [[0x50, 0x4b, 5, 4], false, false],
      [[0x50, 0x4b, 7, 8], false, false],
      [[0x50, 0x4c, 3, 4], false, false],
      [[0x51, 0x4b, 3, 4], false, false],
      [[0x50, 0x4b], false, false],
    ] as const) {
      assert.deepEqual([isGzip(Buffer.from(bytes)), isZip(Buffer.from(bytes))], [gzip, zip], String(bytes));
    }
  });
});

describe('a checksum', () => {
  it('is that of its bytes, signed or unsigned', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const sum = crc32(bytes);
        assert.ok(hasChecksum(bytes, sum) && hasChecksum(bytes, sum | 0) && !hasChecksum(bytes, sum ^ 1));
      }),
    );
  });
});

describe('raw control characters without number', () => {
  it('are escaped in memory for the text and its escapes alone', () => {
    const bytes = Buffer.from(`{"a":["${'\n'.repeat(8_000_000)}"]}`);
    const before = process.memoryUsage();
    const { count, json } = escapeRawControls(bytes);
    const after = process.memoryUsage();
    assert.equal(count, 8_000_000);
    assert.equal(json.length, bytes.byteLength + count);
    // A list of eight million places takes 64 MB.
    assert.ok(after.heapUsed - before.heapUsed < 32_000_000, `${after.heapUsed - before.heapUsed} bytes`);
  });
});

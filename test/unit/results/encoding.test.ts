import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  countHalves,
  countReplaced,
  detectEncoding,
  type Encoding,
  toUtf8,
} from '../../../src/results/encoding';

describe('halves of characters in UTF-16', () => {
  it('are counted, and each is shown as U+FFFD', () => {
    const unit = fc.constantFrom(0x61, 0x20ac, 0xd83d, 0xd83d, 0xde00, 0xde00, 0xdc00, 0xdbff, 0xe000);
    const encodings: Encoding[] = [
      { name: 'utf16le', mark: 0 },
      { name: 'utf16be', mark: 0 },
      { name: 'utf16le', mark: 2 },
    ];
    fc.assert(
      fc.property(fc.array(unit), fc.boolean(), fc.constantFrom(...encodings), (units, odd, encoding) => {
        const text = Buffer.from(String.fromCharCode(...units), 'utf16le');
        const ordered = encoding.name === 'utf16le' ? text : text.swap16();
        const bytes = Buffer.concat([Buffer.alloc(encoding.mark), ordered, Buffer.alloc(odd ? 1 : 0, 0x61)]);
        const shown = Buffer.from(toUtf8(bytes, encoding)).toString();
        assert.equal(countHalves(bytes, encoding), shown.split('\uFFFD').length - 1);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the encoding of bytes', () => {
  for (const [bytes, name, mark] of [
    [[0xff, 0xfe], 'utf16le', 2],
    [[0xff, 0xfe, 0x61, 0], 'utf16le', 2],
    [[0xfe, 0xff], 'utf16be', 2],
    [[0xef, 0xbb, 0xbf], 'utf8', 3],
    [[0x7b, 0, 0x22, 0], 'utf16le', 0],
    [[0, 0x7b, 0, 0x22], 'utf16be', 0],
    [[0x7f, 0, 0x01, 0], 'utf16le', 0],
    [[], 'utf8', 0],
    [[0xff, 0x61], 'utf8', 0],
    [[0x61, 0xfe], 'utf8', 0],
    [[0xfe, 0x61], 'utf8', 0],
    [[0x61, 0xff], 'utf8', 0],
    [[0xef, 0xbb, 0x61], 'utf8', 0],
    [[0xef, 0x61, 0xbf], 'utf8', 0],
    [[0x61, 0xbb, 0xbf], 'utf8', 0],
    [[0xef, 0xbb], 'utf8', 0],
    [[0x61, 0, 0x62], 'utf8', 0],
    [[0, 0x61, 0], 'utf8', 0],
    [[0x61, 0, 0x62, 0x63], 'utf8', 0],
    [[0x61, 0x62, 0x63, 0], 'utf8', 0],
    [[0, 0x61, 0x62, 0x63], 'utf8', 0],
    [[0x61, 0x62, 0, 0x63], 'utf8', 0],
    [[0, 0, 0, 0], 'utf8', 0],
    [[0x61, 0, 0, 0], 'utf8', 0],
    [[0, 0, 0, 0x61], 'utf8', 0],
    [[0x80, 0, 0x61, 0], 'utf8', 0],
    [[0x61, 0, 0x80, 0], 'utf8', 0],
    [[0, 0x80, 0, 0x61], 'utf8', 0],
    [[0, 0x61, 0, 0xe4], 'utf8', 0],
  ] as const) {
    const shown = Buffer.from(bytes).toString('hex');
    it(`${shown} is ${name}, with a mark of ${mark} bytes`, () =>
      assert.deepEqual(detectEncoding(Buffer.from(bytes)), { name, mark }));
  }
});

describe('a text in UTF-8', () => {
  const unit = 1024 * 1024;

  it('is the same text as in UTF-16, without its mark, however long it is', () => {
    for (const text of [
      '',
      'ä',
      `\uFEFFa`,
      'x'.repeat(unit),
      `${'x'.repeat(unit / 2 - 1)}\u{1F600}\uFEFFä`,
    ]) {
      const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
      const big = Buffer.from(little).swap16();
      for (const [bytes, name] of [
        [little, 'utf16le'],
        [big, 'utf16be'],
      ] as const) {
        assert.ok(Buffer.from(toUtf8(bytes, { name, mark: 2 })).equals(Buffer.from(text)), name);
      }
      const marked = Buffer.from(`\uFEFF${text}`);
      assert.ok(Buffer.from(toUtf8(marked, { name: 'utf8', mark: 3 })).equals(Buffer.from(text)));
    }
  });

  it('does not change the bytes that it was made of', () => {
    const bytes = Buffer.from('ab', 'utf16le').swap16();
    const before = Buffer.from(bytes);
    toUtf8(bytes, { name: 'utf16be', mark: 0 });
    assert.deepEqual(bytes, before);
  });

  it('has what is no UTF-8 counted, but not U+FFFD itself', () => {
    for (const [bytes, count] of [
      [Buffer.from(''), 0],
      [Buffer.from('\uFEFFgröße \uFFFD\uFFFD'), 0],
      [Buffer.from('größe', 'latin1'), 2],
      [Buffer.concat([Buffer.from('\uFFFD'), Buffer.of(0xff)]), 1],
      [Buffer.from('€').subarray(0, 2), 1],
      [Buffer.concat([Buffer.alloc(unit - 1, 'x'), Buffer.from('€€')]), 0],
      [
        Buffer.concat([Buffer.alloc(unit, 'x'), Buffer.of(0xff), Buffer.alloc(unit, 'x'), Buffer.of(0xe2)]),
        2,
      ],
    ] as const) {
      assert.equal(countReplaced(bytes), count);
    }
  });
});

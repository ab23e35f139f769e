import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { countHalves, type Encoding, toUtf8 } from '../../../src/results/reading/encoding';

describe('halves of characters in UTF-16', () => {
  it('are shown as U+FFFD each, and nothing else is changed', () => {
    const unit = fc.constantFrom(0x61, 0x20ac, 0xd83d, 0xd83d, 0xde00, 0xde00, 0xdc00, 0xdbff, 0xe000);
    const encodings: Encoding[] = [
      { name: 'utf16le', mark: 0 },
      { name: 'utf16be', mark: 0 },
      { name: 'utf16le', mark: 2 },
    ];
    fc.assert(
      fc.property(fc.array(unit), fc.constantFrom(...encodings), (units, encoding) => {
        const text = Buffer.from(String.fromCharCode(...units), 'utf16le');
        const ordered = encoding.name === 'utf16le' ? text : text.swap16();
        const bytes = Buffer.concat([Buffer.alloc(encoding.mark), ordered]);
        // Node makes U+FFFD of each half, too.
        const expected = Buffer.from(String.fromCharCode(...units)).toString();
        assert.equal(Buffer.from(toUtf8(bytes, encoding)).toString(), expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('are counted as often as U+FFFD is shown, an odd byte at the end included', () => {
    const half = fc.constantFrom(0x61, 0xd83d, 0xde00, 0xdbff, 0xe000);
    fc.assert(
      fc.property(
        fc.array(half),
        fc.boolean(),
        fc.constantFrom<Encoding[]>(
          { name: 'utf16le', mark: 0 },
          { name: 'utf16be', mark: 0 },
          { name: 'utf16le', mark: 2 },
        ),
        (units, odd, encoding) => {
          const text = Buffer.from(String.fromCharCode(...units), 'utf16le');
          const ordered = encoding.name === 'utf16le' ? text : text.swap16();
          const bytes = Buffer.concat([
            Buffer.alloc(encoding.mark),
            ordered,
            Buffer.alloc(odd ? 1 : 0, 0x61),
          ]);
          const shown = Buffer.from(toUtf8(bytes, encoding)).toString();
          assert.equal(countHalves(bytes, encoding), shown.split('\uFFFD').length - 1);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

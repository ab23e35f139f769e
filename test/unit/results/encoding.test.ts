import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { countHalves, type Encoding, toUtf8 } from '../../../src/results/encoding';

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

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { characterStart, utf8, utf8WithoutMark } from '../../../src/http/utf8';

/** Whole characters, halves of them, marks and what is in no character. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
      fc.constantFrom(
        Buffer.from('\uFEFF'),
        Buffer.from('ä😀').subarray(0, 4),
        Buffer.from([0xed, 0xa0, 0x80]),
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(Buffer.concat(parts)));

describe('UTF-8', () => {
  it('is decoded as the Encoding Standard has it', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(utf8(bytes), new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
        assert.equal(utf8WithoutMark(bytes), new TextDecoder().decode(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same in pieces as in one', () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 4, max: 20 }), (bytes, size) => {
        const pieces: string[] = [];
        for (let from = 0; from < bytes.length;) {
          const to = characterStart(bytes, from, from + size);
          pieces.push(utf8(bytes.subarray(from, to)));
          from = to;
        }
        assert.equal(pieces.join(''), utf8(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

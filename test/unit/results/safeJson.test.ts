import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { safeJson } from '../../../src/results/safeJson';

describe('JSON for people', () => {
  it('means what it did, and has nothing unseen in it, whatever the values are', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text))), (value) => {
        const json = safeJson(value);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(json, /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('shows an override of the direction as its escape', () => {
    assert.equal(safeJson({ name: 'invoice_\u202Efdp.exe' }), '{\n  "name": "invoice_\\u202efdp.exe"\n}\n');
  });
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { safeJson } from '../../../src/results/transcript/safeJson';

describe('JSON for people', () => {
  it('means what it did, and has nothing unseen in it, whatever the values are', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text))), (value) => {
        const json = safeJson(JSON.stringify(value));
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(value)));
        assert.doesNotMatch(json, /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('is laid out as JSON.stringify does it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const visible = JSON.stringify(value).replace(/[^ -~]/g, '?');
        const expected = JSON.stringify(JSON.parse(visible), undefined, 2);
        fc.pre(JSON.stringify(JSON.parse(visible)) === visible);
        assert.equal(safeJson(visible), `${expected}\n`);
      }),
    );
  });

  it('keeps digits, order, repeated keys and escapes as they were sent', () => {
    const sent = String.raw`{"id":281474976710656123,"x":2.50,"2":1,"1":-0,"a":1E3,"a":"\u0041\/"}`;
    const shown = safeJson(sent);
    assert.equal(shown.replace(/\n */g, '').replaceAll('": ', '":'), sent);
  });

  it('shows an override of the direction as its escape', () => {
    assert.equal(safeJson('{"name":"invoice_\u202Efdp.exe"}'), '{\n  "name": "invoice_\\u202efdp.exe"\n}\n');
  });

  it('shows characters that nobody sees as their escapes: fillers, joiners and variation selectors', () => {
    assert.equal(
      safeJson('{"a\u3164":"\u034F\u17B4\u180B\uFE0F\u{E0100}"}'),
      '{\n  "a\\u3164": "\\u034f\\u17b4\\u180b\\ufe0f\\udb40\\udd00"\n}\n',
    );
  });

  it('has room for a string of any length', () => {
    const long = JSON.stringify(`\\"${'x'.repeat(20_000_000)}`);
    assert.ok(safeJson(`{"a":${long}}`) === `{\n  "a": ${long}\n}\n`);
  }).timeout(30_000);
});

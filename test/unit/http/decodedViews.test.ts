import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { decodedViews } from '../../../src/http/decodedViews';

describe('the views of a text', () => {
  for (const [text, ...views] of [
    [''],
    ['nothing is escaped'],
    ['\\u0041\\x42\\/\\"\\N%43&amp;&#68;&#x45;', 'AB/"\nC&DE'],
    ['%2541', '%41', 'A'],
    ['&amp;lt;', '&lt;', '<'],
    ['&#x10ffff;', '\u{10ffff}'],
    ['&#x110000;&#1114112;', '\ufffd\ufffd'],
    ['\\q%4&nothing;'],
  ] as const) {
    it(`of ${JSON.stringify(text)} end when nothing is escaped any more`, () =>
      assert.deepEqual(
        Array.from(decodedViews(text), (view) => view.text),
        [text, ...views],
      ));
  }

  it('are eleven at the most', () => {
    const nested = `%${'25'.repeat(30)}41`;
    assert.equal(Array.from(decodedViews(nested)).length, 11);
  });

  it('tell where each character came from, and where the end is', () => {
    const text = 'a%2541&amp;b';
    for (const { text: view, starts } of decodedViews(text)) {
      const from = (at: number): number => starts?.[at] ?? at;
      assert.equal(from(view.length), text.length);
      assert.equal(text.slice(from(view.indexOf('b'))), 'b');
      assert.equal(from(0), 0);
      assert.ok(!view.includes('A') || from(view.indexOf('A')) === 1);
    }
  });
});

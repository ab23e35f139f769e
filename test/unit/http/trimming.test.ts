import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { withoutEnd, withoutEnds } from '../../../src/http/trimming';

describe('the ends of a text', () => {
  for (const [text, unwanted, end, ends] of [
    ['', '=', '', ''],
    ['=', '=', '', ''],
    ['===', '=', '', ''],
    ['a', '=', 'a', 'a'],
    ['=a=b==', '=', '=a=b', 'a=b'],
    ['. a .', ' .', '. a', 'a'],
    ['a ', '', 'a ', 'a '],
  ] as const) {
    it(`of "${text}" go when they are among "${unwanted}"`, () => {
      assert.equal(withoutEnd(text, unwanted), end);
      assert.equal(withoutEnds(text, unwanted), ends);
    });
  }

  it('go as an expression would take them', () => {
    const text = fc.string({ unit: fc.constantFrom('=', '/', 'a', 'b') });
    fc.assert(
      fc.property(text, (each) => {
        assert.equal(withoutEnd(each, '=/'), each.replace(/[=/]+$/, ''));
        assert.equal(withoutEnds(each, '=/'), each.replace(/^[=/]+|[=/]+$/g, ''));
      }),
    );
  });
});

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { quotedLines, quotedRanges, quotedStretches, type Stretch } from '../../../src/results/quotation';

const stretch = (from: [number, number], to: [number, number]): Stretch => ({
  start: { line: from[0], character: from[1] },
  end: { line: to[0], character: to[1] },
});

describe('what is quoted of a result', () => {
  it('is all of it when nothing is selected', () => {
    assert.equal(quotedStretches([stretch([3, 2], [3, 2])]), undefined);
    assert.equal(quotedStretches([]), undefined);
  });

  it('is each selection, in the order of the document, and no cursor beside them', () => {
    const [first, second, cursor] = [
      stretch([1, 0], [2, 0]),
      stretch([5, 1], [5, 4]),
      stretch([3, 0], [3, 0]),
    ];
    assert.deepEqual(quotedStretches([second, cursor, first]), [first, second]);
    const [left, right] = [stretch([5, 0], [5, 1]), stretch([5, 3], [5, 4])];
    assert.deepEqual(quotedStretches([right, left]), [left, right]);
  });

  for (const [what, from, to, first, last] of [
    ['a word', [4, 2], [4, 6], 5, 5],
    ['one line with its break', [4, 0], [5, 0], 5, 5],
    ['two lines with their breaks', [4, 0], [6, 0], 5, 6],
    ['two lines, the second in part', [4, 0], [5, 1], 5, 6],
    ['a break alone', [4, 7], [5, 0], 5, 5],
  ] as const) {
    it(`of ${what} are lines ${first} to ${last}`, () =>
      assert.deepEqual(quotedLines(stretch([...from], [...to])), { first, last }));
  }

  it('names lines that touch together, such as those of a box, and a line once', () => {
    const box = [4, 5, 6].map((line) => stretch([line, 2], [line, 9]));
    assert.deepEqual(quotedRanges(box), [{ first: 5, last: 7 }]);
    const pieces = [stretch([5, 0], [5, 2]), stretch([5, 4], [5, 6]), stretch([9, 0], [10, 0])];
    assert.deepEqual(quotedRanges(pieces), [
      { first: 6, last: 6 },
      { first: 10, last: 10 },
    ]);
    assert.deepEqual(quotedRanges([stretch([0, 0], [9, 1]), stretch([2, 0], [3, 1])]), [
      { first: 1, last: 10 },
    ]);
  });
});

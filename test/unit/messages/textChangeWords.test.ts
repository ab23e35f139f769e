import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { textChangeWords } from '../../../src/messages/textChangeWords';
import { noChanges, type TextChanges } from '../../../src/results/reading/text';
import { inFrench } from './readers';

/** One, and two, in the order in which they are told. The compiler holds it to be complete. */
const words: Readonly<Record<keyof TextChanges, readonly [one: string, two: string]>> = {
  byteOrderMarks: ['1 byte order mark removed', '2 byte order marks removed'],
  clixmlDocuments: ['1 CLIXML document converted to text', '2 CLIXML documents converted to text'],
  progressRecords: ['1 progress record removed', '2 progress records removed'],
  utf16Stretches: ['1 passage decoded as UTF-16', '2 passages decoded as UTF-16'],
  trailingNuls: ['1 trailing NUL removed', '2 trailing NULs removed'],
  nuls: ['1 NUL shown as ␀', '2 NULs shown as ␀'],
  controls: ['1 control character shown as a symbol', '2 control characters shown as symbols'],
  escapeSequences: ['1 escape sequence removed', '2 escape sequences removed'],
  doubledLineBreaks: [
    '1 CR CR LF sequence shown as a single line break',
    '2 CR CR LF sequences shown as single line breaks',
  ],
  loneCarriageReturns: [
    '1 lone carriage return shown as a line break',
    '2 lone carriage returns shown as line breaks',
  ],
  invisibles: ['1 invisible character shown as <U+…>', '2 invisible characters shown as <U+…>'],
  loneSurrogates: ['1 unpaired surrogate shown as �', '2 unpaired surrogates shown as �'],
};

function all(count: number): TextChanges {
  return Object.fromEntries(Object.keys(words).map((kind) => [kind, count])) as unknown as TextChanges;
}

describe('how a text differs from what was received', () => {
  for (const [kind, [one, two]] of Object.entries(words)) {
    it(one, () => assert.deepEqual(textChangeWords({ ...noChanges, [kind]: 1 }), [one]));
    it(two, () => assert.deepEqual(textChangeWords({ ...noChanges, [kind]: 2 }), [two]));
    it(`${one}, in French`, () => {
      const french = inFrench(() => textChangeWords({ ...noChanges, [kind]: 1 }));
      assert.equal(french.length, 1);
      assert.notEqual(french[0], one);
    });
    it(`${two}, in French`, () => {
      const french = inFrench(() => textChangeWords({ ...noChanges, [kind]: 2 }));
      assert.notEqual(french[0], two);
      assert.match(french[0] ?? '', /2/);
    });
  }

  it('is nothing where it does not', () => assert.deepEqual(textChangeWords(noChanges), []));

  it('is told in the order in which it is made', () => {
    assert.deepEqual(
      textChangeWords(all(1)),
      Object.values(words).map(([one]) => one),
    );
    assert.deepEqual(
      textChangeWords(all(2)),
      Object.values(words).map(([, two]) => two),
    );
  });
});

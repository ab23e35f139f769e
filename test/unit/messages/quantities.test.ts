import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { countText, megabytesText } from '../../../src/messages/quantities';
import { blanks, readBy } from './readers';

describe('quantities', () => {
  for (const [language, count, expected] of [
    ['en', 0, '0'],
    ['en', 1_234_567, '1,234,567'],
    ['fr', 1_234_567, '1 234 567'],
    ['de', 1_234_567, '1.234.567'],
  ] as const) {
    it(`${count} in ${language}`, () =>
      assert.equal(blanks(readBy({ language }, () => countText(count))), expected));
  }

  for (const [language, bytes, expected] of [
    ['en', 0, '0.0'],
    ['en', 1_572_864, '1.5'],
    ['en', 47_185_920, '45.0'],
    ['fr', 1_572_864, '1,5'],
    ['en', 1_288_490_189, '1,228.8'],
  ] as const) {
    it(`${bytes} bytes in MB in ${language}`, () =>
      assert.equal(blanks(readBy({ language }, () => megabytesText(bytes))), expected));
  }
});

import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { age, clockTime, duration, shortTime, youngMs } from '../../../src/messages/times';
import { blanks, inFrench, readBy } from './readers';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const utcNow = Date.UTC(2026, 10, 20, 15, 0);
/** On this computer's clock, wherever it is. */
const localNow = new Date(2026, 10, 20, 15, 0).getTime();

describe('a time in a row', () => {
  for (const [name, language, time, expected] of [
    ['today', 'en', new Date(2026, 10, 20, 14, 43), '02:43 PM'],
    ['at midnight', 'en', new Date(2026, 10, 20, 0, 0), '12:00 AM'],
    ['yesterday', 'en', new Date(2026, 10, 19, 14, 43), 'Nov 19, 02:43 PM'],
    ['yesterday, less than 24 hours ago', 'en', new Date(2026, 10, 19, 23, 59), 'Nov 19, 11:59 PM'],
    ['later today', 'en', new Date(2026, 10, 20, 23, 59), '11:59 PM'],
    ['tomorrow', 'en', new Date(2026, 10, 21, 0, 0), 'Nov 21, 12:00 AM'],
    ['a year ago to the day', 'en', new Date(2025, 10, 20, 14, 43), 'Nov 20, 02:43 PM'],
    ['today', 'fr', new Date(2026, 10, 20, 14, 43), '14:43'],
    ['yesterday', 'fr', new Date(2026, 10, 19, 14, 43), '19 nov., 14:43'],
    ['today', 'de', new Date(2026, 10, 20, 9, 5), '09:05'],
    ['yesterday', 'de', new Date(2026, 10, 19, 14, 43), '19. Nov., 14:43'],
  ] as const) {
    it(`${name} in ${language}`, () => {
      const shown = readBy({ language }, () => shortTime(time.getTime(), localNow));
      assert.equal(blanks(shown), expected);
    });
  }

  for (const [name, language, ms, expected] of [
    ['today', 'en', Date.UTC(2026, 10, 20, 14, 43), '02:43 PM UTC'],
    ['today', 'fr', Date.UTC(2026, 10, 20, 14, 43), '14:43 UTC'],
    ['today', 'de', Date.UTC(2026, 10, 20, 0, 0), '00:00 UTC'],
    ['yesterday', 'en', Date.UTC(2026, 10, 19, 23, 59), 'Nov 19, 11:59 PM UTC'],
    ['yesterday', 'fr', Date.UTC(2026, 10, 19, 23, 59), '19 nov., 23:59 UTC'],
    ['yesterday', 'de', Date.UTC(2026, 10, 19, 23, 59), '19. Nov., 23:59 UTC'],
  ] as const) {
    it(`${name} of UTC in ${language}`, () => {
      const shown = readBy({ language, utc: () => true }, () => shortTime(ms, utcNow));
      assert.equal(blanks(shown), expected);
    });
  }

  it('is empty when there is none', () => assert.equal(shortTime(undefined), ''));

  it('asks for each time whether it is of UTC', () => {
    let utc = false;
    const [local, other] = readBy({ language: 'fr', utc: () => utc }, () => {
      const first = shortTime(localNow, localNow);
      utc = true;
      return [first, shortTime(utcNow, utcNow)] as const;
    });
    assert.deepEqual([local, other], ['15:00', '15:00 UTC']);
  });
});

describe('a time of day', () => {
  const local = new Date(2026, 10, 20, 16, 43, 5).getTime();
  const ofUtc = Date.UTC(2026, 10, 20, 16, 43, 5);
  for (const [language, expected] of [
    ['en', '4:43:05 PM'],
    ['fr', '16:43:05'],
    ['de', '16:43:05'],
  ] as const) {
    it(`of this computer in ${language}`, () =>
      assert.equal(blanks(readBy({ language }, () => clockTime(local))), expected));
    it(`of UTC in ${language} says so`, () =>
      assert.equal(blanks(readBy({ language, utc: () => true }, () => clockTime(ofUtc))), `${expected} UTC`));
  }
});

describe('an age', () => {
  for (const [ago, expected] of [
    [0, 'just now'],
    [minuteMs - 1, 'just now'],
    [minuteMs, '1 min ago'],
    [2 * minuteMs - 1, '1 min ago'],
    [2 * minuteMs, '2 min ago'],
    [youngMs - 1, '59 min ago'],
    [youngMs, '02:00 PM'],
    [-1, '03:00 PM'],
    [dayMs, 'Nov 19, 03:00 PM'],
  ] as const) {
    it(`${ago} ms ago is “${expected}”`, () => assert.equal(blanks(age(localNow - ago, localNow)), expected));
  }

  it('is empty for what has no time', () => assert.equal(age(undefined, localNow), ''));

  for (const [ago, expected] of [
    [0, 'à l’instant'],
    [5 * minuteMs, 'il y a 5 min'],
    [youngMs, '14:00'],
  ] as const) {
    it(`${ago} ms ago is “${expected}” in French`, () =>
      assert.equal(
        inFrench(() => age(localNow - ago, localNow)),
        expected,
      ));
  }
});

describe('a length of time', () => {
  for (const [ms, expected, french] of [
    [0, '0 s', '0 s'],
    [499, '0 s', '0 s'],
    [500, '1 s', '1 s'],
    [59 * secondMs, '59 s', '59 s'],
    [59_500, '1 min', '1 min'],
    [minuteMs, '1 min', '1 min'],
    [minuteMs + secondMs, '1 min 1 s', '1 min 1 s'],
    [hourMs - 1, '1 h', '1 h'],
    [hourMs + secondMs, '1 h', '1 h'],
    [hourMs + 2 * minuteMs + 3 * secondMs, '1 h 2 min', '1 h 2 min'],
    [dayMs, '1 d', '1 j'],
    [dayMs + 59 * minuteMs, '1 d', '1 j'],
    [3 * dayMs + 4 * hourMs, '3 d 4 h', '3 j 4 h'],
    [400 * dayMs, '400 d', '400 j'],
  ] as const) {
    it(`${ms} ms are ${expected}`, () => assert.equal(duration(ms), expected));
    it(`${ms} ms are ${french} in French`, () =>
      assert.equal(
        inFrench(() => duration(ms)),
        french,
      ));
  }
});

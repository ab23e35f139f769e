import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import {
  escapeMarkup,
  markdownCell,
  markdownCode,
  notificationText,
  sanitize,
  said,
} from '../../../src/messages/sanitize';
import { inFrench } from './readers';

describe('a sanitized text', () => {
  for (const [name, text, expected] of [
    ['is as it was', 'Get-Info.ps1 "a b"', 'Get-Info.ps1 "a b"'],
    ['may be empty', '', ''],
    ['has no blanks at its ends', '  a  ', 'a'],
    ['keeps blanks inside', 'a  b', 'a  b'],
    ['has one blank for a run of controls', 'a\t\r\n\u0000b', 'a b'],
    ['has no C1 controls', 'a\u0085b\u009bc', 'a b c'],
    ['has no line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['has no escape sequences that a terminal obeys', '\u001b[31mred', '[31mred'],
    ['shows a right-to-left override', 'a\u202Eb', 'a<U+202E>b'],
    ['shows isolates', '\u2066a\u2069', '<U+2066>a<U+2069>'],
    ['shows a zero-width space', 'a\u200Bb', 'a<U+200B>b'],
    ['shows a soft hyphen', 'a\u00ADb', 'a<U+00AD>b'],
    ['shows a byte order mark', '\uFEFFa', '<U+FEFF>a'],
    ['shows a variation selector', 'a\uFE0Fb', 'a<U+FE0F>b'],
    ['shows a tag character with all of its digits', 'a\u{E0041}', 'a<U+E0041>'],
    ['shows a private character', 'a\uE000', 'a<U+E000>'],
    ['shows half of a character', 'a\uD800b', 'a<U+D800>b'],
    ['keeps letters of any script', 'Größe 大小 размер', 'Größe 大小 размер'],
    ['keeps a whole emoji', 'a\u{1F600}', 'a\u{1F600}'],
    ['keeps Markdown, which means nothing in plain text', '[a](b) `c` **d**', '[a](b) `c` **d**'],
  ] as const) {
    it(name, () => assert.equal(sanitize(text), expected));
  }

  for (const [text, limit, expected] of [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc…'],
    ['\u{1F600}\u{1F600}', 1, '\u{1F600}…'],
    ['a\u202Eb', 3, 'a<U…'],
    ['   abc   ', 3, 'abc'],
  ] as const) {
    it(`of ${limit} characters at most: ${JSON.stringify(text)}`, () =>
      assert.equal(sanitize(text, limit), expected));
  }

  it('has 300 characters at most where nobody says how many', () => {
    assert.equal(sanitize('x'.repeat(300)), 'x'.repeat(300));
    assert.equal(sanitize('x'.repeat(301)), `${'x'.repeat(300)}…`);
  });

  it('is the same when it is sanitized again', () => {
    const once = sanitize('a\u202E\r\nb\u{E0041}');
    assert.equal(sanitize(once), once);
  });
});

describe('what somebody said', () => {
  for (const [name, text, expected] of [
    ['has no end of its own', 'No such thing.', 'No such thing'],
    ['has no end with blanks between', 'Wait. . .\u00A0.', 'Wait'],
    ['keeps a question mark', 'Who?', 'Who?'],
    ['keeps a point inside', 'a.b c', 'a.b c'],
    ['is on one line', 'a\r\nb.\r\n', 'a b'],
    ['shows what reorders', 'a\u202Eb', 'a<U+202E>b'],
    ['may be missing', undefined, '(no details)'],
    ['may be empty', '', '(no details)'],
    ['may be blank', ' \r\n\t', '(no details)'],
    ['may be nothing but points', '...', '(no details)'],
  ] as const) {
    it(name, () => assert.equal(said(text), expected));
  }

  it('is nothing in French, too', () =>
    assert.equal(
      inFrench(() => said('')),
      '(aucun détail)',
    ));
});

describe('a text with its markup escaped', () => {
  for (const [name, text, expected] of [
    ['is as it was', 'a [b] (c) $d', 'a [b] (c) $d'],
    ['has no link', '[a](command:b)', '[a] (command:b)'],
    ['has no links, however many', '[a](b)[c](d)', '[a] (b)[c] (d)'],
    ['has no picture', '![a](https://b.example)', '![a] (https://b.example)'],
    ['has no icon', '$(flame) and $(sync~spin)', '$ (flame) and $ (sync~spin)'],
    ['has no icon within an icon', '$($(a))', '$ ($ (a))'],
    ['has no link with an icon', '[$(a)]($(b))', '[$ (a)] ($ (b))'],
  ] as const) {
    it(name, () => assert.equal(escapeMarkup(text), expected));
  }
});

describe('the text of a notification', () => {
  for (const [name, text, expected] of [
    ['has no link that a control had parted', '[a]\u0000(b)', '[a] (b)'],
    ['has no link that an invisible character had parted', '[a]\u200B(b)', '[a]<U+200B>(b)'],
    ['is on one line', 'a\nb', 'a b'],
    ['has no icon', '$(flame)', '$ (flame)'],
  ] as const) {
    it(name, () => assert.equal(notificationText(text), expected));
  }

  it('has 700 characters at most', () => {
    assert.equal(notificationText('x'.repeat(700)), 'x'.repeat(700));
    assert.equal(notificationText('x'.repeat(701)), `${'x'.repeat(700)}…`);
  });
});

describe('code in Markdown', () => {
  for (const [name, text, code, cell] of [
    ['of a word', 'a', '` a `', '` a `'],
    ['of nothing', '', '`  `', '`  `'],
    ['of a backtick', 'a`b', '`` a`b ``', '`` a`b ``'],
    ['of three backticks', '```', '```` ``` ````', '```` ``` ````'],
    ['of an address', 'https://a.example', '` https://a.example `', '` https://a.example `'],
    ['of a link', '[a](command:b)', '` [a](command:b) `', '` [a](command:b) `'],
    ['of HTML', '<img src=x>', '` <img src=x> `', '` <img src=x> `'],
    ['of a bar', 'a|b', '` a|b `', '` a\\|b `'],
    ['of a backslash before a bar', 'a\\|b', '` a\\|b `', '` a\\|b `'],
    ['of two backslashes before a bar', 'a\\\\|b', '` a\\\\|b `', '` a\\\\\\|b `'],
    ['of lines', 'a\n\n# b', '` a # b `', '` a # b `'],
    ['of what reorders', 'a\u202Eb', '` a<U+202E>b `', '` a<U+202E>b `'],
  ] as const) {
    it(name, () => assert.equal(markdownCode(text), code));
    it(`${name}, in a cell`, () => assert.equal(markdownCell(text), cell));
  }
});

import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cleanText, noChanges } from '../../../src/results/reading/text';

/** The bytes of UTF-16LE, each taken for a character, as a tool's output comes when nothing decodes it. */
const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
const bigEndian = (text: string): string => Buffer.from(text, 'utf16le').swap16().toString('latin1');
/** As PowerShell passes it on, which takes CR and LF for a line break each and ends the last line. */
const inLines = (text: string): string => `${wide(text).replace(/[\r\n]/g, '\r\n')}\r\n`;

function check(raw: string, text: string, changes = {}): void {
  assert.deepEqual(cleanText(raw), { text, changes: { ...noChanges, ...changes } });
}

const one = { utf16Stretches: 1 };

describe('UTF-16 of a native tool inside an output', () => {
  const report =
    'Autoruns v14.09\r\n\r\nHKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\r\n  a.exe (Verified)\r\n';

  it('is read as its text, and its lines are those that the tool wrote', () => {
    check(wide(report), report, one);
    check(`before\r\n${wide(report)}done\r\n`, `before\r\n${report}done\r\n`, one);
    check(bigEndian(report), report.slice(0, -1) + '\n', one);
  });

  it('also where PowerShell has split it into lines', () => {
    check(inLines(report), report, one);
    check(`before\r\n${inLines(report)}done\r\n`, `before\r\n${report}done\r\n`, one);
    check(inLines('no break at the end'), 'no break at the end\r\n', one);
    check(inLines('only\nline feeds\n'), 'only\r\nline feeds\r\n', one);
    check(wide(report).replace(/\n/g, '\r\n'), report, one);
  });

  it('also two of them behind each other, and one between other lines', () => {
    check(`${inLines('first\r\n')}${inLines('second\r\n')}`, 'first\r\nsecond\r\n', { utf16Stretches: 2 });
    check(`${wide('a.exe\r\n')}text\r\n${wide('b.exe\r\n')}`, 'a.exe\r\ntext\r\nb.exe\r\n', {
      utf16Stretches: 2,
    });
  });

  it('reads what is the same in every code page: Latin, Cyrillic, Arabic and Thai, dashes and quotation marks', () => {
    const text = 'Größe: 51 MB\r\nОшибка: “файл” не найден – ok\r\nśćż ไทย ملف\r\n';
    check(wide(text), text, one);
    check(inLines(text), text, one);
    check(wide('číslo ḍ je 5'), 'číslo ḍ je 5', one);
    check(wide('Ошибка не найдена'), 'Ошибка не найдена', one);
  });

  it('keeps the characters of the code page that it was read in', () => {
    check('S\0e\0r\0v\0i\0c\0e\0 \0\u00D5\0\u2502\0\r\0\n\0', 'Service \u00D5\u2502\r\n', one);
    // The euro sign is AC 20, which no code page knows.
    check(wide('costs 5 ').concat('\u00AC ', wide(' a month')), 'costs 5 \u00AC  a month', {
      utf16Stretches: 2,
    });
  });

  it('leaves out its byte order mark, however that was read', () => {
    for (const mark of ['\u00FF\u00FE', '\u00A0\u25A0', '\uFFFD\uFFFD']) {
      check(`${mark}${wide(report)}`, report, one);
      check(`before\r\n${mark}${wide(report)}`, `before\r\n${report}`, one);
    }
    check(`b\u00FF\u00FE${wide(report)}`, `b\u00FF\u00FE${report}`, one);
  });

  it('has its escape sequences removed, and its padding dropped', () => {
    check(wide('\u001b[32mok\u001b[0m: done\r\n'), 'ok: done\r\n', { ...one, escapeSequences: 2 });
    check(`${wide(report)}\0\0\0`, report, { ...one, trailingNuls: 3 });
  });

  it('is not seen in what only has NULs', () => {
    check('a\0b\0c', 'a␀b␀c', { nuls: 2 });
    check('C\0D\0E\0F\0G\0H\0I', 'C␀D␀E␀F␀G␀H␀I', { nuls: 6 });
    check('1\x002\x003\x004\x005\x006\x007\x008\x009\x0010\x0011', '1␀2␀3␀4␀5␀6␀7␀8␀9␀10␀11', { nuls: 10 });
    check('/etc/passwd\0/etc/shadow\0/tmp/x', '/etc/passwd␀/etc/shadow␀/tmp/x', { nuls: 2 });
    check('sh\0-c\0id', 'sh␀-c␀id', { nuls: 2 });
    check('MZ\u0090\0\u0003\0\0\0\u0004\0x', 'MZ<U+0090>␀␃␀␀␀␄␀x', { nuls: 5, controls: 3 });
    check('\u0001\0\u0002\0\u0003\0\u0004\0\u0005\0x', '␁␀␂␀␃␀␄␀␅␀x', { nuls: 5, controls: 5 });
    check('a\u0001b\u0001c\u0001d\u0001e\u0001f\0g', 'a␁b␁c␁d␁e␁f␀g', { nuls: 1, controls: 5 });
    check('\0\r\n'.repeat(50), '␀\r\n'.repeat(50), { nuls: 50 });
    check('x\0\r\ny\0\r\nz\0\r\n', 'x␀\r\ny␀\r\nz␀\r\n', { nuls: 3 });
  });

  it('is not read in the wrong order of its bytes', () => {
    const raw = bigEndian('Привет мир');
    assert.equal(cleanText(raw).changes.utf16Stretches, 0);
    assert.equal(cleanText(raw).text.replace(/[\u2400-\u241f]/g, ''), raw.replace(/[\0-\x1f]/g, ''));
  });

  it('is read whatever it says, if it is in lines', () => {
    const character = fc.constantFrom(...Array.from('abcXYZ019 .:\\-ä\u0416\u015B\u2013'));
    const line = fc.string({ unit: character, minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.boolean(), (lines, split) => {
        const text = `x ${lines.join('\r\n')}\r\n`;
        check(split ? inLines(text) : wide(text), text, one);
      }),
      { numRuns: 2000 },
    );
  });
});

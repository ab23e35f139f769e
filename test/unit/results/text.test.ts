import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { finishDocument } from '../../../src/results/reading/finishedDocument';
import { escapeRawControls } from '../../../src/results/transcript/jsonRepair';
import {
  type CleanText,
  cleanText,
  noChanges,
  type TextChanges,
  TextCleaner,
} from '../../../src/results/reading/text';
import {
  jsonStringSource,
  stringSource,
  type TextSource,
  utf8Source,
} from '../../../src/results/reading/textSource';

function check(raw: string, text: string, changes: Partial<TextChanges> = {}): void {
  assert.deepEqual(cleanText(raw), { text, changes: { ...noChanges, ...changes } });
}

const esc = '\u001b';
const bel = '\u0007';

describe('a text that needs nothing', () => {
  it('comes back as it is', () => {
    for (const text of [
      '',
      'a\tb\r\nc\n',
      'Prüfung – größe 51 MB €',
      '😀 \uD83D\uDC69\uD83C\uDFFD 한국어 日本語 עברית',
      '␀ \\u0000 <U+202E> [31m',
      'a\n',
      '\r\n\r\n',
    ]) {
      check(text, text);
    }
  });

  it('stays the same whatever it says', () => {
    const harmless = fc.string({
      unit: fc.constantFrom('a', '\t', '\n', '\r\n', 'ä', '😀', '\\', '[', ']', '\u2400'),
    });
    fc.assert(fc.property(harmless, (text) => check(text, text)));
  });
});

describe('the rule for controls', () => {
  it('drops NULs at the end and shows others', () => {
    check('51 MB\n\0\0\0', '51 MB\n', { trailingNuls: 3 });
    check('a\0b\0', 'a␀b', { trailingNuls: 1, nuls: 1 });
    check('a\0\n', 'a␀\n', { nuls: 1 });
    check('\0\0', '', { trailingNuls: 2 });
  });

  it('shows C0 controls and DEL as their pictures, C1 controls by number', () => {
    check('\u0001\u0008\u000b\u000c\u000e\u001f\u007f', '␁␈␋␌␎␟␡', { controls: 7 });
    check('\u0080\u0085\u009f', '<U+0080><U+0085><U+009F>', { controls: 3 });
  });

  it('leaves TAB, LF and CRLF, and makes a lone CR a line break', () => {
    check('a\tb\nc\r\nd', 'a\tb\nc\r\nd');
    check(' 10%\r 55%\r100%\r\n', ' 10%\n 55%\n100%\r\n', { loneCarriageReturns: 2 });
    check('a\r', 'a\n', { loneCarriageReturns: 1 });
    check('a\r\0', 'a\n', { loneCarriageReturns: 1, trailingNuls: 1 });
    check('\n\r', '\n\n', { loneCarriageReturns: 1 });
  });

  it('makes one line break of CR CR LF, as wmic ends its lines, and of more of them', () => {
    check('a\r\r\nb', 'a\r\nb', { doubledLineBreaks: 1 });
    check('a\r\r\n\r\r\nb\r\n', 'a\r\n\r\nb\r\n', { doubledLineBreaks: 2 });
    check('a\r\r\r\nb', 'a\r\nb', { doubledLineBreaks: 1 });
    check('a\r\rb', 'a\n\nb', { loneCarriageReturns: 2 });
    check(`a${'\r'.repeat(9)}\nb`, 'a\n\r\nb', { loneCarriageReturns: 1, doubledLineBreaks: 1 });
  });

  it('leaves out a byte order mark at the very beginning, and shows any other', () => {
    check('\uFEFF{"a":1}', '{"a":1}', { byteOrderMarks: 1 });
    check('\uFEFF', '', { byteOrderMarks: 1 });
    check('\uFEFF\uFEFFa', '<U+FEFF>a', { byteOrderMarks: 1, invisibles: 1 });
    check('a\uFEFF', 'a<U+FEFF>', { invisibles: 1 });
    check('\0\uFEFFa', '␀<U+FEFF>a', { nuls: 1, invisibles: 1 });
  });

  it('leaves out a byte order mark where the output begins behind the first line of PowerShell', () => {
    for (const line of [
      'Transcript started, output file is C:\\x\\PSScript_Transcript_{0D5EC}.txt',
      'Die Aufzeichnung wurde gestartet. Die Ausgabedatei ist "C:\\x\\PSScript_Transcript_{0D5EC}.txt".',
    ]) {
      for (const lineBreak of ['\r\n', '\n\n']) {
        check(`${line}${lineBreak}\uFEFF{"a":1}`, `${line}${lineBreak}{"a":1}`, { byteOrderMarks: 1 });
      }
      check(`\uFEFF${line}\n\uFEFF{"a":1}`, `${line}\n{"a":1}`, { byteOrderMarks: 2 });
      check(`${line}\nx\uFEFF`, `${line}\nx<U+FEFF>`, { invisibles: 1 });
    }
    check('a line\n\uFEFF{"a":1}', 'a line\n<U+FEFF>{"a":1}', { invisibles: 1 });
  });

  it('shows half of a character as \uFFFD, and never joins two of them', () => {
    check('PK \udc01\ud801\ud801x\udfff 😀', 'PK \uFFFD\uFFFD\uFFFDx\uFFFD 😀', { loneSurrogates: 4 });
    check(`\ud83d${esc}[0m\ude00`, '\uFFFD\uFFFD', { loneSurrogates: 2, escapeSequences: 1 });
    check('\udb40', '\uFFFD', { loneSurrogates: 1 });
    check('\ud83d\0\0', '\uFFFD', { loneSurrogates: 1, trailingNuls: 2 });
  });

  it('shows what reorders or hides text', () => {
    check('invoice_\u202Efdp.exe', 'invoice_<U+202E>fdp.exe', { invisibles: 1 });
    check('\u200B\u2066\u2069\u00AD\u061C\uFEFF', '<U+200B><U+2066><U+2069><U+00AD><U+061C><U+FEFF>', {
      invisibles: 6,
    });
    check('a\u2028b\u2029', 'a<U+2028>b<U+2029>', { invisibles: 2 });
    check('x\u{E0041}\u{E007F}y', 'x<U+E0041><U+E007F>y', { invisibles: 2 });
    for (const code of [
      ...[0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x3164, 0xfe00, 0xfe0f, 0xffa0],
      ...[0xfff9, 0x1d173, 0xe0000, 0xe0020, 0xe0100, 0xe01ef],
    ]) {
      const shown = `a<U+${code.toString(16).toUpperCase().padStart(4, '0')}>b`;
      check(`a${String.fromCodePoint(code)}b`, shown, { invisibles: 1 });
    }
  });

  it('shows every character that Unicode calls ignorable or a format, but those with a glyph', () => {
    const visible = new Set([0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd, 0x110cd]);
    for (let code = 0xa0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code < 0xe000) {
        continue;
      }
      const character = String.fromCodePoint(code);
      const hidden = /[\p{DI}\p{Cf}\u2028\u2029]/u.test(character);
      const exception = visible.has(code) || (code >= 0x600 && code <= 0x605);
      const text = cleanText(`a${character}`).text;
      if ((text === `a${character}`) !== (!hidden || exception)) {
        assert.fail(`U+${code.toString(16)} is shown as ${text}`);
      }
    }
  }).timeout(60_000);
});

describe('escape sequences', () => {
  for (const [name, raw, text] of [
    ['a colour', `${esc}[32m[+]${esc}[0m ok`, '[+] ok'],
    ['a colour of 24 bits', `${esc}[38;2;255;0;10mred`, 'red'],
    ['a private mode', `${esc}[?25lhidden cursor${esc}[?25h`, 'hidden cursor'],
    ['a colour with colons', `${esc}[38:2::255:0:10mred${esc}[m`, 'red'],
    ['a colour of grep', `[${esc}[01;31m${esc}[KINFO${esc}[m${esc}[K] ok`, '[INFO] ok'],
    ['a colour that ends in brackets', `[ ${esc}[32mok${esc}[m ] [${esc}[32m${esc}[mOK]`, '[ ok ] [OK]'],
    ['the shape of the cursor, a soft reset', `${esc}[2 qa${esc}[!pb`, 'ab'],
    ['a query', `${esc}[ca${esc}[>cb${esc}[6nc`, 'abc'],
    ['a color in brackets', `[${esc}[32mOK${esc}[0m] ${esc}[01;31m${esc}[Kx${esc}[m${esc}[K]`, '[OK] x]'],
    ['the screen erased', `${esc}[2J${esc}[Htext${esc}[K`, 'text'],
    ['a bracketed paste', `${esc}[200~text${esc}[201~`, 'text'],
    ['a title, ended by BEL', `${esc}]0;owned${bel}text`, 'text'],
    ['a link, ended by ESC \\', `${esc}]8;;https://x.example/${esc}\\text${esc}]8;;${esc}\\`, 'text'],
    ['DCS, SOS, PM and APC', `${esc}Pa${esc}\\b${esc}Xc${esc}\\d${esc}^e${esc}\\f${esc}_g${esc}\\h`, 'bdfh'],
    ['a short one', `${esc}(Ba${esc}=b${esc}7c${esc}8d${esc}>e${esc}M f${esc}cG`, 'abcde fG'],
    ['a character set', `${esc})0a${esc}(Kb${esc}%Gc${esc}#8d`, 'abcd'],
  ] as const) {
    it(`${name}: removed and counted`, () => {
      const { text: clean, changes } = cleanText(raw);
      assert.equal(clean, text);
      const introducers = raw.match(/\u001b(?!\\)/g)?.length;
      assert.deepEqual(changes, { ...noChanges, escapeSequences: introducers });
    });
  }

  it('take no letter that stands behind a stray ESC, but the two that terminals use', () => {
    for (let code = 0x41; code <= 0x7a; code += 1) {
      const letter = String.fromCharCode(code);
      const used = letter === 'c' || letter === 'M';
      assert.equal(cleanText(`${esc}${letter} x`).text, used ? ' x' : `␛${letter} x`);
      assert.equal(cleanText(`${esc}${letter}x`).text, `␛${letter}x`);
    }
  });

  it('take no beginning of a word, a number or a text in brackets', () => {
    for (const text of [
      'cmd.exe',
      'c:\\windows',
      'Microsoft',
      'MSBuild',
      'M:\\',
      '7-Zip',
      '80%',
      '7.5 MB',
      '(Back)',
      '(Kernel mode)',
      '#31',
      '[KB5031358]: x',
      '[Access denied]',
      '[HKEY_LOCAL_MACHINE\\SOFTWARE]',
      '[c:\\windows]',
      '[microsoft windows]',
      '[System.Char]',
      '[Microsoft Windows [Version 10.0]',
      '[Administrator',
      '[0x80070005] denied',
      '[64bit]',
      '[22H2]',
      '[3D]',
    ]) {
      check(`${esc}${text}`, `␛${text}`, { controls: 1 });
    }
  });

  for (const [name, raw, text] of [
    ['at the end', `a${esc}`, 'a␛'],
    ['a letter behind a stray ESC', `${esc}svchost.exe`, '␛svchost.exe'],
    ['a name in parentheses', `${esc}(Default) ${esc} (x)`, '␛(Default) ␛ (x)'],
    ['a path', `${esc}\\Windows ${esc}/etc ${esc}%TEMP% ${esc}# 8`, '␛\\Windows ␛/etc ␛%TEMP% ␛# 8'],
    [
      'a word in brackets',
      `${esc}[ERROR] ${esc}[info] ${esc}[x] ${esc}[ Error`,
      '␛[ERROR] ␛[info] ␛[x] ␛[ Error',
    ],
    ['a bracket behind CSI', `${esc}[[31m ${esc}[]`, '␛[[31m ␛[]'],
    ['a private mark behind a number', `${esc}[1?2h`, '␛[1?2h'],
    ['parameters behind an intermediate character', `${esc}[ 1q`, '␛[ 1q'],
    ['CSI broken off by a control', `${esc}[3\u00011m`, '␛[3␁1m'],
    ['DCS that ends with BEL', `${esc}Pa${bel}b`, '␛Pa␇b'],
    ['OSC with a control inside', `${esc}]0;a\u0001b${bel}`, '␛]0;a␁b␇'],
    [
      '8-bit CSI, which is ø or ¢ of a code page',
      'S\u009bren 50\u009b3A \u009b31m',
      'S<U+009B>ren 50<U+009B>3A <U+009B>31m',
    ],
    ['CSI that never ends', `${esc}[12;`, '␛[12;'],
    ['CSI broken off by a line break', `${esc}[12\nevil`, '␛[12\nevil'],
    ['CSI with more parameters than any', `${esc}[${'1;'.repeat(100)}m`, `␛[${'1;'.repeat(100)}m`],
    ['CSI broken off by a letter of another script', `${esc}[1äm`, '␛[1äm'],
    ['OSC that never ends', `${esc}]0;evil\ntext\n`, '␛]0;evil\ntext\n'],
    ['OSC that ends on a later line', `${esc}]0;evil\ntext${bel}`, '␛]0;evil\ntext␇'],
    ['OSC that ends too far away', `${esc}]${'x'.repeat(5000)}${bel}`, `␛]${'x'.repeat(5000)}␇`],
    ['OSC around another sequence', `${esc}]0;a${esc}[31mb${bel}`, '␛]0;ab␇'],
    ['8-bit string sequences', '\u009d0;evil\u009c', '<U+009D>0;evil<U+009C>'],
    ['ESC before ESC', `${esc}${esc}[31mred`, '␛red'],
    ['a sequence made by removing another', `${esc}${esc}[0m[31mred`, '␛[31mred'],
  ] as const) {
    it(`${name}: no text is swallowed`, () => assert.equal(cleanText(raw).text, text));
  }

  it('swallow no text when they never end', () => {
    for (const start of [`${esc}]0;`, `${esc}P`, `${esc}X`, `${esc}^`, `${esc}_`, `${esc}[38;5;`]) {
      const rest = `ävil.exe ${'x'.repeat(9000)}\nlast line`;
      assert.equal(cleanText(start + rest).text, start.replace(esc, '␛') + rest);
    }
  });

  it('do not hide what they stand between: halves of an invisible character, CR and LF', () => {
    check(`\uDB40${esc}[0m\uDC41`, '\uFFFD\uFFFD', { escapeSequences: 1, loneSurrogates: 2 });
    check(`a\r${esc}[0m\nb`, 'a\n\nb', { escapeSequences: 1, loneCarriageReturns: 1 });
  });
});

describe('whatever the text is', () => {
  const hostile = fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)) },
        fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
        fc.constantFrom('\r', '\n', '\0', esc, `${esc}[`, `${esc}]`, `${esc}\\`, bel, '\u009b', '31m', ';'),
        fc.constantFrom('\u202E', '\u2066', '\uDB40', '\uDC41', '\u{E0041}', '\uFEFF', '\uD83D', '\uDE00'),
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''));

  it('no control and nothing that reorders text is left', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const { text } = cleanText(raw);
        assert.doesNotMatch(text, /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/);
        assert.doesNotMatch(
          text,
          /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E03FF}]/u,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('cleaning it twice is cleaning it once', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const { text } = cleanText(raw);
        check(text, text);
      }),
      { numRuns: 2000 },
    );
  });

  it('the counts are zero exactly when the text was left alone', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const { text, changes } = cleanText(raw);
        assert.equal(
          Object.values(changes).every((count) => count === 0),
          text === raw,
        );
      }),
      { numRuns: 2000 },
    );
  });

  // Anything but linear time would take hours here.
  const size = 2 * 1024 * 1024;
  for (const [name, part] of [
    ['ESC', esc],
    ['the beginnings of OSC', `${esc}]`],
    ['the beginnings of OSC, as long as may be', `${esc}]${'x'.repeat(4000)}`],
    ['the beginnings of CSI', `${esc}[1;`],
    ['CR', '\r'],
    ['NUL and a letter', '\0a'],
    ['U+202E', '\u202E'],
    ['halves of an invisible character', '\uDB40'],
    ['colours', `${esc}[31mx`],
  ] as const) {
    it(`two megabytes of ${name} take linear time`, () => {
      const { text } = cleanText(part.repeat(Math.floor(size / part.length)));
      // The text is made flat only when it is read.
      assert.ok(Buffer.from(text).byteLength >= Math.floor(size / part.length));
    }).timeout(60_000);
  }
});

describe('a text in pieces', () => {
  function cleanPieces(pieces: readonly string[]): CleanText {
    const cleaner = new TextCleaner();
    const text = pieces.map((piece) => cleaner.push(piece)).join('');
    const end = cleaner.end();
    return { text: text + end.text, changes: end.changes };
  }

  const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
  const objects = '<Objs Version="1.1.0.1"><S S="Error">a_x000D__x000A_</S>';
  const parts = fc.constantFrom(
    ...['a', 'text '.repeat(2000), '\0', '\0'.repeat(5000), '\r', '\n', '\r\n', '\r\r\n', '\uFEFF', '😀'],
    'Transcript started, output file is C:\\x.txt\r\n\uFEFF',
    ...[esc, `${esc}]`, `${esc}]0;`, `${esc}[31m`, `${esc}[`, '\u009b', `${esc}\\`, bel, '[', ';', 'm', '\\'],
    ...['\uDB40', '\uDC41', '\uD83D', '\uDE00', '\u202E', '\u0085', '\uFFFD\uFFFD', '\u0004', '?'],
    ...[`${esc}]${'x'.repeat(4090)}`, '\r'.repeat(9), '\u00FF\u00FE', 'x\0', 'C\0D\0', '\r\n\0\r\n\0'],
    ...[
      wide('Ab c\r\n'),
      wide('long '.repeat(60)),
      wide('Привет'),
      wide('ok\r\n').replace(/[\r\n]/g, '\r\n'),
    ],
    ...['#< CLIXML', '#< CLIXML\r\n', `#< CLIXML\r\n${objects}`, objects, '</Objs>', '</Objs>\r\n', '<Objs>'],
    ...[`#< CLIXML\r\n${objects}</Objs>`, `#< CLIXML\r\n${objects}</Objs>\r\n`, `${objects}</Objs>\r\nplain`],
    ...['#', '<', '<S>', '</S>', '&amp;', '&x;', '<Obj S="progress">', '</Obj>', '<ToString>', '</ToString>'],
    ...[
      `<Obj S="Error"><ToString>${'b'.repeat(300)}</ToString></Obj>`,
      '<Obj/>',
      '_xD83D_',
      '<!--',
      '_x0000_',
    ],
  );
  /** Behind these the text goes on for long enough that all of them are decided before it ends. */
  const texts = fc
    .tuple(fc.array(parts, { maxLength: 12 }), fc.constantFrom('', 'x'.repeat(4400), ' \u00E4'.repeat(2200)))
    .map(([all, rest]) => all.join('') + rest);

  it('is cleaned as if it were one, however it was cut', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 40_000 })), (raw, cuts) => {
        const places = [0, ...cuts.filter((at) => at < raw.length).sort((a, b) => a - b), raw.length];
        const pieces = places.slice(1).map((to, n) => raw.slice(places[n], to));
        assert.deepEqual(cleanPieces(pieces), cleanText(raw));
      }),
      { numRuns: 4000 },
    );
  }).timeout(120_000);

  it('keeps its pairs wherever it is cut, also where a search would begin behind the last of a piece', () => {
    for (const count of [63, 64, 65, 128, 5_000]) {
      for (const before of ['', 'x', 'xy']) {
        const raw = `${before}${'\u{1F600}'.repeat(count)}${'z'.repeat(4_400)}`;
        for (const size of [count, count + 1, 2 * count - 1, 997, 4_201]) {
          const pieces = Array.from({ length: Math.ceil(raw.length / size) }, (_, n) =>
            raw.slice(n * size, (n + 1) * size),
          );
          const cleaned = cleanPieces(pieces);
          assert.equal(cleaned.text, raw, `${count} pairs, pieces of ${size}`);
          assert.equal(cleaned.changes.loneSurrogates, 0);
        }
      }
    }
  });

  it('is cleaned wherever in a long plain text something has to be replaced', () => {
    const replaced = {
      '\u0001': '\u2401',
      '\u001B[31m': '',
      '\rx': '\nx',
      '\u202E': '<U+202E>',
      '\uD800': '\uFFFD',
    };
    const kept = ['\r\n', '\u0436', '\u{1F600}', '\t', 'a'];
    const stretches = fc.array(
      fc.tuple(
        fc.constantFrom(...kept),
        fc.integer({ min: 0, max: 200 }),
        fc.constantFrom(...Object.entries(replaced)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(stretches, (all) => {
        const raw = all.map(([plain, times, [from]]) => `${'a'.repeat(70)}${plain.repeat(times)}${from}x`);
        const text = all.map(([plain, times, [, to]]) => `${'a'.repeat(70)}${plain.repeat(times)}${to}x`);
        assert.equal(cleanText(raw.join('')).text, text.join(''));
      }),
      { numRuns: 2000 },
    );
  });

  it('is cleaned as if it were one, in the smallest pieces', () => {
    const short = fc.array(parts, { maxLength: 10 }).map((all) => all.join('').slice(0, 900));
    fc.assert(
      fc.property(
        short,
        fc.constantFrom('', 'x'.repeat(4400)),
        fc.integer({ min: 1, max: 40 }),
        (start, rest, size) => {
          const raw = start + rest;
          const pieces = Array.from({ length: Math.ceil(start.length / size) }, (_, n) =>
            start.slice(n * size, (n + 1) * size),
          );
          const ends = rest.match(/.{1,97}/g) ?? [];
          assert.deepEqual(cleanPieces([...pieces, ...ends]), cleanText(raw));
        },
      ),
      { numRuns: 4000 },
    );
  }).timeout(120_000);

  it('is the same text in the pieces of a JSON string and of UTF-8, also where an escape or a character is cut', () => {
    const escaped = fc.constantFrom(
      ...[
        '\\\\',
        '\\"',
        '\\n',
        '\\r',
        '\\/',
        '\\u000d',
        '\\u001b',
        '\\u0000',
        '\\uFEFF',
        '\\ud83d',
        '\\ude00',
        '\\udb40',
      ],
      ...[
        '\\udc41',
        '\\u009b',
        '[31m',
        ']0;',
        '\\u0007',
        'a',
        'ä',
        '€',
        '😀',
        '\u202E',
        'u0041',
        '\\u003c',
        '#< CLIXML\\n<Objs>',
      ],
      ...['x\\u0000', '<S>a</S></Objs>', '\\u0004', '\r', '\n', '\0', esc, '\u{E0041}', '\\b', 'text'],
    );
    const read = (source: TextSource): unknown => {
      const { bytes, length, changes, blank } = finishDocument(source);
      return { text: Buffer.from(bytes).toString('latin1'), length, changes, blank };
    };
    fc.assert(
      fc.property(fc.array(escaped, { maxLength: 60 }), fc.integer({ min: 16, max: 48 }), (all, size) => {
        const inside = all.join('');
        const bytes = Buffer.from(inside);
        const text = JSON.parse(escapeRawControls(Buffer.from(`"${inside}"`)).json) as string;
        assert.deepEqual(read(jsonStringSource(bytes, size)), read(stringSource(text)));
        const utf8 = Buffer.from(text);
        assert.deepEqual(read(utf8Source(utf8, size)), read(stringSource(utf8.toString())));
      }),
      { numRuns: 5000 },
    );
  }).timeout(120_000);

  it('takes linear time and little memory for millions of NULs that are followed by something', () => {
    const { text, changes } = cleanPieces([...Array.from({ length: 64 }, () => '\0'.repeat(65_536)), 'a\0']);
    assert.deepEqual([text.length, changes.nuls, changes.trailingNuls], [64 * 65_536 + 1, 64 * 65_536, 1]);
  }).timeout(60_000);
});

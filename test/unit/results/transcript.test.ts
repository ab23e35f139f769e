import { strict as assert } from 'node:assert';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readResult } from '../../../src/results/reading/reading';
import { cleanText } from '../../../src/results/reading/text';
import type { NotATranscript } from '../../../src/results/transcript/transcript';
import { readTranscript, type WholeTranscript as Transcript } from '../../support/wholeTranscript';

/** "File content" of "Get live response results", get-live-response-result.md: what its code block holds, to the byte. */
const documented = String.raw`{
    "script_name": "minidump.ps1",
    "exit_code": 0,
    "script_output": "Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{TRANSCRIPT_ID}.txt
C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n\u0000\u0000\u0000",
    "script_error":""
}`;

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const utf16le = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le');
const utf16be = (text: string): Uint8Array => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();

function transcriptOf(body: string | Uint8Array): Transcript {
  const reading = readTranscript(typeof body === 'string' ? utf8(body) : body);
  assert.equal(reading.kind, 'transcript', JSON.stringify(reading));
  return reading.transcript;
}

function reasonOf(body: string | Uint8Array): NotATranscript['code'] {
  const reading = readTranscript(typeof body === 'string' ? utf8(body) : body);
  assert.equal(reading.kind, 'body', JSON.stringify(reading));
  return reading.reason.code;
}

const kindsOf = ({ repairs }: Pick<Transcript, 'repairs'>): string[] => repairs.map(({ kind }) => kind);

describe('the sample of the documentation', () => {
  it('is read although a raw line break makes it invalid JSON', () => {
    assert.throws(() => JSON.parse(documented) as unknown, SyntaxError);
    assert.deepEqual(transcriptOf(documented), {
      scriptName: 'minidump.ps1',
      exitCode: 0,
      output:
        'Transcript started, output file is C:\\ProgramData\\Microsoft\\Windows Defender Advanced Threat Protection\\Temp\\PSScriptOutputs\\PSScript_Transcript_{TRANSCRIPT_ID}.txt\n' +
        'C:\\windows\\TEMP\\OfficeClickToRun.dmp.zip\n51 MB\n\0\0\0',
      error: '',
      extra: [],
      repairs: [{ kind: 'rawControlCharacters', count: 1 }],
    });
  });

  it('is shown without the NULs at its end', () => {
    const { text, changes } = cleanText(transcriptOf(documented).output);
    assert.ok(text.endsWith('OfficeClickToRun.dmp.zip\n51 MB\n'));
    assert.equal(changes.trailingNuls, 3);
  });

  it('is read with the line endings of Windows', () => {
    const { output, repairs } = transcriptOf(documented.replaceAll('\n', '\r\n'));
    assert.match(output, /\.txt\r\nC:\\windows/);
    assert.deepEqual(repairs, [{ kind: 'rawControlCharacters', count: 2 }]);
  });

  it('is read whatever raw control characters stand in it, and however many', () => {
    const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
    const parts = fc.array(fc.constantFrom(...controls, 'a', 'ж', '\\n', '\\"', '\\\\'), { maxLength: 40 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 400 }), (some, times) => {
        const all = Array.from({ length: times }, () => some).flat();
        const raw = all.filter((part) => controls.includes(part)).length;
        const { output, repairs } = transcriptOf(`{"script_output":"${all.join('')}","script_errors":""}`);
        const expected = all.map((part) =>
          part.startsWith('\\') ? (JSON.parse(`"${part}"`) as string) : part,
        );
        assert.equal(output, expected.join(''));
        assert.deepEqual(repairs, raw > 0 ? [{ kind: 'rawControlCharacters', count: raw }] : []);
      }),
    );
  });
});

describe('the keys of a transcript', () => {
  for (const [name, body, expected] of [
    [
      'of recorded answers',
      { script_name: 'a.ps1', exit_code: 3, script_output: 'o', script_errors: 'e' },
      ['a.ps1', 3, 'o', 'e'],
    ],
    [
      'of the documentation of 2021',
      { name: 'a.ps1', exit_code: 0, script_output: 'o', script_error: 'e' },
      ['a.ps1', 0, 'o', 'e'],
    ],
    ['that other clients look for', { output: 'o', errors: 'e' }, [undefined, undefined, 'o', 'e']],
    ['with output only', { script_output: '' }, [undefined, undefined, '', '']],
    ['with errors only', { script_errors: 'e' }, [undefined, undefined, '', 'e']],
    [
      'with nulls',
      { script_name: null, exit_code: null, script_output: null, script_errors: null },
      [undefined, undefined, '', ''],
    ],
    [
      'with an exit code in words',
      { exit_code: '0x80070005', script_output: 'o' },
      [undefined, '0x80070005', 'o', ''],
    ],
  ] as const) {
    it(name, () => {
      const { scriptName, exitCode, output, error, extra, repairs } = transcriptOf(JSON.stringify(body));
      assert.deepEqual([scriptName, exitCode, output, error], expected);
      assert.deepEqual([extra, repairs], [[], []]);
    });
  }

  it('that say something go before empty ones, and nothing that says something is lost', () => {
    const both = transcriptOf('{"script_output":"o","script_error":"old","script_errors":""}');
    assert.deepEqual([both.error, both.extra], ['old', []]);
    const differing = transcriptOf('{"script_output":"o","script_error":"old","script_errors":"new"}');
    assert.deepEqual([differing.error, differing.extra], ['new', [{ key: 'script_error', value: '"old"' }]]);
  });

  it('that are not documented are kept', () => {
    const { extra } = transcriptOf('{"script_output":"","host":"h","n":{"a":[1]}}');
    assert.deepEqual(extra, [
      { key: 'host', value: '"h"' },
      { key: 'n', value: '{"a":[1]}' },
    ]);
  });

  it('with values that are no text are shown as the JSON they are', () => {
    const { output, error, exitCode, extra, repairs } = transcriptOf(
      '{"exit_code":[1],"script_output":{"a":[1]},"script_errors":false}',
    );
    assert.equal(output, '{"a":[1]}');
    assert.equal(error, 'false');
    assert.deepEqual([exitCode, extra], [undefined, [{ key: 'exit_code', value: '[1]' }]]);
    assert.deepEqual(repairs, [
      { kind: 'notAString', key: 'script_output' },
      { kind: 'notAString', key: 'script_errors' },
    ]);
  });

  it('cannot reach the prototype of an object', () => {
    const { extra } = transcriptOf('{"script_output":"o","__proto__":{"polluted":1},"constructor":2}');
    assert.deepEqual(
      extra.map(({ key }) => key),
      ['__proto__', 'constructor'],
    );
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    assert.equal(reasonOf('{"__proto__":{"script_output":"o"}}'), 'noOutput');
  });
});

const plain = JSON.stringify({
  script_name: 'prüfung.ps1',
  exit_code: 1,
  script_output: 'C:\\Temp\\größe.txt\r\n51 MB 😀\n\0',
  script_errors: '€',
});

describe('values that are no strings', () => {
  it('are the text that was sent, digit by digit', () => {
    const value = String.raw`{"id":281474976710656123, "x":2.50,"b":1,"a":1,"a":2,"e":"\u00e9\/"}`;
    const { output, extra } = transcriptOf(`{"script_output":${value},"host":${value}}`);
    assert.equal(output, value);
    assert.deepEqual(extra, [{ key: 'host', value }]);
  });

  it('are found behind keys and values that look like them', () => {
    const { output, error } = transcriptOf(
      String.raw`{"a":"\"script_output\":1,}","b":{"script_output":"}"},"c\"":[[],"]"], "script_output" : [1.0] ,"errors":-0}`,
    );
    assert.deepEqual([output, error], ['[1.0]', '-0']);
  });

  it('are any JSON, whatever white space stands around it', () => {
    const space = fc.constantFrom('', ' ', '\n', '\r\n\t');
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), space, (first, second, gap) => {
        const [one, two] = [JSON.stringify(first), JSON.stringify(second)];
        const body = `${gap}{${gap}"x"${gap}:${gap}${one}${gap},${gap}"script_output"${gap}:${gap}${two}${gap}}`;
        const { output, extra } = transcriptOf(body);
        const text = typeof second === 'string' ? second : second === null ? '' : two;
        assert.equal(output, text);
        assert.equal(extra[0]?.value, one.length > 500 ? `${one.slice(0, 500)}…` : one);
      }),
    );
  });

  it('are the same beside a string that had to be repaired, near the beginning or far behind it', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
    const value = fc.oneof(fc.array(text, { minLength: 1, maxLength: 4 }), fc.dictionary(text, text), text);
    fc.assert(
      fc.property(text, value, value, fc.constantFrom(0, 20_000), (key, first, second, distance) => {
        const [one, two] = [JSON.stringify(first), JSON.stringify(second)];
        const filler = 'ä'.repeat(distance);
        const body = (lineBreak: string): string =>
          `{"ü${JSON.stringify(key).slice(1)}:${one},"filler":"${filler}","host":"ö${lineBreak}","script_output":${two}}`;
        const [valid, repaired] = [transcriptOf(body(String.raw`\n`)), transcriptOf(body('\n'))];
        assert.equal(repaired.output, valid.output);
        assert.deepEqual(
          repaired.extra.filter(({ key: name }) => name !== 'host'),
          valid.extra.filter(({ key: name }) => name !== 'host'),
        );
        assert.equal(repaired.extra.find(({ key: name }) => name === 'host')?.value, '"ö\n"');
        assert.deepEqual(
          repaired.repairs,
          [...valid.repairs, { kind: 'rawControlCharacters', count: 1 }].toSorted(
            (a, b) => Number(b.kind === 'rawControlCharacters') - Number(a.kind === 'rawControlCharacters'),
          ),
        );
      }),
    );
  });
});

describe('twelve bodies of one transcript, of which other clients lose ten', () => {
  const expected = { ...transcriptOf(plain), repairs: undefined };
  const raw = plain.replaceAll('\\r', '\r').replaceAll('\\n', '\n');
  const same: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['as it should be', utf8(plain), []],
    ['a raw line break in a string', utf8(raw), ['rawControlCharacters']],
    ['a raw NUL', utf8(plain.replace('\\u0000', '\0')), ['rawControlCharacters']],
    ['NULs behind the end', utf8(`${plain}\0\0\0`), ['trailingNuls']],
    ['a UTF-8 byte order mark', utf8(`\uFEFF${plain}`), ['byteOrderMark']],
    ['two of them', utf8(`\uFEFF\uFEFF${plain}`), ['byteOrderMark']],
    ['two of UTF-16', utf16le(`\uFEFF\uFEFF${plain}`), ['utf16']],
    ['UTF-16LE', utf16le(plain), ['utf16']],
    ['UTF-16BE', utf16be(plain), ['utf16']],
  ];
  for (const [name, bytes, repairs] of same) {
    it(name, () => {
      const transcript = transcriptOf(bytes);
      assert.deepEqual({ ...transcript, repairs: undefined }, expected);
      assert.deepEqual(kindsOf(transcript), repairs);
    });
  }

  it('raw control characters', () => {
    const { output, repairs } = transcriptOf('{"script_output":"\u001b[31mred\u001b[0m\u0007\ttab"}');
    assert.equal(output, '\u001b[31mred\u001b[0m\u0007\ttab');
    assert.deepEqual(repairs, [{ kind: 'rawControlCharacters', count: 4 }]);
  });

  it('bytes of an OEM code page: those are lost, the rest is not', () => {
    const oem = Buffer.concat([
      utf8('{"script_output":"Gr'),
      Buffer.from([0x94, 0xe1]),
      utf8('e","exit_code":7}'),
    ]);
    const { output, exitCode } = transcriptOf(oem);
    assert.deepEqual([output, exitCode], ['Gr\uFFFD\uFFFDe', 7]);
  });

  it('gzip without a header that says so', async () => {
    const { summary, documents } = await readResult({ bytes: gzipSync(plain), commandType: 'RunScript' });
    assert.ok(summary.kind === 'transcript');
    assert.deepEqual([summary.scriptName, kindsOf(summary)], ['prüfung.ps1', ['unpacked']]);
    assert.equal(Buffer.from(documents.output?.bytes ?? []).toString(), 'C:\\Temp\\größe.txt\r\n51 MB 😀\n');
  });
  it('JSON that ends early', () => assert.equal(reasonOf(plain.slice(0, -20)), 'truncated'));
  it('nothing at all', () => assert.equal(reasonOf(''), 'empty'));
  it('plain text', () => assert.equal(reasonOf('HRESULT 0x80070057\n'), 'notJson'));
});

describe('what is done to a body', () => {
  it('is reported whole: a mark, raw controls and NULs together', () => {
    const body = `\uFEFF${plain.replaceAll('\\n', '\n')}\0 \n\0\r\n`;
    const { repairs, output } = transcriptOf(body);
    assert.equal(output, 'C:\\Temp\\größe.txt\r\n51 MB 😀\n\0');
    assert.deepEqual(repairs, [
      { kind: 'byteOrderMark' },
      { kind: 'trailingNuls', count: 2 },
      { kind: 'rawControlCharacters', count: 2 },
    ]);
    assert.deepEqual(kindsOf(transcriptOf(utf16le(`${plain}\0`))), ['utf16', 'trailingNuls']);
  });

  it('is nothing where there is only white space around the JSON', () => {
    assert.deepEqual(kindsOf(transcriptOf(` \r\n\t${plain}\r\n \t`)), []);
    assert.deepEqual(kindsOf(transcriptOf(`${documented}\r\n`)), ['rawControlCharacters']);
  });

  it('leaves escapes as they are while raw characters beside them are repaired', () => {
    const { output } = transcriptOf(String.raw`{"script_output":"\"\\\\x\\\" \u000a` + '\n\\\\\n"}');
    assert.equal(output, '"\\\\x\\" \n\n\\\n');
  });

  it('does not depend on where in a larger buffer the body lies', () => {
    const larger = Buffer.from(`#####${documented}#####`);
    assert.equal(transcriptOf(larger.subarray(5, -5)).scriptName, 'minidump.ps1');
  });

  it('brings back every text whose escapes were replaced by the raw characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const controls = fc
      .array(fc.constantFrom('\n', '\r', '\0', '\t', '\u001f', '\u0008', '\\', '"', '\u007f', 'ä', '😀', 'n'))
      .map((parts) => parts.join(''));
    const value = fc.record({
      script_name: fc.oneof(text, controls),
      exit_code: fc.integer(),
      script_output: fc.oneof(text, controls),
      script_errors: fc.oneof(text, controls),
    });
    const encode = fc.constantFrom(utf8, utf16le, utf16be, (each: string) => utf8(`\uFEFF${each}`));
    const tail = fc.constantFrom('', '\0', '\0\0\0', ' \r\n\0', '\n');
    fc.assert(
      fc.property(value, fc.infiniteStream(fc.boolean()), encode, tail, (original, coins, bytesOf, end) => {
        const body = damaged(JSON.stringify(original), () => coins.next().value === true) + end;
        const { scriptName, exitCode, output, error } = transcriptOf(bytesOf(body));
        assert.deepEqual([scriptName ?? '', exitCode, output, error], Object.values(original));
      }),
      { numRuns: 500 },
    );
  });
});

/** The JSON with some escapes of control characters replaced by the characters. */
function damaged(json: string, chance: () => boolean): string {
  const short = new Map([
    ['\\n', '\n'],
    ['\\r', '\r'],
    ['\\t', '\t'],
    ['\\b', '\b'],
    ['\\f', '\f'],
  ]);
  return json.replace(/\\(?:u[0-9a-f]{4}|.)/g, (escape) => {
    const code = escape.startsWith('\\u') ? Number.parseInt(escape.slice(2), 16) : undefined;
    const character =
      code === undefined ? short.get(escape) : code < 0x20 ? String.fromCharCode(code) : undefined;
    return character !== undefined && chance() ? character : escape;
  });
}

describe('what is no transcript is a body with its reason', () => {
  for (const [name, body, reason] of [
    ['white space', ' \r\n', 'empty'],
    ['NULs', '\0\0\0', 'empty'],
    ['a byte order mark', '\uFEFF', 'empty'],
    ['a list', '[{"script_output":"o"}]', 'notAnObject'],
    ['a text', '"script_output"', 'notAnObject'],
    ['null', 'null\0', 'notAnObject'],
    ['an object without output', '{"error":{"code":"BlobNotFound"}}', 'noOutput'],
    [
      'an error of the blob store',
      '<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>',
      'notJson',
    ],
    ['JSON cut in a string', '{"script_output":"C:\\\\Temp', 'truncated'],
    ['JSON cut behind a brace of the output', '{"script_output":"{a}', 'truncated'],
    ['JSON cut behind a string', '{"script_output":"o"', 'truncated'],
    ['JSON cut behind a backslash', '{"script_output":"o\\', 'truncated'],
    ['JSON cut and padded', '{"script_output":"o\0\0\0', 'truncated'],
    ['JSON cut behind a brace outside a string', '{"script_output":{"a":{}}', 'truncated'],
    ['only a brace', '{', 'truncated'],
    ['a transcript with text behind it', '{"script_output":"a"}\r\nConnection: close\r\n', 'notJson'],
    ['two transcripts', '{"script_output":"a"}{"script_output":"b"}', 'notJson'],
    ['a lone backslash before a raw line break', '{"script_output":"a\\\nb"}', 'notJson'],
    ['the same beside one that could be repaired', '{"script_output":"x\ny\\\nb"}', 'notJson'],
    ['a lone backslash before a raw NUL', '{"script_output":"a\\\0b"}', 'notJson'],
    ['an unknown escape', '{"script_output":"C:\\Program"}', 'notJson'],
  ] as const) {
    it(name, () => assert.equal(reasonOf(body), reason));
  }

  it('and with its whole text', () => {
    for (const text of [
      '{"script_output":"a"}\u001a',
      'HRESULT 0x80070057\n\0',
      '{"script_output":"cut \u001b[0m',
      'ä€😀',
    ]) {
      const reading = readTranscript(utf8(text));
      assert.equal(reading.kind === 'body' && reading.text, text);
    }
    const wide = readTranscript(utf16be('kein Transkript: ä'));
    assert.equal(wide.kind === 'body' && wide.text, 'kein Transkript: ä');
  });

  it('whatever the bytes are, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readTranscript(bytes);
        readTranscript(Buffer.concat([utf8('{"script_output":"'), bytes, utf8('"}')]));
      }),
    );
  });
});

import { type CorpusCase, mark, utf16be, utf16le, utf8 } from './case';

const text = '{"script_name":"prüfung.ps1","exit_code":1,"script_output":"51 MB 😀 €"}';
const read = {
  kind: 'transcript',
  scriptName: 'prüfung.ps1',
  exitCode: 1,
  output: '51 MB 😀 €',
} as const;

/** One transcript in each encoding, and text that is none. */
export const encodings: readonly CorpusCase[] = [
  { name: 'UTF-8', bytes: utf8(text), expect: read },
  {
    name: 'UTF-8 with a mark',
    bytes: utf8(mark + text),
    expect: { ...read, repairs: ['byteOrderMark'] },
  },
  { name: 'UTF-16LE with a mark', bytes: utf16le(mark + text), expect: { ...read, repairs: ['utf16'] } },
  { name: 'UTF-16BE with a mark', bytes: utf16be(mark + text), expect: { ...read, repairs: ['utf16'] } },
  { name: 'UTF-16LE without a mark', bytes: utf16le(text), expect: { ...read, repairs: ['utf16'] } },
  { name: 'UTF-16BE without a mark', bytes: utf16be(text), expect: { ...read, repairs: ['utf16'] } },
  {
    name: 'UTF-16LE with a raw line break and NULs behind it',
    bytes: utf16le(`${mark}{"script_output":"a\nb"}\0\0`),
    expect: {
      kind: 'transcript',
      output: 'a\nb',
      repairs: ['utf16', 'trailingNuls', 'rawControlCharacters'],
    },
  },
  {
    name: 'UTF-16LE that is plain text',
    bytes: utf16le(`${mark}kein Transkript: ä`),
    expect: { kind: 'body', reason: 'notJson', body: 'kein Transkript: ä', repairs: ['utf16'] },
  },
  {
    name: 'UTF-16LE with half a character at its end',
    bytes: Buffer.concat([utf16le(`${mark}abc`), Buffer.of(0x64)]),
    expect: { kind: 'body', reason: 'notJson', body: 'abc\uFFFD', repairs: ['utf16', 'invalidUtf16'] },
  },
  {
    name: 'a transcript in UTF-16 with halves of characters',
    bytes: utf16be(`${mark}{"script_output":"a\uD83D b\uDE00\u{1F600}"}`),
    expect: {
      kind: 'transcript',
      output: 'a\uFFFD b\uFFFD\u{1F600}',
      repairs: ['utf16', 'invalidUtf16'],
    },
  },
  {
    name: 'only a mark',
    bytes: utf8(mark),
    expect: { kind: 'body', reason: 'empty', body: '', repairs: ['byteOrderMark'] },
  },
  {
    name: 'code page 850',
    bytes: Buffer.from([...utf8('{"script_output":"Gr'), 0x94, 0xe1, ...utf8('e"}')]),
    expect: { kind: 'transcript', output: 'Gr\uFFFD\uFFFDe', repairs: ['invalidUtf8'] },
  },
  {
    name: 'Windows-1252 that is plain text',
    bytes: Buffer.from('Größe\r\n', 'latin1'),
    expect: { kind: 'body', reason: 'notJson', body: 'Gr\uFFFD\uFFFDe\r\n', repairs: ['invalidUtf8'] },
  },
  {
    name: 'Shift JIS, whose second byte can be a backslash',
    bytes: Buffer.from([...utf8('{"script_output":"C:\\\\Users\\\\'), 0x95, 0x5c, 0x8e, 0xa6, ...utf8('"}')]),
    expect: { kind: 'body', reason: 'notJson', repairs: ['invalidUtf8'] },
  },
  {
    name: 'a certificate subject in GBK',
    bytes: Buffer.from([...utf8('{"script_output":"CN: '), 0xb1, 0xb1, 0xbe, 0xa9, ...utf8('\\r\\n"}')]),
    expect: { kind: 'transcript', output: 'CN: \uFFFD\uFFFD\uFFFD\uFFFD\r\n', repairs: ['invalidUtf8'] },
  },
  {
    name: 'a UTF-8 character cut at the end',
    bytes: utf8('abc €').subarray(0, -1),
    expect: { kind: 'body', reason: 'notJson', body: 'abc \uFFFD', repairs: ['invalidUtf8'] },
  },
];

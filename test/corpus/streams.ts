import type { TextChanges } from '../../src/results/reading/text';
import { type CorpusCase, utf8 } from './case';

const esc = '\u001b';
const wide = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
const root = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">';
const clixml = (...records: string[]): string => `#< CLIXML\r\n${root}${records.join('')}</Objs>`;
const progress =
  '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Object</T></TN><MS><I64 N="SourceId">1</I64></MS></Obj>';

interface Stream {
  readonly name: string;
  /** As it stands in the transcript, its escapes undone. */
  readonly sent: string;
  readonly shown: string;
  readonly changes?: Partial<TextChanges>;
}

/** What native tools, consoles and PowerShell itself leave in an output, and what becomes of it. */
const outputs: readonly Stream[] = [
  {
    name: 'UTF-16 of a native tool behind a line of the script',
    sent: `started\r\n${wide('Autoruns v14.09\r\n\r\nHKLM\\SOFTWARE\r\n')}done\r\n`,
    shown: 'started\r\nAutoruns v14.09\r\n\r\nHKLM\\SOFTWARE\r\ndone\r\n',
    changes: { utf16Stretches: 1 },
  },
  {
    name: 'UTF-16 that PowerShell has split into lines',
    sent: `started\r\n${wide('Версия: 1\r\n\r\nend\r\n').replace(/[\r\n]/g, '\r\n')}\r\ndone\r\n`,
    shown: 'started\r\nВерсия: 1\r\n\r\nend\r\ndone\r\n',
    changes: { utf16Stretches: 1 },
  },
  {
    name: 'a list separated by NULs',
    sent: '/etc/passwd\0/tmp/x\0a\0b\0c\n',
    shown: '/etc/passwd␀/tmp/x␀a␀b␀c\n',
    changes: { nuls: 4 },
  },
  {
    name: 'wmic, which ends its lines with CR CR LF',
    sent: 'Node,Name\r\r\n\r\r\nHOST-1,lsass.exe\r\r\n',
    shown: 'Node,Name\r\n\r\nHOST-1,lsass.exe\r\n',
    changes: { doubledLineBreaks: 3 },
  },
  {
    name: 'U+009B that is a letter of an OEM code page',
    sent: 'N\u009Bgle i C:\\Users\\S\u009Bren\r\n',
    shown: 'N<U+009B>gle i C:\\Users\\S<U+009B>ren\r\n',
    changes: { controls: 2 },
  },
  {
    name: 'a letter behind a stray ESC',
    sent: `${esc}svchost.exe`,
    shown: '␛svchost.exe',
    changes: { controls: 1 },
  },
  {
    name: 'an escape sequence that never ends',
    sent: `${esc}]0;title\nevil.exe ${esc}[12`,
    shown: '␛]0;title\nevil.exe ␛[12',
    changes: { controls: 2 },
  },
  {
    name: 'marks and links of a shell',
    sent: `${esc}]133;C\u0007Get-Item\r\n${esc}]8;;file://host-1/a.txt${esc}\\a.txt${esc}]8;;${esc}\\\r\n`,
    shown: 'Get-Item\r\na.txt\r\n',
    changes: { escapeSequences: 3 },
  },
  { name: 'colors whose ESC was lost', sent: '[31m[++] off[0m\r\n', shown: '[31m[++] off[0m\r\n' },
  { name: 'UTF-8 read in an OEM code page', sent: 'ÔöîÔöÇ ├ñ\r\n', shown: 'ÔöîÔöÇ ├ñ\r\n' },
  {
    name: 'a byte order mark before JSON',
    sent: '\uFEFF{"users":["a"]}\r\n',
    shown: '{"users":["a"]}\r\n',
    changes: { byteOrderMarks: 1 },
  },
  {
    name: 'a byte order mark in the middle',
    sent: 'a\r\n\uFEFFb\r\n',
    shown: 'a\r\n<U+FEFF>b\r\n',
    changes: { invisibles: 1 },
  },
  {
    name: 'a file name in Persian',
    sent: 'برنامه\u200Cها\\گزارش.txt\r\n',
    shown: 'برنامه<U+200C>ها\\گزارش.txt\r\n',
    changes: { invisibles: 1 },
  },
  {
    name: 'characters that hide text: a filler, a joiner, a selector, a tag',
    sent: 'a\u3164b\u034Fc\uFE00d\u{E0041}e',
    shown: 'a<U+3164>b<U+034F>c<U+FE00>d<U+E0041>e',
    changes: { invisibles: 4 },
  },
  {
    name: 'bytes of a firmware variable read as UTF-16',
    sent: 'PK \uDC01\uD801\uD801x\uDFFF 😀 end',
    shown: 'PK ���x� 😀 end',
    changes: { loneSurrogates: 4 },
  },
  {
    name: 'a path that a tool did not escape',
    sent: 'found c:\backdoor.exe and c:\temp',
    shown: 'found c:␈ackdoor.exe and c:\temp',
    changes: { controls: 1 },
  },
  {
    name: 'CLIXML of a nested PowerShell in an output',
    sent: `before\r\n${clixml('<S S="warning">careful_x000D__x000A_</S>')}\r\nafter\r\n`,
    shown: 'before\r\ncareful\r\nafter\r\n',
    changes: { clixmlDocuments: 1 },
  },
];

const errors: readonly Stream[] = [
  {
    name: 'nothing but a progress record',
    sent: clixml(progress),
    shown: '',
    changes: { clixmlDocuments: 1, progressRecords: 1 },
  },
  {
    name: 'errors as CLIXML',
    sent: clixml(
      progress,
      '<S S="Error">foo : not found_x000D__x000A_</S><S S="Error">At line:1_x000D__x000A_</S>',
    ),
    shown: 'foo : not found\r\nAt line:1\r\n',
    changes: { clixmlDocuments: 1, progressRecords: 1 },
  },
  {
    name: 'CLIXML that was cut',
    sent: `plain\r\n#< CLIXML\r\n${root}<S S="Error">a_x000A_</S><S S="Err`,
    shown: 'plain\r\na\n<S S="Err',
    changes: { clixmlDocuments: 1 },
  },
  {
    name: 'CLIXML with an entity of its own',
    sent: clixml('<S S="Error">&lol;</S>'),
    shown: clixml('<S S="Error">&lol;</S>'),
  },
  {
    name: 'white space and NULs',
    sent: ' \r\n\0\r\n\0\0',
    shown: ' \r\n␀\r\n',
    changes: { nuls: 1, trailingNuls: 2 },
  },
];

/** A case that also says what was changed in one of its streams. */
export interface StreamCase extends CorpusCase {
  readonly stream: 'output' | 'error';
  readonly changes: Partial<TextChanges>;
}

/** The streams of a transcript as tools, consoles and PowerShell itself leave them. */
export const streams: readonly StreamCase[] = [
  ...outputs.map(({ name, sent, shown, changes = {} }) => ({
    name,
    bytes: utf8(JSON.stringify({ script_output: sent })),
    expect: { kind: 'transcript' as const, output: shown },
    stream: 'output' as const,
    changes,
  })),
  ...errors.map(({ name, sent, shown, changes = {} }) => ({
    name: `errors: ${name}`,
    bytes: utf8(JSON.stringify({ script_output: 'o', script_errors: sent })),
    expect: { kind: 'transcript' as const, output: 'o', ...(shown === '' ? {} : { error: shown }) },
    stream: 'error' as const,
    changes,
  })),
];

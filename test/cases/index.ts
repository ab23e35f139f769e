/** Small inputs after public reports of people who do this job, and the right value of each. Nothing in them is real. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import type { DocumentKind } from '../../src/results/address';
import type { ReadRequest, ResultSummary } from '../../src/results/reading/reading';

/** A result, and what must be read from it. */
export interface ReadingCase {
  readonly file: string;
  readonly what: string;
  /** RunScript unless it says otherwise. */
  readonly commandType?: 'GetFile';
  /** Read in an encoding that a person chose, by the name that TextDecoder knows. */
  readonly encoding?: string;
  readonly kind: ResultSummary['kind'];
  /** The documents: equal to a text, whatever breaks the lines; or with each of the parts in it. */
  readonly texts?: Partial<Record<DocumentKind, string | readonly string[]>>;
  /** What may stand in no document. */
  readonly never?: readonly string[];
  /** Parts of the summary: `exitCode`, `size`, `hasError`. */
  readonly summary?: Readonly<Record<string, unknown>>;
}

/** What was read, wherever it was. */
export interface SeenReading {
  readonly summary: ResultSummary;
  readonly texts: Partial<Record<DocumentKind, string>>;
}

/** The bytes of an input. Bundles of tests lie in out/test/<folder>. */
export function caseBytes(file: string): Buffer {
  return readFileSync(new URL(`../../../test/cases/${file}`, import.meta.url));
}

/** An input that is a description in JSON. */
export function caseJson(file: string): Record<string, unknown> {
  return JSON.parse(caseBytes(file).toString()) as Record<string, unknown>;
}

/** What reading the case is asked for, before somebody chose an encoding. */
export function caseRequest({ file, commandType }: ReadingCase): ReadRequest {
  return { bytes: caseBytes(file), commandType: commandType ?? 'RunScript' };
}

/** What was read is right. */
export function assertCase(seen: SeenReading, each: ReadingCase): void {
  const { summary, texts } = seen;
  assert.equal(summary.kind, each.kind);
  for (const [kind, expected] of Object.entries(each.texts ?? {})) {
    assertText(texts[kind as DocumentKind] ?? assert.fail(`there is no ${kind}`), expected);
  }
  for (const part of each.never ?? []) {
    assert.ok(!JSON.stringify(texts).includes(part), `${part} is in ${JSON.stringify(texts).slice(0, 400)}`);
  }
  const values = summary as unknown as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(each.summary ?? {})) {
    assert.equal(values[name], value, name);
  }
}

/** A text is equal to the expected one, whatever breaks its lines, or has all parts in it. */
export function assertText(text: string, expected: string | readonly string[]): void {
  if (typeof expected === 'string') {
    assert.equal(lines(text), lines(expected));
    return;
  }
  for (const part of expected) {
    assert.ok(text.includes(part), `${part} is not in ${text.slice(0, 400)}`);
  }
}

const lines = (text: string): string => text.replaceAll('\r\n', '\n');

/** What a script wrote, as it stands in the input. */
function outputOf(file: string): string {
  const { script_output: output } = caseJson(file);
  return typeof output === 'string' ? output : assert.fail(file);
}

function asSent(file: string, what: string, more: Partial<ReadingCase> = {}): ReadingCase {
  return { file, what, kind: 'transcript', texts: { output: outputOf(file) }, ...more };
}

const transcript = (
  file: string,
  what: string,
  output: string | readonly string[],
  more: Partial<ReadingCase> = {},
): ReadingCase => ({ file, what, kind: 'transcript', texts: { output }, ...more });

const collected = (file: string, what: string, text: string | readonly string[]): ReadingCase => ({
  ...{ file, what, commandType: 'GetFile', kind: 'collected' },
  texts: { collected: text },
});

export const readingCases: readonly ReadingCase[] = [
  transcript(
    '01-utf16-stdout-raw.json',
    'UTF-16 of a native tool can be read and searched',
    ['Autoruns v14.09 - Autostart program viewer', 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run'],
    { never: ['␀'] },
  ),
  transcript(
    '03-wmic-cr-cr-lf.json',
    'CR CR LF is one line break',
    outputOf('03-wmic-cr-cr-lf.json').replaceAll('\r\r\n', '\n'),
  ),
  transcript(
    '04-oem-0x9b-is-no-csi.json',
    'a letter of an OEM code page does not begin an escape sequence',
    'N<U+009B>gle fundet i C:\\Users\\S<U+009B>ren\\AppData\npris 50<U+009B>3A\n',
  ),
  transcript('06-clixml-progress-only.json', 'progress alone is no error', '3 users\n', {
    summary: { hasOutput: true, hasError: false },
  }),
  transcript(
    '08-bom-before-json.json',
    'a mark at the beginning is no character',
    '{"host":"host-1","users":["a","b"]}\n',
  ),
  asSent('09-transcript-line-de.json', 'a German transcript is kept whole'),
  asSent('11-transcript-header-de.json', 'German headers are kept whole'),
  asSent('12-jsonl-larger-than-64k.json', 'JSON lines are kept whole'),
  transcript('13-object-output-big-integers.json', '64-bit integers keep their digits', [
    '281474976710656123',
    '133456789012345678',
    '18446744073709551615',
  ]),
  transcript('15-keys-in-pascal-case.json', 'keys in another case are keys', 'line 1\nline 2\n', {
    texts: { output: 'line 1\nline 2\n', error: 'denied' },
    summary: { exitCode: 5 },
  }),
  transcript('16-exit-code-unsigned.json', 'an unsigned exit code is unchanged', '', {
    summary: { exitCode: 3_221_225_477 },
  }),
  asSent('17-exit-code-negative-in-the-table.json', 'a negative exit code is unchanged', {
    summary: { exitCode: -1_073_741_819 },
  }),
  {
    ...{ file: '18-shift-jis-trail-byte-is-a-backslash.bin', what: 'Shift-JIS is not unescaped as bytes' },
    kind: 'body',
    texts: { body: ['\uFFFD'] },
  },
  transcript(
    '18-shift-jis-trail-byte-is-a-backslash.bin',
    'Shift-JIS is read in the encoding that was chosen',
    'C:\\Users\\表示\\ソフト\n',
    { encoding: 'shift_jis' },
  ),
  transcript('19-gbk-certificate-subject.bin', 'bytes that are not UTF-8 are visible', [
    'Sign check: ',
    '\uFFFD',
  ]),
  transcript(
    '19-gbk-certificate-subject.bin',
    'GBK is read in the encoding that was chosen',
    'Sign check: 北京科技\n',
    { encoding: 'gb18030' },
  ),
  asSent('20-utf8-read-as-oem.json', 'what the machine garbled stays as it was sent'),
  transcript(
    '21-osc-of-a-shell-integration.json',
    'marks of a shell integration are removed',
    'Get-Item\na.txt\n',
  ),
  asSent('22-colours-without-esc.json', 'brackets without ESC are text'),
  transcript(
    '23-persian-file-name.json',
    'a zero-width non-joiner is visible',
    outputOf('23-persian-file-name.json').replaceAll('\u200C', '<U+200C>'),
  ),
  transcript(
    '24-client-analyzer-run.json',
    'a run of the client analyzer is kept whole',
    outputOf('24-client-analyzer-run.json').replace(/\0+$/, ''),
  ),
  transcript(
    '25-uefi-bytes-as-utf16.json',
    'each half of a surrogate pair is one replacement character',
    'PK \uFFFD\uFFFD\uFFFDx\uFFFD 😀 end',
  ),
  transcript(
    '27-path-that-was-not-escaped.json',
    'a backspace is visible',
    'found c:␈ackdoor.exe and c:\temp',
  ),
  collected('30-log-with-nul-head.bin', 'a log that begins with NULs is text', [
    'Accepted publickey for admin from 192.0.2.7',
    'sudo: admin : COMMAND=/bin/sh',
  ]),
  collected('31-proc-environ.bin', 'an environment with NULs is text', ['HOME=/root␀LD_PRELOAD=/tmp/.x.so']),
  collected('33-log-with-bytes-of-a-request.bin', 'a few odd bytes hide no log', [
    'größe',
    'POST /?q=\uFFFD␀\uFFFD 500',
    'GET /shell.php?c=whoami 200',
  ]),
  collected('34-utf16-log-cut-in-a-character.bin', 'a UTF-16 log cut in a character is text', [
    'DETECTION Trojan:Win32/X file:C:\\Temp\\a.exe',
    '\uFFFD',
  ]),
  collected('35-gzip-with-bytes-behind-it.bin', 'bytes behind a gzip do no harm', '127.0.0.1 localhost\n'),
  {
    ...{ file: '37-rotated-log-gz.bin', what: 'a collected gzip stays a gzip', commandType: 'GetFile' },
    ...{ kind: 'binary', summary: { size: 51 } },
  },
  {
    ...{
      file: '38-utf16-log-with-zeroed-mark.bin',
      what: 'UTF-16 without its mark is read when it was chosen',
    },
    ...{ commandType: 'GetFile', encoding: 'utf-16le', kind: 'collected' },
    texts: { collected: ['"12.02.2020 10:00:00","System","C:\\Windows\\a.exe","8.8.8.8:53"'] },
  },
];

import { type CorpusCase, type Expected, utf8 } from './case';

const esc = '\u001b';

function json(name: string, value: unknown, expect: Expected): CorpusCase {
  return { name, bytes: utf8(JSON.stringify(value)), expect };
}

function raw(name: string, body: string, expect: Expected): CorpusCase {
  return { name, bytes: utf8(body), expect };
}

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const numbers =
  '{"FileReference":281474976710656123,"CreationFileTime":133456789012345678,"Luid":18446744073709551615}';
const exact = String.raw`{"b":2.50, "a":1E3,"a":-0,"10":[],"2":"\u0041\/"}`;

/** Transcripts with valid JSON: which keys, which values. */
export const keys: readonly CorpusCase[] = [
  json(
    'the recorded keys',
    { script_name: 'a.ps1', exit_code: 3, script_output: 'o\n', script_errors: 'e' },
    { kind: 'transcript', scriptName: 'a.ps1', exitCode: 3, output: 'o\n', error: 'e' },
  ),
  json(
    'the keys of 2021',
    { name: 'a.ps1', exit_code: 0, script_output: 'o', script_error: 'e' },
    { kind: 'transcript', scriptName: 'a.ps1', exitCode: 0, output: 'o', error: 'e' },
  ),
  json('short keys', { output: 'o', errors: 'e' }, { kind: 'transcript', output: 'o', error: 'e' }),
  json('no exit code', { script_output: 'o' }, { kind: 'transcript', output: 'o' }),
  json('an exit code of null', { exit_code: null, script_output: 'o' }, { kind: 'transcript', output: 'o' }),
  json(
    'an exit code in words',
    { exit_code: '0x80070005', script_output: 'o' },
    { kind: 'transcript', exitCode: '0x80070005', output: 'o' },
  ),
  json(
    'a negative exit code',
    { exit_code: -2147024891, script_output: 'o' },
    { kind: 'transcript', exitCode: -2147024891, output: 'o' },
  ),
  raw('an exit code that JavaScript would round', '{"exit_code":18446744073709551615,"script_output":"o"}', {
    kind: 'transcript',
    exitCode: '18446744073709551615',
    output: 'o',
  }),
  raw('an exit code beyond all numbers', '{"exit_code":1e999,"script_output":"o"}', {
    kind: 'transcript',
    exitCode: '1e999',
    output: 'o',
  }),
  json(
    'an exit code that is an object',
    { exit_code: { code: 5 }, script_output: 'o' },
    { kind: 'transcript', output: 'o', extra: { exit_code: '{"code":5}' } },
  ),
  json(
    'an exit code that is true',
    { exit_code: true, script_output: 'o' },
    { kind: 'transcript', output: 'o', extra: { exit_code: 'true' } },
  ),
  json(
    'keys that nobody documented',
    { script_output: 'o', host: 'h', n: { a: [1] } },
    { kind: 'transcript', output: 'o', extra: { host: '"h"', n: '{"a":[1]}' } },
  ),
  raw('a key that is a prototype', '{"script_output":"o","__proto__":{"x":1}}', {
    kind: 'transcript',
    output: 'o',
    extra: { ['__proto__']: '{"x":1}' },
  }),
  json(
    'an output that is an object',
    { script_output: { a: [1] } },
    { kind: 'transcript', output: '{"a":[1]}', repairs: ['notAString'] },
  ),
  json(
    'an output that is a list of lines',
    { script_output: ['a', 'b'] },
    { kind: 'transcript', output: '["a","b"]', repairs: ['notAString'] },
  ),
  raw('an output nested forty levels deep', `{"script_output":${deep(40)}}`, {
    kind: 'transcript',
    output: deep(40),
    repairs: ['notAString'],
  }),
  raw('an output nested beyond the stack', `{"script_output":${deep(100_000)}}`, {
    kind: 'transcript',
    output: deep(100_000),
    repairs: ['notAString'],
  }),
  raw(
    'integers of 64 bits',
    `{"script_name":"mft.ps1","exit_code":0,"script_output":${numbers},"script_errors":""}`,
    {
      kind: 'transcript',
      scriptName: 'mft.ps1',
      exitCode: 0,
      output: numbers,
      repairs: ['notAString'],
    },
  ),
  raw(
    'numbers, order, repeated keys and escapes, as they were sent',
    `{"script_output":${exact},"host":${exact}}`,
    {
      kind: 'transcript',
      output: exact,
      extra: { host: exact },
      repairs: ['notAString'],
    },
  ),
  raw('an exit code with a fraction', '{"exit_code":2.50,"script_output":"o"}', {
    kind: 'transcript',
    exitCode: '2.50',
    output: 'o',
  }),
  raw('a raw line break in an output that is an object', '{"script_output":{"a":"x\ny"}}', {
    kind: 'transcript',
    output: '{"a":"x\ny"}',
    repairs: ['rawControlCharacters', 'notAString'],
  }),
  json(
    'keys in Pascal case',
    { ScriptName: 'collect.ps1', ExitCode: 5, ScriptOutput: 'line 1\r\nline 2\r\n', ScriptErrors: 'denied' },
    {
      kind: 'transcript',
      scriptName: 'collect.ps1',
      exitCode: 5,
      output: 'line 1\r\nline 2\r\n',
      error: 'denied',
      repairs: ['keySpelling', 'keySpelling', 'keySpelling', 'keySpelling'],
    },
  ),
  json(
    'keys in capitals and with a hyphen',
    { SCRIPT_OUTPUT: 'o', 'script-error': 'e' },
    { kind: 'transcript', output: 'o', error: 'e', repairs: ['keySpelling', 'keySpelling'] },
  ),
  json(
    'a key in another case beside the documented one',
    { ScriptOutput: 'other', script_output: 'o' },
    { kind: 'transcript', output: 'o', extra: { ScriptOutput: '"other"' } },
  ),
  raw(
    'a key spelled with an escape, and its twin',
    String.raw`{"script\u005foutput":"hidden","script_output":"o"}`,
    {
      kind: 'transcript',
      output: 'o',
      repairs: ['repeatedKey'],
    },
  ),
  raw('the name twice', '{"script_name":"a","script_output":"o","script_name":"b"}', {
    kind: 'transcript',
    scriptName: 'b',
    output: 'o',
    repairs: ['repeatedKey'],
  }),
  raw('a key twice that nobody documented', '{"host":"a","script_output":"o","host":"b"}', {
    kind: 'transcript',
    output: 'o',
    extra: { host: '"b"' },
    repairs: ['repeatedKey'],
  }),
  raw('the output twice', '{"script_output":"first","script_output":"second"}', {
    kind: 'transcript',
    output: 'second',
    repairs: ['repeatedKey'],
  }),
  raw('the output again inside another key', '{"script_output":"o","x":{"script_output":"p"}}', {
    kind: 'transcript',
    output: 'o',
    extra: { x: '{"script_output":"p"}' },
  }),
  json(
    'two spellings that differ',
    { script_output: 'o', script_error: 'old', script_errors: 'new' },
    { kind: 'transcript', output: 'o', error: 'new', extra: { script_error: '"old"' } },
  ),
  json('nothing printed', { exit_code: 0, script_output: '' }, { kind: 'transcript', exitCode: 0 }),
  json('only NULs printed', { script_output: '\0\0', script_errors: '\0' }, { kind: 'transcript' }),
  raw('half of a character', String.raw`{"script_output":"a\ud83d b"}`, {
    kind: 'transcript',
    output: 'a\uFFFD b',
  }),
  json(
    'what a terminal would obey',
    { script_output: `${esc}[31mred${esc}[0m ${esc}]0;title\u0007x\u202Efdp\r10%\r\n` },
    { kind: 'transcript', output: 'red x<U+202E>fdp\n10%\r\n' },
  ),
];

/** JSON that strict parsers refuse, and that is read all the same, with a word about it. */
export const damaged: readonly CorpusCase[] = [
  raw('a raw line break', '{"script_output":"a\nb"}', {
    kind: 'transcript',
    output: 'a\nb',
    repairs: ['rawControlCharacters'],
  }),
  raw('raw CRLF and TAB', '{"script_output":"a\tb\r\nc"}', {
    kind: 'transcript',
    output: 'a\tb\r\nc',
    repairs: ['rawControlCharacters'],
  }),
  raw('a raw NUL inside', '{"script_output":"a\0b"}', {
    kind: 'transcript',
    output: 'a␀b',
    repairs: ['rawControlCharacters'],
  }),
  raw('raw escape sequences', `{"script_output":"${esc}[1mbold${esc}[0m"}`, {
    kind: 'transcript',
    output: 'bold',
    repairs: ['rawControlCharacters'],
  }),
  raw('NULs behind the end', '{"script_output":"o"}\0\0\0', {
    kind: 'transcript',
    output: 'o',
    repairs: ['trailingNuls'],
  }),
  raw('NULs and white space behind the end', '{"script_output":"o"}\r\n\0 \0\n', {
    kind: 'transcript',
    output: 'o',
    repairs: ['trailingNuls'],
  }),
  raw('a raw line break in the name of a key', '{"script_output":"o","a\nb":1}', {
    kind: 'transcript',
    output: 'o',
    extra: { 'a\nb': '1' },
    repairs: ['rawControlCharacters'],
  }),
];

/** What is no transcript, and is shown as it is. */
export const bodies: readonly CorpusCase[] = [
  raw('nothing', '', { kind: 'body', reason: 'empty', body: '' }),
  raw('white space', ' \r\n', { kind: 'body', reason: 'empty', body: ' \r\n' }),
  raw('NULs', '\0\0\0', { kind: 'body', reason: 'empty', body: '' }),
  raw('plain text', 'HRESULT 0x80070057\r\n', {
    kind: 'body',
    reason: 'notJson',
    body: 'HRESULT 0x80070057\r\n',
  }),
  raw('an error page', '<html><body>502 Bad Gateway</body></html>', { kind: 'body', reason: 'notJson' }),
  raw('an error of the blob store', '<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>', {
    kind: 'body',
    reason: 'notJson',
  }),
  raw('cut in a string', '{"script_output":"C:\\\\Temp', {
    kind: 'body',
    reason: 'truncated',
    body: '{"script_output":"C:\\\\Temp',
  }),
  raw('cut behind a string', '{"script_output":"o"', { kind: 'body', reason: 'truncated' }),
  raw('cut behind a backslash', '{"script_output":"o\\', { kind: 'body', reason: 'truncated' }),
  raw('cut in an escape', '{"script_output":"o\\u00', { kind: 'body', reason: 'truncated' }),
  raw('cut and padded with NULs', '{"script_output":"o\0\0', {
    kind: 'body',
    reason: 'truncated',
    body: '{"script_output":"o',
  }),
  raw('only a brace', '{', { kind: 'body', reason: 'truncated', body: '{' }),
  raw('two transcripts', '{"script_output":"a"}{"script_output":"b"}', { kind: 'body', reason: 'notJson' }),
  raw('an unknown escape', String.raw`{"script_output":"C:\Program"}`, { kind: 'body', reason: 'notJson' }),
  raw('a raw line break behind a backslash', '{"script_output":"a\\\nb"}', {
    kind: 'body',
    reason: 'notJson',
  }),
  raw('single quotes', "{'script_output':'o'}", { kind: 'body', reason: 'notJson' }),
  raw('a comma too many', '{"script_output":"o",}', { kind: 'body', reason: 'notJson' }),
  raw('a list', '[{"script_output":"o"}]', { kind: 'body', reason: 'notAnObject' }),
  raw('a string', '"script_output"', { kind: 'body', reason: 'notAnObject' }),
  raw('null', 'null\0', { kind: 'body', reason: 'notAnObject', body: 'null' }),
  raw('an error in JSON', '{"error":{"code":"BlobNotFound"}}', { kind: 'body', reason: 'noOutput' }),
  raw('an empty object', '{}', { kind: 'body', reason: 'noOutput', body: '{}' }),
];

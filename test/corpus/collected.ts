import { gzipSync } from 'node:zlib';
import { gzipWithName, zipOf } from '../support/zip';
import { type CorpusCase, type Expected, gzip, mark, utf16be, utf16le, utf8 } from './case';

function file(name: string, bytes: Uint8Array, expect: Expected, limit?: number): CorpusCase {
  return { name, bytes, commandType: 'GetFile', expect, ...(limit === undefined ? {} : { limit }) };
}

const hosts = gzip('127.0.0.1 localhost\r\n');
const text = { kind: 'collected', text: '127.0.0.1 localhost\r\n', repairs: ['unpacked'] } as const;
const zip = zipOf([{ name: 'stdout', data: utf8('x') }]);

/** Files that GetFile collected: gzip with the file's name in its header. */
export const collected: readonly CorpusCase[] = [
  file('text', hosts, text),
  file('text with a name', gzipWithName(hosts, utf8('hosts')), { ...text, fileName: 'hosts' }),
  file('a name in Latin-1', gzipWithName(hosts, Buffer.from('größe.txt', 'latin1')), {
    ...text,
    fileName: 'größe.txt',
  }),
  file('a name that leads up', gzipWithName(hosts, utf8('..\\..\\etc/passwd')), {
    ...text,
    fileName: '_.._etc_passwd',
  }),
  file('a name that turns around', gzipWithName(hosts, utf8('gpj\u202Etxt.exe')), {
    ...text,
    fileName: 'gpj_txt.exe',
  }),
  file('a name that is a device', gzipWithName(hosts, utf8('CON')), { ...text, fileName: 'CON_' }),
  file('a name without an end', Buffer.concat([gzipWithName(hosts, utf8('a'.repeat(2000)))]), text),
  file('text that is not packed', utf8('plain\n'), { kind: 'collected', text: 'plain\n', repairs: [] }),
  file('JSON stays what it is', gzip('{"script_output":"o"}'), {
    kind: 'collected',
    text: '{"script_output":"o"}',
  }),
  file('UTF-8 with a mark', gzip(mark + 'ä'), {
    kind: 'collected',
    text: 'ä',
    repairs: ['unpacked', 'byteOrderMark'],
  }),
  file('UTF-16LE with a mark', gzip(utf16le(`${mark}REGEDIT ä\r\n`)), {
    kind: 'collected',
    text: 'REGEDIT ä\r\n',
    repairs: ['unpacked', 'utf16'],
  }),
  file('UTF-16BE with a mark', gzip(utf16be(`${mark}ä`)), {
    kind: 'collected',
    text: 'ä',
    repairs: ['unpacked', 'utf16'],
  }),
  file('UTF-16LE without a mark could be anything', gzip(utf16le('abcd')), { kind: 'binary', size: 8 }),
  file('bytes', gzip(Buffer.of(0, 1, 2, 255)), { kind: 'binary', size: 4 }),
  file('bytes with a name', gzipWithName(gzip(Buffer.of(0, 1)), utf8('a.dmp')), {
    kind: 'binary',
    size: 2,
    fileName: 'a.dmp',
  }),
  file('a zip is not opened', gzip(zip), { kind: 'binary', size: zip.byteLength }),
  file('text in another code page', gzip(Buffer.from('Größe', 'latin1')), { kind: 'binary', size: 5 }),
  file('an empty file', gzip(''), { kind: 'collected', text: '' }),
  file('nothing at all', utf8(''), { kind: 'collected', text: '' }),
  file(
    'larger than may be shown, but counted',
    gzip('a'.repeat(2000)),
    {
      kind: 'binary',
      size: 2000,
      reason: 'archiveTooLarge',
    },
    1000,
  ),
  file('cut', hosts.subarray(0, -9), { kind: 'binary', reason: 'archiveDamaged' }),
  file('a bomb', gzipSync(Buffer.alloc(11 * 1024 * 1024), { level: 9 }), {
    kind: 'binary',
    reason: 'archiveBomb',
  }),
  file('escape sequences in a log', gzip('\u001b[31mred\u001b[0m\n'), { kind: 'collected', text: 'red\n' }),
];

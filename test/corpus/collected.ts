import { gzipSync } from 'node:zlib';
import { gzipWithName, zipOf } from '../support/zip';
import { type CorpusCase, type Expected, gzip, mark, utf16be, utf16le, utf8 } from './case';

function file(name: string, bytes: Uint8Array, expect: Expected, limit?: number): CorpusCase {
  return { name, bytes, commandType: 'GetFile', expect, ...(limit === undefined ? {} : { limit }) };
}

const hosts = gzip('127.0.0.1 localhost\r\n');
const text = { kind: 'collected', text: '127.0.0.1 localhost\r\n', repairs: ['unpacked'] } as const;
const zip = zipOf([{ name: 'stdout', data: utf8('x') }]);

const firewall = '"12.02.2020 10:00:00","System","C:\\Windows\\a.exe"\r\n';
const log = 'Nov 20 10:00:00 größe: GET /index.html 200 "Mozilla/5.0"\n';
const request = Buffer.concat([Buffer.of(0xff, 0xc3, 0, 0), utf8(' /shell.php\n')]);
const heads = ['MZ\0\0', 'PK\x03\x04'.replace(/[^PK]/g, '\0'), 'SQLite format 3\0'];
/** Always the same. */
const noise = (size: number): Buffer => {
  let state = 1;
  return Buffer.from(
    Array.from({ length: size }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
};
const plainLog = utf8(log.replaceAll('ö', 'o').replaceAll('ß', 'ss').repeat(20));
const cyrillic = 'Служба «Диспетчер» запущена: 10.0.0.1\r\n'.repeat(8);
const japanese = 'サービスが開始されました。\r\n'.repeat(8);
const row = Buffer.concat([
  Buffer.of(0x81, 0x05, 0x04, 0, 0x81, 0x1f),
  utf8('https://example.com/a/page?of=history'),
]);
const database = Buffer.concat([utf8('SQLite format 3\0'), ...Array.from({ length: 200 }, () => row)]);

/** Files that GetFile collected: gzip with the file's name in its header. */
const oddLine = utf8('2026-11-20 03:12:44 evil.exe was here\r\n');
const evenLine = utf8('2026-11-20 03:12:44 evil.exe was here.\r\n');

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
  file('UTF-16LE without a mark', gzip(utf16le('abcd')), {
    kind: 'collected',
    text: 'abcd',
    repairs: ['unpacked', 'utf16'],
  }),
  file('UTF-16LE with half a character at its end', gzip(utf16le(`${mark}a log\r\n`).subarray(0, -1)), {
    kind: 'collected',
    text: 'a log\n\uFFFD',
    repairs: ['unpacked', 'utf16', 'invalidUtf16'],
  }),
  file('UTF-16LE with a mark of zeros', gzip(utf16le(`\0${firewall}`)), {
    kind: 'collected',
    text: `␀${firewall}`,
    repairs: ['unpacked', 'utf16'],
  }),
  file('a log that begins with a mark of UTF-16', gzip(Buffer.concat([Buffer.of(0xff, 0xfe), plainLog])), {
    kind: 'collected',
    text: `\uFFFD\uFFFD${plainLog.toString()}`,
    repairs: ['unpacked', 'invalidUtf8'],
  }),
  file('a log that begins with the other mark', gzip(Buffer.concat([Buffer.of(0xfe, 0xff), plainLog])), {
    kind: 'collected',
    text: `\uFFFD\uFFFD${plainLog.toString()}`,
  }),
  file(
    'one line of one byte for each letter, of an odd length, in a long log of UTF-16',
    gzip(Buffer.concat([utf16le(mark + firewall.repeat(40)), oddLine, utf16le(firewall.repeat(40))])),
    { kind: 'collected', text: firewall.repeat(40) + String(oddLine) + firewall.repeat(40) },
  ),
  file(
    'one line of one byte for each letter, of an even length, in a long log of UTF-16 without a mark',
    gzip(Buffer.concat([utf16le(firewall.repeat(40)), evenLine, utf16le(firewall.repeat(40))])),
    { kind: 'collected', text: firewall.repeat(40) + String(evenLine) + firewall.repeat(40) },
  ),
  file(
    'lines of one byte for each letter in a log of UTF-16',
    gzip(Buffer.concat([utf16le(mark + firewall.repeat(20)), plainLog, utf16le(firewall)])),
    { kind: 'collected', text: firewall.repeat(20) + plainLog.toString() + firewall },
  ),
  ...[
    ['Cyrillic', cyrillic],
    ['Japanese', japanese],
  ].flatMap(([script = '', lines = '']) => [
    file(`UTF-16LE without a mark, ${script}`, gzip(utf16le(lines)), {
      kind: 'collected',
      text: lines,
      repairs: ['unpacked', 'utf16'],
    }),
    file(`UTF-16BE with a mark of zeros, ${script}`, gzip(utf16be(`\0${lines}`)), {
      kind: 'collected',
      text: `␀${lines}`,
      repairs: ['unpacked', 'utf16'],
    }),
    file(`UTF-16LE with a mark, ${script}`, gzip(utf16le(mark + lines)), { kind: 'collected', text: lines }),
  ]),
  file('numbers of 16 bits', gzip(Buffer.from(Uint16Array.from({ length: 999 }, (_, n) => n * 7).buffer)), {
    kind: 'binary',
    size: 1998,
  }),
  file('a log that begins as gzip does', Buffer.concat([Buffer.of(0x1f, 0x8b, 8, 0), plainLog]), {
    kind: 'collected',
    text: `␟\uFFFD␈␀${plainLog.toString()}`,
    repairs: ['invalidUtf8'],
  }),
  file('a log that begins with NULs', gzip(Buffer.concat([Buffer.alloc(4096), utf8(log)])), {
    kind: 'collected',
    text: '␀'.repeat(4096) + log,
    repairs: ['unpacked'],
  }),
  file('the environment of a process', gzip('PATH=/bin\0LD_PRELOAD=/tmp/.x.so\0HOME=/\0'), {
    kind: 'collected',
    text: 'PATH=/bin␀LD_PRELOAD=/tmp/.x.so␀HOME=/',
    repairs: ['unpacked'],
  }),
  file('the arguments of a process', gzip('sh\0-c\0id\0'), { kind: 'collected', text: 'sh␀-c␀id' }),
  file('a log with bytes of a request', gzip(Buffer.concat([utf8(log), request, utf8(log)])), {
    kind: 'collected',
    text: `${log}\uFFFD\uFFFD␀␀ /shell.php\n${log}`,
    repairs: ['unpacked', 'invalidUtf8'],
  }),
  ...heads.map((head) =>
    file(`a log that begins as ${head.slice(0, 2)} does`, gzip(head + log.repeat(20)), {
      kind: 'collected',
      text: head.replaceAll('\0', '␀') + log.repeat(20),
    }),
  ),
  file('a log of which a third is noise', gzip(Buffer.concat([utf8(log.repeat(100)), noise(4096)])), {
    kind: 'collected',
  }),
  file('noise', gzip(noise(4096)), { kind: 'binary', size: 4096 }),
  file('a program', gzip(Buffer.concat([utf8('MZ\x90\0'), noise(2048), utf8(log.repeat(20))])), {
    kind: 'binary',
    size: 3233,
  }),
  file('a database full of text', gzip(database), { kind: 'binary', size: 8616 }),
  file('a hive', gzip(Buffer.concat([utf8('regf'), noise(64), utf16le('Software'), Buffer.alloc(4096)])), {
    kind: 'binary',
    size: 4180,
  }),
  file('only NULs', gzip(Buffer.alloc(4096)), { kind: 'collected', text: '' }),
  file('gzip with bytes behind it', Buffer.concat([hosts, utf8('behind')]), {
    ...text,
    repairs: ['unpacked', 'bytesBehindArchive'],
  }),
  file('a rotated log, packed by itself', gzip(hosts), { kind: 'binary', size: hosts.byteLength }),
  file('bytes', gzip(Buffer.of(0, 1, 2, 255)), { kind: 'binary', size: 4 }),
  file('bytes with a name', gzipWithName(gzip(Buffer.of(0, 1)), utf8('a.dmp')), {
    kind: 'binary',
    size: 2,
    fileName: 'a.dmp',
  }),
  file('a zip is not opened', gzip(zip), { kind: 'binary', size: zip.byteLength }),
  file('text in another code page', gzip(Buffer.from('Größe', 'latin1')), {
    kind: 'collected',
    text: 'Gr\uFFFD\uFFFDe',
    repairs: ['unpacked', 'invalidUtf8'],
  }),
  file('text in a Cyrillic code page', gzip(Buffer.of(0x8f, 0x90, 0x88, 0x82, 0x85, 0x92, 0x0d, 0x0a)), {
    kind: 'collected',
    text: `${'\uFFFD'.repeat(6)}\r\n`,
  }),
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
  file(
    'a bomb',
    gzipSync(Buffer.alloc(11 * 1024 * 1024), { level: 9 }),
    { kind: 'binary', reason: 'archiveTooLarge' },
    1024 * 1024,
  ),
  file('escape sequences in a log', gzip('\u001b[31mred\u001b[0m\n'), { kind: 'collected', text: 'red\n' }),
];

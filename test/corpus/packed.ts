import { gzipSync } from 'node:zlib';
import { gzipWithName, zipOf } from '../support/zip';
import { type CorpusCase, type Expected, gzip, mark, utf16le, utf8 } from './case';

const transcript = utf8('{"script_output":"o"}');
const read: Expected = { kind: 'transcript', output: 'o', repairs: ['unpacked'] };
const behind: Expected = { ...read, repairs: ['unpacked', 'bytesBehindArchive'] };
const refused = (reason: Extract<Expected, { kind: 'body' }>['reason']): Expected => ({
  kind: 'body',
  reason,
  repairs: [],
});
const whole = gzip(transcript);
/** What packs a thousand to one. */
const spaces = Buffer.alloc(11 * 1024 * 1024, 0x20);
const dense = Buffer.concat([utf8('{"script_output":"o"'), spaces, utf8('}')]);
const noise = Uint8Array.from({ length: 4096 }, (_, n) => (n * 2654435761) >>> 13);

/** RunScript results in gzip and zip. */
export const packed: readonly CorpusCase[] = [
  { name: 'gzip', bytes: whole, expect: read },
  { name: 'gzip with a name', bytes: gzipWithName(whole, utf8('stdout.json')), expect: read },
  {
    name: 'gzip of UTF-16',
    bytes: gzip(utf16le(mark + transcript.toString())),
    expect: { ...read, repairs: ['unpacked', 'utf16'] },
  },
  {
    name: 'gzip of damaged JSON',
    bytes: gzip('{"script_output":"a\nb"}\0'),
    expect: {
      kind: 'transcript',
      output: 'a\nb',
      repairs: ['unpacked', 'trailingNuls', 'rawControlCharacters'],
    },
  },
  {
    name: 'gzip of plain text',
    bytes: gzip('only text'),
    expect: { kind: 'body', reason: 'notJson', body: 'only text', repairs: ['unpacked'] },
  },
  {
    name: 'gzip of nothing',
    bytes: gzip(''),
    expect: { kind: 'body', reason: 'empty', body: '', repairs: ['unpacked'] },
  },
  {
    name: 'gzip in two members',
    bytes: Buffer.concat([gzip('{"script_output"'), gzip(':"o"}')]),
    expect: read,
  },
  { name: 'gzip with NULs behind it', bytes: Buffer.concat([whole, Buffer.alloc(16)]), expect: behind },
  { name: 'gzip with bytes behind it', bytes: Buffer.concat([whole, utf8('--boundary--')]), expect: behind },
  {
    name: 'gzip in two members with bytes behind them',
    bytes: Buffer.concat([gzip('{"script_output"'), gzip(':"o"}'), Buffer.of(1, 2, 3)]),
    expect: behind,
  },
  {
    name: 'gzip with half of a member behind it',
    bytes: Buffer.concat([whole, whole.subarray(0, -6)]),
    expect: behind,
  },
  ...[
    ['another zip', zipOf([{ name: 'stdout', data: utf8('{"script_output":"other"}') }])],
    ['what looks like its end', utf8('PK\x05\x06')],
    ['an empty zip', utf8(`PK\x05\x06${'\0'.repeat(18)}`)],
  ].map(([name, tail]): CorpusCase => {
    const zip = zipOf([{ name: 'stdout', data: transcript }]);
    return {
      name: `zip with ${String(name)} behind it`,
      bytes: Buffer.concat([zip, Buffer.from(tail ?? '')]),
      expect: behind,
    };
  }),
  {
    name: 'zip with bytes behind it',
    bytes: Buffer.concat([zipOf([{ name: 'result', data: transcript }]), utf8('\r\n--boundary--')]),
    expect: behind,
  },
  { name: 'gzip cut', bytes: whole.subarray(0, -6), expect: refused('archiveDamaged') },
  { name: 'half of a gzip header', bytes: Buffer.of(0x1f, 0x8b), expect: refused('archiveDamaged') },
  {
    name: 'gzip with a wrong checksum',
    bytes: Buffer.concat([whole.subarray(0, -8), Buffer.of(1, 2, 3, 4), whole.subarray(-4)]),
    expect: refused('archiveDamaged'),
  },
  { name: 'gzip that packs well', bytes: gzipSync(dense, { level: 9 }), expect: read },
  {
    name: 'a gzip bomb',
    bytes: gzipSync(spaces, { level: 9 }),
    limit: 1024 * 1024,
    expect: refused('archiveTooLarge'),
  },
  { name: 'gzip beyond the limit', bytes: gzip(noise), limit: 1000, expect: refused('archiveTooLarge') },
  { name: 'zip with one entry', bytes: zipOf([{ name: 'result', data: transcript }]), expect: read },
  {
    name: 'zip with one stored entry',
    bytes: zipOf([{ name: 'result', data: transcript, stored: true }]),
    expect: read,
  },
  {
    name: 'zip with stdout among others',
    bytes: zipOf([
      { name: 'stderr.txt', data: utf8('e') },
      { name: 'out/', data: utf8(''), stored: true },
      { name: 'out/stdout_1.json', data: transcript },
      { name: 'other.json', data: utf8('{}') },
    ]),
    expect: read,
  },
  {
    name: 'zip with one JSON among others',
    bytes: zipOf([
      { name: 'readme.txt', data: utf8('e') },
      { name: 'Output.JSON', data: transcript },
    ]),
    expect: read,
  },
  {
    name: 'zip with backslashes in its names',
    bytes: zipOf([{ name: 'out\\stdout.json', data: transcript }]),
    expect: read,
  },
  {
    name: 'zip with several that could be it',
    bytes: zipOf([
      { name: 'a.txt', data: transcript },
      { name: 'b.txt', data: transcript },
    ]),
    expect: refused('archiveUnfit'),
  },
  {
    name: 'zip with two stdout',
    bytes: zipOf([
      { name: 'stdout_1', data: transcript },
      { name: 'stdout_2', data: transcript },
    ]),
    expect: refused('archiveUnfit'),
  },
  { name: 'zip without entries', bytes: zipOf([]), expect: refused('archiveUnfit') },
  {
    name: 'zip with a folder only',
    bytes: zipOf([{ name: 'a/', data: utf8(''), stored: true }]),
    expect: refused('archiveUnfit'),
  },
  {
    name: 'zip in an unknown way of packing',
    bytes: zipOf([{ name: 'stdout', data: transcript, method: 93 }]),
    expect: refused('archiveUnfit'),
  },
  {
    name: 'zip with a name that leads up',
    bytes: zipOf([{ name: '../../stdout', data: transcript }]),
    expect: refused('archiveUnsafe'),
  },
  {
    name: 'zip with an absolute name',
    bytes: zipOf([{ name: '/etc/stdout', data: transcript }]),
    expect: refused('archiveUnsafe'),
  },
  {
    name: 'zip with a drive letter',
    bytes: zipOf([{ name: 'C:\\stdout', data: transcript }]),
    expect: refused('archiveUnsafe'),
  },
  {
    name: 'zip with an encrypted entry',
    bytes: zipOf([{ name: 'stdout', data: transcript, flags: 1 }]),
    expect: refused('archiveEncrypted'),
  },
  {
    name: 'zip with a strongly encrypted entry',
    bytes: zipOf([{ name: 'stdout', data: transcript, flags: 0x41 }]),
    expect: refused('archiveEncrypted'),
  },
  {
    name: 'zip with a wrong checksum',
    bytes: zipOf([{ name: 'stdout', data: transcript, crc: 1 }]),
    expect: refused('archiveDamaged'),
  },
  {
    name: 'zip that lies about the size',
    bytes: zipOf([{ name: 'stdout', data: transcript, size: 7 }]),
    expect: refused('archiveDamaged'),
  },
  {
    name: 'zip cut',
    bytes: zipOf([{ name: 'stdout', data: transcript }]).subarray(0, -30),
    expect: refused('archiveDamaged'),
  },
  { name: 'only the beginning of a zip', bytes: utf8('PK\x03\x04'), expect: refused('archiveDamaged') },
  { name: 'zip that packs well', bytes: zipOf([{ name: 'stdout', data: dense }]), expect: read },
  {
    name: 'zip with a bomb',
    bytes: zipOf([{ name: 'stdout', data: spaces }]),
    limit: 1024 * 1024,
    expect: refused('archiveTooLarge'),
  },
  {
    name: 'zip beyond the limit',
    bytes: zipOf([{ name: 'stdout', data: noise, stored: true }]),
    limit: 1000,
    expect: refused('archiveTooLarge'),
  },
];

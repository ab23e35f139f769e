import { createInflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import {
  type Collected,
  Collector,
  hasChecksum,
  type PackingProblem,
  type Unpacked,
  type UnpackLimits,
} from './unpack';

/** More entries than this are no transcript in a zip. */
const maxEntries = 1000;
const stored = 0;
const deflated = 8;

/**
 * Unpacks the transcript in a zip archive: its entry `stdout…`, or its only `*.json`, or its only
 * entry. Never throws.
 */
export async function unpackZip(bytes: Uint8Array, limits: UnpackLimits): Promise<Unpacked> {
  const fail = (problem: PackingProblem, name?: string, size?: number): Unpacked => ({
    ok: false,
    problem,
    name,
    size,
  });
  try {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const buffer = all.subarray(0, endOfZip(all));
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, autoClose: false });
    const entries = await filesOf(zip);
    const entry = entries && theTranscript(entries);
    if (entry === undefined || entries === undefined) {
      return fail('archiveUnfit');
    }
    if (entry.isEncrypted()) {
      return fail('archiveEncrypted', entry.fileName);
    }
    const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = buffer.subarray(start, start + entry.compressedSize);
    const unpacked = await inflate(packed, entry, limits);
    if ('problem' in unpacked) {
      return fail(unpacked.problem, entry.fileName, unpacked.size);
    }
    const whole =
      unpacked.bytes.byteLength === entry.uncompressedSize && hasChecksum(unpacked.bytes, entry.crc32);
    return whole
      ? {
          ok: true,
          bytes: unpacked.bytes,
          name: entry.fileName,
          others: entries.length - 1,
          behind: all.length - buffer.length,
        }
      : fail('archiveDamaged', entry.fileName);
  } catch (error) {
    return fail(problemOf(error));
  }
}

async function inflate(packed: Uint8Array, entry: Entry, limits: UnpackLimits): Promise<Collected> {
  switch (entry.compressionMethod) {
    case stored:
      return packed.byteLength > limits.keep
        ? { problem: 'archiveTooLarge', size: packed.byteLength }
        : { bytes: packed };
    case deflated: {
      const stream = createInflateRaw();
      try {
        stream.end(packed);
        const collector = new Collector(packed.byteLength, limits);
        return collector.finish(await collector.take(stream as AsyncIterable<Uint8Array>));
      } finally {
        stream.destroy();
      }
    }
    default:
      throw new UnfitError();
  }
}

const endSignature = Buffer.from('PK\x05\x06', 'latin1');
const endSize = 22;

/**
 * Where the archive ends by its end record (APPNOTE 4.3.16), which yauzl expects at the end of the
 * file. What stands behind it may be another archive, or look like a record: the right one stands
 * where the directory that it names ends. Without such a one it is the last.
 */
function endOfZip(bytes: Buffer): number {
  let end: number | undefined;
  for (let at = bytes.lastIndexOf(endSignature); at >= 0; at = bytes.lastIndexOf(endSignature, at - 1)) {
    if (at + endSize <= bytes.length) {
      const mine = Math.min(bytes.length, at + endSize + bytes.readUInt16LE(at + 20));
      if (bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 16) === at) {
        return mine;
      }
      end ??= mine;
    }
    if (at === 0) {
      // A negative place would be counted from the end.
      break;
    }
  }
  return end ?? bytes.length;
}

/** The entries that are no folders; undefined when there are too many. */
async function filesOf(zip: ZipFile): Promise<Entry[] | undefined> {
  const files: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('/')) {
      files.push(entry);
    }
    if (files.length > maxEntries) {
      return undefined;
    }
  }
  return files;
}

function theTranscript(files: readonly Entry[]): Entry | undefined {
  const baseName = (entry: Entry): string =>
    entry.fileName.slice(entry.fileName.lastIndexOf('/') + 1).toLowerCase();
  const choices = [
    files.filter((entry) => baseName(entry).startsWith('stdout')),
    files.filter((entry) => baseName(entry).endsWith('.json')),
    files,
  ];
  const first = choices.find((choice) => choice.length > 0);
  return first?.length === 1 ? first[0] : undefined;
}

/** A way of packing that is not known here. */
class UnfitError extends Error {}

function problemOf(error: unknown): PackingProblem {
  const message = error instanceof Error ? error.message : '';
  if (error instanceof UnfitError) {
    return 'archiveUnfit';
  }
  if (/^(absolute path|invalid relative path|invalid characters)/.test(message)) {
    return 'archiveUnsafe';
  }
  return message.includes('encryption') ? 'archiveEncrypted' : 'archiveDamaged';
}

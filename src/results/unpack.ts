import { crc32, createGunzip } from 'node:zlib';

/** Why a packed body could not be unpacked. */
export type PackingProblem =
  /** It ends early, or is no valid gzip or zip. */
  | 'archiveDamaged'
  | 'archiveEncrypted'
  /** More than a document may have. */
  | 'archiveTooLarge'
  /** It grows beyond all reason when it is unpacked. */
  | 'archiveBomb'
  /** A zip without an entry that is the transcript, or with several that could be. */
  | 'archiveUnfit'
  /** A zip with a name that leads out of it. */
  | 'archiveUnsafe';

export type Unpacked =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /** The name that the archive gives to the file, as it stands there: hostile. */
      readonly name: string | undefined;
      /** How many other entries there are in the archive. */
      readonly others: number;
    }
  | {
      readonly ok: false;
      readonly problem: PackingProblem;
      readonly name: string | undefined;
      /** Bytes, as far as they could be counted: all of them when the file was only too large to be shown. */
      readonly size: number | undefined;
    };

export interface UnpackLimits {
  /** Bytes that are kept at most. */
  readonly keep: number;
  /** Beyond `keep` bytes are only counted, up to this many. */
  readonly count: number;
}

/** Up to this many bytes nothing counts as a bomb. */
const harmless = 10 * 1024 * 1024;
/** Log files of one repeated line reach about 100:1; deflate can reach 1032:1. */
const highestRatio = 200;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** A zip archive with at least one entry, or an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes;
  return (
    first === 0x50 && second === 0x4b && ((third === 3 && fourth === 4) || (third === 5 && fourth === 6))
  );
}

/**
 * Collects what a stream unpacks. Beyond the limit it keeps nothing and goes on counting, and it gives up what is a bomb; `packed` is
 * the size in bytes that the stream is made from.
 */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  packed: number,
  limits: UnpackLimits,
): Promise<{ bytes: Uint8Array } | { problem: 'archiveBomb' | 'archiveTooLarge'; size: number | undefined }> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > harmless && size > packed * highestRatio) {
      return { problem: 'archiveBomb', size: undefined };
    }
    if (size > limits.count) {
      return { problem: 'archiveTooLarge', size: undefined };
    }
    if (size > limits.keep) {
      chunks = [];
    } else {
      chunks.push(chunk);
    }
  }
  return size > limits.keep ? { problem: 'archiveTooLarge', size } : { bytes: join(chunks, size) };
}

function join(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  // Each chunk is let go as soon as it was copied.
  for (const [n, chunk] of chunks.entries()) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
    chunks[n] = new Uint8Array(0);
  }
  return bytes;
}

/** Unpacks gzip (RFC 1952). What stands behind its end is left out, as gunzip does. */
export async function unpackGzip(bytes: Uint8Array, limits: UnpackLimits): Promise<Unpacked> {
  const name = gzipName(bytes);
  const gunzip = createGunzip({ chunkSize: Math.min(1024 * 1024, Math.max(16_384, bytes.byteLength * 4)) });
  try {
    gunzip.end(bytes);
    const collected = await collect(gunzip as AsyncIterable<Uint8Array>, bytes.byteLength, limits);
    return 'bytes' in collected
      ? { ok: true, bytes: collected.bytes, name, others: 0 }
      : { ok: false, ...collected, name };
  } catch {
    return { ok: false, problem: 'archiveDamaged', name, size: undefined };
  } finally {
    gunzip.destroy();
  }
}

/** Flags of RFC 1952, 2.3.1. */
const hasExtraField = 0x04;
const hasName = 0x08;
const longestName = 1024;

/** The file's original name in a gzip header (FNAME): Latin-1 by the standard, UTF-8 in practice. Hostile. */
export function gzipName(bytes: Uint8Array): string | undefined {
  const flags = bytes[3] ?? 0;
  if (!isGzip(bytes) || (flags & hasName) === 0) {
    return undefined;
  }
  const extra = (flags & hasExtraField) === 0 ? 0 : 2 + (bytes[10] ?? 0) + 256 * (bytes[11] ?? 0);
  const start = 10 + extra;
  const end = bytes.subarray(0, start + longestName).indexOf(0, start);
  if (end <= start) {
    return undefined;
  }
  const name = bytes.subarray(start, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch {
    return Buffer.from(name).toString('latin1');
  }
}

/** Whether bytes are those that an archive's checksum was made of. */
export function hasChecksum(bytes: Uint8Array, expected: number): boolean {
  return crc32(bytes) === expected >>> 0;
}

import { crc32, createGunzip, createInflateRaw } from 'node:zlib';

/** Why a packed body could not be unpacked. */
export type PackingProblem =
  /** It ends early, or is no valid gzip or zip. */
  | 'archiveDamaged'
  | 'archiveEncrypted'
  /** More than a document may have. */
  | 'archiveTooLarge'
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
      /** Bytes behind the end of the archive, which are left out. */
      readonly behind: number;
    }
  | {
      readonly ok: false;
      readonly problem: PackingProblem;
      readonly name: string | undefined;
      /**
       * Bytes, as far as they could be counted: all of them when the file was only too large to be
       * shown.
       */
      readonly size: number | undefined;
    };

export interface UnpackLimits {
  /** Bytes that are kept at most. */
  readonly keep: number;
  /** Beyond `keep` bytes are only counted, up to this many. */
  readonly count: number;
}

/**
 * Beyond this ratio nothing is counted that is too large to be kept: deflate can reach 1032:1, and
 * counting gigabytes of one repeated byte would keep the thread busy for seconds. What fits is kept
 * whatever its ratio.
 */
const maxCountedRatio = 200;

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
 * Bytes that were unpacked, or how many there are when they are more than may be kept; undefined
 * when they were not counted.
 */
export type Collected =
  { readonly bytes: Uint8Array } | { readonly problem: 'archiveTooLarge'; readonly size: number | undefined };

/**
 * Collects what streams unpack, one after another. Beyond the limit it keeps nothing and only
 * counts.
 */
export class Collector {
  readonly #packed: number;
  readonly #limits: UnpackLimits;
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** `packed`: bytes that the streams are made from. */
  constructor(packed: number, limits: UnpackLimits) {
    this.#packed = packed;
    this.#limits = limits;
  }

  /** Takes all of a stream; false when there is no sense in going on. */
  async take(stream: AsyncIterable<Uint8Array>, each?: (chunk: Uint8Array) => void): Promise<boolean> {
    for await (const chunk of stream) {
      each?.(chunk);
      this.#size += chunk.byteLength;
      if (this.#size <= this.#limits.keep) {
        this.#chunks.push(chunk);
        continue;
      }
      this.#chunks = [];
      if (this.#size > Math.min(this.#limits.count, this.#packed * maxCountedRatio)) {
        return false;
      }
    }
    return true;
  }

  /** `whole`: whether all was taken. */
  finish(whole: boolean): Collected {
    if (whole && this.#size <= this.#limits.keep) {
      return { bytes: join(this.#chunks, this.#size) };
    }
    return { problem: 'archiveTooLarge', size: whole ? this.#size : undefined };
  }
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

/**
 * Unpacks gzip (RFC 1952), also several members. What stands behind the last one is left out and
 * counted.
 */
export async function unpackGzip(bytes: Uint8Array, limits: UnpackLimits): Promise<Unpacked> {
  const name = gzipName(bytes);
  const unpacked = (await unpackMembers(bytes, limits)) ?? (await unpackWholeMembers(bytes, limits));
  if (unpacked === undefined) {
    return { ok: false, problem: 'archiveDamaged', name, size: undefined };
  }
  const { collected, behind } = unpacked;
  return 'bytes' in collected
    ? { ok: true, bytes: collected.bytes, name, others: 0, behind }
    : { ok: false, ...collected, name };
}

interface UnpackedMembers {
  readonly collected: Collected;
  readonly behind: number;
}

function chunkSizeOf(bytes: Uint8Array): number {
  return Math.min(1024 * 1024, Math.max(16_384, bytes.byteLength * 4));
}

/**
 * All at once, as zlib does it; undefined when something else than a member or NULs stands behind
 * the first one, or it is damaged.
 */
async function unpackMembers(bytes: Uint8Array, limits: UnpackLimits): Promise<UnpackedMembers | undefined> {
  const gunzip = createGunzip({ chunkSize: chunkSizeOf(bytes) });
  const collector = new Collector(bytes.byteLength, limits);
  try {
    gunzip.end(bytes);
    const collected = collector.finish(await collector.take(gunzip as AsyncIterable<Uint8Array>));
    return { collected, behind: bytes.byteLength - gunzip.bytesWritten };
  } catch {
    return undefined;
  } finally {
    gunzip.destroy();
  }
}

/**
 * Members that are looked at one by one: each costs a stream of its own. What has more is too
 * large.
 */
const maxMembers = 2000;

/**
 * One member after another, as long as they are whole; undefined when not even the first one is.
 */
async function unpackWholeMembers(
  bytes: Uint8Array,
  limits: UnpackLimits,
): Promise<UnpackedMembers | undefined> {
  let end = 0;
  let kept: Uint8Array[] = [];
  let size = 0;
  for (let n = 0; ; n += 1) {
    if (n === maxMembers) {
      // To leave the rest out would be to call members of the archive bytes behind it.
      return { collected: { problem: 'archiveTooLarge', size: undefined }, behind: 0 };
    }
    const left = { keep: Math.max(0, limits.keep - size), count: Math.max(0, limits.count - size) };
    const member = await unpackMember(bytes.subarray(end), left);
    if (member === undefined) {
      break;
    }
    const { collected } = member;
    if ('bytes' in collected) {
      kept.push(collected.bytes);
      size += collected.bytes.byteLength;
    } else if (collected.size === undefined) {
      return { collected, behind: 0 };
    } else {
      // Those behind it are only counted, because nothing is left to be kept.
      kept = [];
      size += collected.size;
    }
    end += member.length;
  }
  if (end === 0) {
    return undefined;
  }
  const collected: Collected =
    size > limits.keep ? { problem: 'archiveTooLarge', size } : { bytes: join(kept, size) };
  return { collected, behind: bytes.byteLength - end };
}

/** Bytes of the checksum and the size behind a member's data. */
const trailerSize = 8;

/** One member; undefined when it is damaged, or there is none. `length`: its bytes, packed. */
async function unpackMember(
  bytes: Uint8Array,
  limits: UnpackLimits,
): Promise<{ collected: Collected; length: number } | undefined> {
  const start = gzipHeaderSize(bytes);
  if (start === undefined) {
    return undefined;
  }
  const data = bytes.subarray(start);
  const inflate = createInflateRaw({ chunkSize: chunkSizeOf(data) });
  const collector = new Collector(data.byteLength, limits);
  let checksum = 0;
  try {
    inflate.end(data);
    const whole = await collector.take(inflate as AsyncIterable<Uint8Array>, (chunk) => {
      checksum = crc32(chunk, checksum);
    });
    const collected = collector.finish(whole);
    const end = start + inflate.bytesWritten;
    const trailer = Buffer.from(bytes.subarray(end, end + trailerSize));
    const fits = !whole || (trailer.length === trailerSize && trailer.readUInt32LE(0) === checksum);
    return fits ? { collected, length: end + trailerSize } : undefined;
  } catch {
    return undefined;
  } finally {
    inflate.destroy();
  }
}

/** Flags of RFC 1952, 2.3.1. */
const hasExtraField = 0x04;
const hasName = 0x08;
const hasComment = 0x10;
const hasHeaderChecksum = 0x02;
const deflated = 8;
const maxNameLength = 1024;

/** Bytes of the header of a gzip member; undefined when there is none. */
function gzipHeaderSize(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? 0;
  if (!isGzip(bytes) || bytes[2] !== deflated) {
    return undefined;
  }
  let at = 10 + ((flags & hasExtraField) === 0 ? 0 : 2 + (bytes[10] ?? 0) + 256 * (bytes[11] ?? 0));
  for (const flag of [hasName, hasComment]) {
    if ((flags & flag) !== 0) {
      const end = bytes.indexOf(0, at);
      if (end < 0) {
        return undefined;
      }
      at = end + 1;
    }
  }
  at += (flags & hasHeaderChecksum) === 0 ? 0 : 2;
  return at < bytes.byteLength ? at : undefined;
}

/**
 * The file's original name in a gzip header (FNAME): Latin-1 by the standard, UTF-8 in practice.
 * Hostile.
 */
export function gzipName(bytes: Uint8Array): string | undefined {
  const flags = bytes[3] ?? 0;
  if (!isGzip(bytes) || (flags & hasName) === 0) {
    return undefined;
  }
  const extra = (flags & hasExtraField) === 0 ? 0 : 2 + (bytes[10] ?? 0) + 256 * (bytes[11] ?? 0);
  const start = 10 + extra;
  const end = bytes.subarray(0, start + maxNameLength).indexOf(0, start);
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

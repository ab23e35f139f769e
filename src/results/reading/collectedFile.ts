import { cleanName } from '../address';
import { textEncoding } from './fileKind';
import { decodeAs, type Repair } from '../transcript/transcript';
import { gzipName, isGzip, type PackingProblem, unpackGzip, type UnpackLimits } from '../download/unpack';

/** A file that GetFile collected: its text when it is one, otherwise only what is known of it. */
export type CollectedFile = {
  /** Its original name as far as the service tells it, safe as a file name. */
  readonly name: string | undefined;
  readonly repairs: readonly Repair[];
} & (
  | {
      readonly kind: 'collected';
      /** UTF-8 without a mark. */
      readonly text: Uint8Array;
      /** Bytes, unpacked. */
      readonly size: number;
    }
  | {
      readonly kind: 'binary';
      /** Bytes, unpacked; undefined when they could not be counted. */
      readonly size: number | undefined;
      /** Why it could not be unpacked; undefined when it was, and is no text. */
      readonly reason: PackingProblem | undefined;
    }
);

/** The file itself, as far as it is kept. */
export interface UnpackedFile {
  readonly name: string | undefined;
  readonly repairs: readonly Repair[];
  /** Undefined when it is larger than may be shown, or could not be unpacked. */
  readonly bytes: Uint8Array | undefined;
  readonly size: number | undefined;
  readonly reason: PackingProblem | undefined;
}

/** What there is to say of a body that was unpacked. */
export function unpackRepairs(
  format: 'gzip' | 'zip',
  { others, behind }: { readonly others: number; readonly behind: number },
): Repair[] {
  const unpacked: Repair = { kind: 'unpacked', format, others };
  return behind === 0 ? [unpacked] : [unpacked, { kind: 'bytesBehindArchive', count: behind }];
}

/**
 * Unpacks a collected file, which the service sends gzip-compressed. In memory only, and never
 * beyond the limits.
 */
export async function unpackCollectedFile(bytes: Uint8Array, limits: UnpackLimits): Promise<UnpackedFile> {
  if (!isGzip(bytes)) {
    return notPacked(bytes, limits);
  }
  const unpacked = await unpackGzip(bytes, limits);
  if (!unpacked.ok && unpacked.problem === 'archiveDamaged' && textEncoding(bytes) !== undefined) {
    // Anybody can write the first bytes of gzip into a log.
    return notPacked(bytes, limits);
  }
  const original = gzipName(bytes);
  const name = original === undefined ? undefined : cleanName(original);
  return unpacked.ok
    ? {
        name,
        repairs: unpackRepairs('gzip', unpacked),
        bytes: unpacked.bytes,
        size: unpacked.bytes.byteLength,
        reason: undefined,
      }
    : { name, repairs: [], bytes: undefined, size: unpacked.size, reason: unpacked.problem };
}

function notPacked(bytes: Uint8Array, limits: UnpackLimits): UnpackedFile {
  const { byteLength: size } = bytes;
  const fits = size <= limits.keep;
  return {
    name: undefined,
    repairs: [],
    bytes: fits ? bytes : undefined,
    size,
    reason: fits ? undefined : 'archiveTooLarge',
  };
}

/**
 * The text of a file that mostly is one (fileKind.ts), with U+FFFD for what cannot be decoded;
 * otherwise what is known of a binary.
 */
export function readCollectedFile(file: UnpackedFile): CollectedFile {
  const { name, size, bytes } = file;
  const encoding = bytes && textEncoding(bytes);
  if (bytes === undefined || encoding === undefined) {
    return { kind: 'binary', name, size, reason: file.reason, repairs: file.repairs };
  }
  const text = decodeAs(bytes, encoding);
  const repairs = [...file.repairs, ...text.repairs];
  return { kind: 'collected', name, size: bytes.byteLength, text: text.bytes, repairs };
}

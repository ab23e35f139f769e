import { isUtf8 } from 'node:buffer';
import { cleanName } from './address';
import { detectEncoding, toUtf8 } from './encoding';
import type { Repair } from './transcript';
import { gzipName, isGzip, type PackingProblem, unpackGzip, type UnpackLimits } from './unpack';

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

/** Unpacks a collected file, which the service sends gzip-compressed. In memory only, and never beyond the limits. */
export async function unpackCollectedFile(bytes: Uint8Array, limits: UnpackLimits): Promise<UnpackedFile> {
  if (!isGzip(bytes)) {
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
  const unpacked = await unpackGzip(bytes, limits);
  const original = gzipName(bytes);
  const name = original === undefined ? undefined : cleanName(original);
  const repairs: Repair[] = [{ kind: 'unpacked', format: 'gzip', others: 0 }];
  return unpacked.ok
    ? { name, repairs, bytes: unpacked.bytes, size: unpacked.bytes.byteLength, reason: undefined }
    : { name, repairs: [], bytes: undefined, size: unpacked.size, reason: unpacked.problem };
}

/** Whether a file is text: valid UTF-8 without NULs, or UTF-16 with a mark. */
export function readCollectedFile(file: UnpackedFile): CollectedFile {
  const { name, size, bytes } = file;
  const text = bytes && textOf(bytes);
  if (bytes === undefined || text === undefined) {
    return { kind: 'binary', name, size, reason: file.reason, repairs: file.repairs };
  }
  const repairs = [...file.repairs, ...text.repairs];
  return { kind: 'collected', name, size: bytes.byteLength, text: text.bytes, repairs };
}

function textOf(bytes: Uint8Array): { bytes: Uint8Array; repairs: readonly Repair[] } | undefined {
  const encoding = detectEncoding(bytes);
  if (encoding.name === 'utf8') {
    const text = toUtf8(bytes, encoding);
    return !isUtf8(text) || text.includes(0)
      ? undefined
      : { bytes: text, repairs: encoding.mark > 0 ? [{ kind: 'byteOrderMark' }] : [] };
  }
  // NULs between the letters can be the zeros of a binary: without a mark it counts as one.
  const wide = encoding.mark > 0 && bytes.byteLength % 2 === 0 ? toUtf8(bytes, encoding) : undefined;
  return wide === undefined || wide.includes(0) ? undefined : { bytes: wide, repairs: [{ kind: 'utf16' }] };
}

import { gunzipSync } from 'node:zlib';

/** A file that GetFile collected: its text when it is one, otherwise only its size. */
export type CollectedFile =
  | { readonly kind: 'collected'; readonly text: string }
  /** `size` in bytes, unpacked; undefined when that is more than a document may have, or the packing is damaged. */
  | { readonly kind: 'binary'; readonly size: number | undefined };

/** Bytes: VS Code opens no larger document. */
const textLimit = 50 * 1024 * 1024;

/** Reads a collected file, which the service sends gzip-compressed. Unpacked in memory only, and never beyond 50 MB. */
export function readCollectedFile(bytes: Uint8Array): CollectedFile {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let file = bytes;
  if (packed) {
    try {
      file = gunzipSync(bytes, { maxOutputLength: textLimit });
    } catch {
      return { kind: 'binary', size: undefined };
    }
  }
  const text = file.byteLength > textLimit || file.includes(0) ? undefined : decodeUtf8(file);
  return text === undefined ? { kind: 'binary', size: file.byteLength } : { kind: 'collected', text };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

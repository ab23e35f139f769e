/**
 * How a text is encoded, by its first bytes. UTF-8 is what is left, so it also stands for what is
 * unknown.
 */
export interface Encoding {
  readonly name: 'utf8' | 'utf16le' | 'utf16be';
  /**
   * Bytes of the byte order mark; 0 without one. Whoever adds a mark to a marked text makes two of
   * it.
   */
  readonly mark: number;
}

const marks = [
  { name: 'utf16le', bytes: [0xff, 0xfe] },
  { name: 'utf16be', bytes: [0xfe, 0xff] },
  { name: 'utf8', bytes: [0xef, 0xbb, 0xbf] },
] as const;

/**
 * UTF-16 without a mark is recognised by its beginning: two ASCII characters, as every JSON has
 * them (RFC 4627, 3).
 */
export function detectEncoding(bytes: Uint8Array): Encoding {
  for (const { name, bytes: one } of marks) {
    const mark = repeated(bytes, one);
    if (mark > 0) {
      return { name, mark };
    }
  }
  const [a, b, c, d] = bytes;
  const ascii = (byte: number | undefined): boolean => byte !== undefined && byte > 0 && byte < 0x80;
  if (ascii(a) && b === 0 && ascii(c) && d === 0) {
    return { name: 'utf16le', mark: 0 };
  }
  if (a === 0 && ascii(b) && c === 0 && ascii(d)) {
    return { name: 'utf16be', mark: 0 };
  }
  return { name: 'utf8', mark: 0 };
}

/** Bytes that `part` takes at the beginning, over and over. */
function repeated(bytes: Uint8Array, part: readonly number[]): number {
  let at = 0;
  while (part.every((byte, n) => bytes[at + n] === byte)) {
    at += part.length;
  }
  return at;
}

/** Bytes of UTF-16 that are converted at a time; even. */
const pieceSize = 1024 * 1024;

/**
 * The same text in UTF-8 without a mark. Half a character at the end, and half a surrogate pair,
 * become U+FFFD.
 */
export function toUtf8(bytes: Uint8Array, { name, mark }: Encoding): Uint8Array {
  const rest = bytes.subarray(mark);
  if (name === 'utf8') {
    return rest;
  }
  const decoder = new TextDecoder('utf-16le', { ignoreBOM: true });
  const parts: Buffer[] = [];
  for (let from = 0; from < rest.byteLength; from += pieceSize) {
    const piece = rest.subarray(from, from + pieceSize);
    const even = name === 'utf16le' ? piece : swapped(piece);
    parts.push(Buffer.from(decoder.decode(even, { stream: true })));
  }
  parts.push(Buffer.from(decoder.decode()));
  return parts.length === 2 && parts[1]?.length === 0 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
}

/** In a copy. A last odd byte stays. */
function swapped(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.subarray(0, copy.byteLength & ~1).swap16();
  return copy;
}

/**
 * How many halves of characters {@link toUtf8} replaces in UTF-16: lone surrogates, and a last odd
 * byte.
 */
export function countHalves(bytes: Uint8Array, { name, mark }: Encoding): number {
  const high = name === 'utf16le' ? mark + 1 : mark;
  const end = bytes.byteLength - 1;
  let count = (bytes.byteLength - mark) % 2;
  let open = false;
  for (let at = high; at <= end - (high === mark ? 1 : 0); at += 2) {
    const kind = (bytes[at] ?? 0) & 0xfc;
    if (kind === 0xdc && open) {
      open = false;
      continue;
    }
    count += open ? 1 : 0;
    open = kind === 0xd8;
    count += kind === 0xdc ? 1 : 0;
  }
  // The decoder replaces half a pair and an odd byte behind it with one U+FFFD.
  return open && (bytes.byteLength - mark) % 2 === 0 ? count + 1 : count;
}

const replacement = Buffer.from('\uFFFD');

/** How often U+FFFD stands for bytes that are no UTF-8 when they are decoded. */
export function countReplaced(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let count = 0;
  for (let from = 0; from < bytes.byteLength; from += pieceSize) {
    count += countIn(decoder.decode(bytes.subarray(from, from + pieceSize), { stream: true }), '\uFFFD');
  }
  count += countIn(decoder.decode(), '\uFFFD');
  return count - countIn(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), replacement);
}

function countIn<T>(text: { indexOf(part: T, from?: number): number }, part: T & { length: number }): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) {
    count += 1;
  }
  return count;
}

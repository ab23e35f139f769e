import { detectEncoding, type Encoding } from './encoding';
import { beginsWith } from '../evidence/files';

/**
 * Bytes that a binary format begins with. One alone decides nothing: whoever writes into a log can
 * write them.
 */
const signatures: readonly Buffer[] = [
  'MZ',
  '\x7fELF',
  '\x1f\x8b',
  'PK\x03\x04',
  'PK\x05\x06',
  '\x89PNG',
  'MDMP',
  'SQLite format 3\0',
  'ElfFile\0',
  'regf',
  '\xd0\xcf\x11\xe0',
  '%PDF-',
  'MSCF',
  '7z\xbc\xaf\x27\x1c',
  '\xfd7zXZ',
  'Rar!\x1a',
  '\xca\xfe\xba\xbe',
  '\xcf\xfa\xed\xfe',
  'GIF8',
  '\xff\xd8\xff',
].map((text) => Buffer.from(text, 'latin1'));

/**
 * From this length on a run of NULs is padding or a hole in the file, and says nothing about the
 * rest.
 */
const longRun = 32;
/** Bytes in a row that are text: as many as are hardly ever found in a binary by chance. */
const longStretch = 32;

/** Shares of the bytes that count, up to which a file is text. */
const maxShare = {
  /** Control characters, NULs and bytes that are no UTF-8. Compressed data has about 0.6. */
  odd: 0.3,
  /** The same for what begins as a binary format does, many of which hold much text. */
  oddWithSignature: 0.02,
  /**
   * Control characters and NULs of a text that is in another code page altogether. Random bytes
   * have 0.1.
   */
  controls: 0.01,
  /** Single NULs between strings, where there is nothing else that is odd. */
  separators: 0.5,
  /** Control and private characters of UTF-16. Random bytes have 0.1. */
  oddUtf16: 0.05,
} as const;
/**
 * Share of spaces, line breaks and ideographic punctuation in a text, at least. Random units have
 * 0.0001.
 */
const minSpaces = 0.005;
/** Units that are enough to judge UTF-16 without a mark. */
const minUnits = 16;
/** Share of letters beside a NUL, from which on a text is UTF-16 without a mark. */
const minAlternating = 0.95;

/**
 * The encoding of a collected file that mostly is text; undefined for a binary. Judged over the
 * whole file, because an attacker can write any bytes into a log, also at its beginning, and must
 * not be able to hide the rest with them. One pass.
 */
export function textEncoding(bytes: Uint8Array): Encoding | undefined {
  const encoding = detectEncoding(bytes);
  if (encoding.name !== 'utf8' && encoding.mark > 0) {
    return isMixed(bytes, encoding)
      ? { name: 'utf8', mark: 0 }
      : isUtf16Text(bytes, encoding)
        ? encoding
        : undefined;
  }
  const unmarked = unmarkedUtf16(bytes);
  if (unmarked !== undefined) {
    return isMixed(bytes, unmarked) ? { name: 'utf8', mark: 0 } : unmarked;
  }
  const utf8: Encoding = encoding.name === 'utf8' ? encoding : { name: 'utf8', mark: 0 };
  const signature = hasSignature(bytes);
  if (isText(countBytes(bytes, utf8.mark), signature)) {
    return utf8;
  }
  return signature ? undefined : prose(bytes);
}

/**
 * Lines of one byte for each letter behind a mark of UTF-16, or among lines of UTF-16: something
 * else than what began the file has written into it. As UTF-16 they would be ideographs, and behind
 * an odd number of bytes so would everything else. Read as UTF-8, the lines of UTF-16 among them
 * are still found (utf16Stretch.ts), so it is the better way when it loses less than those lines.
 */
function isMixed(bytes: Uint8Array, { mark }: Encoding): boolean {
  const { counted, controls, invalid, stretches } = countBytes(bytes, mark);
  const lost = controls + invalid;
  return stretches > lost && lost <= counted * maxShare.controls;
}

function hasSignature(bytes: Uint8Array): boolean {
  return signatures.some((each) => beginsWith(bytes, each));
}

interface ByteCounts {
  /** Bytes that are not in a long run of NULs. */
  readonly counted: number;
  readonly controls: number;
  readonly nuls: number;
  /** Bytes beyond ASCII that are no UTF-8. */
  readonly invalid: number;
  /** Bytes in long stretches of text. */
  readonly stretches: number;
}

function isText(counts: ByteCounts, signature: boolean): boolean {
  const { counted, controls, nuls, invalid, stretches } = counts;
  const odd = controls + nuls + invalid;
  if (counted === 0 || signature) {
    return odd <= counted * maxShare.oddWithSignature;
  }
  return (
    odd <= counted * maxShare.odd ||
    controls + nuls <= counted * maxShare.controls ||
    (controls + invalid <= counted * maxShare.controls && nuls <= counted * maxShare.separators) ||
    stretches * 2 >= counted
  );
}

/** By byte: 1 for a control character that is not usual in text. */
const control = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte < 0x20 && !'\t\n\v\f\r\b\u001b'.includes(String.fromCharCode(byte))) || byte === 0x7f ? 1 : 0,
);

function countBytes(bytes: Uint8Array, from: number): ByteCounts {
  let [counted, controls, nuls, invalid, stretches, stretch] = [0, 0, 0, 0, 0, 0];
  const endStretch = (): void => {
    stretches += stretch >= longStretch ? stretch : 0;
    stretch = 0;
  };
  for (let at = from; at < bytes.length;) {
    const byte = bytes[at] ?? 0;
    const size = byte === 0 ? nulsAt(bytes, at) : byte < 0x80 ? 1 : characterSize(bytes, at);
    at += Math.max(1, size);
    if (byte === 0) {
      endStretch();
      nuls += size < longRun ? size : 0;
      counted += size < longRun ? size : 0;
      continue;
    }
    counted += Math.max(1, size);
    if (size === 0 || control[byte] === 1) {
      endStretch();
      invalid += size === 0 ? 1 : 0;
      controls += size === 0 ? 0 : 1;
    } else {
      stretch += size;
    }
  }
  endStretch();
  return { counted, controls, nuls, invalid, stretches };
}

function nulsAt(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0) {
    at += 1;
  }
  return at - from;
}

/**
 * Bytes of the character beyond ASCII that begins here; 0 when none does. Near enough: overlong
 * forms count as characters.
 */
function characterSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) {
    return 0;
  }
  for (let n = 1; n < size; n += 1) {
    if (((bytes[at + n] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return size;
}

/**
 * UTF-16 whose mark is missing or was overwritten: nearly every other byte is NUL, and beside it
 * stands a letter.
 */
function unmarkedUtf16(bytes: Uint8Array): Encoding | undefined {
  if (bytes.length < 4) {
    return undefined;
  }
  const letters = { utf16le: 0, utf16be: 0 };
  let units = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const [low, high] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    units += low === 0 && high === 0 ? 0 : 1;
    letters.utf16le += high === 0 && isLetter(low) ? 1 : 0;
    letters.utf16be += low === 0 && isLetter(high) ? 1 : 0;
  }
  const name = letters.utf16le >= letters.utf16be ? 'utf16le' : 'utf16be';
  return units > 1 && letters[name] >= units * minAlternating ? { name, mark: 0 } : undefined;
}

/** Printable in Latin-1, or a line break or tab. */
function isLetter(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte >= 0xa0 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isUtf16Text(bytes: Uint8Array, { name, mark }: Encoding): boolean {
  const highFirst = name === 'utf16be' ? 0 : 1;
  let [units, odd] = [0, 0];
  for (let at = mark; at + 1 < bytes.length; at += 2) {
    const high = bytes[at + highFirst] ?? 0;
    const low = bytes[at + 1 - highFirst] ?? 0;
    if (high === 0 && low === 0) {
      continue;
    }
    units += 1;
    const unassigned = (high >= 0xe0 && high < 0xf9) || (high === 0xff && low >= 0xf0);
    odd += (high === 0 && control[low] === 1) || unassigned ? 1 : 0;
  }
  return odd <= units * maxShare.oddUtf16;
}

const spaces: ReadonlySet<number> = new Set([0x09, 0x0a, 0x20, 0x3000, 0x3001, 0x3002]);

/**
 * UTF-16 of any script without a mark: in the order of bytes that gives more spaces, when it is
 * text in that one.
 */
function prose(bytes: Uint8Array): Encoding | undefined {
  const [little, big] = [spacesOfProse(bytes, 1), spacesOfProse(bytes, 0)];
  const name = little >= big ? 'utf16le' : 'utf16be';
  return Math.max(little, big) > 0 ? { name, mark: 0 } : undefined;
}

/**
 * Spaces and line breaks, if there are as many as in a text and next to nothing in it is odd;
 * otherwise 0. `upper`: of each two bytes.
 */
function spacesOfProse(bytes: Uint8Array, upper: 0 | 1): number {
  let [units, odd, between] = [0, 0, 0];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const high = bytes[at + upper] ?? 0;
    const low = bytes[at + 1 - upper] ?? 0;
    units += 1;
    between += spaces.has(high * 256 + low) ? 1 : 0;
    const isOdd =
      high === 0
        ? low === 0 || control[low] === 1 || (low >= 0x80 && low < 0xa0)
        : (high >= 0xd8 && high < 0xf9) || (high === 0xff && low >= 0xf0);
    odd += isOdd ? 1 : 0;
  }
  const fits =
    units >= minUnits && between >= units * minSpaces && odd <= Math.max(1, units * maxShare.controls);
  return fits ? between : 0;
}

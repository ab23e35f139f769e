import { characterStart, utf8 } from '../../http/utf8';
import { escapeRawControls } from '../transcript/jsonRepair';

/**
 * A text that need not be one string: what takes 45 MB in UTF-8 can take 90 MB as a string, and is
 * only passed through.
 */
export interface TextSource {
  /** About how many bytes it takes in UTF-8. */
  readonly size: number;
  /** The text, when it is one string already. */
  readonly whole?: string;
  /** The text, in pieces that together are it. A character may be cut between two of them. */
  pieces(): Iterable<string>;
}

/**
 * Bytes of one piece; at least 16. Texts of more than about 131,000 characters, half as many beyond
 * Latin-1, live in a heap of V8 of their own, which is slow to fill and to empty.
 */
export const defaultPiece = 48 * 1024;

/** A text that is one string already. */
export function stringSource(text: string): TextSource {
  return { size: text.length, whole: text, pieces: () => [text] };
}

/** The text of UTF-8. */
export function utf8Source(bytes: Uint8Array, pieceSize = defaultPiece): TextSource {
  return {
    size: bytes.byteLength,
    *pieces() {
      for (let from = 0; from < bytes.byteLength;) {
        const to = characterStart(bytes, from, from + pieceSize);
        yield utf8(bytes.subarray(from, to));
        from = to;
      }
    },
  };
}

/**
 * The text of a JSON string, given what stands between its quotes: UTF-8, its escapes known to be
 * whole. Raw control characters are taken for themselves.
 */
export function jsonStringSource(bytes: Uint8Array, pieceSize = defaultPiece): TextSource {
  return {
    size: bytes.byteLength,
    *pieces() {
      // A piece behind one with raw control characters has some as well, most likely: it is not
      // tried without a repair first.
      let raw = false;
      for (let from = 0; from < bytes.byteLength;) {
        const to = escapeStart(bytes, from, characterStart(bytes, from, from + pieceSize));
        const piece = unescape(bytes.subarray(from, to), raw);
        yield piece.text;
        raw = piece.raw;
        from = to;
      }
    },
  };
}

const backslash = 0x5c;
const letterU = 0x75;

/** `at`, or the start of the escape that `at` lies in. `from` lies in none. */
function escapeStart(bytes: Uint8Array, from: number, at: number): number {
  if (at >= bytes.byteLength) {
    return at;
  }
  for (let place = at - 1; place >= from && place >= at - 5; place -= 1) {
    if (bytes[place] !== backslash) {
      continue;
    }
    let first = place;
    while (first > from && bytes[first - 1] === backslash) {
      first -= 1;
    }
    const begins = (place - first) % 2 === 0;
    const length = bytes[place + 1] === letterU ? 6 : 2;
    return begins && place > from && place + length > at ? place : at;
  }
  return at;
}

/** The text, and whether it holds raw control characters among escapes. */
function unescape(bytes: Uint8Array, mostLikelyRaw: boolean): { text: string; raw: boolean } {
  const quoted = Buffer.allocUnsafe(bytes.byteLength + 2);
  quoted[0] = quoted[quoted.length - 1] = 0x22;
  quoted.set(bytes, 1);
  if (!quoted.includes(backslash)) {
    return { text: utf8(bytes), raw: mostLikelyRaw };
  }
  const strict = mostLikelyRaw ? undefined : strictly(utf8(quoted));
  if (strict !== undefined) {
    return { text: strict, raw: false };
  }
  const { json, count } = escapeRawControls(quoted);
  return { text: JSON.parse(json) as string, raw: count > 0 };
}

function strictly(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    // Its escapes are known to be whole: only raw control characters can be the reason.
    return undefined;
  }
}

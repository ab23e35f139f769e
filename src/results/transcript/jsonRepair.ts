import { characterStart, utf8 } from '../../http/utf8';

const quote = 0x22;
const backslash = 0x5c;

export interface RepairedJson {
  readonly json: string;
  /** How many control characters were escaped. */
  readonly count: number;
}

/**
 * Escapes the raw control characters inside the strings of a JSON text in UTF-8, among them the raw
 * line break of the documentation's own sample, and changes nothing else. One behind a lone
 * backslash is beyond repair, and left as it is.
 */
export function escapeRawControls(bytes: Uint8Array): RepairedJson {
  const scan = new EscapingScan(Math.min(bytes.byteLength, pieceSize));
  let json = '';
  for (let from = 0; from < bytes.byteLength;) {
    const to = characterStart(bytes, from, from + pieceSize);
    json += scan.escaped(bytes, from, to);
    from = to;
  }
  return { json, count: scan.count };
}

/**
 * Whether a text has raw control characters in a string near its beginning, so that no strict
 * parser takes it.
 */
export function beginsWithRawControls(bytes: Uint8Array): boolean {
  return escapeRawControls(bytes.subarray(0, pieceSize)).count > 0;
}

/** Bytes of one piece. The memory that a copy of the whole would take costs more than the scan. */
const pieceSize = 16 * 1024;

/**
 * By byte: 1 for what has to be looked at. A look-up for most bytes is a third faster than the
 * comparisons.
 */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);

const escapes: readonly Uint8Array[] = Array.from({ length: 0x20 }, (_, byte) =>
  Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)),
);
const maxEscapeLength = 6;

/** Goes over a text piece by piece; byte by byte, because every character that matters is one. */
class EscapingScan {
  readonly #target: Uint8Array;
  #inString = false;
  /** The byte before is the backslash of an escape. */
  #escaping = false;
  #count = 0;

  constructor(maxPieceLength: number) {
    this.#target = Buffer.allocUnsafe(maxEscapeLength * maxPieceLength);
  }

  /** How many control characters were escaped. */
  get count(): number {
    return this.#count;
  }

  /** The text of the next piece, with its raw control characters escaped. */
  escaped(bytes: Uint8Array, from: number, to: number): string {
    const target = this.#target;
    let [length, inString, escaping] = [0, this.#inString, this.#escaping];
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] ?? 0;
      target[length] = byte;
      length += 1;
      if (escaping) {
        escaping = false;
      } else if (special[byte] === 0) {
        continue;
      } else if (byte === quote) {
        inString = !inString;
      } else if (inString && byte === backslash) {
        escaping = true;
      } else if (inString) {
        length = this.#escape(byte, length - 1);
      }
    }
    [this.#inString, this.#escaping] = [inString, escaping];
    return utf8(target.subarray(0, length));
  }

  /** Writes the escape of a control character, and returns where it ends. */
  #escape(control: number, at: number): number {
    const escape = escapes[control] ?? [];
    for (let n = 0; n < escape.length; n += 1) {
      this.#target[at + n] = escape[n] ?? 0;
    }
    this.#count += 1;
    return at + escape.length;
  }
}

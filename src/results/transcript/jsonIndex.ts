/** Where the long strings of a JSON object are, so that it can be parsed without them. */
export interface JsonIndex {
  /**
   * The values of the outermost object that are strings of at least the length asked for: what
   * stands between their quotes, by offset.
   */
  readonly long: readonly { readonly start: number; readonly end: number }[];
  /** Raw control characters in the long strings, which have to be escaped. */
  readonly rawControls: number;
  /** Every escape in the long strings is one. */
  readonly valid: boolean;
  /** The text ends outside a string. */
  readonly complete: boolean;
  /** Brackets, commas and colons outside strings. */
  readonly tokens: number;
}

const quote = 0x22;
const backslash = 0x5c;

/** By byte: 1 for what ends a string, an escape, or a raw control character. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);
const structural = Uint8Array.from({ length: 256 }, (_, byte) =>
  '{}[],:"'.includes(String.fromCharCode(byte)) && byte < 0x80 ? 1 : 0,
);

interface StringScan {
  /** Where the closing quote is; the length of all when there is none. */
  readonly end: number;
  readonly rawControls: number;
  readonly valid: boolean;
}

/**
 * Goes over JSON in UTF-8 once. It may be broken: then what is found means little, but nothing
 * throws.
 */
export function indexJson(bytes: Uint8Array, longFrom: number): JsonIndex {
  const long: { start: number; end: number }[] = [];
  let [rawControls, valid, complete] = [0, true, true];
  let [tokens, depth, isValue] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (structural[byte] === 0) {
      continue;
    }
    if (byte !== quote) {
      tokens += 1;
      depth += byte === 0x7b || byte === 0x5b ? 1 : byte === 0x7d || byte === 0x5d ? -1 : 0;
      isValue = byte === 0x3a;
      continue;
    }
    const start = at + 1;
    const scan = scanString(bytes, start);
    complete = scan.end < bytes.length;
    if (depth === 1 && isValue && scan.end - start >= longFrom) {
      long.push({ start, end: scan.end });
      rawControls += scan.rawControls;
      valid &&= scan.valid;
    }
    at = scan.end;
  }
  return { long, rawControls, valid, complete, tokens };
}

function scanString(bytes: Uint8Array, start: number): StringScan {
  const { length } = bytes;
  let rawControls = 0;
  let valid = true;
  let at = start;
  for (; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (special[byte] === 0) {
      continue;
    }
    if (byte === quote) {
      break;
    }
    if (byte === backslash) {
      at += 1;
      valid &&= isEscape(bytes, at);
    } else {
      rawControls += 1;
    }
  }
  return { end: Math.min(at, length), rawControls, valid };
}

const simpleEscapes = new Uint8Array(256);
Buffer.from('"\\/bfnrt').forEach((byte) => (simpleEscapes[byte] = 1));
const letterU = 0x75;

function isEscape(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  if (byte !== letterU) {
    return simpleEscapes[byte] === 1;
  }
  for (let digit = at + 1; digit <= at + 4; digit += 1) {
    const code = bytes[digit] ?? 0;
    const hexadecimal =
      (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
    if (!hexadecimal) {
      return false;
    }
  }
  return true;
}

const quote = 0x22;
const backslash = 0x5c;

export interface RepairedJson {
  readonly json: Uint8Array;
  /** How many control characters were escaped. */
  readonly count: number;
  /** The text ends outside a string. */
  readonly complete: boolean;
}

/**
 * Escapes the raw control characters inside the strings of a JSON text in UTF-8, among them the raw line break of the documentation's
 * own sample, and changes nothing else. On bytes, because every character that matters is one, and because what lies between two of
 * them can be copied as a block.
 */
export function escapeRawControls(bytes: Uint8Array): RepairedJson {
  const { count, longer, complete } = countRawControls(bytes);
  return { json: count === 0 ? bytes : escaped(bytes, longer), count, complete };
}

/** By byte: 1 for what has to be looked at. A look-up for most bytes is a third faster than the comparisons. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);

/**
 * Calls `found` for each raw control character in a string, and says whether the text ends outside one. One behind a lone backslash is
 * beyond repair, and left out. There can be as many as bytes: no list of them is made.
 */
function eachRawControl(bytes: Uint8Array, found: (at: number, byte: number) => void): boolean {
  const { length } = bytes;
  let inString = false;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (special[byte] === 0) {
      continue;
    }
    if (byte === quote) {
      inString = !inString;
    } else if (inString && byte === backslash) {
      at += 1;
    } else if (inString) {
      found(at, byte);
    }
  }
  return !inString;
}

const escapes: readonly Buffer[] = Array.from({ length: 0x20 }, (_, byte) =>
  Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)),
);
const noEscape = Buffer.alloc(0);

/** How many there are, and how many bytes longer the text is with their escapes. */
function countRawControls(bytes: Uint8Array): { count: number; longer: number; complete: boolean } {
  let [count, longer] = [0, 0];
  const complete = eachRawControl(bytes, (_, byte) => {
    count += 1;
    longer += (escapes[byte] ?? noEscape).length - 1;
  });
  return { count, longer, complete };
}

function escaped(bytes: Uint8Array, longer: number): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const json = Buffer.allocUnsafe(bytes.length + longer);
  let [from, to] = [0, 0];
  eachRawControl(bytes, (at, raw) => {
    if (at > from) {
      to += source.copy(json, to, from, at);
    }
    for (const byte of escapes[raw] ?? noEscape) {
      json[to] = byte;
      to += 1;
    }
    from = at + 1;
  });
  source.copy(json, to, from);
  return json;
}

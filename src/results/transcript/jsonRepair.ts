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
 * own sample, and changes nothing else. One behind a lone backslash is beyond repair, and left as it is. On bytes, because every character
 * that matters is one, and because what lies between two of them can be copied as a block.
 */
export function escapeRawControls(bytes: Uint8Array): RepairedJson {
  const { length } = bytes;
  let repaired: CopyWithEscapes | undefined;
  let [count, from, inString] = [0, 0, false];
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
      repaired ??= new CopyWithEscapes(bytes);
      repaired.copy(from, at);
      repaired.escape(byte);
      from = at + 1;
      count += 1;
    }
  }
  repaired?.copy(from, length);
  return { json: repaired?.bytes ?? bytes, count, complete: !inString };
}

/** By byte: 1 for what has to be looked at. A look-up for most bytes is a third faster than the comparisons. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);

const escapes: readonly Uint8Array[] = Array.from({ length: 0x20 }, (_, byte) =>
  Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)),
);
const longestEscape = 6;

/** Takes over stretches of a text, with escapes between them. There can be as many as bytes: no list of them is made. */
class CopyWithEscapes {
  readonly #source: Buffer;
  #target: Buffer;
  #length = 0;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#source = Buffer.from(buffer, byteOffset, byteLength);
    this.#target = Buffer.allocUnsafe(byteLength + (byteLength >> 4) + longestEscape);
  }

  get bytes(): Uint8Array {
    return this.#target.subarray(0, this.#length);
  }

  copy(from: number, to: number): void {
    this.#reserve(to - from);
    this.#length += this.#source.copy(this.#target, this.#length, from, to);
  }

  /** Adds the escape of a control character. */
  escape(control: number): void {
    this.#reserve(longestEscape);
    for (const byte of escapes[control] ?? []) {
      this.#target[this.#length] = byte;
      this.#length += 1;
    }
  }

  #reserve(count: number): void {
    const length = this.#length + count;
    if (length > this.#target.length) {
      const larger = Buffer.allocUnsafe(2 * length);
      this.#target.copy(larger, 0, 0, this.#length);
      this.#target = larger;
    }
  }
}

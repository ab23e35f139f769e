/**
 * The text of UTF-8. What is none becomes U+FFFD, as the Encoding Standard has it; a byte order
 * mark stays. Not by TextDecoder: Node 24 takes it eight times as long for pieces of 64 KB that
 * have a letter beyond ASCII.
 */
export function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The same without a byte order mark. */
export function utf8WithoutMark(bytes: Uint8Array): string {
  const text = utf8(bytes);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * Where to cut at `at` or shortly before, so that both sides decode as they would together. `from`
 * is where a character begins, at least four bytes before.
 */
export function characterStart(bytes: Uint8Array, from: number, at: number): number {
  if (at >= bytes.byteLength) {
    return bytes.byteLength;
  }
  // A character has at most three bytes behind its first: in a longer row of such bytes each is an
  // error of its own.
  for (let cut = at; cut > from && cut > at - 4; cut -= 1) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) {
      return cut;
    }
  }
  return at;
}

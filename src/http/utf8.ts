/** Where to cut at `at` or shortly before, so that both sides decode as they would together. */
export function characterStart(bytes: Uint8Array, from: number, at: number): number {
  if (at >= bytes.byteLength) {
    return bytes.byteLength;
  }
  // A character has at most three bytes behind its first: in a longer row of such bytes each is an error of its own.
  for (let cut = at; cut > from && cut > at - 4; cut -= 1) {
    if (((bytes[cut] ?? 0) & 0xc0) !== 0x80) {
      return cut;
    }
  }
  return at;
}

/**
 * What is invisible or reorders text: everything that Unicode says is ignored when it is displayed
 * (DI) or controls the format (Cf), and the separators of lines and paragraphs. No exception is
 * made for U+200C, U+200D and the variation selectors: several scripts and emoji need them, but in
 * a log they are as good a hiding place as any.
 *
 * The exceptions are format characters that have a glyph of their own: the signs of Arabic, Syriac
 * and Kaithi that stand around a number.
 */
const invisible =
  /(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}])[\p{DI}\p{Cf}\u2028\u2029]/u;

/** Whether a character is invisible; halves of surrogate pairs are not. */
export function isInvisible(code: number): boolean {
  // Emoji and ideographs, which are nearly all of the characters of two units: to look them up
  // takes a while.
  if ((code >= 0x1_f000 && code < 0x1_fc00) || (code >= 0x2_0000 && code < 0x4_0000)) {
    return false;
  }
  return invisible.test(String.fromCodePoint(code));
}

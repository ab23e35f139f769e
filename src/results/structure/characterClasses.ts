/**
 * What a character is, by its code: for loops over every character that a machine printed, where an
 * expression for each takes too long.
 */

const looked = 1;
export const space = 2;
export const letter = 4;
export const digit = 8;

const known = new Uint8Array(0x10000);

/**
 * The bits of a UTF-16 code unit: white space as `trim` has it, a letter, a digit of any script.
 * What a character beyond U+FFFF is, its halves do not tell; they count as letters.
 */
export function classOf(code: number): number {
  const bits = known[code] ?? 0;
  return bits === 0 ? look(code) : bits;
}

function look(code: number): number {
  const character = String.fromCharCode(code);
  const bits =
    looked |
    (/\s/.test(character) ? space : 0) |
    (/[\p{L}\p{Cs}]/u.test(character) ? letter : 0) |
    (/\p{N}/u.test(character) ? digit : 0);
  known[code] = bits;
  return bits;
}

export function isSpace(code: number): boolean {
  return code === 0x20 || (classOf(code) & space) !== 0;
}

/** Whether a character of one of these classes stands in a text. */
export function hasClass(text: string, classes: number): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if ((classOf(text.charCodeAt(at)) & classes) !== 0) {
      return true;
    }
  }
  return false;
}

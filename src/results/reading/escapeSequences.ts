/**
 * Which escape sequences are removed from a text: those that terminals really use (ECMA-48; xterm's
 * "Control Sequences"; Microsoft's "Console Virtual Terminal Sequences"). A machine's text holds
 * stray ESC as well: 0x1B is an arrow in the OEM code pages. So what is no such sequence, or is
 * broken off, is left to be shown, because a letter behind a stray ESC must not vanish. The 8-bit
 * forms (U+009B and its like) are none: in a text they are letters of a code page, such as ø of
 * 850.
 */

/**
 * Longest string sequence, in characters: one that never ends must not swallow the text behind it.
 */
export const maxSequenceLength = 4096;

const bell = 0x07;
const escape = 0x1b;

/**
 * Where the escape sequence that starts at `start` ends; undefined when none does. `text` has ESC
 * at `start`.
 */
export function sequenceEnd(text: string, start: number): number | undefined {
  switch (text.charCodeAt(start + 1)) {
    case 0x5b: // CSI
      return matchEnd(controlSequence, text, start + 2);
    case 0x5d: // OSC
      return stringEnd(text, start + 2, true);
    case 0x50: // DCS
    case 0x58: // SOS
    case 0x5e: // PM
    case 0x5f: // APC
      return stringEnd(text, start + 2, false);
    default:
      return matchEnd(shortSequence, text, start + 1);
  }
}

/**
 * What stands behind CSI: a private mark, parameters, and a final character that some terminal
 * knows; or intermediate characters with theirs. With parameters never the beginning of text in
 * brackets that begins with a number (`[0x80070005]`, `[64bit]`), unless it is a color: text in
 * brackets is often colored. Without a parameter only what is used without one, and never the
 * beginning of text in brackets (`[ERROR]`, `[KB5031358]`, `[Access denied]`), nor of a word such
 * as `[Administrator`.
 */
const controlSequence =
  /(?:[\d:;]{1,60}(?:m|[@-MOPRSTWXZ^-ilnq-ux~](?!(?:[A-Za-z\d:._-][^\r\n[\]\u001B]{0,60})?\]))|[<=>?](?:[\d:;]{1,60}[A-Za-z]|[cmnqsu])|(?:[@A-GLMPSTXZ](?![a-z])|[HJK])(?![A-Za-z\d:._-][^\r\n[\]\u001B]{0,60}\])|[cmrsu](?![a-z\d:._-][^\r\n[\]\u001B]{0,60}\])|[<=>?]?[\d:;]{0,60}(?: [@Akqtu]|[!"#$%&'()*+,./-][p-~]|#[PQRS]))/y;

/**
 * Save and restore the cursor, keypad modes, reset, reverse index; character sets; the size of a
 * line; UTF-8 on and off. What goes on as a word, a number or a path does is none: `cmd.exe`, `c:`,
 * `Microsoft`, `7-Zip`, `(Back)`.
 */
const shortSequence =
  /[=>]|[78](?![\d.,:%/-])|c(?![a-z\d:._-])|M(?![A-Za-z\d:._-])|[()*+][AB0UK](?![^\r\n()\u001B]{1,60}\))|#[3-68](?!\d)|%[G@]/y;

function matchEnd(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/**
 * A string sequence ends with ESC \, one of the operating system also with BEL. It holds no
 * control: what has one was none.
 */
function stringEnd(text: string, from: number, endsWithBell: boolean): number | undefined {
  const limit = Math.min(text.length, from + maxSequenceLength);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === escape) {
      return text.charCodeAt(at + 1) === 0x5c ? at + 2 : undefined;
    }
    if (code === bell && endsWithBell) {
      return at + 1;
    }
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
      return undefined;
    }
  }
  return undefined;
}

/**
 * Where an ID may stand in a text. Not by an expression: one that begins with hexadecimal digits
 * starts anew at each of them, which takes ten times as long on a text full of digits. Not by
 * generators either: most lines have no ID, and making one takes longer than looking.
 */

const hyphen = 0x2d;
const guidLength = 36;
const machineLength = 40;

/** By code: 1 for a hexadecimal digit. */
const hexadecimal = new Uint8Array(128);
for (const digit of '0123456789abcdefABCDEF') {
  hexadecimal[digit.charCodeAt(0)] = 1;
}

function areHex(text: string, start: number, end: number): boolean {
  for (let at = end - 1; at >= start; at -= 1) {
    if (hexadecimal[text.charCodeAt(at)] !== 1) {
      return false;
    }
  }
  return true;
}

/**
 * Where the first GUID at or behind `from` begins; -1 when there is none. A window of a GUID's
 * length goes over the text; what stands at its end tells how far it can jump, so that a character
 * is looked at a few times at most, whatever the text is.
 */
export function guidStart(text: string, from: number): number {
  for (let start = from; start + guidLength <= text.length;) {
    const last = lastOther(text, start + lastHyphen, start + guidLength - 1);
    if (last < start + lastHyphen) {
      // More digits in a row than a GUID has: the next window that can be one has the next hyphen
      // as its first.
      const next = text.indexOf('-', start + guidLength);
      if (next < 0) {
        return -1;
      }
      start = text.charCodeAt(next + 5) === hyphen ? next - 8 : next + 1;
    } else if (last === start + lastHyphen && isHead(text, start)) {
      return start;
    } else {
      start = nextStart(text, start, last);
    }
  }
  return -1;
}

const lastHyphen = 23;

/**
 * Where the last character is that is no hexadecimal digit, from `end` back to `start`; one less
 * than `start` when all are.
 */
function lastOther(text: string, start: number, end: number): number {
  let at = end;
  while (at >= start && hexadecimal[text.charCodeAt(at)] === 1) {
    at -= 1;
  }
  return at;
}

/**
 * The first window behind `start` in which `last`, which is no digit, can be one of the four
 * hyphens.
 */
function nextStart(text: string, start: number, last: number): number {
  if (text.charCodeAt(last) === hyphen) {
    for (let offset = lastHyphen; offset >= 8; offset -= 5) {
      if (last - offset > start) {
        return last - offset;
      }
    }
  }
  return last + 1;
}

/** All of a GUID before its last group. */
function isHead(text: string, start: number): boolean {
  return (
    text.charCodeAt(start + 8) === hyphen &&
    text.charCodeAt(start + 13) === hyphen &&
    text.charCodeAt(start + 18) === hyphen &&
    text.charCodeAt(start + lastHyphen) === hyphen &&
    areHex(text, start, start + 8) &&
    areHex(text, start + 9, start + 13) &&
    areHex(text, start + 14, start + 18) &&
    areHex(text, start + 19, start + lastHyphen)
  );
}

/**
 * Where the last 40 hexadecimal digits of the first run at or behind `from` begin that has so many;
 * -1 when there is none. The digits of an escape before an ID (`%2F`) belong to the run as well;
 * whether what stands before is an escape, the caller says.
 */
export function machineIdStart(text: string, from: number): number {
  // The last digit that a run of 40 could end with is looked at first: most texts have none there,
  // and 40 characters are done.
  for (let start = from; start + machineLength <= text.length;) {
    const last = lastOther(text, start, start + machineLength - 1);
    if (last < start) {
      return hexEnd(text, start + machineLength) - machineLength;
    }
    start = last + 1;
  }
  return -1;
}

/** Where a run of digits ends that goes on at `at`. */
function hexEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && hexadecimal[text.charCodeAt(end)] === 1) {
    end += 1;
  }
  return end;
}

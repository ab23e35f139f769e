/**
 * Text that a native tool wrote in UTF-16LE into an output of another encoding (autorunsc, wsl, sfc
 * do). Each letter has a NUL behind it: "S\0e\0r\0v\0". PowerShell reads such output in lines, so
 * it takes each of the characters CR and LF for a line break of its own and leaves their NULs at
 * the beginning of lines: "v\0", "\0", "\0n\0e\0x\0t\0". UTF-16BE of ASCII looks the same, shifted
 * by one.
 *
 * What cannot be told from a list of single letters separated by NULs is left as it is.
 */

/** Characters behind a place that are enough to decide about it, and before it. */
const lookAhead = 128;
const lookBehind = 136;
/**
 * Units that are looked at before a stretch is taken for one, and characters before its first NUL.
 */
const maxJudged = 32;
const maxBefore = 128;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** What a stretch has to go on with, as far as line breaks are concerned. */
type Break =
  | 'none'
  /** CR, whose LF may follow. */
  | 'return'
  /** One break that PowerShell made of CR or of LF. */
  | 'half'
  /** Two of them: CR and LF. */
  | 'whole';

/**
 * Finds such stretches in a text that comes in pieces, and reads them. However the text is cut,
 * what comes out is the same.
 */
export class Utf16Reader {
  /** Stretches that were read. */
  stretches = 0;
  #held = '';
  /** Where to look on, in what is held; nothing begins before it. */
  #at = 0;
  /** The character before what is held. */
  #before = NaN;
  /** Undefined outside a stretch. */
  #break: Break | undefined;

  push(piece: string): string {
    return piece === '' ? '' : this.#read(this.#held + piece, false);
  }

  /** The rest, with the last piece. */
  end(piece: string): string {
    return this.#read(this.#held + piece, true);
  }

  #read(raw: string, last: boolean): string {
    const limit = last ? raw.length : raw.length - lookAhead;
    const parts: string[] = [];
    let done = 0;
    for (;;) {
      if (this.#break !== undefined) {
        done = this.#readStretch(raw, done, limit, parts);
        this.#at = done;
        if (done >= limit && !last) {
          break;
        }
      }
      const nul = raw.indexOf('\0', this.#at);
      if (nul < 0 || nul >= limit) {
        done = this.#keep(raw, done, last ? raw.length : (nul < 0 ? raw.length : nul) - lookBehind, parts);
        break;
      }
      const found = findStretch(raw, nul, this.#at, this.#before);
      if (found.first === undefined) {
        this.#at = found.end;
        continue;
      }
      parts.push(raw.slice(done, found.start));
      done = found.first;
      this.#break = 'none';
      this.stretches += 1;
    }
    this.#before = done > 0 ? raw.charCodeAt(done - 1) : this.#before;
    this.#held = raw.slice(done);
    this.#at = Math.max(0, this.#at - done);
    return parts.length === 1 ? (parts[0] ?? '') : parts.join('');
  }

  #keep(raw: string, done: number, upTo: number, parts: string[]): number {
    const to = Math.max(done, upTo);
    parts.push(raw.slice(done, to));
    return to;
  }

  /**
   * Reads the stretch from `from` on, to its end or to `limit`; gives the place that was reached.
   */
  #readStretch(raw: string, from: number, limit: number, parts: string[]): number {
    let at = from;
    while (at < limit) {
      plainUnits.lastIndex = at;
      const [plain] = plainUnits.exec(raw) ?? [];
      if (plain !== undefined) {
        parts.push(plain.replaceAll('\0', ''));
        at += plain.length;
        this.#break = 'none';
        continue;
      }
      const length = unitLength(raw, at);
      if (length === 0) {
        at += this.#leftOver(raw, at);
        this.#break = undefined;
        return at;
      }
      parts.push(this.#unit(raw, at, length));
      at += length;
    }
    return at;
  }

  /** The text of one unit, and what it means for the next line break. */
  #unit(raw: string, at: number, length: number): string {
    const before = this.#break;
    const code = raw.charCodeAt(at);
    if (length === 3 || code === lineFeed) {
      // The second of two is the LF of a CR that made a break already.
      const second = before === 'half';
      this.#break = length === 3 ? (second ? 'whole' : before === 'return' ? 'none' : 'half') : 'none';
      return second ? '' : length === 3 && before !== 'return' ? '\r\n' : '\n';
    }
    this.#break = code === carriageReturn ? 'return' : 'none';
    return String.fromCharCode(code | (raw.charCodeAt(at + 1) << 8));
  }

  /**
   * The length of the break that PowerShell put behind the NUL that was left of the last line feed.
   */
  #leftOver(raw: string, at: number): number {
    if (this.#break !== 'half' && this.#break !== 'whole') {
      return 0;
    }
    return raw.startsWith('\r\n', at) ? 2 : raw.charCodeAt(at) === lineFeed ? 1 : 0;
  }
}

/** Letters and other visible characters, each with its NUL; a bounded number of them. */
const plainUnits = /(?:[ -~\u00A0-\uD7FF\uE000-\uFFFF]\0){1,4096}/y;

/**
 * Where a stretch begins and its first unit stands; without `first` there is none, and the next one
 * begins at `end` at the earliest.
 */
type Found =
  { readonly first: number; readonly start: number } | { readonly first: undefined; readonly end: number };

/**
 * Looks at what stands around the NUL at `nul`. Nothing before `floor` belongs to it. `outside` is
 * the character before `raw`.
 */
function findStretch(raw: string, nul: number, floor: number, outside: number): Found {
  // At the beginning of a line a NUL is left of the line feed before it.
  const leading = nul - 1 < floor || !mayBegin(raw.charCodeAt(nul - 1));
  let first = leading ? nul + 1 : nul - 1;
  for (const from = first; !leading && first - 2 >= floor && first - 2 >= from - maxBefore; first -= 2) {
    if (!isWide(raw.charCodeAt(first - 2), raw.charCodeAt(first - 1))) {
      break;
    }
  }
  const start = leading ? nul : first;
  const before = start > 0 ? raw.charCodeAt(start - 1) : outside;
  const { end, isText } = judge(raw, first);
  if (!isText || (before > 0 && before < 0x20 && !isBlank(before))) {
    return { first: undefined, end: Math.max(end, nul + 1) };
  }
  return { first, start: start - markLength(raw, start, floor) };
}

/** How a byte order mark of UTF-16 looks in Latin-1, in the OEM code pages, and in UTF-8. */
const marks = ['\u00FF\u00FE', '\u00A0\u25A0', '\uFFFD\uFFFD'];

function markLength(raw: string, start: number, floor: number): number {
  const line = start - 3 < floor ? lineFeed : raw.charCodeAt(start - 3);
  const isMark = start - 2 >= floor && line === lineFeed && marks.includes(raw.slice(start - 2, start));
  return isMark ? 2 : 0;
}

/**
 * Whether the units from `from` on are text. A list of single letters and digits is not taken for
 * it: there must be a line break, a space or a sign among them, or a lower-case letter among six,
 * or so many that no list is as long. More units never make it less so.
 */
function judge(raw: string, from: number): { end: number; isText: boolean } {
  const seen = { units: 0, nuls: 0, visible: 0, breaks: 0, signs: 0, letters: 0 };
  let at = from;
  for (; seen.units < maxJudged; seen.units += 1) {
    const length = unitLength(raw, at);
    if (length === 0) {
      break;
    }
    const code = raw.charCodeAt(at);
    const isBreak = length === 3 || code === lineFeed || code === carriageReturn;
    const wide = raw.charCodeAt(at + 1) !== 0 && length === 2;
    seen.nuls += wide ? 0 : 1;
    seen.breaks += isBreak ? 1 : 0;
    seen.visible += isBreak ? 0 : 1;
    seen.signs += !isBreak && !wide && code < 0x80 && !isAlphanumeric(code) ? 1 : 0;
    seen.letters += wide || code >= 0x80 || (code >= 0x61 && code <= 0x7a) ? 1 : 0;
    at += length;
  }
  const { units, nuls, visible, breaks, signs, letters } = seen;
  const certain =
    units === maxJudged || breaks > 0 || (signs > 0 && units >= 4) || (letters > 0 && units >= 6);
  return { end: at, isText: nuls >= 2 && visible >= 2 && certain };
}

/**
 * Characters of the unit at `at`: a character with its NUL, one of two bytes, or a break with the
 * NUL that is left. 0 when there is none.
 */
function unitLength(raw: string, at: number): number {
  const code = raw.charCodeAt(at);
  const next = raw.charCodeAt(at + 1);
  if (next === 0) {
    return mayBegin(code) || isBlank(code) ? 2 : 0;
  }
  if (code === carriageReturn && next === lineFeed) {
    return raw.charCodeAt(at + 2) === 0 ? 3 : 0;
  }
  return isWide(code, next) ? 2 : 0;
}

/** What a stretch may begin with: a visible character, or an escape sequence. */
function mayBegin(code: number): boolean {
  return isVisible(code) || code === 0x1b;
}

/** Not a control, and not half of a character. */
function isVisible(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && (code < 0xd800 || code > 0xdfff));
}

function isBlank(code: number): boolean {
  return code === lineFeed || code === carriageReturn || code === 0x09;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/**
 * Whether two characters are the bytes of one of UTF-16: of Latin Extended, Cyrillic, Arabic, Thai,
 * or a dash or quotation mark. Both must be ASCII, which is the same in all code pages, and one of
 * them a control that stands in no text. Others, such as the euro sign or ideographs, cannot be
 * told from what became of them in a code page.
 */
function isWide(low: number, high: number): boolean {
  if (low > 0x7f) {
    return false;
  }
  if (high === 0x20) {
    return low >= 0x10 && low < 0x20;
  }
  const script = (high >= 0x01 && high <= 0x06) || high === 0x0e || high === 0x1e;
  return script && /[\p{L}\p{M}\p{Nd}\p{P}\p{S}]/u.test(String.fromCharCode(low | (high << 8)));
}

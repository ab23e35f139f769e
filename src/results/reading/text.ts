import { ClixmlReader } from './clixml';
import { maxSequenceLength, sequenceEnd } from './escapeSequences';
import { isInvisible } from './invisible';
import { withoutTranscriptLine } from '../structure/powershellTranscript';
import { Utf16Reader } from './utf16Stretch';

/**
 * The text of a result, as it is shown. The bytes are the evidence and stay as they came; this is
 * their readable form. What is changed is counted, and nothing else is added or lost.
 */
export interface TextChanges {
  /**
   * Byte order marks left out: at the very beginning, and where the output begins behind
   * PowerShell's own first line.
   */
  readonly byteOrderMarks: number;
  /** CLIXML documents read as the text they carry. */
  readonly clixmlDocuments: number;
  /** Progress records in them, left out. */
  readonly progressRecords: number;
  /** Stretches of UTF-16, from a tool that writes it, read as such. */
  readonly utf16Stretches: number;
  /** NULs dropped at the end: the service pads script output with them. */
  readonly trailingNuls: number;
  /** NULs elsewhere, shown as U+2400. */
  readonly nuls: number;
  /** Other C0 controls and DEL, shown as their U+2400 pictures; C1 controls, shown as <U+0085>. */
  readonly controls: number;
  /** Terminal escape sequences removed. */
  readonly escapeSequences: number;
  /**
   * Line breaks of several carriage returns and a line feed (`wmic` ends its lines with CR CR LF),
   * shown as one.
   */
  readonly doubledLineBreaks: number;
  /** Carriage returns without a line feed, shown as a line break. */
  readonly loneCarriageReturns: number;
  /** Bidirectional and invisible characters, shown as <U+202E>. */
  readonly invisibles: number;
  /** Halves of surrogate pairs, shown as U+FFFD. */
  readonly loneSurrogates: number;
}

export interface CleanText {
  readonly text: string;
  readonly changes: TextChanges;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Of a text that is shown as it came. */
export const noChanges: TextChanges = {
  byteOrderMarks: 0,
  clixmlDocuments: 0,
  progressRecords: 0,
  utf16Stretches: 0,
  trailingNuls: 0,
  nuls: 0,
  controls: 0,
  escapeSequences: 0,
  doubledLineBreaks: 0,
  loneCarriageReturns: 0,
  invisibles: 0,
  loneSurrogates: 0,
};

/** Makes a text readable by the rule above. Takes time linear in its length. */
export function cleanText(raw: string): CleanText {
  return new TextCleaner().end(raw);
}

/**
 * {@link cleanText} for a text that comes in pieces, so that one of many megabytes need never be
 * one string. However the text is cut, what comes out is the same: each step decides by the text
 * alone, and holds back what it cannot decide yet.
 */
export class TextCleaner {
  readonly #clixml = new ClixmlReader();
  readonly #utf16 = new Utf16Reader();
  readonly #controls = new ControlCleaner();
  /** What came before it was enough to look for marks; undefined when they were. */
  #beginning: string | undefined = '';
  #marks = 0;

  /** The clean text of what is certain by now. */
  push(piece: string): string {
    return piece === ''
      ? ''
      : this.#controls.push(this.#utf16.push(this.#clixml.push(this.#withoutMarks(piece, false))));
  }

  /** The rest, with a last piece where there is one, and what was changed in all. */
  end(piece = ''): CleanText {
    const decoded = this.#utf16.end(this.#clixml.end(this.#withoutMarks(piece, true)));
    const { text, changes } = this.#controls.end(decoded);
    const { documents, progressRecords } = this.#clixml;
    const utf16Stretches = this.#utf16.stretches;
    const byteOrderMarks = this.#marks;
    return {
      text,
      changes: { ...changes, byteOrderMarks, clixmlDocuments: documents, progressRecords, utf16Stretches },
    };
  }

  /** Only where an output begins it is a mark; elsewhere it is an invisible character. */
  #withoutMarks(piece: string, last: boolean): string {
    if (this.#beginning === undefined) {
      return piece;
    }
    this.#beginning += piece;
    if (!last && this.#beginning.length < beginningLength) {
      return '';
    }
    const marked = this.#beginning;
    this.#beginning = undefined;
    const text = marked.startsWith(mark) ? marked.slice(1) : marked;
    const lineEnd = text.length - withoutTranscriptLine(text).length;
    const behind = lineEnd === 0 ? -1 : lineEnd + lineBreaks(text, lineEnd);
    const second = behind >= 0 && text.startsWith(mark, behind);
    this.#marks = marked.length - text.length + (second ? 1 : 0);
    return second ? text.slice(0, behind) + text.slice(behind + 1) : text;
  }
}

const mark = '\uFEFF';
/** Characters that are enough to find PowerShell's first line and a mark behind it. */
const beginningLength = 2_048;
const maxLineBreaks = 8;

/** How many characters of line breaks stand at `from`. */
function lineBreaks(text: string, from: number): number {
  return /^[\r\n]*/.exec(text.slice(from, from + maxLineBreaks))?.[0].length ?? 0;
}

/** Not more than what the longest sequence takes, and the half of a character behind it. */
const lookAhead = maxSequenceLength + 8;

/** The rule for single characters and escape sequences. */
class ControlCleaner {
  readonly #changes = { ...noChanges };
  /** What may be the beginning of something that ends in the next piece. */
  #held = '';
  /** NULs before `held` that nothing else can be a part of; at the end they are dropped. */
  #nuls = 0;

  push(piece: string): string {
    if (piece === '') {
      return '';
    }
    const raw = this.#held + piece;
    const end = withoutTrailingNuls(raw);
    const before = end === 0 ? '' : this.#shownNuls();
    const certain = raw.length - lookAhead;
    const { text, reached } = replaceAll(raw, Math.max(0, Math.min(certain, end)), this.#changes);
    // No sequence is as long as a run of NULs like this, so its first NULs are for themselves.
    const excess = reached === end ? Math.max(0, raw.length - end - lookAhead) : 0;
    this.#nuls += excess;
    this.#held = raw.slice(reached + excess);
    return before + text;
  }

  end(piece: string): CleanText {
    const raw = this.#held + piece;
    const end = withoutTrailingNuls(raw);
    const before = end === 0 ? '' : this.#shownNuls();
    const { text } = replaceAll(raw, end, this.#changes);
    this.#changes.trailingNuls = this.#nuls + raw.length - end;
    this.#held = '';
    this.#nuls = 0;
    return { text: before + text, changes: this.#changes };
  }

  #shownNuls(): string {
    const count = this.#nuls;
    this.#nuls = 0;
    this.#changes.nuls += count;
    return '\u2400'.repeat(count);
  }
}

function withoutTrailingNuls(raw: string): number {
  let end = raw.length;
  while (end > 0 && raw.charCodeAt(end - 1) === 0) {
    end -= 1;
  }
  return end;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

const harmless = 0;
const suspect = 1;
const unknown = 2;

/**
 * By code unit, whether it may have to be replaced. Looking up is several times faster than a match
 * for each; and what Unicode says of a character is asked when it is first met, because to ask for
 * all of them takes as long as to clean megabytes.
 */
const units = new Uint8Array(0x1_0000)
  .fill(suspect, 0, 0x20)
  .fill(harmless, 0x09, 0x0b)
  .fill(suspect, 0x7f, 0xa0)
  .fill(unknown, 0xa0)
  .fill(suspect, 0xd800, 0xe000);

/**
 * Replaces what has to be replaced before `end`, and a sequence or a pair that begins there also
 * when it ends behind. Counts in `changes`. On the text as it came, not on a slice of it: to read a
 * slice character by character takes twice as long.
 */
function replaceAll(
  raw: string,
  end: number,
  changes: Mutable<TextChanges>,
): { text: string; reached: number } {
  let text = '';
  let done = 0;
  let at = plainUntil(raw, 0, end);
  let kept = 0;
  while (at < end) {
    const unit = raw.charCodeAt(at);
    const harmlessHere = units[unit] === harmless ? 1 : harmlessUnits(raw, at, unit);
    if (harmlessHere > 0) {
      at += harmlessHere;
      kept += 1;
      // A pair may end behind the end, where nothing is to be looked for.
      if (kept === worthSearching && at < end) {
        at = plainUntil(raw, at, end);
        kept = 0;
      }
      continue;
    }
    kept = 0;
    text += raw.slice(done, at);
    const sequence = unit === 0x1b ? sequenceEnd(raw, at) : undefined;
    if (sequence !== undefined) {
      changes.escapeSequences += 1;
      at = sequence;
    } else if (unit === 0x0d) {
      const returns = returnsBeforeLineFeed(raw, at);
      changes[returns > 0 ? 'doubledLineBreaks' : 'loneCarriageReturns'] += 1;
      text += returns > 0 ? '\r\n' : '\n';
      at += returns > 0 ? returns + 1 : 1;
    } else {
      const code = raw.codePointAt(at) ?? 0;
      text += replacement(code, changes);
      at += code > 0xffff ? 2 : 1;
    }
    done = at;
  }
  return { text: text + raw.slice(done, at), reached: at };
}

/** Anything but tabs, line breaks and the visible characters of Latin-1: not certainly plain. */
const notPlain = /[^\t\n\r\x20-\x7e\xa0-\xac\xae-\xff]|\r(?!\n)/g;
/**
 * Characters in a row that had to be kept, behind which a search pays: what it costs to begin one
 * is divided by them.
 */
const worthSearching = 64;

/**
 * Up to where nothing has to be replaced: a search takes a third of the time of a look at each
 * character.
 */
function plainUntil(raw: string, from: number, end: number): number {
  notPlain.lastIndex = from;
  return notPlain.test(raw) ? Math.min(notPlain.lastIndex - 1, end) : end;
}

/**
 * How many units at a suspect are harmless after all: CRLF, and a whole character of two units that
 * can be seen.
 */
function harmlessUnits(raw: string, at: number, unit: number): number {
  if (unit === 0x0d) {
    return raw.charCodeAt(at + 1) === 0x0a ? 1 : 0;
  }
  if (units[unit] === unknown) {
    units[unit] = isInvisible(unit) ? suspect : harmless;
    return units[unit] === harmless ? 1 : 0;
  }
  const pair = isHigh(unit) && isLow(raw.charCodeAt(at + 1));
  return pair && !isInvisible(raw.codePointAt(at) ?? 0) ? 2 : 0;
}

/** More than any chain of tools has put before a line feed, each of them one more. */
const maxReturns = 8;

/**
 * How many carriage returns from `at` on belong to one line break; 0 when no line feed is behind
 * them.
 */
function returnsBeforeLineFeed(raw: string, at: number): number {
  let next = at + 1;
  while (next < at + maxReturns && raw.charCodeAt(next) === 0x0d) {
    next += 1;
  }
  return raw.charCodeAt(next) === 0x0a ? next - at : 0;
}

function replacement(code: number, changes: Mutable<TextChanges>): string {
  if (code === 0) {
    changes.nuls += 1;
    return '\u2400';
  }
  if (code < 0x20 || code === 0x7f) {
    changes.controls += 1;
    return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    changes.loneSurrogates += 1;
    return '\uFFFD';
  }
  changes[code < 0xa0 ? 'controls' : 'invisibles'] += 1;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

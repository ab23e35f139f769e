/**
 * The text of a result, as it is shown. The bytes are the evidence and stay as they came; this is their readable form, and nothing is
 * ever added to it. What is changed is counted.
 */
export interface TextChanges {
  /** NULs dropped at the end: the service pads script output with them. */
  readonly trailingNuls: number;
  /** NULs elsewhere, shown as U+2400. */
  readonly nuls: number;
  /** Other C0 controls and DEL, shown as their U+2400 pictures; C1 controls, shown as <U+0085>. */
  readonly controls: number;
  /** Terminal escape sequences removed. */
  readonly escapeSequences: number;
  /** Carriage returns without a line feed, shown as a line break. */
  readonly loneCarriageReturns: number;
  /** Bidirectional and invisible controls, shown as <U+202E>. */
  readonly invisibles: number;
}

export interface CleanText {
  readonly text: string;
  readonly changes: TextChanges;
}

const unchanged: TextChanges = {
  trailingNuls: 0,
  nuls: 0,
  controls: 0,
  escapeSequences: 0,
  loneCarriageReturns: 0,
  invisibles: 0,
};

/** Longest escape sequence that is taken for one, in characters: an unterminated one must not swallow the text behind it. */
const longestSequence = 4096;

/**
 * The characters that are not shown as they are: controls, and what reorders, hides or joins text unseen. U+200C and U+200D join
 * emoji and are needed by several scripts, but in a log they are as good a hiding place as any.
 */
const invisible =
  '\\u00AD\\u061C\\u115F\\u1160\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0\\uFFF9-\\uFFFB';

const special = new RegExp(`[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F${invisible}]|\\r(?!\\n)|\\uDB40`);

/** By code unit: 1 for what may have to be replaced. Looking up is several times faster than a match for each. */
let suspects: Uint8Array | undefined;

function suspectTable(): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  for (let code = 0; code < table.length; code += 1) {
    table[code] = code === 0x0d || special.test(String.fromCharCode(code)) ? 1 : 0;
  }
  return table;
}

/** Makes a text readable by the rule above. Takes time linear in its length. */
export function cleanText(raw: string): CleanText {
  const end = withoutTrailingNuls(raw);
  const trailingNuls = raw.length - end;
  const body = trailingNuls === 0 ? raw : raw.slice(0, end);
  const first = body.search(special);
  if (first < 0) {
    return { text: body, changes: trailingNuls === 0 ? unchanged : { ...unchanged, trailingNuls } };
  }
  const changes = { ...unchanged, trailingNuls };
  return { text: replaceAll(raw, { first, end }, changes).text, changes };
}

function withoutTrailingNuls(raw: string): number {
  let end = raw.length;
  while (end > 0 && raw.charCodeAt(end - 1) === 0) {
    end -= 1;
  }
  return end;
}

/**
 * {@link cleanText} for a text that comes in pieces, so that one of many megabytes need never be one string. However the text is cut,
 * what comes out is the same.
 */
export class TextCleaner {
  readonly #changes = { ...unchanged };
  /** What may be the beginning of something that ends in the next piece. */
  #held = '';
  /** NULs before `held` that nothing else can be a part of; at the end they are dropped. */
  #nuls = 0;

  /** The clean text of what is certain by now. */
  push(piece: string): string {
    if (piece === '') {
      return '';
    }
    const raw = this.#held + piece;
    const end = withoutTrailingNuls(raw);
    const before = end === 0 ? '' : this.#shownNuls();
    const certain = raw.length - lookAhead;
    const stop = certain < end ? wholeCharacters(raw, certain) : end;
    const { text, reached } = cleanUntil(raw, Math.max(0, stop), this.#changes);
    // No sequence is as long as a run of NULs like this, so its first NULs are for themselves.
    const excess = reached === end ? Math.max(0, raw.length - end - lookAhead) : 0;
    this.#nuls += excess;
    this.#held = raw.slice(reached + excess);
    return before + text;
  }

  /** The rest, and what was changed in all. */
  end(): CleanText {
    const raw = this.#held;
    const end = withoutTrailingNuls(raw);
    const before = end === 0 ? '' : this.#shownNuls();
    const { text } = replaceAll(raw, { first: 0, end }, this.#changes);
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

/** {@link replaceAll}, but faster for a text that needs nothing. */
function cleanUntil(
  raw: string,
  end: number,
  changes: Mutable<TextChanges>,
): { text: string; reached: number } {
  const first = raw.search(special);
  return first < 0 || first >= end
    ? { text: raw.slice(0, end), reached: end }
    : replaceAll(raw, { first, end }, changes);
}

/** Not more than what the longest sequence takes, and the half of a character behind it. */
const lookAhead = longestSequence + 8;

/** `at`, or one less when a character would be cut there. */
function wholeCharacters(raw: string, at: number): number {
  const unit = at > 0 ? raw.charCodeAt(at - 1) : 0;
  return unit >= 0xd800 && unit <= 0xdbff ? at - 1 : at;
}

/**
 * Replaces what is special between `first` and `end`, and a sequence that begins there also when it ends behind. Counts in `changes`. On
 * the text as it came, not on a slice of it: to read a slice character by character takes twice as long.
 */
function replaceAll(
  raw: string,
  { first, end }: { readonly first: number; readonly end: number },
  changes: Mutable<TextChanges>,
): { text: string; reached: number } {
  const table = (suspects ??= suspectTable());
  let text = '';
  let done = 0;
  let at = first;
  while (at < end) {
    const unit = raw.charCodeAt(at);
    if (table[unit] === 0) {
      at += 1;
      continue;
    }
    const next = suspectEnd(raw, at, unit);
    if (next === at) {
      at += 1;
      continue;
    }
    const sequence = unit === 0x1b || unit === 0x9b ? sequenceEnd(raw, at) : undefined;
    text += raw.slice(done, at);
    if (sequence === undefined) {
      text += replacement(raw.codePointAt(at) ?? 0, changes);
    } else {
      changes.escapeSequences += 1;
    }
    done = at = sequence ?? next;
  }
  return { text: text + raw.slice(done, at), reached: at };
}

/**
 * Where the suspect at `at` ends; `at` itself when it is harmless after all: CRLF. U+DB40 is the first half of the invisible tag
 * characters, and is shown alone as well: with a sequence removed behind it, it would become one.
 */
function suspectEnd(body: string, at: number, unit: number): number {
  if (unit === 0x0d) {
    return body.charCodeAt(at + 1) === 0x0a ? at : at + 1;
  }
  if (unit === 0xdb40) {
    const next = body.charCodeAt(at + 1);
    return next >= 0xdc00 && next <= 0xdfff ? at + 2 : at + 1;
  }
  return at + 1;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function replacement(code: number, changes: Mutable<TextChanges>): string {
  if (code === 0x0d) {
    changes.loneCarriageReturns += 1;
    return '\n';
  }
  if (code === 0) {
    changes.nuls += 1;
    return '\u2400';
  }
  if (code < 0x20 || code === 0x7f) {
    changes.controls += 1;
    return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
  }
  changes[code < 0xa0 ? 'controls' : 'invisibles'] += 1;
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/**
 * Where the escape sequence that starts at `start` ends (ECMA-48: CSI, the string sequences, and short ones). Undefined when it is none:
 * a lone ESC, or a sequence that does not end within reason.
 */
function sequenceEnd(text: string, start: number): number | undefined {
  const eightBit = text.charCodeAt(start) === 0x9b;
  const kind = eightBit ? 0x5b : text.charCodeAt(start + 1);
  const at = start + (eightBit ? 1 : 2);
  switch (kind) {
    case 0x5b: // CSI
      return csiEnd(text, at);
    case 0x5d: // OSC
    case 0x50: // DCS
    case 0x58: // SOS
    case 0x5e: // PM
    case 0x5f: // APC
      return stringEnd(text, at);
    default:
      return shortEnd(text, start + 1);
  }
}

function csiEnd(text: string, from: number): number | undefined {
  const limit = Math.min(text.length, from + 64);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x40 && code <= 0x7e) {
      return at + 1;
    }
    if (code < 0x20 || code > 0x3f) {
      return undefined;
    }
  }
  return undefined;
}

/** A string sequence ends with BEL or ESC \. It holds no line break: what has one was never a sequence. */
function stringEnd(text: string, from: number): number | undefined {
  const limit = Math.min(text.length, from + longestSequence);
  for (let at = from; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x07) {
      return at + 1;
    }
    if (code === 0x1b) {
      return text.charCodeAt(at + 1) === 0x5c ? at + 2 : undefined;
    }
    if (code === 0x0a || code === 0x0d) {
      return undefined;
    }
  }
  return undefined;
}

function shortEnd(text: string, from: number): number | undefined {
  let at = from;
  while (at < from + 4 && text.charCodeAt(at) >= 0x20 && text.charCodeAt(at) <= 0x2f) {
    at += 1;
  }
  const last = text.charCodeAt(at);
  return last >= 0x30 && last <= 0x7e ? at + 1 : undefined;
}

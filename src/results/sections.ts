import { transcriptTitle } from './powershellTranscript';

/** A part of an output that can be folded. Lines are counted from 0; `end` is its last line. */
export interface Section {
  readonly title: string;
  readonly start: number;
  readonly end: number;
  /** 1 for what is not inside another one. */
  readonly level: number;
}

/** More than anybody reads as an outline. */
export const mostSections = 5_000;
/** Characters; longer lines are output and no heading. */
const maxHeading = 200;
/** Characters of the widest table. */
const maxUnderline = 2_000;
/** Lines that a block of a table or a list must have to be worth folding. */
const minLines = 3;

interface Heading {
  readonly title: string;
  /** 1 is the uppermost. */
  readonly level: number;
  /** Lines that the heading itself takes. */
  readonly lines: number;
}

/**
 * The structure of an output, where it has some: PowerShell's transcript header and footer, headings as people write them in scripts, tables
 * and lists of Format-Table and Format-List. Sections are nested or apart. Takes time linear in the lines.
 */
export function sectionsOf(texts: readonly string[]): Section[] {
  const lines = new Lines(texts);
  const found: Section[] = [];
  const open: { title: string; start: number; level: number }[] = [];
  const close = (level: number, end: number): void => {
    for (let last = open.at(-1); last !== undefined && last.level >= level; last = open.at(-1)) {
      open.pop();
      found.push({ ...last, end: lastText(lines, last.start, end), level: open.length + 1 });
    }
  };
  for (let at = 0; at < lines.length && found.length + open.length < mostSections;) {
    const heading = headingAt(lines, at);
    if (heading === 'ruler') {
      at += 1;
      continue;
    }
    if (heading !== undefined) {
      close(heading.level, at - 1);
      open.push({ title: heading.title, start: at, level: heading.level });
      at += heading.lines;
      continue;
    }
    const block = blockAt(lines, at);
    if (block !== undefined) {
      found.push({ ...block, level: open.length + 1 });
      at = block.end + 1;
      continue;
    }
    at += 1;
  }
  close(0, lines.length - 1);
  return found.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || a.level - b.level);
}

/** Empty lines at the end of a section are nobody's. */
function lastText(lines: Lines, start: number, end: number): number {
  let last = end;
  while (last > start && lines.isBlank(last)) {
    last -= 1;
  }
  return last;
}

/*
 * All that follows runs over every line that a machine printed, millions of them, of any shape. A look at the first characters
 * sends away nearly every line; what is left is gone through a fixed number of times, without an expression that could backtrack.
 */

/** By code: 1 for what a ruler is made of, 3 for what may frame a title, too. */
const marks = new Uint8Array(128);
for (const mark of '=*#~-') {
  marks[mark.charCodeAt(0)] = 3;
}
marks['_'.charCodeAt(0)] = 1;
const minRuler = 5;
const minFrame = 3;
const powershellRuler = '*'.repeat(22);

/** White space, as `trim` has it, outside ASCII. */
const otherSpace = /\s/;

function isSpace(code: number): boolean {
  return code <= 0x20
    ? code === 0x20 || (code >= 0x09 && code <= 0x0d)
    : code >= 0xa0 && otherSpace.test(String.fromCharCode(code));
}

/** Where a line's text begins; its length when it has none. */
function textStart(line: string): number {
  let at = 0;
  for (; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code !== blank && !isSpace(code)) {
      break;
    }
  }
  return at;
}

const blank = 0x20;

/** Lines, with what was found out about the last few of them: each is asked for as itself, as the next, and as the one before. */
class Lines {
  readonly #texts: readonly string[];
  readonly #startOf = [-1, -1, -1, -1];
  readonly #start = [0, 0, 0, 0];
  readonly #rulerOf = [-1, -1, -1, -1];
  readonly #ruler = [false, false, false, false];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get length(): number {
    return this.#texts.length;
  }

  /** A line; empty behind the last one. */
  text(at: number): string {
    return this.#texts[at] ?? '';
  }

  /** Where the text of a line begins; its length when it has none. */
  start(at: number): number {
    const slot = at & 3;
    if (this.#startOf[slot] !== at) {
      this.#startOf[slot] = at;
      this.#start[slot] = textStart(this.text(at));
    }
    return this.#start[slot] ?? 0;
  }

  isBlank(at: number): boolean {
    return this.start(at) === this.text(at).length;
  }

  /** Whether a line is one character, at least five times, and white space around it. */
  isRuler(at: number): boolean {
    const slot = at & 3;
    if (this.#rulerOf[slot] !== at) {
      this.#rulerOf[slot] = at;
      this.#ruler[slot] = isRuler(this.text(at), this.start(at));
    }
    return this.#ruler[slot] ?? false;
  }
}

/** How often the character at `at` stands there in a row. */
function runLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) === code) {
    end += 1;
  }
  return end - at;
}

function isRuler(line: string, start: number): boolean {
  if (line.length < minRuler || line.length > maxHeading) {
    return false;
  }
  if ((marks[line.charCodeAt(start)] ?? 0) === 0) {
    return false;
  }
  let at = start + runLength(line, start);
  if (at - start < minRuler) {
    return false;
  }
  while (at < line.length && isSpace(line.charCodeAt(at))) {
    at += 1;
  }
  return at === line.length;
}

/** A heading; `'ruler'` for a line that is one and heads nothing. */
function headingAt(lines: Lines, at: number): Heading | 'ruler' | undefined {
  const line = lines.text(at);
  if (line.length === 0 || line.length > maxHeading || (marks[line.charCodeAt(lines.start(at))] ?? 0) === 0) {
    return undefined;
  }
  return lines.isRuler(at) ? (boxed(lines, at) ?? 'ruler') : decorated(line);
}

/** A title between two lines of one character, or the header or footer of PowerShell's transcript. */
function boxed(lines: Lines, at: number): Heading | undefined {
  const next = lines.text(at + 1);
  if (next.length > maxHeading || lines.isBlank(at + 1) || lines.isRuler(at + 1)) {
    return undefined;
  }
  const transcript = transcriptTitle(lines.text(at), next, lines.text(at + 2));
  if (transcript !== undefined) {
    return { title: transcript, level: 1, lines: 1 };
  }
  const rule = lines.text(at).trim();
  // PowerShell's own rulers stand between its parts, not around titles.
  if (rule === powershellRuler || !lines.isRuler(at + 2) || lines.text(at + 2).trim() !== rule) {
    return undefined;
  }
  const title = next.trim();
  return { title: withoutFrame(title) || title, level: 1, lines: 3 };
}

function withoutFrame(title: string): string {
  const isFrame = (character: string): boolean => '#*=|'.includes(character) || character.trim() === '';
  let [start, end] = [0, title.length];
  while (start < end && isFrame(title.charAt(start))) {
    start += 1;
  }
  while (end > start && isFrame(title.charAt(end - 1))) {
    end -= 1;
  }
  return title.slice(start, end);
}

/** `=== Title ===`, `--- Title ---`, `*** Title ***`, `## Title`. */
function decorated(line: string): Heading | undefined {
  const text = line.trim();
  const mark = text.charAt(0);
  const run = runLength(text, 0);
  const framed = run >= minFrame && text.length > 2 * minFrame && text.endsWith(mark);
  if (framed && marks[text.charCodeAt(0)] === 3) {
    let end = text.length;
    while (end > run && text.charAt(end - 1) === mark) {
      end -= 1;
    }
    const title = text.slice(run, end).trim();
    if (text.length - end >= minFrame && /[\p{L}\p{N}]/u.test(title) && !title.includes(mark.repeat(3))) {
      return { title, level: mark === '-' ? 2 : 1, lines: 1 };
    }
  }
  const level = line.startsWith('#') ? runLength(line, 0) : 0;
  return level >= 1 && level <= 4 && line.charAt(level) === ' ' && !isSpace(line.charCodeAt(level + 1))
    ? markdownHeading(line.slice(level + 1), level)
    : undefined;
}

function markdownHeading(title: string, level: number): Heading | undefined {
  return title === '' ? undefined : { title, level, lines: 1 };
}

/** A table of Format-Table, or a block of Format-List. */
function blockAt(lines: Lines, at: number): Omit<Section, 'level'> | undefined {
  const header = lines.text(at);
  if (lines.isBlank(at)) {
    return undefined;
  }
  const table = isTable(header, lines.text(at + 1), lines.start(at + 1));
  const list = !table && (at === 0 || lines.isBlank(at - 1)) && isPair(header);
  if (!table && !list) {
    return undefined;
  }
  let end = at;
  while (end + 1 < lines.length && !lines.isBlank(end + 1)) {
    if (!table && lines.start(end + 1) === 0 && !isPair(lines.text(end + 1))) {
      break;
    }
    end += 1;
  }
  if (end - at + 1 < minLines) {
    return undefined;
  }
  // The white space between columns is longer than a title needs.
  const title = header
    .slice(0, maxUnderline)
    .trim()
    .split(/\s{2,}/)
    .join(' · ')
    .slice(0, maxHeading);
  return { title, start: at, end };
}

/** A line of dashes below each column, or one as long as the only column's name. */
function isTable(header: string, line: string, start: number): boolean {
  if (line.length < 2 || line.length > maxUnderline || header.length > maxUnderline) {
    return false;
  }
  if (line.charCodeAt(start) !== dash) {
    return false;
  }
  let columns = 0;
  for (let at = start; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if (code === dash) {
      columns += at === start || isSpace(line.charCodeAt(at - 1)) ? 1 : 0;
    } else if (!isSpace(code)) {
      return false;
    }
  }
  return /\p{L}/u.test(header) && (columns > 1 || line.trim().length === header.trim().length);
}

const dash = 0x2d;
const colon = 0x3a;

/** `Name : value`: a name of at most 41 characters, spaces, a colon and a space. */
function isPair(line: string): boolean {
  const end = line.slice(0, maxPair).indexOf(': ');
  return end > 0 && line.charCodeAt(end) === colon && isPairName(line.slice(0, end));
}

const maxPair = 60;

function isPairName(padded: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_ .-]*$/u.test(padded) && padded.trimEnd().length <= 41;
}

import { digit, hasClass, letter } from './characterClasses';
import { blockAt } from './outputBlocks';
import { type OutputLine, OutputLines, runLength } from './outputLines';
import { transcriptTitle } from './powershellTranscript';

/** A part of an output that can be folded. Lines are counted from 0; `end` is its last line. */
export interface Section {
  readonly title: string;
  readonly start: number;
  /** The line that the title stands in; a line of one character may stand before it. */
  readonly titleLine: number;
  readonly end: number;
  /** 1 for what is not inside another one. */
  readonly level: number;
}

/** More than anybody reads as an outline. */
export const maxSections = 5_000;
/** Characters; longer lines are output and no heading. */
const maxHeading = 200;

interface Heading {
  readonly title: string;
  /** 1 is the uppermost. */
  readonly level: number;
  /** The line of the title, from the first of the heading on. */
  readonly titleAt: 0 | 1;
  /** Lines that the heading itself takes. */
  readonly lines: number;
}

/**
 * The structure of an output, where it has some: PowerShell's transcript header and footer,
 * headings as people write them in scripts, tables and lists of Format-Table and Format-List.
 * Sections are nested or apart. Takes time linear in the text, whatever its lines are.
 */
export function sectionsOf(texts: readonly string[]): Section[] {
  const lines = new OutputLines(texts);
  const found: Section[] = [];
  const open: Omit<Section, 'end'>[] = [];
  const close = (level: number, end: number): void => {
    for (let last = open.at(-1); last !== undefined && last.level >= level; last = open.at(-1)) {
      open.pop();
      found.push({ ...last, end: lastText(lines, last.start, end), level: open.length + 1 });
    }
  };
  let at = 0;
  while (at < lines.length) {
    if (texts[at] === '') {
      at += 1;
      continue;
    }
    const heading = headingAt(lines, at);
    if (heading === 'ruler') {
      at += 1;
      continue;
    }
    const full = found.length + open.length === maxSections;
    if (heading !== undefined) {
      if (full) {
        break;
      }
      close(heading.level, at - 1);
      open.push({ title: heading.title, start: at, titleLine: at + heading.titleAt, level: heading.level });
      at += heading.lines;
      continue;
    }
    const block = blockAt(lines, at);
    if (block !== undefined) {
      if (full) {
        break;
      }
      found.push({ ...block, titleLine: block.start, level: open.length + 1 });
      at = block.end + 1;
      continue;
    }
    at += 1;
  }
  // What comes after the most sections is in none of them: folding the last one would hide other
  // headings.
  close(0, at - 1);
  return found
    .filter(({ titleLine, end }) => end > titleLine)
    .sort((a, b) => a.start - b.start || a.level - b.level);
}

/** Empty lines at the end of a section are nobody's. */
function lastText(lines: OutputLines, start: number, end: number): number {
  let last = end;
  while (last > start && lines.at(last).isBlank) {
    last -= 1;
  }
  return last;
}

/** By code: 1 for what a ruler is made of, 3 for what may frame a title, too. */
const marks = new Uint8Array(128);
for (const mark of '=*#~-') {
  marks[mark.charCodeAt(0)] = 3;
}
marks['_'.charCodeAt(0)] = 1;
const minRuler = 5;
const minFrame = 3;
const blank = 0x20;
const asterisk = 0x2a;
const dash = 0x2d;
const numberSign = 0x23;
/** Asterisks of the lines that PowerShell's transcript draws. */
const powershellRuler = 22;

/** Whether a line is one character, at least five times, and white space around it. */
function isRuler(line: OutputLine): boolean {
  const { length } = line.text;
  return (
    length >= minRuler &&
    length <= maxHeading &&
    (marks[line.code] ?? 0) !== 0 &&
    line.run >= minRuler &&
    line.start + line.run === line.end
  );
}

/** A heading; `'ruler'` for a line that is one and heads nothing. */
function headingAt(lines: OutputLines, at: number): Heading | 'ruler' | undefined {
  const line = lines.at(at);
  if (line.text.length > maxHeading || (marks[line.code] ?? 0) === 0) {
    return undefined;
  }
  return isRuler(line) ? (boxed(lines, at) ?? 'ruler') : (framed(line) ?? markdown(line.text));
}

/**
 * A title between two lines of one character, or the header or footer of PowerShell's transcript.
 */
function boxed(lines: OutputLines, at: number): Heading | undefined {
  const next = lines.at(at + 1);
  if (next.text.length > maxHeading || next.isBlank || isRuler(next)) {
    return undefined;
  }
  const { code, run } = lines.at(at);
  const behind = lines.at(at + 2);
  if (code === asterisk && run === powershellRuler) {
    // PowerShell's own rulers stand between its parts, not around titles.
    const transcript = isRuler(behind) ? undefined : transcriptTitle(next, behind);
    return transcript === undefined ? undefined : { title: transcript, level: 1, titleAt: 1, lines: 1 };
  }
  if (!isRuler(behind) || behind.code !== code || behind.run !== run) {
    return undefined;
  }
  const title = next.text.trim();
  return { title: withoutFrame(title) || title, level: 1, titleAt: 1, lines: 3 };
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

/** `=== Title ===`, `--- Title ---`, `*** Title ***`. */
function framed({ text, start, end, code, run }: OutputLine): Heading | undefined {
  if (run < minFrame || marks[code] !== 3 || text.charCodeAt(end - 1) !== code) {
    return undefined;
  }
  const from = start + run;
  let to = end;
  while (to > from && text.charCodeAt(to - 1) === code) {
    to -= 1;
  }
  const title = text.slice(from, to).trim();
  if (end - to < minFrame || title.includes(text.slice(start, start + minFrame))) {
    return undefined;
  }
  return hasClass(title, letter | digit)
    ? { title, level: code === dash ? 2 : 1, titleAt: 0, lines: 1 }
    : undefined;
}

/** `## Title`. */
function markdown(line: string): Heading | undefined {
  const level = line.charCodeAt(0) === numberSign ? runLength(line, 0) : 0;
  if (level < 1 || level > 4 || line.charCodeAt(level) !== blank || line.charAt(level + 1).trim() === '') {
    return undefined;
  }
  return { title: line.slice(level + 1), level, titleAt: 0, lines: 1 };
}

import { classOf, digit, hasClass, isSpace, letter } from './characterClasses';
import { maxLooked, type OutputLine, type OutputLines } from './outputLines';

/**
 * A table of Format-Table, or a block of Format-List. Lines are counted from 0; `end` is its last
 * line.
 */
export interface OutputBlock {
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

/** Lines that a block must have to be worth folding. */
const minLines = 3;
const maxTitle = 200;

/** The block that begins at a line; undefined when none does. */
export function blockAt(lines: OutputLines, at: number): OutputBlock | undefined {
  const line = lines.at(at);
  const { text } = line;
  if (line.isBlank) {
    return undefined;
  }
  const table = isTable(line, lines.at(at + 1));
  const list = !table && (at === 0 || lines.at(at - 1).isBlank) && isPair(text);
  if (!table && !list) {
    return undefined;
  }
  let end = at;
  for (; end + 1 < lines.length; end += 1) {
    const next = lines.at(end + 1);
    if (next.isBlank || (list && next.start === 0 && !isPair(next.text))) {
      break;
    }
  }
  if (end - at + 1 < minLines) {
    return undefined;
  }
  // The white space between columns is longer than a title needs.
  const title = text
    .slice(0, maxLooked)
    .trim()
    .split(/\s{2,}/)
    .join(' · ')
    .slice(0, maxTitle);
  return { title, start: at, end };
}

const dash = 0x2d;

/** A line of dashes below each column, or one as long as the only column's name. */
function isTable(header: OutputLine, line: OutputLine): boolean {
  const { text, start, end } = line;
  if (text.length < 2 || text.length > maxLooked || header.text.length > maxLooked) {
    return false;
  }
  if (line.code !== dash || text.charCodeAt(end - 1) !== dash) {
    return false;
  }
  const columns = columnsOf(text, start + line.run, end);
  return (
    columns > 0 && (columns > 1 || end - start === header.end - header.start) && hasClass(header.text, letter)
  );
}

/**
 * How many columns of dashes a line has whose first one ends at `from`; 0 when there is anything
 * else in it.
 */
function columnsOf(line: string, from: number, end: number): number {
  let columns = 1;
  let inColumn = true;
  for (let at = from; at < end; at += 1) {
    const code = line.charCodeAt(at);
    if (code === dash) {
      columns += inColumn ? 0 : 1;
      inColumn = true;
    } else if (isSpace(code)) {
      inColumn = false;
    } else {
      return 0;
    }
  }
  return columns;
}

const blank = 0x20;
const colon = 0x3a;
const maxName = 41;
/** Characters of a name with the blanks behind it. */
const maxPadded = 58;
const nameMarks = ' _.-';

/** `Name : value`: a name, spaces, a colon and a space. */
function isPair(line: string): boolean {
  const most = Math.min(maxPadded, line.length - 2);
  let nameEnd = 0;
  for (let at = 0; at <= most; at += 1) {
    const code = line.charCodeAt(at);
    if (code === colon) {
      return at > 0 && nameEnd <= maxName && line.charCodeAt(at + 1) === blank;
    }
    if (code !== blank) {
      nameEnd = at + 1;
    }
    const isPart = (classOf(code) & (letter | digit)) !== 0 || nameMarks.includes(line.charAt(at));
    if (!isPart || (at === 0 && !beginsName(code))) {
      return false;
    }
  }
  return false;
}

function beginsName(code: number): boolean {
  return (classOf(code) & letter) !== 0 || code === 0x5f;
}

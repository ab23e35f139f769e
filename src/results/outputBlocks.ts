import { classOf, digit, hasClass, isSpace, letter } from './characterClasses';
import { maxLooked, type OutputLines } from './outputLines';

/** A table of Format-Table, or a block of Format-List. Lines are counted from 0; `end` is its last line. */
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
  if (lines.isBlank(at)) {
    return undefined;
  }
  const table = isTable(lines, at);
  const list = !table && (at === 0 || lines.isBlank(at - 1)) && isPair(lines.text(at));
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
  const title = lines
    .text(at)
    .slice(0, maxLooked)
    .trim()
    .split(/\s{2,}/)
    .join(' · ')
    .slice(0, maxTitle);
  return { title, start: at, end };
}

const dash = 0x2d;

/** A line of dashes below each column, or one as long as the only column's name. */
function isTable(lines: OutputLines, at: number): boolean {
  const header = lines.text(at);
  const line = lines.text(at + 1);
  if (line.length < 2 || line.length > maxLooked || header.length > maxLooked) {
    return false;
  }
  const start = lines.start(at + 1);
  const end = lines.end(at + 1);
  if (line.charCodeAt(start) !== dash || line.charCodeAt(end - 1) !== dash) {
    return false;
  }
  const columns = columnsOf(line, start + lines.run(at + 1), end);
  return (
    columns > 0 &&
    (columns > 1 || end - start === lines.end(at) - lines.start(at)) &&
    hasClass(header, letter)
  );
}

/** How many columns of dashes a line has whose first one ends at `from`; 0 when there is anything else in it. */
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

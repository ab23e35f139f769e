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
const longestHeading = 200;
/** Lines that a block of a table or a list must have to be worth folding. */
const fewestLines = 3;

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
export function sectionsOf(lines: readonly string[]): Section[] {
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
function lastText(lines: readonly string[], start: number, end: number): number {
  let last = end;
  while (last > start && (lines[last] ?? '').trim() === '') {
    last -= 1;
  }
  return last;
}

const powershellRuler = /^\*{22}$/;
const ruler = /^\s*([=*#~_-])\1{4,}\s*$/;

function headingAt(lines: readonly string[], at: number): Heading | undefined {
  const line = lines[at] ?? '';
  if (line.length === 0 || line.length > longestHeading) {
    return undefined;
  }
  return boxed(lines, at) ?? decorated(line);
}

/** A title between two lines of one character; PowerShell's transcript has a whole block of lines between them. */
function boxed(lines: readonly string[], at: number): Heading | undefined {
  const rule = ruler.exec(lines[at] ?? '')?.[0]?.trim();
  const title = (lines[at + 1] ?? '').trim();
  if (rule === undefined || title === '' || title.length > longestHeading || ruler.test(title)) {
    return undefined;
  }
  const second = (lines[at + 2] ?? '').trim();
  // PowerShell's own rulers stand between its parts, not around titles.
  if (second === rule && !powershellRuler.test(rule)) {
    return { title: title.replace(/^[#*=|\s]+|[#*=|\s]+$/g, '') || title, level: 1, lines: 3 };
  }
  return /^(?:Windows )?PowerShell transcript (?:start|end)$/i.test(title)
    ? { title, level: 1, lines: 1 }
    : undefined;
}

/** `=== Title ===`, `--- Title ---`, `[*] Title`, `## Title`. */
function decorated(line: string): Heading | undefined {
  const framed = /^\s*([=*#~-])\1{2,}\s*(\S.*?\S|\S)\s*\1{2,}\s*$/.exec(line);
  if (
    framed !== null &&
    /[\p{L}\p{N}]/u.test(framed[2] ?? '') &&
    !(framed[2] ?? '').includes((framed[1] ?? '').repeat(3))
  ) {
    return { title: framed[2] ?? '', level: framed[1] === '-' ? 2 : 1, lines: 1 };
  }
  const markdown = /^(#{1,4}) (\S.*)$/.exec(line);
  return markdown === null
    ? undefined
    : { title: markdown[2] ?? '', level: markdown[1]?.length ?? 1, lines: 1 };
}

/** A table of Format-Table, or a block of Format-List. */
function blockAt(lines: readonly string[], at: number): Omit<Section, 'level'> | undefined {
  const header = lines[at] ?? '';
  const table = header.trim() !== '' && isUnderline(lines[at + 1] ?? '', header) && /\p{L}/u.test(header);
  const list = isPair(header) && (at === 0 || (lines[at - 1] ?? '').trim() === '');
  if (!table && !list) {
    return undefined;
  }
  let end = at;
  while (
    end + 1 < lines.length &&
    (lines[end + 1] ?? '').trim() !== '' &&
    (table || isPair(lines[end + 1] ?? '') || /^\s/.test(lines[end + 1] ?? ''))
  ) {
    end += 1;
  }
  const title = header
    .trim()
    .replace(/\s{2,}/g, ' · ')
    .slice(0, longestHeading);
  return end - at + 1 < fewestLines ? undefined : { title, start: at, end };
}

/** A line of dashes below each column, or one as long as the only column's name. */
function isUnderline(line: string, header: string): boolean {
  if (line.length > 2_000 || !/^\s*-+(?:\s+-+)*\s*$/.test(line)) {
    return false;
  }
  const dashes = line.trim();
  return /\s/.test(dashes) || dashes.length === header.trim().length;
}

function isPair(line: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_ .-]{0,40}? *: /u.test(line.slice(0, 60));
}

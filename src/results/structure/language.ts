import { jsonSteps } from '../transcript/jsonText';
import { withoutTranscriptLine } from './powershellTranscript';

/**
 * What a text is, where that is certain. `log` is what is left: text of any kind, which VS Code
 * colors a little.
 */
export type TextLanguage = 'json' | 'xml' | 'html' | 'csv' | 'log';

/** Characters that are looked at from the beginning, for all but JSON. */
const headLength = 64 * 1024;
const minCsvRows = 3;
const maxCsvRows = 50;

/**
 * Characters that must be JSON. Of a longer text the rest is not looked at, but for its end: this
 * is about colors.
 */
const maxJson = 4 * 1024 * 1024;

/**
 * The language of a whole text. Only what is certain: a log with a brace in it, or lines of JSON,
 * are no JSON.
 */
export function textLanguage(text: string): TextLanguage {
  const steps = languageSteps(text);
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** {@link textLanguage} for a large text: `pause` is awaited after each piece of the work. */
export async function textLanguageInSlices(
  text: string,
  pause: () => Promise<unknown>,
): Promise<TextLanguage> {
  const steps = languageSteps(text);
  let step = steps.next();
  while (step.done !== true) {
    await pause();
    step = steps.next();
  }
  return step.value;
}

function* languageSteps(whole: string): Generator<void, TextLanguage> {
  const text = withoutTranscriptLine(whole);
  const head = text.slice(0, headLength).trimStart();
  if (
    /^(?:\{\s*(?:"|\}$)|\[\s*(?:[{["\d\]]|true\b|false\b|null\b|-\d))/.test(head) &&
    (yield* isJson(text, head))
  ) {
    return 'json';
  }
  if (/^<(?:!doctype )?html\b/i.test(head)) {
    return 'html';
  }
  if (isXml(head, text)) {
    return 'xml';
  }
  return isCsv(head) ? 'csv' : 'log';
}

function* isJson(whole: string, head: string): Generator<void, boolean> {
  const text = whole.trimEnd();
  if (text.length <= maxJson) {
    return yield* jsonSteps(text, 0);
  }
  return (
    text.endsWith(head.startsWith('{') ? '}' : ']') &&
    (yield* jsonSteps(text.slice(0, maxJson), 0, 'beginning'))
  );
}

/** A declaration, or an element that begins the text and ends it. */
function isXml(head: string, text: string): boolean {
  if (/^<\?xml\s/.test(head)) {
    return true;
  }
  const root = /^<([A-Za-z_][\w.:-]{0,200})(?=[\s>])/.exec(head)?.[1];
  const end = root === undefined ? -1 : head.search(/[^<]>/);
  return (
    root !== undefined &&
    end > 0 &&
    !head.slice(1, end).includes('<') &&
    text.slice(-headLength).trimEnd().endsWith(`</${root}>`)
  );
}

/**
 * A header and rows with the same number of cells, as `ConvertTo-Csv` and most tools write them.
 */
function isCsv(head: string): boolean {
  const text = head.trimEnd();
  const lines = text
    .slice(text.startsWith('#TYPE ') ? text.indexOf('\n') + 1 : 0)
    .split('\n', maxCsvRows)
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  // The last line of a cut text may be half of one.
  const rows = lines.slice(0, lines.length > minCsvRows ? -1 : undefined).filter((line) => line !== '');
  return (
    rows.length >= minCsvRows &&
    [',', ';', '\t'].some((separator) => {
      const [cells = 1, ...others] = rows.map((row) => cellCount(row, separator));
      return cells >= 3 && others.every((count) => count === cells) && isHeader(rows[0] ?? '', separator);
    })
  );
}

/** Cells of a row; -1 when its quotes do not close, because a cell may go on in the next line. */
function cellCount(row: string, separator: string): number {
  let cells = 1;
  let quoted = false;
  for (const character of row) {
    if (character === '"') {
      quoted = !quoted;
    } else if (character === separator && !quoted) {
      cells += 1;
    }
  }
  return quoted ? -1 : cells;
}

/** Names, each of its own: a log line with commas in it repeats a word or holds a sentence. */
function isHeader(row: string, separator: string): boolean {
  const names = row.split(separator).map((name) => name.trim().replace(/^"|"$/g, ''));
  return (
    new Set(names).size === names.length &&
    names.every((name) => /^[\p{L}_][\p{L}\p{N}_ ()./#%-]{0,60}$/u.test(name))
  );
}

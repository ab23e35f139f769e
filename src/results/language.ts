/** What a text is, where that is certain. `log` is what is left: text of any kind, which VS Code colours a little. */
export type TextLanguage = 'json' | 'xml' | 'html' | 'csv' | 'log';

/** Characters that are looked at, from the beginning. */
export const headLength = 64 * 1024;

/** The line that PowerShell begins a transcript with; what comes behind it is what the script wrote. */
const transcriptLine = /^Transcript started, output file is [^\r\n]*(?:\r\n|\n|$)/;
const fewestCsvRows = 3;

/**
 * The language of a text, by its first 64 Ki characters. Only what is certain: a log with a brace in it is no JSON. `whole` says whether
 * `head` is all of the text.
 */
export function textLanguage(head: string, whole: boolean): TextLanguage {
  const text = head.slice(0, headLength).replace(transcriptLine, '').trim();
  if (isJson(text, whole && head.length <= headLength)) {
    return 'json';
  }
  if (
    /^<\?xml\s|^<([A-Za-z_][\w.:-]*)(\s[^<>]*)?>[\s\S]*<\/\1>$/.test(text) &&
    !/^<(!doctype )?html\b/i.test(text)
  ) {
    return 'xml';
  }
  if (/^(<!doctype html|<html\b)/i.test(text)) {
    return 'html';
  }
  return isCsv(text) ? 'csv' : 'log';
}

/** A whole text must parse; of a longer one, its beginning must be that of an object with a quoted key, or of a list of them. */
function isJson(text: string, whole: boolean): boolean {
  if (!/^(?:\{\s*(?:"|\}$)|\[\s*(?:[{["\d\]]|true\b|false\b|null\b|-\d))/.test(text)) {
    return false;
  }
  if (!whole) {
    return /^(?:\[\s*)?\{\s*"(?:[^"\\]|\\.){0,200}"\s*:/.test(text);
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A header and rows with the same number of cells, as `ConvertTo-Csv` and most tools write them. */
function isCsv(text: string): boolean {
  const lines = text
    .replace(/^#TYPE [^\r\n]*\r?\n/, '')
    .split(/\r?\n/)
    .slice(0, 50);
  // The last line of a cut text may be half of one.
  const rows = lines.slice(0, lines.length > fewestCsvRows ? -1 : undefined).filter((line) => line !== '');
  return (
    rows.length >= fewestCsvRows &&
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

/** The beginning of a cell that a spreadsheet would take for a formula. */
const formula = /^[=+\-@\t\r]/;

/** One cell of a CSV file: quoted where it must be, and never a formula, because what is in it may come from an attacker. RFC 4180. */
export function csvCell(value: string): string {
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replace(/"/g, '""')}"` : text;
}

/** A CSV file of rows, with CRLF as RFC 4180 has it. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A text in Markdown that is nothing but text: no link, no emphasis, no HTML. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~$:&@/]/g, (character) =>
    // An address would become a link although its dots are escaped, so what makes one is written as a character reference.
    ':/@<>&'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
  );
}

/** Lines as a block of code in Markdown that nothing in them can end. */
export function markdownBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\r\n?/g, '\n').replace(/\n$/, '')}\n${fence}`;
}

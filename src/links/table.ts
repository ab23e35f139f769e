/** What begins a formula, also in the wide forms of East Asian keyboards. */
const signs = String.raw`=@+\-\uff1d\uff20\uff0b\uff0d`;
const number = /^[+-]?\d{1,30}(?:[.,]\d{1,30})?(?:e[+-]?\d{1,3})?$/i;
/** The beginning of a cell that a spreadsheet would take for a formula. */
const formula = new RegExp(`^(?:[\\t\\r]|[\\s"]{0,20}[${signs}])`);
/**
 * The same behind what a spreadsheet of another country or another import takes for the end of a
 * cell: its quotes are none there.
 */
const hidden = new RegExp(`([;\\t|\\r\\n][\\s"]{0,20})(?=[${signs}])`, 'g');

/**
 * One cell of a CSV file: quoted where it must be, and never a formula, because what is in it may
 * come from an attacker. RFC 4180.
 */
export function csvCell(value: string): string {
  const inside = value.replace(hidden, "$1'");
  const text = formula.test(value) && !number.test(value) ? `'${inside}` : inside;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replace(/"/g, '""')}"` : text;
}

/** A CSV file of rows, with CRLF as RFC 4180 has it. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A text in Markdown that is nothing but text: no link, no emphasis, no HTML. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+\-.!|~$:&@/]/g, (character) =>
    // An address would become a link although its dots are escaped, so what makes one is written as
    // a character reference.
    ':/@<>&'.includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
  );
}

/** Lines as a block of code in Markdown that nothing in them can end. */
export function markdownBlock(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.replace(/\r\n?/g, '\n').replace(/\n$/, '')}\n${fence}`;
}

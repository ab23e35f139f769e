/** What hides or reorders text, or ends a line; a line feed is the layout's own. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A value as JSON for people: with what cannot be seen escaped, which changes nothing of what it means. */
export function safeJson(value: unknown): string {
  const json = JSON.stringify(value, undefined, 2);
  return `${json.replace(unseen, escaped)}\n`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

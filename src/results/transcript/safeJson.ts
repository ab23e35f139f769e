import { stringEnd } from './jsonMembers';

/** What hides or reorders text, or ends a line; a line feed is the layout's own. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/gu;

/** The beginnings of strings, signs, and what stands between them but white space. */
const token = /["{}[\],:]|[^\s"{}[\],:]+/g;

/** Levels up to which lines are indented: deeper ones could make the text many times larger. */
const maxIndent = 16;

/**
 * A JSON text for people: with line breaks and indentation outside its strings, and with what
 * cannot be seen escaped. Digits, order, repeated keys and escapes stay as they were sent.
 */
export function safeJson(source: string): string {
  const parts: string[] = [];
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(Math.min(depth, maxIndent))}`;
  let before = '';
  for (const each of tokensOf(source)) {
    if (each === '}' || each === ']') {
      depth -= 1;
      parts.push(before === '{' || before === '[' ? each : `${line()}${each}`);
    } else {
      const opened = before === '{' || before === '[';
      const space = opened || before === ',' ? line() : before === ':' ? ' ' : '';
      parts.push(`${space}${each}`);
      depth += each === '{' || each === '[' ? 1 : 0;
    }
    before = each;
  }
  return `${parts.join('').replace(unseen, escaped)}\n`;
}

/**
 * A string is not matched: an expression keeps a place for each of its characters, and has no room
 * for millions of them.
 */
function* tokensOf(source: string): Generator<string> {
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const found = token.exec(source);
    if (found === null) {
      return;
    }
    const isString = found[0] === '"';
    at = isString ? stringEnd(source, found.index + 1) : token.lastIndex;
    yield isString ? source.slice(found.index, at) : found[0];
  }
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

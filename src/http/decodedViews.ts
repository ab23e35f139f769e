/**
 * A text with escapes taken away, and where each of its characters came from. What is searched for
 * in the view is cut out of the source.
 */
export interface DecodedView {
  readonly text: string;
  /**
   * For each character of `text`, and for its end, the place in the source; undefined: the same.
   */
  readonly starts: readonly number[] | undefined;
}

/** Nesting beyond this is not followed: each level is one pass over the text. */
const maxLevels = 10;

const escape =
  /[\\%]u([0-9a-f]{4})|\\(?:x([0-9a-f]{2})|(["'\\/bfnrt]))|%([0-9a-f]{2})|&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|quot|apos|lt|gt|nbsp|equals|colon|percnt));/gi;

const letters: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
  equals: '=',
  colon: ':',
  percnt: '%',
};

/**
 * The text itself, then with one level of escapes decoded after the other: JSON, percent and HTML,
 * in any nesting. Percent escapes become one character a byte: that is enough to find ASCII.
 */
export function* decodedViews(source: string): Generator<DecodedView> {
  let view: DecodedView = { text: source, starts: undefined };
  yield view;
  for (let level = 0; level < maxLevels; level += 1) {
    const next = decoded(view);
    if (next === undefined) {
      return;
    }
    view = next;
    yield view;
  }
}

/** One level less; undefined when nothing is escaped. */
function decoded({ text, starts }: DecodedView): DecodedView | undefined {
  const parts: string[] = [];
  const places: number[] = [];
  let at = 0;
  const copy = (to: number): void => {
    parts.push(text.slice(at, to));
    for (; at < to; at += 1) {
      places.push(starts?.[at] ?? at);
    }
  };
  for (const match of text.matchAll(escape)) {
    copy(match.index);
    const character = characterOf(match);
    parts.push(character);
    places.push(...Array<number>(character.length).fill(starts?.[at] ?? at));
    at += match[0].length;
  }
  if (parts.length === 0) {
    return undefined;
  }
  copy(text.length);
  places.push(starts?.[text.length] ?? text.length);
  return { text: parts.join(''), starts: places };
}

function characterOf(match: RegExpExecArray): string {
  const [, unicode, byte, letter, percent, decimal, hex, name] = match;
  if (letter !== undefined) {
    return letters[letter.toLowerCase()] ?? letter;
  }
  if (name !== undefined) {
    return entities[name.toLowerCase()] ?? '';
  }
  const code =
    decimal === undefined ? parseInt(unicode ?? byte ?? percent ?? hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

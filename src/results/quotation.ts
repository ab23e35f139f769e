/** A place in a document, counted from 0 as editors do. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** A stretch of a document; `end` is behind it. */
export interface Stretch {
  readonly start: Place;
  readonly end: Place;
}

/** Lines as people count them, from 1; both are in it. */
export interface QuotedLines {
  readonly first: number;
  readonly last: number;
}

/**
 * What of a document is quoted: all that is selected, in its order; undefined when nothing is,
 * which means all of it. A cursor beside a selection selects nothing.
 */
export function quotedStretches<T extends Stretch>(selections: readonly T[]): readonly T[] | undefined {
  const selected = selections.filter(
    ({ start, end }) => start.line !== end.line || start.character !== end.character,
  );
  return selected.length === 0
    ? undefined
    : selected.toSorted((a, b) => a.start.line - b.start.line || a.start.character - b.start.character);
}

/**
 * The lines that a stretch has text of: a selection that ends at the beginning of a line has none
 * of that line.
 */
export function quotedLines({ start, end }: Stretch): QuotedLines {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { first: start.line + 1, last: last + 1 };
}

/**
 * The lines of some stretches in their order, those that touch put together: a box over many lines
 * is one stretch of lines.
 */
export function quotedRanges(stretches: readonly Stretch[]): readonly QuotedLines[] {
  const ranges: QuotedLines[] = [];
  for (const { first, last } of stretches.map(quotedLines)) {
    const before = ranges.at(-1);
    if (before !== undefined && first <= before.last + 1) {
      ranges[ranges.length - 1] = { first: before.first, last: Math.max(before.last, last) };
    } else {
      ranges.push({ first, last });
    }
  }
  return ranges;
}

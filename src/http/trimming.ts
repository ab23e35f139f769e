/**
 * Characters at the ends of a text taken off. An expression such as `/=+$/` takes time with the
 * square of the length for it.
 */

/** A text without the characters of `unwanted` at its end. */
export function withoutEnd(text: string, unwanted: string): string {
  let end = text.length;
  while (end > 0 && unwanted.includes(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end);
}

/** A text without the characters of `unwanted` at its beginning and its end. */
export function withoutEnds(text: string, unwanted: string): string {
  const rest = withoutEnd(text, unwanted);
  let start = 0;
  while (start < rest.length && unwanted.includes(rest.charAt(start))) {
    start += 1;
  }
  return rest.slice(start);
}

/** What a Content-Range says: bytes from `from` up to `to`, that one not included, of `total`. */
export interface ContentRange {
  readonly from: number;
  readonly to: number;
  readonly total: number;
}

/**
 * Reads `bytes 0-99/1234`. Undefined for anything else, also for a total that is not told (`*`).
 */
export function readContentRange(header: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(header ?? '');
  if (match === null) {
    return undefined;
  }
  const [from = 0, last = 0, total = 0] = match.slice(1).map(Number);
  return from <= last && last < total ? { from, to: last + 1, total } : undefined;
}

/**
 * An ETag that says: these are the same bytes. A weak one (`W/"…"`) does not, so it is no help to
 * continue a download.
 */
export function strongETag(header: string | undefined): string | undefined {
  return header !== undefined && /^"[\x21\x23-\x7e]*"$/.test(header) ? header : undefined;
}

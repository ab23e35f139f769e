import { breathe } from '../http/slices';
import { utf8, utf8WithoutMark } from '../http/utf8';
import { isObject, type Json } from './decode';
import { hasBareValue, parseJson } from './json';

/**
 * Bytes that are decoded and parsed in one go: a millisecond. A page of 10,000 actions has 9 million, which would be 100 ms. Texts of more
 * than about 131,000 characters, half as many beyond Latin-1, cost V8 a piece of memory of their own each.
 */
const sliceLength = 32 * 1024;
/** Entries taken between two breaths. */
const entriesTogether = 1_000;
/** Seams tried in one piece, from the last one on: an entry may hold a few objects that begin as it does. */
const seamsTried = 4;
/** Bytes in which the list has to begin. */
const headLength = 16_384;

/**
 * Reads the body of a list, `{…, "value": […], …}`, and gives its entries to `take` in their order. A long body is read in slices, with
 * breaths between them, so that nothing else has to wait. Returns what stands beside "value".
 * @throws SyntaxError for what is no JSON; TypeError for what is no list
 */
export async function readList(
  body: Uint8Array,
  take: (entry: unknown) => void,
  slice = sliceLength,
): Promise<Json> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const { head, opening } = beginningOf(bytes);
  let from = head;
  let length = slice;
  while (opening !== undefined && from + length < bytes.length) {
    const piece = entriesOf(bytes.subarray(from, from + length), `,${opening}`);
    // The longer an entry, the longer the next try: together they take linear time.
    length = piece === undefined ? 2 * length : slice;
    from += piece === undefined ? 0 : piece.length + 1;
    await takeAll(piece?.entries ?? [], take);
    await breathe();
  }
  const rest = parseJson(utf8WithoutMark(bytes.subarray(0, head)) + utf8(bytes.subarray(from)));
  const { value, beside } = listOf(rest);
  await takeAll(value, take);
  return beside;
}

async function takeAll(entries: readonly unknown[], take: (entry: unknown) => void): Promise<void> {
  for (let at = 0; at < entries.length; at += 1) {
    if (at > 0 && at % entriesTogether === 0) {
      await breathe();
    }
    take(entries[at]);
  }
}

/**
 * The entries that are whole in this piece of a list, which begins with one, and how many bytes they have; undefined for none. `seam` is how
 * the service goes on from one to the next: no string holds it, because a quote within one is escaped, but a list within an entry may. That
 * is seen by the parser, which takes nothing with a bracket too many or too few: what it takes ends where an entry ends.
 */
function entriesOf(
  piece: Buffer,
  seam: string,
): { readonly entries: unknown[]; readonly length: number } | undefined {
  let end = piece.lastIndexOf(seam, undefined, 'latin1');
  for (let tried = 0; end > 0 && tried < seamsTried; tried += 1) {
    const entries = parsedList(piece.toString('utf8', 0, end));
    if (entries !== undefined) {
      return { entries, length: end };
    }
    end = piece.lastIndexOf(seam, end - 1, 'latin1');
  }
  return undefined;
}

/** What a list with this between its brackets holds; undefined for what is none. */
function parsedList(text: string): unknown[] | undefined {
  const list = `[${text}]`;
  try {
    return (hasBareValue(list) ? parseJson(list) : JSON.parse(list)) as unknown[];
  } catch {
    return undefined;
  }
}

function listOf(parsed: unknown): { value: unknown[]; beside: Json } {
  if (!isObject(parsed) || !Array.isArray(parsed['value'])) {
    throw new TypeError('no "value" array');
  }
  const { value, ...beside } = parsed;
  return { value: value as unknown[], beside };
}

const toValue =
  /^(?:\u00ef\u00bb\u00bf)?[\t\n\r ]*\{(?:[\t\n\r ]*"@odata\.\w+"[\t\n\r ]*:[\t\n\r ]*(?:"(?:[^"\\]|\\.){0,4096}"|\d+)[\t\n\r ]*,)*[\t\n\r ]*"value"[\t\n\r ]*:[\t\n\r ]*\[/;
const toFirstValue = /^[\t\n\r ]*\{[\t\n\r ]*"[^"\\]{1,100}"[\t\n\r ]*:/;

/**
 * How many bytes there are up to the bracket that opens the array under "value", and what each entry begins with: a bracket, the first key
 * and the spaces between them, as in `{"id":`. Without `opening` where that cannot be told by a look at the beginning, which is the case for
 * nothing that the service was seen to send.
 */
function beginningOf(bytes: Buffer): { readonly head: number; readonly opening: string | undefined } {
  // A character for each byte.
  const text = bytes.toString('latin1', 0, headLength);
  const head = toValue.exec(text)?.[0].length ?? 0;
  return { head, opening: head === 0 ? undefined : toFirstValue.exec(text.slice(head))?.[0] };
}

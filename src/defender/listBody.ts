import { yieldToEventLoop, inSlices } from '../http/slices';
import { utf8WithoutMark } from '../http/utf8';
import { isObject, type Json } from './decode';
import { hasBareValue, parseJson } from './json';

/**
 * Bytes that are decoded and parsed in one go, which takes a millisecond. A page of 10,000 actions
 * has 9 million, which would be 100 ms. Texts of more than about 131,000 characters, half as many
 * beyond Latin-1, cost V8 a piece of memory of their own each.
 */
const sliceLength = 32 * 1024;
/** Entries taken between two yields. */
const entriesTogether = 1_000;
/** Places tried in one piece, backwards: an entry may hold a few objects that begin as it does. */
const maxPlacesTried = 4;
/**
 * Stands for the entries that were taken: a key that is repeated would put another list in the
 * place of theirs.
 */
const begun = 'begun';
/** Bytes in which the list has to begin. */
const headLength = 16_384;

/**
 * Reads the body of a list, `{…, "value": […], …}`, and gives its entries to `take` in their order.
 * A long body whose entries begin with the same key, as those of the service do, is read in slices
 * with yields between them, so that nothing else has to wait; any other is parsed as a whole.
 * `slice` is at least 1. Returns what stands beside "value".
 * @throws SyntaxError for what is no JSON; TypeError for what is no list, or two
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
    const piece = await wholeEntries(bytes.subarray(from, from + length), opening);
    if (piece === undefined) {
      // The longer an entry, the longer the next try: together they take linear time.
      length *= 2;
    } else {
      await inSlices(piece.entries, entriesTogether, take);
      from += piece.length + 1;
      length = slice;
    }
    await yieldToEventLoop();
  }
  const isBegun = from > head;
  const parts = [bytes.subarray(0, head), Buffer.from(isBegun ? `"${begun}",` : ''), bytes.subarray(from)];
  const { value, beside } = listOf(parseJson(utf8WithoutMark(Buffer.concat(parts))));
  if (isBegun && value.shift() !== begun) {
    throw new TypeError('two "value" arrays');
  }
  await inSlices(value, entriesTogether, take);
  return beside;
}

/**
 * The entries that are whole in this piece of a list, which begins with one, and how many bytes
 * they have; undefined for none. It is cut before an object that begins as the entries do. Whether
 * that is an entry or something within one, the parser tells: it takes no text with a bracket too
 * many or too few.
 */
async function wholeEntries(
  piece: Buffer,
  opening: string,
): Promise<{ readonly entries: unknown[]; readonly length: number } | undefined> {
  let place = piece.lastIndexOf(opening, undefined, 'latin1');
  for (let tried = 0; place > 0 && tried < maxPlacesTried; tried += 1) {
    const length = commaBefore(piece, place);
    const entries = length > 0 ? parsedList(piece.toString('utf8', 0, length)) : undefined;
    if (entries !== undefined) {
      return { entries, length };
    }
    await yieldToEventLoop();
    place = piece.lastIndexOf(opening, place - 1, 'latin1');
  }
  return undefined;
}

/** Where the comma is that only spaces separate from `place`; -1 for none. */
function commaBefore(piece: Buffer, place: number): number {
  let at = place - 1;
  while (at > 0 && isSpace(piece[at])) {
    at -= 1;
  }
  return piece[at] === 0x2c ? at : -1;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
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
const toFirstValue = /^[\t\n\r ]*(\{[\t\n\r ]*"[^"\\]{1,100}"[\t\n\r ]*:)/;

/**
 * How many bytes there are up to the bracket that opens the array under "value", and how its
 * entries begin, as in `{"id":`. A look at the beginning tells neither where the list comes late or
 * is empty, nor what its entries begin with where the first one is no object.
 */
function beginningOf(bytes: Buffer): { readonly head: number; readonly opening: string | undefined } {
  // A character for each byte.
  const text = bytes.toString('latin1', 0, headLength);
  const head = toValue.exec(text)?.[0].length ?? 0;
  return { head, opening: head === 0 ? undefined : toFirstValue.exec(text.slice(head))?.[1] };
}

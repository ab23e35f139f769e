import { breathe } from '../http/slices';
import { characterStart, utf8, utf8WithoutMark } from '../http/utf8';
import { isObject, type Json } from './decode';
import { hasBareValue, parseJson } from './json';

/**
 * Bytes that are decoded and parsed in one go: a millisecond. A page of 10,000 actions has 9 million, which would be 100 ms. Texts of more
 * than about 131,000 characters, half as many beyond Latin-1, cost V8 a piece of memory of their own each.
 */
const sliceLength = 32 * 1024;

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
  const window = new TextWindow(body);
  window.move(0, slice);
  const start = window.isLast ? -1 : startOfValue(window.text);
  if (start < 0) {
    window.move(0, body.length);
    const { value, beside } = listOf(parseJson(window.text));
    value.forEach((entry) => take(entry));
    return beside;
  }
  const head = window.text.slice(0, start);
  window.move(start, 0);
  await takeEntries(window, take, slice);
  window.move(0, body.length);
  return listOf(parseJson(head + window.text)).beside;
}

/** Takes all entries. The text begins with the closing bracket then, or with what has none. */
async function takeEntries(window: TextWindow, take: (entry: unknown) => void, slice: number): Promise<void> {
  let isFirst = true;
  for (;;) {
    const { rest, closed } = await takeWhole(window.text, { isFirst, take, slice });
    const ended = closed || window.isLast;
    isFirst &&= rest === 0;
    // What is left is looked through again: with at least as much behind it, so that an entry of any length takes linear time.
    window.move(rest, ended ? 0 : Math.max(slice, window.text.length - rest));
    if (ended) {
      return;
    }
    await breathe();
  }
}

interface Taking {
  /** Nothing of the list was taken yet. */
  readonly isFirst: boolean;
  readonly take: (entry: unknown) => void;
  readonly slice: number;
}

/**
 * Takes the entries that are whole, and gives where the rest begins. Each is parsed as the part of the text that it is: pieces that are put
 * together are copied, which takes longer than parsing them.
 */
async function takeWhole(
  text: string,
  { isFirst, take, slice }: Taking,
): Promise<{ readonly rest: number; readonly closed: boolean }> {
  const parse = hasBareValue(text) ? parseJson : JSON.parse;
  let rest = 0;
  let breath = 0;
  for (let end = endOfElement(text, 0); end !== undefined; end = endOfElement(text, rest)) {
    const entry = text.slice(rest, end);
    const closed = text.charCodeAt(end) !== comma;
    // Nothing is between the brackets of an empty list alone; the parser refuses it elsewhere.
    if (!closed || rest > 0 || !isFirst || /[^\t\n\r ]/.test(entry)) {
      take(parse(entry));
    }
    if (closed) {
      return { rest: end, closed };
    }
    rest = end + 1;
    // Behind a long entry, one text may have many others.
    if (rest - breath >= 2 * slice) {
      breath = rest;
      await breathe();
    }
  }
  return { rest, closed: false };
}

/** The part of a body that is in memory as text. */
class TextWindow {
  readonly #body: Uint8Array;
  #read = 0;
  text = '';

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  /** True when nothing comes behind the text. */
  get isLast(): boolean {
    return this.#read >= this.#body.length;
  }

  /** Lets go of the text before `from`, and reads about so many bytes behind it. */
  move(from: number, bytes: number): void {
    const to = characterStart(this.#body, this.#read, this.#read + bytes);
    const more = this.#body.subarray(this.#read, to);
    this.text = this.text.slice(from) + (this.#read === 0 ? utf8WithoutMark(more) : utf8(more));
    this.#read = to;
  }
}

function listOf(parsed: unknown): { value: unknown[]; beside: Json } {
  if (!isObject(parsed) || !Array.isArray(parsed['value'])) {
    throw new TypeError('no "value" array');
  }
  const { value, ...beside } = parsed;
  return { value: value as unknown[], beside };
}

/**
 * Behind the bracket that opens the array under "value"; -1 where that cannot be told by a look at the beginning, which is the
 * case for nothing that the service was seen to send.
 */
function startOfValue(body: string): number {
  const match =
    /^\s*\{(?:\s*"@odata\.\w+"\s*:\s*(?:"(?:[^"\\]|\\.){0,4096}"|\d+)\s*,)*\s*"value"\s*:\s*\[/.exec(
      body.slice(0, 16_384),
    );
  return match === null ? -1 : match[0].length;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Where the element of an array that begins at `from` ends: at a comma or the bracket that closes the array. Undefined when neither is in
 * the text. Checks nothing: the parser does, element by element.
 */
function endOfElement(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code === openBrace || code === openBracket) {
      depth += 1;
    } else if (code === closeBrace || code === closeBracket) {
      depth -= 1;
      if (depth < 0) {
        return at;
      }
    } else if (code === comma && depth === 0) {
      return at;
    }
  }
  return undefined;
}

/** The closing quote of the string whose opening one is at `from`; the end of a text that has none. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) {
      escapes += 1;
    }
    if (escapes % 2 === 0) {
      return at;
    }
  }
  return text.length;
}

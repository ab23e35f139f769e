import { breathe } from '../http/slices';
import { isObject, type Json } from './decode';
import { hasBareValue, parseJson } from './json';

/** Characters that are parsed in one go: a few milliseconds. A page of 10,000 actions has 9 million, which would be 60 ms. */
const sliceLength = 256 * 1024;

/**
 * Reads the body of a list, `{…, "value": […], …}`, and gives its entries to `take` in their order. A long body is read in slices, with
 * breaths between them, so that nothing else has to wait. Returns what stands beside "value".
 * @throws SyntaxError for what is no JSON; TypeError for what is no list
 */
export async function readList(
  body: string,
  take: (entry: unknown) => void,
  slice = sliceLength,
): Promise<Json> {
  const start = body.length > slice ? startOfValue(body) : -1;
  if (start >= 0) {
    // Asked of the whole body, and each entry parsed as the part of it that it is: pieces that are put together are copied, which takes
    // longer than parsing them.
    await breathe();
    const parse = hasBareValue(body) ? parseJson : JSON.parse;
    const scanner = new ElementScanner(body, start);
    let breath = start;
    for (let entry = scanner.next(); entry !== undefined; entry = scanner.next()) {
      take(parse(body.slice(entry.from, entry.to)));
      if (entry.to - breath >= slice) {
        breath = entry.to;
        await breathe();
      }
    }
    // What is done with the entries is a piece of work of its own.
    await breathe();
    return listOf(parseJson(body.slice(0, start) + body.slice(scanner.end))).beside;
  }
  const { value, beside } = listOf(parseJson(body));
  value.forEach((entry) => take(entry));
  return beside;
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

/** Finds where the elements of an array can be cut apart. It does not check anything: the parser does, element by element. */
class ElementScanner {
  readonly #body: string;
  readonly #start: number;
  #at: number;
  #depth = 0;
  #ended = false;
  /** Where the closing bracket of the array is, once it was reached; the end of a body that has none. */
  end: number;

  constructor(body: string, start: number) {
    this.#body = body;
    this.#start = start;
    this.#at = start;
    this.end = body.length;
  }

  /** The next element; undefined behind the last. One of nothing is behind a comma that has none, which the parser refuses. */
  next(): { readonly from: number; readonly to: number } | undefined {
    const from = this.#at;
    for (; this.#at < this.end; this.#at += 1) {
      const code = this.#body.charCodeAt(this.#at);
      if (code === quote) {
        this.#skipString();
      } else if (code === openBrace || code === openBracket) {
        this.#depth += 1;
      } else if (code === closeBrace || code === closeBracket) {
        this.#depth -= 1;
        if (this.#depth < 0) {
          this.end = this.#at;
          break;
        }
      } else if (code === comma && this.#depth === 0) {
        this.#at += 1;
        return { from, to: this.#at - 1 };
      }
    }
    const isEmpty = from === this.#start && /^[\t\n\r ]*$/.test(this.#body.slice(from, this.end));
    const last = this.#ended || isEmpty ? undefined : { from, to: this.end };
    this.#ended = true;
    return last;
  }

  /** From an opening quote to the closing one. */
  #skipString(): void {
    for (let at = this.#at + 1; ; at += 1) {
      at = this.#body.indexOf('"', at);
      if (at < 0) {
        this.#at = this.#body.length;
        return;
      }
      let escapes = 0;
      while (this.#body.charCodeAt(at - 1 - escapes) === backslash) {
        escapes += 1;
      }
      if (escapes % 2 === 0) {
        this.#at = at;
        return;
      }
    }
  }
}

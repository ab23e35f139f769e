/** Whether a text is one JSON value, told in slices, so that a large text does not hold up whoever waits for the thread. */

const sliceLength = 1024 * 1024;
/** Brackets inside brackets. Nobody writes so many, and each costs memory. */
const maxDepth = 10_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** JSON's own white space; a text in another one is none. */
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** What may come next. */
type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'separator';

/** Goes over a text from `from` on; yields after each slice, and returns whether all of it is one JSON value. Linear. */
export function* jsonSteps(text: string, from: number): Generator<void, boolean> {
  /** True for an object, false for a list. */
  const open: boolean[] = [];
  let expected: Expected = 'value';
  let pause = from + sliceLength;
  for (let at = from; at < text.length;) {
    if (at >= pause) {
      yield;
      pause = at + sliceLength;
    }
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      at += 1;
      continue;
    }
    if (open.length === 0 && expected === 'separator') {
      return false;
    }
    const next = follow(expected, code, open);
    if (next === undefined || open.length > maxDepth) {
      return false;
    }
    const end = endOfToken(text, at, code);
    if (end < 0) {
      return false;
    }
    [expected, at] = [next, end];
  }
  return open.length === 0 && expected === 'separator';
}

/** What may come behind a token that begins with `code`; undefined when it must not stand here. Opens and closes brackets. */
function follow(expected: Expected, code: number, open: boolean[]): Expected | undefined {
  const inObject = open.at(-1) === true;
  const closes = code === closeBrace ? inObject : code === closeBracket && open.length > 0 && !inObject;
  if (closes && (expected === 'separator' || expected === 'valueOrEnd' || expected === 'keyOrEnd')) {
    open.pop();
    return 'separator';
  }
  switch (expected) {
    case 'separator':
      return code === comma ? (inObject ? 'key' : 'value') : undefined;
    case 'colon':
      return code === colon ? 'value' : undefined;
    case 'key':
    case 'keyOrEnd':
      return code === quote ? 'colon' : undefined;
    case 'value':
    case 'valueOrEnd':
      if (code === openBrace || code === openBracket) {
        open.push(code === openBrace);
        return code === openBrace ? 'keyOrEnd' : 'valueOrEnd';
      }
      return code === comma || code === colon || code === closeBrace || code === closeBracket
        ? undefined
        : 'separator';
  }
}

/** Where the token that begins at `at` ends; -1 when it is broken. */
function endOfToken(text: string, at: number, code: number): number {
  switch (code) {
    case quote:
      return endOfString(text, at + 1);
    case comma:
    case colon:
    case openBrace:
    case closeBrace:
    case openBracket:
    case closeBracket:
      return at + 1;
    default:
      scalar.lastIndex = at;
      return scalar.test(text) ? scalar.lastIndex : -1;
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      return at + 1;
    }
    if (code < 0x20) {
      return -1;
    }
    if (code === backslash) {
      escape.lastIndex = at;
      if (!escape.test(text)) {
        return -1;
      }
      at = escape.lastIndex - 1;
    }
  }
  return -1;
}

export interface RepairedJson {
  readonly json: string;
  /** How many control characters were escaped. */
  readonly count: number;
  /** The text ends outside a string. */
  readonly complete: boolean;
}

/**
 * Escapes the raw control characters inside the strings of a JSON text, among them the raw line break of the documentation's own sample,
 * and changes nothing else. Takes time linear in the text's length: it goes from quote to quote, and lets the engine search and replace.
 */
export function escapeRawControls(text: string): RepairedJson {
  let json = '';
  let count = 0;
  let done = 0;
  let quote = text.indexOf('"');
  while (quote >= 0) {
    const start = quote + 1;
    const end = stringEnd(text, start);
    if (end < 0) {
      return { json: text, count: 0, complete: false };
    }
    const escaped = escapeControls(text.slice(start, end));
    if (escaped.count > 0) {
      json += text.slice(done, start) + escaped.json;
      count += escaped.count;
      done = end;
    }
    quote = text.indexOf('"', end + 1);
  }
  return { json: json + text.slice(done), count, complete: true };
}

/** Where the closing quote of the string is that begins at `start`; -1 when there is none. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start);
  while (end >= 0 && isEscaped(text, end, start)) {
    end = text.indexOf('"', end + 1);
  }
  return end;
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number, from: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === backslash) {
    first -= 1;
  }
  return (at - first) % 2 === 1;
}

const backslash = 0x5c;

const control = /[\0-\x1f]/;
const behindBackslash = /\\[\0-\x1f]/g;
/** What is not simply a line break. */
const unusual = /\\[\0-\x1f]|[\0-\x09\x0b\x0c\x0e-\x1f]/;
const controls = /[\0-\x1f]/g;

/** The inside of a string with its raw control characters escaped; as it was when one of them stands behind a lone backslash. */
function escapeControls(body: string): { json: string; count: number } {
  if (!control.test(body)) {
    return { json: body, count: 0 };
  }
  if (!unusual.test(body)) {
    // The usual damage, with what the engine is fastest at. Each line break becomes one character longer.
    const json = body.replace(/\r\n/g, '\\r\\n').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
    return { json, count: json.length - body.length };
  }
  if (hasEscapedControl(body)) {
    return { json: body, count: 0 };
  }
  let count = 0;
  const json = body.replace(controls, (found) => {
    count += 1;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return { json, count };
}

/** Whether a lone backslash stands before a raw control character: whatever was meant there is lost. */
function hasEscapedControl(body: string): boolean {
  for (const { index } of body.matchAll(behindBackslash)) {
    if (isEscaped(body, index + 1, 0)) {
      return true;
    }
  }
  return false;
}

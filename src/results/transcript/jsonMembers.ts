import { utf8 } from '../../http/utf8';
import { escapeRawControls } from './jsonRepair';

/** A member of a JSON object: its key, and where the text of its value is. */
export interface JsonMember {
  readonly key: string;
  /** UTF-16 code units; `end` is behind the value. */
  readonly start: number;
  readonly end: number;
}

const backslash = 0x5c;
const quote = 0x22;

/**
 * The members of the outermost object of a JSON text, in the order of the text, also those whose key is repeated. The text must be
 * known to be an object that parses, except for raw control characters in its strings. Strings are skipped by searching for their
 * closing quote, which is much faster than looking at each character.
 */
export function membersOf(json: string): JsonMember[] {
  const members: JsonMember[] = [];
  let at = json.indexOf('{') + 1;
  for (;;) {
    const keyStart = skipSpace(json, at);
    if (json.charCodeAt(keyStart) !== quote) {
      return members;
    }
    const keyEnd = stringEnd(json, keyStart + 1);
    const start = skipSpace(json, json.indexOf(':', keyEnd) + 1);
    const end = valueEnd(json, start);
    members.push({ key: decodeKey(json.slice(keyStart + 1, keyEnd - 1)), start, end });
    at = skipSpace(json, end) + 1;
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (isSpace(json.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Behind the closing quote of the JSON string whose content begins at `from`; the end of the text when there is none. */
export function stringEnd(json: string, from: number): number {
  let at = json.indexOf('"', from);
  while (at >= 0 && isEscaped(json, at)) {
    at = json.indexOf('"', at + 1);
  }
  return at < 0 ? json.length : at + 1;
}

function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charCodeAt(first - 1) === backslash) {
    first -= 1;
  }
  return (at - first) % 2 === 1;
}

function valueEnd(json: string, start: number): number {
  const first = json[start];
  if (first === '"') {
    return stringEnd(json, start + 1);
  }
  return first === '{' || first === '[' ? nestedEnd(json, start) : scalarEnd(json, start);
}

function nestedEnd(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = stringEnd(json, at + 1) - 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return json.length;
}

function scalarEnd(json: string, start: number): number {
  let at = start;
  for (; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === 0x2c || code === 0x7d || isSpace(code)) {
      break;
    }
  }
  return at;
}

/** As a parser reads it. */
function decodeKey(source: string): string {
  const quoted = Buffer.from(`"${source}"`);
  return JSON.parse(utf8(escapeRawControls(quoted).json)) as string;
}

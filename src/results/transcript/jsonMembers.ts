import { utf8 } from '../../http/utf8';
import { escapeRawControls } from './jsonRepair';

/** A JSON text as it was sent. */
export interface JsonSource {
  /** The text, or its UTF-8 read as Latin-1: what structures JSON is the same in both. */
  readonly structure: string;
  /** The text between two places of `structure`. */
  slice(start: number, end: number): string;
}

/** A member of a JSON object: its key, and where the text of its value is. */
export interface JsonMember {
  readonly key: string;
  /** Places of the source's `structure`; `end` is behind the value. */
  readonly start: number;
  readonly end: number;
}

/** A text that is decoded already. */
export function textJson(text: string): JsonSource {
  return { structure: text, slice: (start, end) => text.slice(start, end) };
}

/**
 * A text in UTF-8 of which only a few places are needed as text: to decode all of it takes as long
 * as to parse it.
 */
export function utf8Json({ buffer, byteOffset, byteLength }: Uint8Array): JsonSource {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return {
    structure: bytes.toString('latin1'),
    slice: (start, end) => utf8(bytes.subarray(start, end)),
  };
}

const backslash = 0x5c;
const quote = 0x22;

/**
 * The members of the outermost object of a JSON text, in the order of the text, also those whose
 * key is repeated. The text must be known to be an object that parses, except for raw control
 * characters in its strings. Strings are skipped by searching for their closing quote, which is
 * much faster than looking at each character.
 */
export function membersOf(source: JsonSource): JsonMember[] {
  const json = source.structure;
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
    members.push({ key: decodeKey(source.slice(keyStart + 1, keyEnd - 1)), start, end });
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

/**
 * Behind the closing quote of the JSON string whose content begins at `from`; the end of the text
 * when there is none.
 */
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
  return first === '{' || first === '[' ? (nestedEnd(json, start) ?? json.length) : scalarEnd(json, start);
}

/** Behind the bracket that closes the one at `start`; undefined when the text ends before it. */
export function nestedEnd(json: string, start: number): number | undefined {
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
  return undefined;
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

/**
 * As a parser reads it. One without an escape stands for itself: a parser for each of many thousand
 * keys takes seconds.
 */
function decodeKey(source: string): string {
  if (!source.includes('\\')) {
    return source;
  }
  const quoted = Buffer.from(`"${source}"`);
  return JSON.parse(escapeRawControls(quoted).json) as string;
}

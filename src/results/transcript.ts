import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { brokenCharacters, detectEncoding, toUtf8 } from './encoding';
import { indexJson, type JsonIndex } from './jsonIndex';
import { escapeRawControls } from './jsonRepair';
import {
  defaultPiece,
  jsonStringSource,
  stringSource,
  type TextSource,
  utf8,
  utf8Source,
} from './textSource';
import type { PackingProblem } from './unpack';

/** What was done to a body before it could be read. */
export type Repair =
  /** It was packed. `others`: how many further files were in the archive, which are not shown. */
  | { readonly kind: 'unpacked'; readonly format: 'gzip' | 'zip'; readonly others: number }
  /** Somebody chose the encoding. */
  | { readonly kind: 'decodedAs'; readonly encoding: string }
  | { readonly kind: 'byteOrderMark' }
  | { readonly kind: 'utf16' }
  /** Halves of surrogate pairs, or of a code unit, in a body of UTF-16: shown as U+FFFD. */
  | { readonly kind: 'brokenCharacters'; readonly count: number }
  /** It is no valid UTF-8: what could not be decoded is shown as U+FFFD. */
  | { readonly kind: 'invalidUtf8' }
  | { readonly kind: 'trailingNuls'; readonly count: number }
  | { readonly kind: 'rawControlCharacters'; readonly count: number }
  /** The key stands there more than once; the last one is shown, as every parser does. */
  | { readonly kind: 'repeatedKey'; readonly key: string }
  /** Output or error was not a string; its JSON is shown. */
  | { readonly kind: 'notAString'; readonly key: string };

/**
 * A RunScript transcript. Documented keys: `name` or `script_name`, `exit_code`, `script_output`, `script_error`; recorded answers say
 * `script_errors`. Source: "Get live response results", get-live-response-result.md.
 */
export interface Transcript<Text = string> {
  readonly scriptName: string | undefined;
  /** As it was sent, when it is a number or a text; a number that JavaScript cannot hold is a text. */
  readonly exitCode: number | string | undefined;
  readonly output: Text;
  readonly error: Text;
  /** Keys that the documentation does not name, and an exit code that is neither number nor text. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly repairs: readonly Repair[];
}

/** Why a body is no transcript. */
export type NotATranscript =
  | { readonly code: 'empty' }
  | { readonly code: 'notJson' }
  | { readonly code: 'truncated' }
  | { readonly code: 'notAnObject' }
  /** An object with neither output nor errors. */
  | { readonly code: 'noOutput' }
  /** JSON that would take more memory than is reasonable, nested beyond all measure or with millions of values. */
  | { readonly code: 'tooComplex' }
  /** It is packed, and cannot be unpacked. */
  | { readonly code: PackingProblem };

export type TranscriptReading<Text = string> =
  | { readonly kind: 'transcript'; readonly transcript: Transcript<Text> }
  /** `text` is decoded, not cleaned. */
  | {
      readonly kind: 'body';
      readonly reason: NotATranscript;
      readonly text: Text;
      readonly repairs: readonly Repair[];
    };

/** A text in UTF-8 without a mark, and what was done to get it. */
export interface DecodedBody {
  readonly bytes: Uint8Array;
  readonly repairs: readonly Repair[];
}

/** From which size on a text is not handled as one string. */
export interface ReadingSizes {
  /** Bytes up to which a body is parsed as a whole. Beyond, its long strings are left out. */
  readonly whole: number;
  /** Bytes of one piece of a text; at least 16. */
  readonly piece: number;
}

/** One piece is faster, up to here. */
export const defaultSizes: ReadingSizes = { whole: 4 * 1024 * 1024, piece: defaultPiece };
/** Bytes of a string that is left out of what is parsed. */
const longString = 64 * 1024;
/** Brackets, commas and colons of a JSON text that is parsed: each can cost dozens of bytes of memory. */
const mostTokens = 2_000_000;

/** Recognises the encoding of a body: UTF-8 or UTF-16, with or without a mark. */
export function decodeBody(bytes: Uint8Array): DecodedBody {
  const encoding = detectEncoding(bytes);
  const text = toUtf8(bytes, encoding);
  if (encoding.name !== 'utf8') {
    const count = brokenCharacters(bytes, encoding);
    const broken: Repair[] = count > 0 ? [{ kind: 'brokenCharacters', count }] : [];
    return { bytes: text, repairs: [{ kind: 'utf16' }, ...broken] };
  }
  const repairs: Repair[] = encoding.mark > 0 ? [{ kind: 'byteOrderMark' }] : [];
  return { bytes: text, repairs: isUtf8(text) ? repairs : [...repairs, { kind: 'invalidUtf8' }] };
}

/** {@link readTranscriptText} of a body in any encoding, with its texts as strings: for bodies of a few megabytes. */
export function readTranscript(bytes: Uint8Array): TranscriptReading {
  const reading = readTranscriptText(decodeBody(bytes), { ...defaultSizes, whole: Infinity });
  const join = (source: TextSource): string => source.whole ?? Array.from(source.pieces()).join('');
  if (reading.kind === 'body') {
    return { ...reading, text: join(reading.text) };
  }
  const { transcript } = reading;
  return {
    kind: 'transcript',
    transcript: { ...transcript, output: join(transcript.output), error: join(transcript.error) },
  };
}

/**
 * Reads the body of a RunScript result: strictly first, then with what is known to be damaged repaired. Nothing is invented: JSON that ends
 * early stays what it is, a body, and is shown with the reason. In a large one, long strings are left where they are.
 */
export function readTranscriptText(
  { bytes, repairs }: DecodedBody,
  sizes = defaultSizes,
): TranscriptReading<TextSource> {
  const body = (code: NotATranscript['code']): TranscriptReading<TextSource> => ({
    kind: 'body',
    reason: { code },
    text: utf8Source(bytes, sizes.piece),
    repairs,
  });
  const { end, nuls } = withoutPadding(bytes);
  if (end === 0) {
    return body('empty');
  }
  const made = [...repairs];
  const parsed = parseBody(bytes, end, sizes.whole);
  if (!parsed.ok) {
    return body(parsed.tooComplex ? 'tooComplex' : whyNot(bytes, end, parsed.complete));
  }
  if (nuls > 0) {
    made.push({ kind: 'trailingNuls', count: nuls });
  }
  if (parsed.rawControls > 0) {
    made.push({ kind: 'rawControlCharacters', count: parsed.rawControls });
  }
  made.push(...parsed.repeated.map((key): Repair => ({ kind: 'repeatedKey', key })));
  const read = fromJson(parsed, sizes.piece, made);
  return typeof read === 'string' ? body(read) : { kind: 'transcript', transcript: read };
}

/** Where the text ends before the NULs that the service pads it with, and the white space among them; and how many NULs. */
function withoutPadding(bytes: Uint8Array): { end: number; nuls: number } {
  let end = bytes.length;
  let nuls = 0;
  for (; end > 0; end -= 1) {
    const last = bytes[end - 1];
    if (last === 0) {
      nuls += 1;
    } else if (last !== 0x20 && last !== 0x0a && last !== 0x0d && last !== 0x09) {
      break;
    }
  }
  return { end, nuls };
}

interface ParsedBody {
  readonly ok: true;
  readonly value: unknown;
  /** The JSON that was parsed. */
  readonly json: string;
  readonly rawControls: number;
  readonly repeated: readonly string[];
  /** The long string that a value stands for; undefined when it stands for itself. */
  readonly longString: (value: unknown) => Uint8Array | undefined;
}
type Parsed = ParsedBody | { readonly ok: false; readonly complete: boolean; readonly tooComplex: boolean };

function parseBody(bytes: Uint8Array, end: number, limit: number): Parsed {
  return bytes.byteLength <= limit
    ? parseWhole(bytes, end)
    : parseWithoutLong(bytes, end, Math.min(limit, longString));
}

function parseWhole(bytes: Uint8Array, end: number): Parsed {
  const found = parseRepaired(bytes, end);
  if (!found.ok) {
    return { ...found, tooComplex: false };
  }
  const { repeated } = mayRepeatKeys(found) ? indexJson(bytes, Infinity, soleKeys) : { repeated: [] };
  return { ...found, repeated, longString: () => undefined };
}

/** Whether a key could stand there twice. Without a look into the largest texts, which is most of the work. */
function mayRepeatKeys({ json, value }: Pick<ParsedBody, 'json' | 'value'>): boolean {
  let outside = json;
  for (const [key, text] of Object.entries(value ?? {})) {
    if (typeof text === 'string' && text.length > longString) {
      // As JSON it is at least as long; the last one with this key is the one that was parsed.
      const at = outside.lastIndexOf(`"${key}"`, outside.length - text.length);
      const start = outside.indexOf('"', at + key.length + 2) + 1;
      outside = at < 0 ? outside : outside.slice(0, start) + outside.slice(start + text.length);
    }
  }
  const found = Array.from(outside.matchAll(soleKeyPattern), ([key]) => key);
  return new Set(found).size < found.length;
}

/** Parses what is left when each long string is replaced by a mark that nobody can have foreseen. */
function parseWithoutLong(bytes: Uint8Array, end: number, longFrom: number): Parsed {
  const index = indexJson(bytes.subarray(0, end), longFrom, soleKeys);
  if (!index.valid || !index.complete || index.tokens > mostTokens) {
    return { ok: false, complete: index.complete, tooComplex: index.complete && index.tokens > mostTokens };
  }
  const mark = randomUUID();
  const skeleton = skeletonOf(bytes, index, mark);
  const found = parseRepaired(skeleton, withoutPadding(skeleton).end);
  if (!found.ok) {
    return { ...found, tooComplex: false };
  }
  const places = new Map(index.long.map((place, n) => [`${mark}${n}`, place]));
  const longString = (value: unknown): Uint8Array | undefined => {
    const place = typeof value === 'string' ? places.get(value) : undefined;
    return place && bytes.subarray(place.start, place.end);
  };
  const rawControls = found.rawControls + index.rawControls;
  return { ...found, rawControls, repeated: index.repeated, longString };
}

function skeletonOf(bytes: Uint8Array, { long }: JsonIndex, mark: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const [n, { start, end }] of long.entries()) {
    parts.push(bytes.subarray(from, start), Buffer.from(`${mark}${n}`));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return long.length === 0 ? bytes : Buffer.concat(parts);
}

type Repaired =
  | Pick<ParsedBody, 'ok' | 'value' | 'json' | 'rawControls'>
  | { readonly ok: false; readonly complete: boolean };

/** Strictly first; then without the padding behind `end`, and with raw control characters escaped. */
function parseRepaired(bytes: Uint8Array, end: number): Repaired {
  const text = utf8(bytes);
  const strict = parse(text);
  if (strict.ok) {
    return { ...strict, json: text, rawControls: 0 };
  }
  const { json, count, complete } = escapeRawControls(bytes.subarray(0, end));
  const escaped = utf8(json);
  const repaired = parse(escaped);
  return repaired.ok ? { ...repaired, json: escaped, rawControls: count } : { ok: false, complete };
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

const openingBrace = 0x7b;
const closingBrace = 0x7d;

function whyNot(bytes: Uint8Array, end: number, complete: boolean): NotATranscript['code'] {
  const first = bytes.find((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
  return first === openingBrace && (!complete || bytes[end - 1] !== closingBrace) ? 'truncated' : 'notJson';
}

const outputKeys = ['script_output', 'output'] as const;
const errorKeys = ['script_errors', 'script_error', 'errors'] as const;
const nameKeys = ['script_name', 'name'] as const;

/** What is read once: a second one would be lost. */
const soleKeys = [...outputKeys, ...errorKeys, 'exit_code'];
const soleKeyPattern = new RegExp(`"(?:${soleKeys.join('|')})"`, 'g');

function fromJson(
  parsed: ParsedBody,
  pieceSize: number,
  repairs: Repair[],
): Transcript<TextSource> | NotATranscript['code'] {
  const { value, longString } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'notAnObject';
  }
  const rest = new Map(Object.entries(value));
  if (![...outputKeys, ...errorKeys].some((key) => rest.has(key))) {
    return 'noOutput';
  }
  const whole = (each: unknown): unknown => {
    const bytes = longString(each);
    return bytes === undefined ? each : Array.from(jsonStringSource(bytes).pieces()).join('');
  };
  const name = textOf(take(rest, nameKeys), whole, repairs);
  const sourceOf = (taken: Taken): TextSource | undefined => {
    const bytes = longString(taken.value);
    const text = bytes === undefined ? textOf(taken, whole, repairs) : undefined;
    return bytes === undefined
      ? text === undefined
        ? undefined
        : stringSource(text)
      : jsonStringSource(bytes, pieceSize);
  };
  const output = sourceOf(take(rest, outputKeys));
  const error = sourceOf(take(rest, errorKeys));
  if (name === undefined || output === undefined || error === undefined) {
    return 'tooComplex';
  }
  const exitCode: unknown = whole(rest.get('exit_code'));
  const known = typeof exitCode === 'number' || typeof exitCode === 'string';
  if (known || exitCode === null) {
    rest.delete('exit_code');
  }
  return {
    scriptName: name === '' ? undefined : name,
    exitCode: typeof exitCode === 'number' ? exact(exitCode, parsed.json) : known ? exitCode : undefined,
    output,
    error,
    extra: Object.fromEntries([...rest].map(([key, each]) => [key, whole(each)])),
    repairs,
  };
}

/** A number that JavaScript would round, as it was written, when that is beyond doubt. */
function exact(value: number, json: string): number | string {
  if (Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))) {
    return value;
  }
  const written = new Set(
    Array.from(json.matchAll(/"exit_code"\s*:\s*(-?[\d.eE+-]{1,400})/g), ([, digits]) => digits),
  );
  const [only] = written;
  return written.size === 1 && only !== undefined ? only : value;
}

interface Taken {
  readonly key: string | undefined;
  readonly value: unknown;
}

/** Takes the first of these keys that says something; another one that does too stays among the extra keys. */
function take(rest: Map<string, unknown>, keys: readonly string[]): Taken {
  const present = keys.filter((key) => rest.has(key));
  const chosen = present.find((key) => !isBlank(rest.get(key))) ?? present[0];
  const value = chosen === undefined ? undefined : rest.get(chosen);
  for (const key of present) {
    if (key === chosen || isBlank(rest.get(key))) {
      rest.delete(key);
    }
  }
  return { key: chosen, value };
}

function isBlank(value: unknown): boolean {
  return value === '' || value === null;
}

/** The text of a value; its JSON when it is none. Undefined when it is nested too deeply for that. */
function textOf(taken: Taken, whole: (value: unknown) => unknown, repairs: Repair[]): string | undefined {
  const value = whole(taken.value);
  if (typeof value === 'string') {
    return value;
  }
  if (value === null || taken.key === undefined) {
    return '';
  }
  repairs.push({ kind: 'notAString', key: taken.key });
  return readableJson(value);
}

/** Levels, and characters of the JSON, up to which line breaks and indentation are added: they could make it many times larger. */
const indentedLevels = 16;
const indentedLength = 256 * 1024;

function readableJson(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value);
    return json.length > indentedLength || isDeeper(value, indentedLevels)
      ? json
      : JSON.stringify(value, undefined, 2);
  } catch {
    // A RangeError: too deep for the stack.
    return undefined;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)))
  );
}

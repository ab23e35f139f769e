import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { utf8 } from '../../http/utf8';
import { countHalves, countReplaced, detectEncoding, type Encoding, toUtf8 } from '../reading/encoding';
import { indexJson, type JsonIndex } from './jsonIndex';
import { type JsonMember, type JsonSource, membersOf, nestedEnd, textJson, utf8Json } from './jsonMembers';
import { beginsWithRawControls, escapeRawControls } from './jsonRepair';
import {
  defaultPiece,
  jsonStringSource,
  stringSource,
  type TextSource,
  utf8Source,
} from '../reading/textSource';
import { type ReadMember, sortMembers, type TranscriptMembers } from './transcriptKeys';
import type { PackingProblem } from '../download/unpack';

/** What was done to a body before it could be read. */
export type Repair =
  /** It was packed. `others`: how many further files were in the archive, which are not shown. */
  | { readonly kind: 'unpacked'; readonly format: 'gzip' | 'zip'; readonly others: number }
  /** Somebody chose the encoding. */
  | { readonly kind: 'decodedAs'; readonly encoding: string }
  | { readonly kind: 'byteOrderMark' }
  | { readonly kind: 'utf16' }
  /** Bytes behind the end of the archive, which belong to nothing in it and are left out. */
  | { readonly kind: 'bytesBehindArchive'; readonly count: number }
  /** It is no valid UTF-8: what could not be decoded is shown as U+FFFD, this many times. */
  | { readonly kind: 'invalidUtf8'; readonly count: number }
  /** Halves of characters in UTF-16, each shown as U+FFFD. */
  | { readonly kind: 'invalidUtf16'; readonly count: number }
  | { readonly kind: 'trailingNuls'; readonly count: number }
  | { readonly kind: 'rawControlCharacters'; readonly count: number }
  /** The key stands there more than once; the last one is shown, as every parser does. */
  | { readonly kind: 'repeatedKey'; readonly key: string }
  /**
   * A key that is none of the known ones was read as one of them, because it differs only in case
   * or separators.
   */
  | { readonly kind: 'keySpelling'; readonly key: string; readonly meant: string }
  /** Name, output or error was not a string; its JSON is shown, exactly as it was sent. */
  | { readonly kind: 'notAString'; readonly key: string };

/** A key of a transcript that the documentation does not name. */
export interface ExtraKey {
  readonly key: string;
  /**
   * Its value as JSON, exactly as it was sent, cut when it is long: the transcript itself has it
   * whole.
   */
  readonly value: string;
}

/**
 * A RunScript transcript. Documented keys: `name` or `script_name`, `exit_code`, `script_output`,
 * `script_error`; recorded answers say `script_errors`. Source: "Get live response results",
 * get-live-response-result.md.
 */
export interface Transcript {
  readonly scriptName: string | undefined;
  /**
   * As it was sent, when it is a number or a text; a number that JavaScript would write in another
   * way is a text.
   */
  readonly exitCode: number | string | undefined;
  readonly output: TextSource;
  readonly error: TextSource;
  /**
   * Keys that the documentation does not name, and an exit code that is neither number nor text:
   * the first hundred.
   */
  readonly extra: readonly ExtraKey[];
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
  /**
   * JSON that would take more memory than is reasonable, nested beyond all measure or with millions
   * of values.
   */
  | { readonly code: 'tooComplex' }
  /** It is packed, and cannot be unpacked. */
  | { readonly code: PackingProblem };

export type TranscriptReading =
  | { readonly kind: 'transcript'; readonly transcript: Transcript }
  /** `text` is decoded, not cleaned. */
  | {
      readonly kind: 'body';
      readonly reason: NotATranscript;
      readonly text: TextSource;
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
/**
 * Brackets, commas and colons of a JSON text that is parsed: each can cost dozens of bytes of
 * memory.
 */
const maxTokens = 2_000_000;

/** Recognises the encoding of a body: UTF-8 or UTF-16, with or without a mark. */
export function decodeBody(bytes: Uint8Array): DecodedBody {
  return decodeAs(bytes, detectEncoding(bytes));
}

/** Decodes what is in a known encoding; what cannot be decoded is counted. */
export function decodeAs(bytes: Uint8Array, encoding: Encoding): DecodedBody {
  const text = toUtf8(bytes, encoding);
  const wide = encoding.name !== 'utf8';
  const repairs: Repair[] = wide ? [{ kind: 'utf16' }] : encoding.mark > 0 ? [{ kind: 'byteOrderMark' }] : [];
  const count = wide ? countHalves(bytes, encoding) : isUtf8(text) ? 0 : countReplaced(text);
  if (count > 0) {
    repairs.push({ kind: wide ? 'invalidUtf16' : 'invalidUtf8', count });
  }
  return { bytes: text, repairs };
}

/**
 * Reads the body of a RunScript result: strictly first, then with what is known to be damaged
 * repaired. Nothing is invented: JSON that ends early stays what it is, a body, and is shown with
 * the reason. In a large one, long strings are left where they are.
 */
export function readTranscriptText({ bytes, repairs }: DecodedBody, sizes = defaultSizes): TranscriptReading {
  const body = (code: NotATranscript['code']): TranscriptReading => ({
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
  const parsed = parseBody(bytes.subarray(0, end), sizes.whole);
  if (!parsed.ok) {
    return body(parsed.tooComplex ? 'tooComplex' : whyNot(bytes.subarray(0, end)));
  }
  if (nuls > 0) {
    made.push({ kind: 'trailingNuls', count: nuls });
  }
  if (parsed.rawControls > 0) {
    made.push({ kind: 'rawControlCharacters', count: parsed.rawControls });
  }
  const read = fromJson(parsed, sizes.piece, made);
  return typeof read === 'string' ? body(read) : { kind: 'transcript', transcript: read };
}

/**
 * Where the text ends before the NULs that the service pads it with, and the white space among
 * them; and how many NULs.
 */
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
  /** The JSON that was parsed, as it was sent: without escapes for raw control characters. */
  readonly json: JsonSource;
  readonly rawControls: number;
  /** The long string that a value stands for; undefined when it stands for itself. */
  readonly longString: (value: unknown) => Uint8Array | undefined;
}
type Parsed = ParsedBody | { readonly ok: false; readonly tooComplex: boolean };

function parseBody(bytes: Uint8Array, limit: number): Parsed {
  return bytes.byteLength <= limit ? parseWhole(bytes) : parseWithoutLong(bytes, Math.min(limit, longString));
}

function parseWhole(bytes: Uint8Array): Parsed {
  const found = parseRepaired(bytes);
  return found.ok ? { ...found, longString: () => undefined } : { ...found, tooComplex: false };
}

/**
 * Parses what is left when each long string is replaced by a mark that nobody can have foreseen.
 */
function parseWithoutLong(bytes: Uint8Array, longFrom: number): Parsed {
  const index = indexJson(bytes, longFrom);
  if (!index.valid || !index.complete || index.tokens > maxTokens) {
    return { ok: false, tooComplex: index.complete && index.tokens > maxTokens };
  }
  const mark = randomUUID();
  const found = parseRepaired(skeletonOf(bytes, index, mark));
  if (!found.ok) {
    return { ...found, tooComplex: false };
  }
  const places = new Map(index.long.map((place, n) => [`${mark}${n}`, place]));
  const longString = (value: unknown): Uint8Array | undefined => {
    const place = typeof value === 'string' ? places.get(value) : undefined;
    return place && bytes.subarray(place.start, place.end);
  };
  const rawControls = found.rawControls + index.rawControls;
  return { ...found, rawControls, longString };
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

type Repaired = Pick<ParsedBody, 'ok' | 'value' | 'json' | 'rawControls'> | { readonly ok: false };

/** Strictly first, when that can succeed; then with raw control characters escaped. */
function parseRepaired(bytes: Uint8Array): Repaired {
  const text = beginsWithRawControls(bytes) ? undefined : utf8(bytes);
  const strict = text === undefined ? undefined : parse(text);
  if (text !== undefined && strict?.ok === true) {
    return { ...strict, json: textJson(text), rawControls: 0 };
  }
  const { json, count } = escapeRawControls(bytes);
  const repaired = parse(json);
  return repaired.ok ? { ...repaired, json: utf8Json(bytes), rawControls: count } : repaired;
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/**
 * Why what is no JSON is none: it ends within the object that it begins with, or is something else.
 */
function whyNot(bytes: Uint8Array): NotATranscript['code'] {
  const { structure } = utf8Json(bytes);
  const start = structure.search(/\S/);
  return structure[start] === '{' && nestedEnd(structure, start) === undefined ? 'truncated' : 'notJson';
}

/** Extra keys, and characters of a value that are told: enough to see what it is. */
const maxExtraKeys = 100;
const maxValueLength = 500;

function fromJson(
  parsed: ParsedBody,
  pieceSize: number,
  repairs: readonly Repair[],
): Transcript | NotATranscript['code'] {
  if (!isRecord(parsed.value)) {
    return 'notAnObject';
  }
  const values = new MemberValues(parsed, parsed.value, pieceSize);
  const members = sortMembers(membersOf(parsed.json).map((member) => values.read(member)));
  if (members === undefined) {
    return 'noOutput';
  }
  const scriptName = joined(values.textOf(members.name));
  const { exitCode, isExtra } = exitCodeOf(members, values);
  const extra = isExtra && members.exitCode ? [members.exitCode, ...members.extra] : members.extra;
  return {
    scriptName: scriptName === '' ? undefined : scriptName,
    exitCode,
    output: values.textOf(members.output),
    error: values.textOf(members.error),
    extra: extra
      .slice(0, maxExtraKeys)
      .map((member) => ({ key: cut(member.key), value: values.beginning(member) })),
    repairs: [...repairs, ...members.repairs, ...notStrings(members, values)],
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notStrings({ name, output, error }: TranscriptMembers, values: MemberValues): Repair[] {
  return [name, output, error].flatMap((member) =>
    member === undefined || values.isTextOrNull(member) ? [] : { kind: 'notAString', key: member.key },
  );
}

/** A number, or the text that was sent; `isExtra` when it is neither a number nor a text. */
function exitCodeOf(
  { exitCode: member }: TranscriptMembers,
  values: MemberValues,
): { exitCode: number | string | undefined; isExtra: boolean } {
  if (member === undefined || values.isNull(member)) {
    return { exitCode: undefined, isExtra: false };
  }
  if (values.isTextOrNull(member)) {
    return { exitCode: cut(joined(values.textOf(member))), isExtra: false };
  }
  const source = values.beginning(member);
  if (!/^[-\d]/.test(source)) {
    return { exitCode: undefined, isExtra: true };
  }
  return { exitCode: String(Number(source)) === source ? Number(source) : source, isExtra: false };
}

/**
 * What the members of a body say: strings as they were parsed, all else as the text that was sent.
 */
class MemberValues {
  readonly #parsed: ParsedBody;
  readonly #strings: Readonly<Record<string, unknown>>;
  readonly #pieceSize: number;

  constructor(parsed: ParsedBody, values: Readonly<Record<string, unknown>>, pieceSize: number) {
    this.#parsed = parsed;
    this.#strings = values;
    this.#pieceSize = pieceSize;
  }

  read(member: JsonMember): ReadMember {
    const { start, end } = member;
    const blank = end - start === 2 && this.#parsed.json.structure.startsWith('""', start);
    return { ...member, blank: blank || this.isNull(member) };
  }

  isNull({ start }: JsonMember): boolean {
    return this.#parsed.json.structure[start] === 'n';
  }

  isTextOrNull(member: JsonMember): boolean {
    return this.#parsed.json.structure[member.start] === '"' || this.isNull(member);
  }

  /** The text of the last member with this key; its JSON when it is no string. */
  textOf(member: JsonMember | undefined): TextSource {
    if (member === undefined || this.isNull(member)) {
      return stringSource('');
    }
    if (!this.isTextOrNull(member)) {
      return stringSource(this.#parsed.json.slice(member.start, member.end));
    }
    const value = this.#strings[member.key];
    const long = this.#parsed.longString(value);
    return long === undefined
      ? stringSource(typeof value === 'string' ? value : '')
      : jsonStringSource(long, this.#pieceSize);
  }

  /** The JSON of a value as it was sent; its beginning when it is long. */
  beginning({ key, start, end }: JsonMember): string {
    const { json, longString } = this.#parsed;
    const long = json.structure[start] === '"' ? longString(this.#strings[key]) : undefined;
    // Eight bytes for each character that is told: one that is cut through at the end is not among
    // them.
    return cut(
      long === undefined
        ? json.slice(start, Math.min(end, start + 8 * maxValueLength))
        : `"${utf8(long.subarray(0, 8 * maxValueLength))}"`,
    );
  }
}

/** A text as one string. */
function joined(source: TextSource): string {
  return source.whole ?? Array.from(source.pieces()).join('');
}

/** In a copy: a slice would keep the whole body in memory. */
function cut(text: string): string {
  const short = text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength)}…`;
  return Buffer.from(short, 'utf16le').toString('utf16le');
}

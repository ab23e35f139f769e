import { escapeRawControls } from './jsonRepair';

/** What was done to a body before it could be read as a transcript. */
export type Repair =
  | { readonly kind: 'byteOrderMark' }
  | { readonly kind: 'utf16' }
  | { readonly kind: 'trailingNuls'; readonly count: number }
  | { readonly kind: 'rawControlCharacters'; readonly count: number }
  /** Output or error was not a string; its JSON is shown. */
  | { readonly kind: 'notAString'; readonly key: string };

/**
 * A RunScript transcript. Documented keys: `name` or `script_name`, `exit_code`, `script_output`, `script_error`; recorded answers say
 * `script_errors`. Source: "Get live response results", get-live-response-result.md.
 */
export interface Transcript {
  readonly scriptName: string | undefined;
  /** As it was sent, when it is a number or a text. */
  readonly exitCode: number | string | undefined;
  readonly output: string;
  readonly error: string;
  /** Keys that the documentation does not name. */
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
  /** gzip, zip, or anything else that is no text. */
  | { readonly code: 'binary' };

export type TranscriptReading =
  | { readonly kind: 'transcript'; readonly transcript: Transcript }
  /** `text` is decoded, not cleaned. */
  | { readonly kind: 'body'; readonly reason: NotATranscript; readonly text: string };

/**
 * Reads the body of a RunScript result: strictly first, then with what is known to be damaged repaired. Nothing is invented: JSON that ends
 * early stays what it is, a body, and is shown with the reason.
 */
export function readTranscript(bytes: Uint8Array): TranscriptReading {
  const { text, repairs } = decode(bytes);
  const strict = parse(text);
  if (strict.ok) {
    return fromJson(strict.value, text, repairs);
  }
  const { end, nuls } = withoutPadding(text);
  // Each character of the padding is one byte.
  const padding = text.length - end;
  if (end === 0) {
    return { kind: 'body', reason: { code: 'empty' }, text };
  }
  if (nuls > 0) {
    repairs.push({ kind: 'trailingNuls', count: nuls });
  }
  // A text that was not UTF-8, or had a mark, is made UTF-8 for it.
  const plain = repairs.some(({ kind }) => kind !== 'trailingNuls') ? Buffer.from(text) : bytes;
  const { json, count, complete } = escapeRawControls(plain.subarray(0, plain.length - padding));
  const repaired = parse(utf8(json));
  if (!repaired.ok) {
    return { kind: 'body', reason: { code: whyNot(bytes, text, complete) }, text };
  }
  if (count > 0) {
    repairs.push({ kind: 'rawControlCharacters', count });
  }
  return fromJson(repaired.value, text, repairs);
}

/** Where the text ends before the NULs that the service pads it with, and the white space among them; and how many NULs. */
function withoutPadding(text: string): { end: number; nuls: number } {
  let end = text.length;
  let nuls = 0;
  for (; end > 0; end -= 1) {
    const last = text.charAt(end - 1);
    if (last === '\0') {
      nuls += 1;
    } else if (!' \n\r\t'.includes(last)) {
      break;
    }
  }
  return { end, nuls };
}

function decode(bytes: Uint8Array): { text: string; repairs: Repair[] } {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(bytes), repairs: [{ kind: 'utf16' }] };
  }
  if (first === 0xfe && second === 0xff) {
    const swapped = Buffer.from(bytes.subarray(0, bytes.byteLength & ~1)).swap16();
    return { text: new TextDecoder('utf-16le').decode(swapped), repairs: [{ kind: 'utf16' }] };
  }
  const marked = first === 0xef && second === 0xbb && third === 0xbf;
  return {
    text: utf8(marked ? bytes.subarray(3) : bytes),
    repairs: marked ? [{ kind: 'byteOrderMark' }] : [],
  };
}

/** Like TextDecoder, but several times faster on large bodies; what is no UTF-8 becomes U+FFFD in both. */
function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function whyNot(bytes: Uint8Array, text: string, complete: boolean): NotATranscript['code'] {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
  if (gzip || zip) {
    return 'binary';
  }
  const json = text.trim();
  return json.startsWith('{') && (!complete || !/\}[\0\s]*$/.test(json)) ? 'truncated' : 'notJson';
}

const outputKeys = ['script_output', 'output'] as const;
const errorKeys = ['script_errors', 'script_error', 'errors'] as const;
const nameKeys = ['script_name', 'name'] as const;

function fromJson(value: unknown, text: string, repairs: readonly Repair[]): TranscriptReading {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'body', reason: { code: 'notAnObject' }, text };
  }
  const rest = new Map(Object.entries(value));
  if (![...outputKeys, ...errorKeys].some((key) => rest.has(key))) {
    return { kind: 'body', reason: { code: 'noOutput' }, text };
  }
  const made: Repair[] = [...repairs];
  const name = take(rest, nameKeys, made);
  const output = take(rest, outputKeys, made);
  const error = take(rest, errorKeys, made);
  const exitCode: unknown = rest.get('exit_code');
  const known = typeof exitCode === 'number' || typeof exitCode === 'string';
  if (known || exitCode === null) {
    rest.delete('exit_code');
  }
  return {
    kind: 'transcript',
    transcript: {
      scriptName: name === '' ? undefined : name,
      exitCode: known ? exitCode : undefined,
      output,
      error,
      extra: Object.fromEntries(rest),
      repairs: made,
    },
  };
}

/** Takes the first of these keys that says something; another one that does too stays among the extra keys. */
function take(rest: Map<string, unknown>, keys: readonly string[], repairs: Repair[]): string {
  const present = keys.filter((key) => rest.has(key));
  const chosen = present.find((key) => !isBlank(rest.get(key))) ?? present[0];
  const value = chosen === undefined ? '' : rest.get(chosen);
  for (const key of present) {
    if (key === chosen || isBlank(rest.get(key))) {
      rest.delete(key);
    }
  }
  if (typeof value === 'string') {
    return value;
  }
  if (value === null || chosen === undefined) {
    return '';
  }
  repairs.push({ kind: 'notAString', key: chosen });
  return JSON.stringify(value, undefined, 2);
}

function isBlank(value: unknown): boolean {
  return value === '' || value === null;
}

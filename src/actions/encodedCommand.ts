import { decodedViews } from '../http/decodedViews';

/** A PowerShell command that an argument holds in Base64. */
export interface EncodedCommand {
  /** The parameter as it was written, `-enc`. */
  readonly parameter: string;
  readonly encoded: string;
  /** PowerShell takes UTF-16LE alone; some tools that have a parameter of this name take UTF-8. */
  readonly encoding: 'utf16le' | 'utf8';
  /** What it says: written by whoever wrote the argument, so hostile. */
  readonly text: string;
}

/**
 * PowerShell takes a parameter by any beginning of its name, with one dash of any kind, two, or a
 * slash before it. Around it stands what a shell, a script or a list of arguments puts there.
 */
const parameter =
  /(?<![^\s"'`(){}[\];,|&=])((?:--|[-/\u2013-\u2015])(e[a-z]{0,14}))(?:["'\\]{0,4}(?:\s*,\s*|\s+)|:\s*)["'\\(]{0,4}([a-z0-9+/]{4,}={0,2})/gi;

/** What may follow the Base64; before anything else it was no Base64. */
const endOfValue = /^(?:$|[\s"'`(){}[\];,|&<>\\])/;

const fullName = 'encodedcommand';
/** Beginnings that other parameters have too, or that a script may have for something else. */
const vague = new Set(['e', 'ec']);

/**
 * The command in an `-EncodedCommand`, `-enc` or `-e`: Base64 of UTF-16LE, of some tools of UTF-8.
 * Undefined when there is none, and when what is there is no text in these encodings. The argument
 * may be escaped as in JSON, in an address or in HTML.
 *
 * Source: about_PowerShell_exe, "-EncodedCommand"; `-e` and `-ec` from about_Pwsh.
 */
export function encodedCommand(args: string | undefined): EncodedCommand | undefined {
  if (args === undefined) {
    return undefined;
  }
  // A part alone would be read as another command.
  const whole = args.replace(/["'] {0,4}\+ {0,4}["']/g, '');
  for (const { text } of decodedViews(whole)) {
    const found = commandIn(text) ?? commandIn(asShellsReadIt(text));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/**
 * cmd drops carets and PowerShell backticks, wherever they stand in a word, and both of them
 * quotes.
 */
function asShellsReadIt(args: string): string {
  return args.replace(/[\^`"'](?=\S)/g, '');
}

function commandIn(args: string): EncodedCommand | undefined {
  for (const match of args.matchAll(parameter)) {
    const [whole, written = '', name = '', encoded = ''] = match;
    const lower = name.toLowerCase();
    const end = match.index + whole.length;
    const named = lower === 'ec' || fullName.startsWith(lower);
    const decoded = named && endOfValue.test(args.slice(end, end + 1)) ? decode(encoded) : undefined;
    if (decoded !== undefined && (!vague.has(lower) || isCertain(decoded))) {
      return { parameter: written, encoded, ...decoded };
    }
  }
  return undefined;
}

type Decoded = Pick<EncodedCommand, 'encoding' | 'text'>;

/** Undefined when the bytes are no text of a command. */
function decode(encoded: string): Decoded | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  // The last digit of a Base64 that was cut, or of a word that is none, has bits that no byte
  // takes.
  if (unpadded(bytes.toString('base64')) !== unpadded(encoded)) {
    return undefined;
  }
  const utf8 = textOf(bytes, 'utf-8');
  // ASCII in UTF-8 passes for Chinese in UTF-16, so a word in it decides.
  if (utf8 !== undefined && /[a-z]{3}/i.test(utf8) && asciiShare(utf8) >= 0.25) {
    return { encoding: 'utf8', text: utf8 };
  }
  const utf16 = bytes.length % 2 === 0 ? textOf(bytes, 'utf-16le') : undefined;
  return utf16 !== undefined && (asciiShare(utf16) >= 0.25 || isOneScript(utf16))
    ? { encoding: 'utf16le', text: utf16 }
    : undefined;
}

function unpadded(base64: string): string {
  const end = base64.indexOf('=');
  return end < 0 ? base64 : base64.slice(0, end);
}

/**
 * Undefined for bytes that hold what no command has: a control character, a code without a meaning.
 */
function textOf(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le'): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text === '' || /(?![\t\r\n])\p{Cc}|\p{Unassigned}|\p{Co}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * The part of the characters that is plain: a command has some, whatever language its texts are in.
 */
function asciiShare(text: string): number {
  return text.replace(/[^ -~]/g, '').length / text.length;
}

const scripts: readonly RegExp[] = [
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Cyrillic}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Hebrew}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Arabic}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Thai}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Devanagari}]+$/u,
  /^[\p{sc=Common}\p{sc=Inherited}\p{sc=Latin}\p{sc=Hangul}]+$/u,
];

/** Chance makes letters of many scripts. */
function isOneScript(text: string): boolean {
  return scripts.some((script) => script.test(text));
}

/** For a parameter that may mean something else: what cannot be chance. */
function isCertain({ encoding, text }: Decoded): boolean {
  return asciiShare(text) >= 0.25 && (encoding === 'utf16le' || text.length >= 8);
}

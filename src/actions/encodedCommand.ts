/** A PowerShell command that an argument holds in Base64. */
export interface EncodedCommand {
  /** The parameter as it was written, `-enc`. */
  readonly parameter: string;
  readonly encoded: string;
  /** What it says: written by whoever wrote the argument, so hostile. */
  readonly text: string;
}

/** PowerShell takes a parameter by any beginning of its name, with a dash of any kind or a slash before it. */
const parameter = /(?:^|\s)([-/\u2013-\u2015](e\w*))(?:\s+|:)(["']?)([A-Za-z0-9+/]{4,}={0,2})\3(?=\s|$)/gi;

const fullName = 'encodedcommand';
/** Beginnings that other parameters have too, or that a script may have for something else. */
const vague = new Set(['e', 'ec']);

/**
 * The command in an `-EncodedCommand`, `-enc` or `-e`: Base64 of UTF-16LE. Undefined when there is none, and when what is there is no
 * text in that encoding.
 *
 * Source: about_PowerShell_exe, "-EncodedCommand"; `-e` and `-ec` from about_Pwsh.
 */
export function encodedCommand(args: string | undefined): EncodedCommand | undefined {
  for (const [, written = '', name = '', , encoded = ''] of (args ?? '').matchAll(parameter)) {
    const lower = name.toLowerCase();
    const text = lower === 'ec' || fullName.startsWith(lower) ? decode(encoded) : undefined;
    if (text !== undefined && (!vague.has(lower) || looksLikeCommand(text))) {
      return { parameter: written, encoded, text };
    }
  }
  return undefined;
}

/** The text; undefined when the bytes are no UTF-16LE, or hold what no command has: a control character, a code without a meaning. */
function decode(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  const unpadded = encoded.replace(/=+$/, '');
  if (bytes.toString('base64').replace(/=+$/, '') !== unpadded || bytes.length % 2 !== 0) {
    return undefined;
  }
  const text = bytes.toString('utf16le').replace(/^\uFEFF/, '');
  return text === '' || /(?![\t\r\n])\p{Cc}|\p{Surrogate}|\p{Unassigned}/u.test(text) ? undefined : text;
}

/** Chance makes letters of far away; a command has plain ones, whatever language its texts are in. */
function looksLikeCommand(text: string): boolean {
  return text.replace(/[^ -~]/g, '').length * 4 >= text.length;
}

import { hasClass, letter } from './characterClasses';

/**
 * What PowerShell itself writes into a transcript. It speaks the language of Windows, so nothing here goes by words: the names of
 * its files, the lines of asterisks and the digits of its times are the same in every language.
 */

/** Characters. The sentence and a path of Windows are shorter. */
const maxLine = 1_000;
/** Characters behind the path: a quotation mark, a period, and in some languages the verb. */
const maxTail = 40;
const englishStart = 'Transcript started, output file is ';
/** The names that the agent and PowerShell give to their transcripts. */
const transcriptNames = ['psscript_transcript_', 'powershell_transcript.'];
const absolutePath = /[A-Za-z]:[\\/]|\\\\|\//;

/** Whether a line is the sentence that PowerShell begins a transcript with: words in any language, then the transcript's path. */
export function isTranscriptLine(line: string): boolean {
  if (line.length > maxLine) {
    return false;
  }
  if (line.startsWith(englishStart)) {
    return true;
  }
  const end = line.toLowerCase().lastIndexOf('.txt');
  const path = absolutePath.exec(line)?.index ?? -1;
  if (end < 0 || path < 0 || path > end || line.length - end > maxTail) {
    return false;
  }
  const name = line.slice(1 + Math.max(line.lastIndexOf('\\', end), line.lastIndexOf('/', end)), end);
  // A path alone is a line of a list of files.
  return (
    transcriptNames.some((start) => name.toLowerCase().startsWith(start)) &&
    /\p{L}/u.test(line.slice(0, path))
  );
}

/** A text without the sentence that PowerShell begins a transcript with; as it is when it begins with something else. */
export function withoutTranscriptLine(text: string): string {
  const start = /^\s*/.exec(text.slice(0, maxLine))?.[0].length ?? 0;
  const head = text.slice(start, start + maxLine + 2);
  const end = head.search(/[\r\n]/);
  const line = end < 0 ? head : head.slice(0, end);
  return isTranscriptLine(line) ? text.slice(start + line.length) : text;
}

/** Characters of a title and of a line with a time. */
const maxHeaderLine = 200;

/**
 * The title of a transcript's header or footer; undefined for any other lines. Both are a line of 22 asterisks, a title, and a line
 * with the time.
 */
export function transcriptTitle(title: string, time: string): string | undefined {
  const fits =
    title.length <= maxHeaderLine &&
    time.length <= maxHeaderLine &&
    !isTimeLine(title) &&
    isTimeLine(time) &&
    hasClass(title, letter);
  return fits ? title.trim() : undefined;
}

const digit = 1;
const colon = 2;
const other = 4;

function kindOf(code: number): number {
  return code >= 0x30 && code <= 0x39 ? digit : code === 0x3a || code === 0xff1a ? colon : other;
}

/** Digits of a local time as yyyyMMddHHmmss. */
const timeDigits = 14;
const maxAround = 8;
const maxName = 80;

/** A name, a colon of any width, and the local time, read from the end. */
function isTimeLine(line: string): boolean {
  const text = line.trim();
  if (text.length <= timeDigits || !endsWithTime(text)) {
    return false;
  }
  const rest = new Backwards(text);
  if (rest.skip(colon | other, maxAround) < 0 || rest.skip(digit, timeDigits) !== timeDigits) {
    return false;
  }
  return (
    rest.skip(other, maxAround) >= 0 &&
    rest.skip(colon, 1) === 1 &&
    rest.skip(digit | other, maxName) > 0 &&
    rest.isAtStart
  );
}

/** Whether a digit, or a mark, is so near to the end that it can be the last one of a time: nearly every line is done then. */
function endsWithTime(text: string): boolean {
  for (let at = text.length - 1; at >= 0 && at >= text.length - 1 - maxAround; at -= 1) {
    const code = text.charCodeAt(at);
    if (kindOf(code) === digit || code === closingMark) {
      return true;
    }
  }
  return false;
}

/** Goes over a line from its end. Marks of direction stand as `<U+200E>` in the text that is shown, and count for nothing. */
class Backwards {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.length;
  }

  get isAtStart(): boolean {
    return this.#at === 0;
  }

  /** Skips the characters of these kinds, and says how many; -1 when they are more than `most`. */
  skip(kinds: number, most: number): number {
    const text = this.#text;
    let at = this.#at;
    let count = 0;
    for (; at > 0; at -= 1) {
      const code = text.charCodeAt(at - 1);
      const mark = code === closingMark ? markLength(text, at) : 0;
      if (mark > 0) {
        at -= mark - 1;
        continue;
      }
      if ((kindOf(code) & kinds) === 0) {
        break;
      }
      count += 1;
      if (count > most) {
        return -1;
      }
    }
    this.#at = at;
    return count;
  }
}

const closingMark = 0x3e;
const markLengths = [8, 9, 10];

/** How long the mark is that ends at `end`; 0 when none does. */
function markLength(text: string, end: number): number {
  return markLengths.find((length) => text.startsWith('<U+', end - length)) ?? 0;
}

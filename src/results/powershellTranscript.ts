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

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isColon = (code: number): boolean => code === 0x3a || code === 0xff1a;
const isNoDigit = (code: number): boolean => !isDigit(code);
const isNoColon = (code: number): boolean => !isColon(code);
const isNeither = (code: number): boolean => !isDigit(code) && !isColon(code);
/** Digits of a local time as yyyyMMddHHmmss. */
const timeDigits = 14;
const maxAround = 8;
const maxName = 80;

/** A name, a colon of any width, and the local time, read from the end. */
function isTimeLine(line: string): boolean {
  if (line.length <= timeDigits || (!line.includes(':') && !line.includes('\uff1a'))) {
    return false;
  }
  const rest = new Backwards(line.trim());
  if (rest.skip(isNoDigit, maxAround) < 0 || rest.skip(isDigit, timeDigits) !== timeDigits) {
    return false;
  }
  return (
    rest.skip(isNeither, maxAround) >= 0 &&
    rest.skip(isColon, 1) === 1 &&
    rest.skip(isNoColon, maxName) > 0 &&
    rest.isAtStart
  );
}

/** Goes over a line from its end. Marks of direction stand as `<U+200E>` in the text that is shown, and count for nothing. */
class Backwards {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.length;
    this.#skipMarks();
  }

  get isAtStart(): boolean {
    return this.#at === 0;
  }

  /** Skips the characters that fit, and says how many; -1 when they are more than `most`. */
  skip(fits: (code: number) => boolean, most: number): number {
    let count = 0;
    while (this.#at > 0 && fits(this.#text.charCodeAt(this.#at - 1))) {
      if (count === most) {
        return -1;
      }
      count += 1;
      this.#at -= 1;
      this.#skipMarks();
    }
    return count;
  }

  #skipMarks(): void {
    for (let length = this.#markLength(); length > 0; length = this.#markLength()) {
      this.#at -= length;
    }
  }

  /** How long the mark is that ends here; 0 when none does. */
  #markLength(): number {
    if (this.#text.charCodeAt(this.#at - 1) !== closingMark) {
      return 0;
    }
    return markLengths.find((length) => this.#text.startsWith('<U+', this.#at - length)) ?? 0;
  }
}

const closingMark = 0x3e;
const markLengths = [8, 9, 10];

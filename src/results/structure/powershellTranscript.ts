import { hasClass, letter } from './characterClasses';
import type { OutputLine } from './outputLines';

/**
 * What PowerShell itself writes into a transcript. It speaks the language of Windows, so nothing
 * here goes by words: the names of its files, the lines of asterisks and the digits of its times
 * are the same in every language.
 */

/** Characters. The sentence and a path of Windows are shorter. */
const maxLine = 1_000;
/** Characters behind the path: a quotation mark, a period, and in some languages the verb. */
const maxTail = 40;
const englishStart = 'Transcript started, output file is ';
/** The names that the agent and PowerShell give to their transcripts. */
const transcriptNames = ['psscript_transcript_', 'powershell_transcript.'];
const absolutePath = /[A-Za-z]:[\\/]|\\\\|\//;

/**
 * Whether a line is the sentence that PowerShell begins a transcript with: words in any language,
 * then the transcript's path.
 */
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

/**
 * A text without the sentence that PowerShell begins a transcript with; as it is when it begins
 * with something else.
 */
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
 * The title of a transcript's header or footer; undefined for any other lines. Both are a line of
 * 22 asterisks, a title, and a line with the time.
 */
export function transcriptTitle(title: OutputLine, time: OutputLine): string | undefined {
  const fits =
    title.text.length <= maxHeaderLine &&
    time.text.length <= maxHeaderLine &&
    isTimeLine(time) &&
    !isTimeLine(title) &&
    hasClass(title.text, letter);
  return fits ? title.text.trim() : undefined;
}

/** A name, a colon of any width, and the local time as yyyyMMddHHmmss, with little around it. */
const timeLine = /^[^:\uFF1A]{1,80}[:\uFF1A][^\d:\uFF1A]{0,8}\d{14}\D{0,8}$/;
const timeDigits = 14;
const maxAround = 8;
/** Marks of direction stand as `<U+200E>` in the text that is shown, and count for nothing. */
const shownMarks = /<U\+[\dA-F]{4,6}>/g;
const closingMark = 0x3e;

function isTimeLine(line: OutputLine): boolean {
  if (line.end - line.start <= timeDigits || !endsWithTime(line)) {
    return false;
  }
  const text = line.text.trim();
  return timeLine.test(text.includes('<U+') ? text.replace(shownMarks, '') : text);
}

/**
 * Whether a digit, or a mark, is so near to the end that it can be the last one of a time: nearly
 * every line is done then.
 */
function endsWithTime({ text, end }: OutputLine): boolean {
  for (let at = end - 1; at >= end - 1 - maxAround; at -= 1) {
    const code = text.charCodeAt(at);
    if ((code >= 0x30 && code <= 0x39) || code === closingMark) {
      return true;
    }
  }
  return false;
}

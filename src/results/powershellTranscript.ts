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

const asterisks = '*'.repeat(22);
/** A name, a colon of any width, and the local time as yyyyMMddHHmmss. */
const timeLine = /^[^:\uFF1A]{1,80}[:\uFF1A][^\d:\uFF1A]{0,8}\d{14}\D{0,8}$/;

/**
 * The title of a transcript's header or footer; undefined for any other lines. Both are a line of 22 asterisks, a title, and a line
 * with the time.
 */
export function transcriptTitle(ruler: string, title: string, time: string): string | undefined {
  const fits =
    time.length > 14 &&
    ruler.length <= asterisks.length + 2 &&
    ruler.trim() === asterisks &&
    title.length <= 200 &&
    time.length <= 200 &&
    /\p{L}/u.test(title) &&
    isTimeLine(time);
  return fits && !isTimeLine(title) ? title.trim() : undefined;
}

/** Marks of direction stand as `<U+200E>` in the text that is shown. */
function isTimeLine(line: string): boolean {
  return timeLine.test(line.replace(/<U\+[0-9A-F]{4,6}>/g, '').trim());
}

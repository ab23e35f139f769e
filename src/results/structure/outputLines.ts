import { isSpace } from './characterClasses';

/**
 * Characters of the widest line that is looked at from end to end. Blanks in front of a text are
 * counted so far, too.
 */
export const maxLooked = 2_000;

/**
 * A line of an output, and where its text is. An object is several lines, one after another,
 * because millions of objects take longer than looking at the lines: what {@link OutputLines} gives
 * is that line until one is asked for whose number is greater or less by a multiple of 4.
 */
export class OutputLine {
  text = '';
  /** Where the text begins behind white space; the length when there is none. */
  start = 0;
  /** Where the white space behind the text begins. */
  end = 0;
  /** The code of the character that the text begins with; NaN when there is none. */
  code = NaN;
  #run = -1;

  /** Is another line from now on. */
  become(text: string): void {
    this.text = text;
    this.start = textStart(text);
    this.end = textEnd(text, this.start);
    this.code = text.charCodeAt(this.start);
    this.#run = -1;
  }

  get isBlank(): boolean {
    return this.start === this.text.length;
  }

  /** How often the first character of the text stands there in a row. */
  get run(): number {
    if (this.#run < 0) {
      this.#run = runLength(this.text, this.start);
    }
    return this.#run;
  }
}

/**
 * The lines of an output, millions of them and of any shape, with what was found out about the last
 * few: each is asked for as itself, as the next one, and as the one before. A character is looked
 * at twice at most.
 */
export class OutputLines {
  readonly #texts: readonly string[];
  readonly #kept = Array.from({ length: slots }, () => new OutputLine());
  readonly #numbers = new Int32Array(slots).fill(-1);

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get length(): number {
    return this.#texts.length;
  }

  /** A line; an empty one behind the last. */
  at(number: number): OutputLine {
    const slot = number & (slots - 1);
    const line = this.#kept[slot] ?? new OutputLine();
    if (this.#numbers[slot] !== number) {
      this.#numbers[slot] = number;
      line.become(this.#texts[number] ?? '');
    }
    return line;
  }
}

const slots = 4;

function textStart(text: string): number {
  const most = Math.min(text.length, maxLooked);
  let at = 0;
  while (at < most && isSpace(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

function textEnd(text: string, start: number): number {
  let end = text.length;
  if (end <= maxLooked) {
    while (end > start && isSpace(text.charCodeAt(end - 1))) {
      end -= 1;
    }
  }
  return end;
}

/**
 * How often the character at `at` stands there in a row, up to {@link maxLooked}; 0 at the end of
 * the text.
 */
export function runLength(text: string, at: number): number {
  const most = Math.min(text.length, at + maxLooked);
  const code = text.charCodeAt(at);
  let end = at;
  while (end < most && text.charCodeAt(end) === code) {
    end += 1;
  }
  return end - at;
}

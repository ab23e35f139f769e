import { isSpace } from './characterClasses';

/** Characters of the widest line that is looked at from end to end. Blanks in front of a text are counted so far, too. */
export const maxLooked = 2_000;

/**
 * The lines of an output, millions of them and of any shape, with what was found out about the last few: each is asked for as itself, as
 * the next one, and as the one before. A character is looked at twice at most.
 */
export class OutputLines {
  readonly #texts: readonly string[];
  readonly #seen = new Int32Array(slots).fill(-1);
  readonly #start = new Int32Array(slots);
  readonly #end = new Int32Array(slots);
  readonly #runOf = new Int32Array(slots).fill(-1);
  readonly #run = new Int32Array(slots);

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  get length(): number {
    return this.#texts.length;
  }

  /** A line; empty behind the last one. */
  text(at: number): string {
    return this.#texts[at] ?? '';
  }

  /** Where the text of a line begins; its length when it has none. */
  start(at: number): number {
    return this.#start[this.#look(at)] ?? 0;
  }

  /** Where the white space behind the text of a line begins. */
  end(at: number): number {
    return this.#end[this.#look(at)] ?? 0;
  }

  /** How often the first character of the text stands there in a row. */
  run(at: number): number {
    const slot = this.#look(at);
    if (this.#runOf[slot] !== at) {
      this.#runOf[slot] = at;
      this.#run[slot] = runLength(this.text(at), this.#start[slot] ?? 0);
    }
    return this.#run[slot] ?? 0;
  }

  isBlank(at: number): boolean {
    const text = this.text(at);
    return text === '' || this.start(at) === text.length;
  }

  #look(at: number): number {
    const slot = at & (slots - 1);
    if (this.#seen[slot] !== at) {
      const text = this.text(at);
      const start = textStart(text);
      this.#seen[slot] = at;
      this.#start[slot] = start;
      this.#end[slot] = textEnd(text, start);
    }
    return slot;
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

/** How often the character at `at` stands there in a row, up to {@link maxLooked}; 0 at the end of the text. */
export function runLength(text: string, at: number): number {
  const most = Math.min(text.length, at + maxLooked);
  const code = text.charCodeAt(at);
  let end = at;
  while (end < most && text.charCodeAt(end) === code) {
    end += 1;
  }
  return end - at;
}

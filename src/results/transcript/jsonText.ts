import { isJsonAction, jsonAction, jsonClasses, jsonStart, jsonTransitions } from '../jsonTable';

/**
 * Whether a text is one JSON value, told in slices, so that a large text does not hold up whoever
 * waits for the thread.
 */

const sliceLength = 1024 * 1024;
/** Brackets inside brackets. Nobody writes so many. */
const maxDepth = 10_000;

/**
 * Goes over a text from `from` on; yields after each slice, and returns whether all of it is one
 * JSON value, or can be the beginning of a longer one. One look-up for each character, whatever the
 * text is: a scanner of tokens takes three times as long where tokens are short.
 */
export function* jsonSteps(
  text: string,
  from: number,
  part: 'all' | 'beginning' = 'all',
): Generator<void, boolean> {
  const scanner = new JsonScanner(text, from);
  while (scanner.scan(sliceLength)) {
    yield;
  }
  return part === 'all' ? scanner.isValue : scanner.isOpen;
}

class JsonScanner {
  readonly #text: string;
  /** By depth: the state behind a value there. */
  readonly #behind = new Uint16Array(maxDepth + 1).fill(jsonStart.behind, 0, 1);
  #depth = 0;
  #state = jsonStart.value;
  #at: number;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#at = from;
  }

  /** Whether all of the text is one value; once the scan has ended. */
  get isValue(): boolean {
    // A number at the end of the text ends with it, as it would with a space.
    const end = jsonTransitions[this.#state | (jsonClasses[0x20] ?? 0)];
    return this.#at === this.#text.length && this.#depth === 0 && end === jsonStart.behind;
  }

  /** Whether the text ends inside a list or an object; once the scan has ended. */
  get isOpen(): boolean {
    return this.#at === this.#text.length && this.#depth > 0;
  }

  /** Goes on for so many characters. False at the end of the text and at a fault. */
  scan(length: number): boolean {
    const text = this.#text;
    const end = Math.min(this.#at + length, text.length);
    let state = this.#state;
    let at = this.#at;
    for (; at < end; at += 1) {
      const next = jsonTransitions[state | (jsonClasses[text.charCodeAt(at)] ?? 0)] ?? 0;
      state = isJsonAction(next) ? this.#act(next) : next;
      if (state === jsonAction.fault) {
        return false;
      }
    }
    this.#state = state;
    this.#at = at;
    return at < text.length;
  }

  /** Opens or closes what a bracket says, and gives the state behind it. */
  #act(action: number): number {
    if (action === jsonAction.closeObject || action === jsonAction.closeList) {
      this.#depth -= 1;
      return this.#behind[this.#depth] ?? jsonAction.fault;
    }
    if (action === jsonAction.fault || this.#depth === maxDepth) {
      return jsonAction.fault;
    }
    this.#depth += 1;
    this.#behind[this.#depth] =
      action === jsonAction.openObject ? jsonStart.behindInObject : jsonStart.behindInList;
    return action === jsonAction.openObject ? jsonStart.object : jsonStart.list;
  }
}

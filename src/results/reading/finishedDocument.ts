import { type TextChanges, TextCleaner } from './text';
import type { TextSource } from './textSource';

/** A document as VS Code gets it. */
export interface FinishedDocument {
  /** UTF-8 without a byte order mark: `files.encoding` is set for our languages in package.json. */
  readonly bytes: Uint8Array;
  readonly changes: TextChanges;
  /** Of the text in UTF-16 code units, as VS Code counts. */
  readonly length: number;
  /** There is nothing to read in it: white space and the pictures of NULs at most. */
  readonly blank: boolean;
}

/**
 * Makes the text readable (text.ts) and encodes it. Besides the document it takes memory for a few
 * pieces of the text.
 */
export function finishDocument(source: TextSource): FinishedDocument {
  const writer = new Utf8Writer(source.size);
  const cleaner = new TextCleaner();
  // To read one string as it is takes half the time of reading it in pieces.
  for (const piece of source.whole === undefined ? source.pieces() : []) {
    writer.write(cleaner.push(piece));
  }
  const { text, changes } = cleaner.end(source.whole);
  writer.write(text);
  return { ...writer.finish(), changes };
}

class Utf8Writer {
  #buffer: Buffer;
  #used = 0;
  #length = 0;
  #blank = true;

  constructor(size: number) {
    // Not from Node's pool: it may be handed to another thread.
    this.#buffer = Buffer.allocUnsafeSlow(size);
  }

  write(text: string): void {
    const end = this.#used + Buffer.byteLength(text);
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, Math.ceil(this.#buffer.length * 1.25)));
      larger.set(this.#buffer.subarray(0, this.#used));
      this.#buffer = larger;
    }
    this.#used += this.#buffer.write(text, this.#used, 'utf8');
    this.#length += text.length;
    this.#blank &&= !/[^\s\u2400]/.test(text);
  }

  finish(): Omit<FinishedDocument, 'changes'> {
    const { length } = this.#buffer;
    // A little more than needed is cheaper than a copy; but it must not be counted wrong, nor be
    // much.
    const fits = this.#used * 1.25 >= length;
    const buffer = fits ? this.#buffer : Buffer.allocUnsafeSlow(this.#used);
    if (!fits) {
      buffer.set(this.#buffer.subarray(0, this.#used));
    }
    const bytes = new Uint8Array(buffer.buffer, 0, this.#used);
    return { bytes, length: this.#length, blank: this.#blank };
  }
}

import { characterStart } from '../../http/utf8';
import type { DocumentKind } from '../address';
import type { ResultReading, ResultSummary } from '../reading/reading';
import type { FinishedDocument } from '../reading/finishedDocument';

/**
 * The encoding that somebody chose for a result; undefined when its bytes were read as they say
 * themselves.
 */
export function encodingOf({ summary }: StoredResult): string | undefined {
  return summary.repairs.find((repair) => repair.kind === 'decodedAs')?.encoding;
}

/**
 * A result as it is kept: its bytes, which are the evidence, and the documents that were made from
 * them.
 */
export class StoredResult {
  readonly bytes: Uint8Array;
  readonly reading: ResultReading;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;

  /**
   * Host and path of where the bytes came from, without what signs it; undefined when it is not
   * known.
   */
  readonly source: string | undefined;
  /** The action had ended when this was asked for, so it will never be another one. */
  readonly final: boolean;
  /** Why the bytes could not be read, so that there are no documents; undefined when they could. */
  readonly unread: string | undefined;

  constructor(
    bytes: Uint8Array,
    reading: ResultReading,
    fetchedAt: number,
    source?: string,
    more: { readonly final?: boolean; readonly unread?: string } = {},
  ) {
    this.bytes = bytes;
    this.reading = reading;
    this.fetchedAt = fetchedAt;
    this.source = source;
    this.final = more.final ?? false;
    this.unread = more.unread;
  }

  /** What is known of it besides its documents. */
  get summary(): ResultSummary {
    return this.reading.summary;
  }

  /** The bytes of memory that this takes. */
  get weight(): number {
    const documents = Object.values(this.reading.documents);
    return documents.reduce((sum, { bytes }) => sum + bytes.buffer.byteLength, this.bytes.byteLength) + 1;
  }

  /** The documents that there are, the most wanted one first. */
  get kinds(): readonly DocumentKind[] {
    switch (this.summary.kind) {
      case 'transcript':
        return ['output', 'error', 'transcript'];
      case 'collected':
        return ['collected'];
      case 'binary':
        return [];
      case 'body':
        return ['body', 'transcript'];
    }
  }

  /**
   * A document; undefined when this result has no such one, and for the transcript, which is the
   * bytes.
   */
  document(kind: DocumentKind): FinishedDocument | undefined {
    return this.reading.documents[kind];
  }

  /**
   * The document that is too large to be shown, when there is one; its head and its tail are then.
   */
  get main(): FinishedDocument | undefined {
    const [kind] = this.kinds;
    return kind && this.document(kind);
  }

  /** What VS Code reads: a finished document, or for the transcript the exact bytes. */
  content(kind: DocumentKind): Uint8Array | undefined {
    if (kind === 'head' || kind === 'tail') {
      return this.main && partOf(this.main.bytes, kind);
    }
    return this.kinds.includes(kind) && kind === 'transcript' ? this.bytes : this.document(kind)?.bytes;
  }
}

/** Bytes of the head and of the tail of a large text. */
export const partSize = 1024 * 1024;
/**
 * Bytes that a part may be smaller for the sake of whole lines. A line that is longer is cut, or
 * nearly nothing might be left.
 */
const maxForWholeLines = 64 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Whole lines from the beginning or the end of a document; a long line is cut between characters.
 */
function partOf(document: Uint8Array, part: 'head' | 'tail'): Uint8Array {
  if (document.byteLength <= partSize) {
    return document;
  }
  if (part === 'head') {
    const line = document.lastIndexOf(lineFeed, partSize - 1) + 1;
    const isNear = line >= partSize - maxForWholeLines;
    return document.subarray(0, isNear ? line : lineSafeStart(document, partSize));
  }
  const from = document.byteLength - partSize;
  const line = document.subarray(from, from + maxForWholeLines).indexOf(lineFeed) + 1;
  const start = line > 0 ? from + line : lineSafeStart(document, from);
  return document.subarray(start);
}

/** The first byte at or before `at` that begins a character of UTF-8; CR LF is not cut either. */
function lineSafeStart(bytes: Uint8Array, at: number): number {
  const start = characterStart(bytes, 0, at);
  return bytes[start] === lineFeed && bytes[start - 1] === carriageReturn ? start - 1 : start;
}

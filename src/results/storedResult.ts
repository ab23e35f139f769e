import type { DocumentKind } from './address';
import type { ResultReading, ResultSummary } from './reading';
import type { FinishedDocument } from './finishedDocument';

/** The encoding that somebody chose for a result; undefined when its bytes were read as they say themselves. */
export function encodingOf({ summary }: StoredResult): string | undefined {
  return summary.repairs.find((repair) => repair.kind === 'decodedAs')?.encoding;
}

/** A result as it is kept: its bytes, which are the evidence, and the documents that were made from them. */
export class StoredResult {
  readonly bytes: Uint8Array;
  readonly reading: ResultReading;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;

  /** Host and path of where the bytes came from, without what signs it; undefined when it is not known. */
  readonly source: string | undefined;

  constructor(bytes: Uint8Array, reading: ResultReading, fetchedAt: number, source?: string) {
    this.bytes = bytes;
    this.reading = reading;
    this.fetchedAt = fetchedAt;
    this.source = source;
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

  /** A document; undefined when this result has no such one, and for the transcript, which is the bytes. */
  document(kind: DocumentKind): FinishedDocument | undefined {
    return this.reading.documents[kind];
  }

  /** What VS Code reads: a finished document, or for the transcript the exact bytes. */
  content(kind: DocumentKind): Uint8Array | undefined {
    return this.kinds.includes(kind) && kind === 'transcript' ? this.bytes : this.document(kind)?.bytes;
  }
}

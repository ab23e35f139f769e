import type { DocumentKind } from './address';
import { type CollectedFile, readCollectedFile } from './collectedFile';
import type { Blob } from './download';
import { type CleanText, cleanText } from './text';
import { readTranscript, type TranscriptReading } from './transcript';

/** What a result turned out to be: the transcript of a script, another body, or a collected file. */
export type ResultContent = TranscriptReading | CollectedFile;

/** The bytes of one result, and the texts made from them when they are first looked at. */
export class StoredResult {
  readonly bytes: Uint8Array;
  readonly content: ResultContent;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
  readonly #texts = new Map<DocumentKind, CleanText>();

  constructor(blob: Blob, commandType: string, fetchedAt: number) {
    this.bytes = blob.bytes;
    this.fetchedAt = fetchedAt;
    this.content = commandType === 'GetFile' ? readCollectedFile(blob.bytes) : readTranscript(blob.bytes);
  }

  /** About how many bytes of memory this takes: the bytes, and the strings decoded from them. */
  get weight(): number {
    return this.bytes.byteLength * 2 + 1;
  }

  /** The documents that there are, the most wanted one first. */
  get kinds(): readonly DocumentKind[] {
    switch (this.content.kind) {
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

  /** The text of a document; undefined when this result has no such document or it is bytes, not text. */
  text(kind: DocumentKind): CleanText | undefined {
    const known = this.#texts.get(kind);
    if (known !== undefined) {
      return known;
    }
    const raw = rawText(this.content, kind);
    if (raw === undefined) {
      return undefined;
    }
    const clean = cleanText(raw);
    this.#texts.set(kind, clean);
    return clean;
  }
}

function rawText(content: ResultContent, kind: DocumentKind): string | undefined {
  switch (content.kind) {
    case 'transcript':
      return kind === 'output'
        ? content.transcript.output
        : kind === 'error'
          ? content.transcript.error
          : undefined;
    case 'body':
      return kind === 'body' ? content.text : undefined;
    case 'collected':
      return kind === 'collected' ? content.text : undefined;
    case 'binary':
      return undefined;
  }
}

import type { TextSource } from '../../src/results/reading/textSource';
import {
  decodeBody,
  defaultSizes,
  readTranscriptText,
  type NotATranscript,
  type Repair,
  type Transcript,
} from '../../src/results/transcript/transcript';

/** A transcript whose texts are strings. */
export type WholeTranscript = Omit<Transcript, 'output' | 'error'> & {
  readonly output: string;
  readonly error: string;
};

export type WholeReading =
  | { readonly kind: 'transcript'; readonly transcript: WholeTranscript }
  | {
      readonly kind: 'body';
      readonly reason: NotATranscript;
      readonly text: string;
      readonly repairs: readonly Repair[];
    };

/** Reads a body in one go, with its texts as strings: for bodies of a few megabytes. */
export function readTranscript(bytes: Uint8Array): WholeReading {
  const reading = readTranscriptText(decodeBody(bytes), { ...defaultSizes, whole: Infinity });
  if (reading.kind === 'body') {
    return { ...reading, text: joined(reading.text) };
  }
  const { transcript } = reading;
  return {
    kind: 'transcript',
    transcript: { ...transcript, output: joined(transcript.output), error: joined(transcript.error) },
  };
}

function joined(source: TextSource): string {
  return source.whole ?? Array.from(source.pieces()).join('');
}

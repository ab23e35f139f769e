import { gzipSync } from 'node:zlib';
import type { NotATranscript, Repair } from '../../src/results/transcript/transcript';

/** One body as a service, a proxy or an attacker may send it, and what is to be made of it. */
export interface CorpusCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** RunScript unless it says otherwise. */
  readonly commandType?: 'GetFile';
  readonly limit?: number;
  readonly expect: Expected;
}

export type Expected = { readonly repairs?: readonly Repair['kind'][] } & (
  | {
      readonly kind: 'transcript';
      /** The documents, as they are shown; empty unless it says otherwise. */
      readonly output?: string;
      readonly error?: string;
      readonly exitCode?: number | string;
      readonly scriptName?: string;
      /** Undocumented keys with their JSON. */
      readonly extra?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'body';
      readonly reason: NotATranscript['code'];
      /** The document; not compared when it is left out, which is for packed bytes that nobody reads. */
      readonly body?: string;
    }
  | {
      readonly kind: 'collected';
      /** The document; not compared when it is left out. */
      readonly text?: string;
      readonly fileName?: string;
    }
  | {
      readonly kind: 'binary';
      readonly size?: number;
      readonly fileName?: string;
      readonly reason?: NotATranscript['code'];
    }
);

export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
export const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
export const utf16be = (text: string): Buffer => utf16le(text).swap16();
export const gzip = (data: string | Uint8Array): Buffer => gzipSync(data);
export const mark = '\uFEFF';

import { createHash } from 'node:crypto';
import { utf8 } from '../http/utf8';
import { decodeLine, type JournalLine, noLine } from './journalEntry';
import { type EntryProblem, RunRecord } from './runRecord';

/** What is wrong with a journal. `line` counts from 1. */
export type JournalProblem =
  /** The first line is no plan. */
  | { readonly kind: 'noPlan' }
  /** Not a line of a journal, and no interruption explains it. */
  | { readonly kind: 'unreadable'; readonly line: number }
  /** A line was changed, taken out or added: this one does not follow any before it. */
  | {
      readonly kind: 'brokenChain';
      readonly line: number;
      readonly expected: string;
      readonly actual: string;
    }
  /** A second window wrote it at the same time. Nothing was sent because of it. */
  | { readonly kind: 'fork'; readonly line: number }
  | ({ readonly line: number } & EntryProblem);

/** A journal, read. */
export interface ReadJournal {
  /** Undefined when there is no plan. */
  readonly record: RunRecord | undefined;
  readonly problems: readonly JournalProblem[];
  /** SHA-256 of the last line that counts. Whoever notes it can prove the journal up to there. */
  readonly head: string;
  /** The hash of each line that counts. */
  readonly heads: ReadonlySet<string>;
  /** Bytes up to the end of the last line that counts. */
  readonly size: number;
  /** Bytes after the last line that counts, which an interruption or another window left. */
  readonly trailing: number;
  /** Whether the file doesn't end with a line break. */
  readonly lacksEnd: boolean;
}

export const lineFeed = 0x0a;

export function lineHash(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex');
}

/**
 * Reads a journal. A line counts when it names the hash of the last one that counts. The first such
 * line does, so two windows that write at the same moment agree on which it is.
 */
export function readJournal(bytes: Uint8Array): ReadJournal {
  const reader = new ChainReader();
  let from = 0;
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
    reader.line(utf8(bytes.subarray(from, end)), from, end + 1);
    from = end + 1;
  }
  const lacksEnd = from < bytes.byteLength;
  if (lacksEnd) {
    reader.lastLine(utf8(bytes.subarray(from)), from, bytes.byteLength);
  }
  return reader.end(bytes.byteLength, lacksEnd);
}

/**
 * What is wrong with a journal and where; nothing when it is as it was written. Nobody can tell
 * from the file alone that lines at its end are gone: `known`, a hash that was noted as
 * {@link ReadJournal.head}, must be in it.
 */
export function verifyJournal(
  bytes: Uint8Array,
  known?: string,
): { readonly problems: readonly JournalProblem[]; readonly hasKnown: boolean } {
  const { problems, heads } = readJournal(bytes);
  return { problems, hasKnown: known === undefined || heads.has(known.toLowerCase()) };
}

class ChainReader {
  #record: RunRecord | undefined;
  readonly #problems: JournalProblem[] = [];
  readonly #heads = new Set<string>([noLine]);
  #head = noLine;
  #lines = 0;
  /** The end of the last line that counts. */
  #counted = 0;
  /** Lines after the last one that counts. */
  #unexplained: JournalProblem[] = [];

  line(text: string, start: number, end: number): void {
    this.#lines += 1;
    const line = this.#lines;
    if (text === '') {
      return;
    }
    const value = decodeLine(text);
    if (value === undefined) {
      this.#unexplained.push({ kind: 'unreadable', line });
    } else if (value.previous !== this.#head) {
      const isFork = this.#heads.has(value.previous);
      const { previous: expected } = value;
      const broken = { kind: 'brokenChain', line, expected, actual: this.#head } as const;
      this.#unexplained.push(isFork ? { kind: 'fork', line } : broken);
    } else {
      this.#explain(value, start);
      this.#take(value, line);
      this.#head = lineHash(text);
      this.#heads.add(this.#head);
      this.#counted = end;
    }
  }

  /** A line without its end counts when only that is missing; otherwise an interruption cut it. */
  lastLine(text: string, start: number, end: number): void {
    if (decodeLine(text)?.previous === this.#head) {
      this.line(text, start, end);
    }
  }

  end(size: number, lacksEnd: boolean): ReadJournal {
    this.#problems.push(...this.#unexplained);
    if (this.#record === undefined) {
      this.#problems.unshift({ kind: 'noPlan' });
    }
    const trailing = size - this.#counted;
    return {
      record: this.#record,
      problems: this.#problems,
      head: this.#head,
      heads: this.#heads,
      size: this.#counted,
      trailing,
      lacksEnd,
    };
  }

  /** A window that goes on says how much of what lies before it counts for nothing. */
  #explain({ entry }: JournalLine, start: number): void {
    const skipped = start - this.#counted;
    const isExplained = entry.kind === 'opened' && entry.skipped === skipped;
    this.#problems.push(...this.#unexplained.filter(({ kind }) => kind !== 'unreadable' || !isExplained));
    this.#unexplained = [];
  }

  #take({ entry, at }: JournalLine, line: number): void {
    if (this.#record === undefined) {
      if (entry.kind === 'plan') {
        this.#record = new RunRecord(entry.plan);
      }
      return;
    }
    const problem = this.#record.problemOf(entry);
    if (problem !== undefined) {
      this.#problems.push({ line, ...problem });
    }
    if (problem?.kind !== 'unknownMachine' && problem?.kind !== 'secondPlan') {
      this.#record.take(entry, at);
    }
  }
}

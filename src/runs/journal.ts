import { Failure } from '../http/failure';
import { utf8 } from '../http/utf8';
import { type FilePort, notSaved } from '../results/evidence/files';
import { decodeLine, encodeLine, type JournalEntry, noLine } from './journalEntry';
import { type JournalProblem, lineFeed, lineHash, readJournal } from './journalReading';
import type { RunPlan } from './runPlan';
import { RunRecord } from './runRecord';
import type { RunProblem } from './runProblem';

/** A folder for journals. `append` and `create` flush to the disk before they resolve. */
export type JournalFiles = Pick<FilePort, 'read' | 'create'> & Required<Pick<FilePort, 'append'>>;

export interface JournalPorts {
  readonly files: JournalFiles;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Who runs, as the token names them. */
  readonly by: string | undefined;
}

/** The file of a run's journal, below the folder for journals. */
export function journalPath(runId: string): string {
  return `${runId}.jsonl`;
}

/**
 * The journal of a run: lines of JSON, each with the hash of the one before, added and never
 * changed. An entry counts once {@link RunJournal.add} resolves. It reads back what it wrote, so of
 * two windows that write at once one fails before it acts.
 */
export class RunJournal {
  /** What the lines so far tell. */
  readonly record: RunRecord;
  readonly #ports: JournalPorts;
  #head: string;
  /** Bytes up to the last line that counts. */
  #size: number;
  /** Ends a line that an interruption cut. */
  #glue: string;
  #last: Promise<void> = Promise.resolve();

  private constructor(ports: JournalPorts, record: RunRecord, head: string, size: number, glue: string) {
    this.#ports = ports;
    this.record = record;
    this.#head = head;
    this.#size = size;
    this.#glue = glue;
  }

  /**
   * Makes the journal of a new run.
   * @throws Failure<RunProblem> `notSaved`; `journalTaken` when the run has a journal
   */
  static async create(ports: JournalPorts, plan: RunPlan, tool: string): Promise<RunJournal> {
    const path = journalPath(plan.id);
    const { by } = ports;
    const entry: JournalEntry = { kind: 'plan', plan, by, tool };
    const line = encodeLine({ entry, at: ports.now(), previous: noLine });
    const bytes = Buffer.from(`${line}\n`);
    if (!(await saved(path, () => ports.files.create(path, bytes)))) {
      throw new Failure<RunProblem>({ code: 'journalTaken', run: plan.id });
    }
    return new RunJournal(ports, new RunRecord(plan), lineHash(line), bytes.byteLength, '');
  }

  /**
   * Goes on with a run: reads its journal, and notes that this window writes from now on. A line
   * that an interruption cut counts for nothing, because what it tells was not done yet.
   * @throws Failure<RunProblem>
   */
  static async open(ports: JournalPorts, runId: string): Promise<RunJournal> {
    const path = journalPath(runId);
    const bytes = await saved(path, () => ports.files.read(path));
    const { record, problems, head, size, trailing, lacksEnd } = readJournal(bytes ?? new Uint8Array());
    if (record?.plan.id !== runId) {
      throw new Failure<RunProblem>({ code: 'journalEmpty', run: runId });
    }
    const damage = problems.find(isDamage);
    if (damage !== undefined) {
      const line = 'line' in damage ? damage.line : 1;
      throw new Failure<RunProblem>({ code: 'journalDamaged', run: runId, line });
    }
    const glue = lacksEnd ? '\n' : '';
    const journal = new RunJournal(ports, record, head, size, glue);
    await journal.add({ kind: 'opened', by: ports.by, skipped: trailing + glue.length });
    return journal;
  }

  /**
   * Adds an entry, after those that were added before. Once one has failed, all fail: what is on
   * the disk is not known then.
   * @throws Failure<RunProblem> `notSaved`, `journalTaken`
   */
  async add(entry: JournalEntry): Promise<void> {
    const adding = this.#last.then(() => this.#write(entry));
    // A failure is that of whoever added, and of all after it.
    adding.catch(() => undefined);
    this.#last = adding;
    await adding;
  }

  async #write(entry: JournalEntry): Promise<void> {
    const { files, now } = this.#ports;
    const problem = this.record.problemOf(entry);
    if (problem !== undefined) {
      throw new Error(`The journal can't take this entry: ${JSON.stringify(problem)}`);
    }
    const at = now();
    const line = encodeLine({ entry, at, previous: this.#head });
    const path = journalPath(this.record.plan.id);
    const bytes = Buffer.from(`${this.#glue}${line}\n`);
    await saved(path, () => files.append(path, bytes));
    const end = this.#endOf(line, await saved(path, () => files.read(path, this.#size)));
    if (end === undefined) {
      throw new Failure<RunProblem>({ code: 'journalTaken', run: this.record.plan.id });
    }
    this.#glue = '';
    this.#size += end;
    this.#head = lineHash(line);
    this.record.take(entry, at);
  }

  /** Where a line ends in what was read back; undefined when another one counts in its place. */
  #endOf(line: string, bytes: Uint8Array | undefined): number | undefined {
    const read = bytes ?? new Uint8Array();
    let from = 0;
    for (let end = read.indexOf(lineFeed); end >= 0; end = read.indexOf(lineFeed, from)) {
      const each = utf8(read.subarray(from, end));
      from = end + 1;
      if (each === line) {
        return from;
      }
      if (decodeLine(each)?.previous === this.#head) {
        return undefined;
      }
    }
    return undefined;
  }
}

/** What an interruption or another window leaves is no damage; anything else hides what was sent. */
function isDamage({ kind }: JournalProblem): boolean {
  return kind !== 'fork' && kind !== 'unreadable';
}

async function saved<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw notSaved(path, error);
  }
}

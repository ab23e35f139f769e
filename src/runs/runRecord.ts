import type { FoundScript, JournalEntry } from './journalEntry';
import { type MachineState, mayBecome, type StopReason } from './machineState';
import type { RunPlan } from './runPlan';

/** What a journal says about the times of a machine. */
interface Attempts {
  readonly count: number;
  /** When the intent of the last one was written, in milliseconds since the epoch. */
  readonly lastAt: number;
}

/** An entry that can't follow those before it. */
export type EntryProblem =
  | { readonly kind: 'secondPlan' }
  | { readonly kind: 'unknownMachine'; readonly n: number }
  | {
      readonly kind: 'impossible';
      readonly n: number;
      readonly from: MachineState['kind'];
      readonly to: MachineState['kind'];
    }
  /** Two machines name the same action. */
  | { readonly kind: 'sameAction'; readonly n: number; readonly actionId: string };

/** A run as its journal tells it: every entry taken, in order. */
export class RunRecord {
  readonly plan: RunPlan;
  readonly #states = new Map<number, MachineState>();
  readonly #attempts = new Map<number, Attempts>();
  readonly #machineOf = new Map<string, number>();
  #stop: StopReason | undefined;
  #found: FoundScript | undefined;
  #isCancelled = false;
  #hasEnded = false;

  constructor(plan: RunPlan) {
    this.plan = plan;
    for (const { n } of plan.machines) {
      this.#states.set(n, { kind: 'planned' });
    }
  }

  /** Why nothing is sent anymore; undefined while something may be. */
  get stop(): StopReason | undefined {
    return this.#stop;
  }

  /** What the library had in the place of the script, when that stopped the run. */
  get foundScript(): FoundScript | undefined {
    return this.#found;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** By the machine's number. */
  get states(): ReadonlyMap<number, MachineState> {
    return this.#states;
  }

  stateOf(n: number): MachineState {
    return this.#states.get(n) ?? { kind: 'planned' };
  }

  attemptsOf(n: number): Attempts {
    return this.#attempts.get(n) ?? { count: 0, lastAt: this.plan.createdAt };
  }

  /** When each machine's last intent was written, in milliseconds since the epoch. */
  get lastStarts(): readonly number[] {
    return [...this.#attempts.values()].map(({ lastAt }) => lastAt);
  }

  /** What is wrong with an entry as the next one; undefined when nothing is. */
  problemOf(entry: JournalEntry): EntryProblem | undefined {
    if (entry.kind === 'plan') {
      return { kind: 'secondPlan' };
    }
    if (entry.kind !== 'state') {
      return undefined;
    }
    const { n, state } = entry;
    const from = this.#states.get(n);
    if (from === undefined) {
      return { kind: 'unknownMachine', n };
    }
    if (!mayBecome(from.kind, state.kind) || (isEnd(from, state) && idOf(from) !== idOf(state))) {
      return { kind: 'impossible', n, from: from.kind, to: state.kind };
    }
    const actionId = idOf(state);
    const other = actionId === undefined ? undefined : this.#machineOf.get(actionId);
    return actionId !== undefined && other !== undefined && other !== n
      ? { kind: 'sameAction', n, actionId }
      : undefined;
  }

  /** Takes an entry that was written at a time, in milliseconds since the epoch. */
  take(entry: JournalEntry, at: number): void {
    switch (entry.kind) {
      case 'state': {
        const { n, state } = entry;
        this.#states.set(n, state);
        if (state.kind === 'sending') {
          this.#attempts.set(n, { count: this.attemptsOf(n).count + 1, lastAt: at });
        }
        const actionId = idOf(state);
        if (actionId !== undefined) {
          this.#machineOf.set(actionId, n);
        }
        break;
      }
      case 'stop':
        this.#stop ??= entry.why;
        this.#found ??= entry.found;
        break;
      case 'cancel':
        this.#stop ??= 'stopped';
        this.#isCancelled = true;
        break;
      case 'ended':
        this.#hasEnded = true;
        break;
      case 'plan':
      case 'opened':
        break;
    }
  }
}

function idOf(state: MachineState): string | undefined {
  return 'actionId' in state ? state.actionId : undefined;
}

/** An action ends under its own ID. */
function isEnd(from: MachineState, to: MachineState): boolean {
  return from.kind === 'sent' && idOf(to) !== undefined;
}

import type { MachineAction } from '../defender/machineAction';
import { EventEmitter } from '../http/eventEmitter';
import type { RunJournal } from './journal';
import type { JournalEntry } from './journalEntry';
import { isOver, type MachineState, mayBecome, outcomeOf, type StateKind } from './machineState';
import { markOf, type PlannedMachine } from './runPlan';
import type { RunRecord } from './runRecord';

/**
 * The states of a run's machines. Every change is written to the journal first, one after the
 * other; what to change is decided when its turn comes, so nothing acts on an old state.
 */
export class RunBoard {
  readonly record: RunRecord;
  readonly #journal: RunJournal;
  readonly #changed = new EventEmitter<PlannedMachine>();
  #turn: Promise<unknown> = Promise.resolve();

  /** A machine has another state. */
  readonly onDidChange = this.#changed.event;

  constructor(journal: RunJournal) {
    this.#journal = journal;
    this.record = journal.record;
  }

  get machines(): readonly PlannedMachine[] {
    return this.record.plan.machines;
  }

  get isOver(): boolean {
    return this.machines.every(({ n }) => isOver(this.record.stateOf(n)));
  }

  /** How many machines are in each state. */
  counts(): Readonly<Record<StateKind, number>> {
    const counts = { ...none };
    for (const { n } of this.machines) {
      counts[this.record.stateOf(n).kind] += 1;
    }
    return counts;
  }

  /**
   * Changes the state of a machine. `decide` gets the state when its turn comes; undefined changes
   * nothing. Resolves to whether the state was changed.
   * @throws Failure<RunProblem>
   */
  update(
    machine: PlannedMachine,
    decide: (state: MachineState) => MachineState | undefined,
  ): Promise<boolean> {
    return this.#inTurn(async () => {
      const state = decide(this.record.stateOf(machine.n));
      if (state === undefined) {
        return false;
      }
      await this.#journal.add({ kind: 'state', n: machine.n, state });
      this.#changed.fire(machine);
      return true;
    });
  }

  /** Stops the run, unless it was stopped before. */
  stop(entry: JournalEntry & { readonly kind: 'stop' }): Promise<void> {
    return this.#inTurn(async () => {
      if (this.record.stop === undefined) {
        await this.#journal.add(entry);
      }
    });
  }

  cancel(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.record.isCancelled) {
        await this.#journal.add({ kind: 'cancel' });
      }
    });
  }

  end(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.record.hasEnded) {
        await this.#journal.add({ kind: 'ended' });
      }
    });
  }

  /**
   * Takes an action as the service lists it: its end, or that it exists although it counted as
   * unknown, or as not carried out because the machine was busy.
   */
  async take(action: MachineAction): Promise<void> {
    const machine = this.#machineOf(action);
    if (machine !== undefined && this.record.stateOf(machine.n).kind !== 'sending') {
      await this.adopt(machine, action);
    }
  }

  /** An action is the one of a machine: it was sent, and may have ended. */
  async adopt(machine: PlannedMachine, { id: actionId, status }: MachineAction): Promise<void> {
    const toSent = ({ kind }: MachineState): boolean => mayBecome(kind, 'sent');
    await this.update(machine, (state) => (toSent(state) ? { kind: 'sent', actionId } : undefined));
    const outcome = outcomeOf(status);
    if (outcome !== undefined) {
      const isThis = (state: MachineState): boolean => state.kind === 'sent' && state.actionId === actionId;
      await this.update(machine, (state) => (isThis(state) ? { kind: outcome, actionId } : undefined));
    }
  }

  #machineOf({ id, machineId, requestorComment }: MachineAction): PlannedMachine | undefined {
    return this.machines.find((machine) => {
      const state = this.record.stateOf(machine.n);
      const isOfMachine = machineId?.toLowerCase() === machine.id;
      return 'actionId' in state
        ? state.actionId === id
        : isOfMachine && requestorComment?.includes(markOf(this.record.plan.id, machine.n)) === true;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const none: Readonly<Record<StateKind, number>> = {
  planned: 0,
  held: 0,
  sending: 0,
  sent: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  cancelled: 0,
  refused: 0,
  unknown: 0,
  stopped: 0,
};

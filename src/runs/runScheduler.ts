import { isAbort } from '../http/failure';
import type { Clock } from '../http/clock';
import type { RunJournal } from './journal';
import { isOver } from './machineState';
import { clockSkewMs, lookForMs, MachineSender, type SendResult } from './machineSender';
import { RunBoard } from './runBoard';
import { markOf, type PlannedMachine } from './runPlan';
import type { RunPorts } from './runPorts';
import { StartGate, type GateOptions } from './startGate';

/** How a run is carried out. */
export interface RunOptions extends GateOptions {
  /** Milliseconds between two rounds of list calls. */
  readonly pollMs: number;
}

/** Milliseconds. */
const shortestPauseMs = 250;
const lookRetryMs = 30_000;
const throttledMs = 60_000;
const cancelRetryMs = 60_000;
/** While nothing of the run is unfinished, and no start waits for a session of others. */
const idlePollMs = 300_000;

/**
 * Carries out a run: starts actions as the limits allow, watches them to their ends, and never
 * starts a second one on a machine. Everything it knows is in the journal, so that another window
 * can go on after a crash.
 */
export class RunScheduler {
  readonly board: RunBoard;
  readonly #ports: RunPorts;
  readonly #clock: Clock;
  readonly #options: RunOptions;
  readonly #gate: StartGate;
  readonly #isResumed: boolean;
  /** Machines with a request or a look under way. */
  readonly #claimed = new Set<number>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #cancelTried = new Map<number, number>();
  readonly #ending = new AbortController();
  #failure: { readonly error: unknown } | undefined;
  /** In ticks. */
  #polledAt = -Infinity;
  #waking = new AbortController();

  /** `isResumed`: the journal was opened, not created. */
  constructor(journal: RunJournal, ports: RunPorts, clock: Clock, options: RunOptions, isResumed: boolean) {
    this.board = new RunBoard(journal);
    this.#ports = ports;
    this.#clock = clock;
    this.#options = options;
    this.#isResumed = isResumed;
    this.#gate = new StartGate(this.board, ports, clock, options, this.#claimed);
    for (const { n } of this.board.machines) {
      if (journal.record.stateOf(n).kind === 'held' && journal.record.attemptsOf(n).count > 0) {
        this.#gate.holdBack(n, lookForMs);
      }
    }
  }

  /**
   * Runs until every machine is at its end. Aborting leaves the run as it is, to be resumed.
   * @throws Failure<RunProblem> when the journal can't be written; the signal's reason
   */
  async run(signal: AbortSignal): Promise<void> {
    const both = AbortSignal.any([signal, this.#ending.signal]);
    const sender = new MachineSender(this.board, this.#ports, this.#clock, both, this.#isResumed);
    // Not by AbortSignal.any for each pause: a run of days would make thousands.
    both.addEventListener('abort', () => this.#waking.abort(), { once: true });
    try {
      both.throwIfAborted();
      for (const machine of this.board.machines) {
        if (this.board.record.stateOf(machine.n).kind === 'sending') {
          this.#claim(machine, () => sender.look(machine));
        }
      }
      while (this.#tasks.size > 0 || !this.board.isOver) {
        await this.#pollWhenDue(both);
        await this.#gate.stopWhatWaits();
        this.#lookBeforeStopping(sender);
        this.#cancelWhatRuns(both);
        const wait = await this.#startWhatMay(sender, both);
        this.#throwFailure();
        if (this.#tasks.size > 0 || !this.board.isOver) {
          await this.#pause(wait, both);
        }
      }
      this.#throwFailure();
      await this.board.end();
    } finally {
      this.#ending.abort();
      await Promise.allSettled(this.#tasks);
    }
  }

  /** Sends no more. What was sent goes on, and is watched. */
  async stop(): Promise<void> {
    await this.#asked(this.board.stop({ kind: 'stop', why: 'stopped' }));
  }

  /** Sends no more, and cancels the unfinished actions of this run alone. */
  async cancel(): Promise<void> {
    await this.#asked(this.board.cancel());
  }

  /** A machine that is busy with our own action isn't stopped: the action is watched. */
  #lookBeforeStopping(sender: MachineSender): void {
    const { stop } = this.board.record;
    if (stop !== undefined) {
      for (const machine of this.#gate.doubtful()) {
        this.#claim(machine, () => sender.look(machine, { kind: 'stopped', why: stop }));
      }
    }
  }

  /** When it can't be written what a person wants, the run fails, too. */
  async #asked(work: Promise<void>): Promise<void> {
    this.#track(work);
    await work;
  }

  /** Starts what may be started now. Milliseconds until the next start, as far as that is known. */
  async #startWhatMay(sender: MachineSender, signal: AbortSignal): Promise<number> {
    for (;;) {
      const next = await this.#gate.next(signal);
      if (next.kind === 'wait') {
        return next.ms;
      }
      const { machine } = next;
      this.#claim(machine, async () => this.#settle(machine, await sender.send(machine)));
    }
  }

  #settle({ n }: PlannedMachine, result: SendResult): void {
    switch (result.kind) {
      case 'done':
        break;
      case 'busy':
        // If it is busy with our own action, a list shows that by then.
        this.#gate.holdBack(n, lookForMs);
        break;
      case 'notLooked':
        this.#gate.holdBack(n, lookRetryMs);
        break;
      case 'throttled':
        this.#gate.throttled(result.retryAfterMs ?? throttledMs, result.sessions);
        break;
    }
  }

  #claim(machine: PlannedMachine, work: () => Promise<void>): void {
    this.#claimed.add(machine.n);
    this.#track(work().finally(() => this.#claimed.delete(machine.n)));
  }

  #track(work: Promise<void>): void {
    const task = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#tasks.delete(task);
        this.#waking.abort();
      });
    this.#tasks.add(task);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const poll = this.#polledAt + this.#pollEveryMs() - this.#clock.ticks();
    const wait = Math.max(shortestPauseMs, Math.min(ms, poll));
    try {
      // What woke it since the last pause counts: an aborted signal ends the sleep at once.
      await this.#clock.sleep(wait, this.#waking.signal);
    } catch (error) {
      if (!isAbort(error)) {
        throw error;
      }
      this.#waking = new AbortController();
    }
    signal.throwIfAborted();
  }

  #pollEveryMs(): number {
    const isBusy = this.board.counts().sent > 0 || this.#gate.isFull;
    return isBusy ? this.#options.pollMs : Math.max(idlePollMs, this.#options.pollMs);
  }

  /** One list call watches everything. When it fails, the next round asks again. */
  async #pollWhenDue(signal: AbortSignal): Promise<void> {
    if (this.#clock.ticks() - this.#polledAt < this.#pollEveryMs()) {
      return;
    }
    this.#polledAt = this.#clock.ticks();
    const { plan } = this.board.record;
    const states = plan.machines.map(({ n }) => this.board.record.stateOf(n));
    const ids = states.flatMap((state) => (state.kind === 'sent' ? [state.actionId] : []));
    const wanted = { ids, run: markOf(plan.id, 0).slice(0, -2), since: plan.createdAt - clockSkewMs };
    const round = await this.#ports.changed(wanted, signal).catch(() => undefined);
    signal.throwIfAborted();
    for (const action of round?.actions ?? []) {
      await this.board.take(action);
    }
    if (round !== undefined) {
      this.#gate.others = round.others;
    }
  }

  /** Asks again after a while: an answer may be lost, and canceling twice changes nothing. */
  #cancelWhatRuns(signal: AbortSignal): void {
    const { record, machines } = this.board;
    if (!record.isCancelled) {
      return;
    }
    const now = this.#clock.ticks();
    for (const { n } of machines) {
      const state = record.stateOf(n);
      const tried = this.#cancelTried.get(n) ?? -Infinity;
      if (state.kind === 'sent' && !isOver(state) && now - tried >= cancelRetryMs) {
        this.#cancelTried.set(n, now);
        const comment = markOf(record.plan.id, n);
        // The truth is read in the next round, whatever is answered here.
        this.#track(this.#ports.cancel(state.actionId, comment, signal).catch(() => undefined));
      }
    }
  }
}

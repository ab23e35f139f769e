import type { MachineAction } from '../defender/machineAction';
import type { LiveResponseRequest } from '../defender/runCalls';
import type { Clock } from '../http/clock';
import { type MachineState, mayBecome } from './machineState';
import type { RunBoard } from './runBoard';
import { commentFor, markOf, type PlannedMachine, type RunPlan } from './runPlan';
import type { RunPorts, StartAnswer } from './runPorts';

/** Milliseconds for which an action is looked for: a list shows a new one late. */
export const lookForMs = 120_000;
/** Milliseconds between two looks. */
const lookEveryMs = 10_000;
/** Milliseconds after which looks that all fail come to an end. */
const maxLookMs = 900_000;
/** Milliseconds until the next try without a connection or a token. */
const notSentMs = 30_000;
/** Milliseconds. The service's clock may differ from ours. */
export const clockSkewMs = 600_000;

/** What became of a try to start an action, for whoever decides when the next one is. */
export type SendResult =
  /** The machine has another state now, or must not have an action. */
  | { readonly kind: 'done' }
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'throttled';
      readonly retryAfterMs: number | undefined;
      readonly sessions: number | undefined;
    }
  /** Whether there is an action already could not be found out. */
  | { readonly kind: 'notLooked' };

const done: SendResult = { kind: 'done' };

/** What is sent for a machine. */
export function requestFor(plan: RunPlan, n: number): LiveResponseRequest {
  const { script, args } = plan;
  return {
    commands: [{ type: 'RunScript', scriptName: script.libraryName, args }],
    comment: commentFor(plan, n),
  };
}

/**
 * Starts the action of a machine, once. The intent is in the journal before the request is made. A
 * request without a clear answer is never repeated: the action is looked for instead.
 */
export class MachineSender {
  readonly #board: RunBoard;
  readonly #ports: RunPorts;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** Actions that earlier windows may have started are looked for before any request. */
  readonly #isResumed: boolean;

  constructor(board: RunBoard, ports: RunPorts, clock: Clock, signal: AbortSignal, isResumed: boolean) {
    this.#board = board;
    this.#ports = ports;
    this.#clock = clock;
    this.#signal = signal;
    this.#isResumed = isResumed;
  }

  /** @throws Failure<RunProblem> when the journal can't be written; the signal's reason */
  async send(machine: PlannedMachine): Promise<SendResult> {
    const { record } = this.#board;
    // "Busy" may be our own action: a gateway may have sent a request twice.
    if (this.#isResumed || record.attemptsOf(machine.n).count > 0) {
      const found = await this.#find(machine);
      if (found === 'unreachable') {
        return { kind: 'notLooked' };
      }
      if (found !== undefined) {
        await this.#board.adopt(machine, found);
        return done;
      }
    }
    const mayStart = ({ kind }: MachineState): boolean =>
      record.stop === undefined && (kind === 'planned' || kind === 'held');
    if (
      !(await this.#board.update(machine, (state) => (mayStart(state) ? { kind: 'sending' } : undefined)))
    ) {
      return done;
    }
    return this.#start(machine);
  }

  /**
   * Looks for an action that was perhaps created, for two minutes. When it isn't found, the machine
   * gets the state `otherwise`.
   */
  async look(machine: PlannedMachine, otherwise: MachineState = { kind: 'unknown' }): Promise<void> {
    const start = this.#clock.ticks();
    for (;;) {
      const found = await this.#find(machine);
      if (found !== undefined && found !== 'unreachable') {
        await this.#board.adopt(machine, found);
        return;
      }
      const waited = this.#clock.ticks() - start;
      if (waited >= (found === 'unreachable' ? maxLookMs : lookForMs)) {
        await this.#board.update(machine, ({ kind }) =>
          mayBecome(kind, otherwise.kind) ? otherwise : undefined,
        );
        return;
      }
      await this.#clock.sleep(lookEveryMs, this.#signal);
    }
  }

  async #start(machine: PlannedMachine): Promise<SendResult> {
    const { record } = this.#board;
    if (record.stop !== undefined) {
      await this.#fromSending(machine, { kind: 'stopped', why: record.stop });
      return done;
    }
    const answer = await this.#answer(machine);
    switch (answer.kind) {
      case 'created':
        await this.#board.adopt(machine, answer.action);
        return done;
      case 'refused': {
        const { reason, message } = answer;
        await this.#fromSending(machine, { kind: 'refused', reason, message });
        return done;
      }
      case 'throttled':
        await this.#fromSending(machine, { kind: 'held', why: 'throttled' });
        return { kind: 'throttled', retryAfterMs: answer.retryAfterMs, sessions: answer.sessions };
      case 'notSent':
        await this.#fromSending(machine, { kind: 'held', why: 'notSent' });
        return { kind: 'throttled', retryAfterMs: notSentMs, sessions: undefined };
      case 'busy':
        await this.#fromSending(machine, { kind: 'held', why: 'busy' });
        return { kind: 'busy' };
      case 'perhapsCreated':
        await this.look(machine);
        return done;
    }
  }

  async #answer(machine: PlannedMachine): Promise<StartAnswer> {
    try {
      const request = requestFor(this.#board.record.plan, machine.n);
      return await this.#ports.start(machine.id, request, this.#signal);
    } catch {
      this.#signal.throwIfAborted();
      // Whatever went wrong, the request may have been made.
      return { kind: 'perhapsCreated' };
    }
  }

  #fromSending(machine: PlannedMachine, next: MachineState): Promise<boolean> {
    return this.#board.update(machine, ({ kind }) => (kind === 'sending' ? next : undefined));
  }

  async #find(machine: PlannedMachine): Promise<MachineAction | 'unreachable' | undefined> {
    const { plan } = this.#board.record;
    const mark = markOf(plan.id, machine.n);
    const since = plan.createdAt - clockSkewMs;
    try {
      return await this.#ports.findByMark({ machineId: machine.id, mark, since }, this.#signal);
    } catch {
      this.#signal.throwIfAborted();
      return 'unreachable';
    }
  }
}

import type { Clock } from '../http/clock';
import { isFailure, type StopReason } from './machineState';
import type { RunBoard } from './runBoard';
import type { PlannedMachine } from './runPlan';
import type { RunPorts } from './runPorts';
import { StartWindow } from './startWindow';

export interface GateOptions {
  /** Actions of this run at once. */
  readonly maxSessions: number;
  /** Sends to machines that have not reported lately, too: their actions wait in the service. */
  readonly sendToOffline: boolean;
  /** Machines that must succeed before any other is sent to; 0 for none. */
  readonly firstWave: number;
  /** The run stops when so many machines have failed; undefined for no limit. */
  readonly maxFailures: number | undefined;
}

/** The tenant's limit of sessions until an answer names another; older pages say 25, newer ones 50. */
const documentedSessions = 25;
/** Milliseconds. */
const checkEveryMs = 60_000;
const checkRetryMs = 30_000;
const onlineEveryMs = 300_000;
const onlineRetryMs = 60_000;

/** The machine that is sent to next, or how long to wait. */
export type NextStart =
  | { readonly kind: 'start'; readonly machine: PlannedMachine }
  /** Milliseconds; Infinity when something else must happen first. */
  | { readonly kind: 'wait'; readonly ms: number };

const blocked: NextStart = { kind: 'wait', ms: Infinity };

/** Decides when which machine is sent to: the limits, the first wave, who is online, the script. */
export class StartGate {
  /** Unfinished live response actions of others in the tenant. */
  others = 0;
  readonly #board: RunBoard;
  readonly #ports: RunPorts;
  readonly #clock: Clock;
  readonly #options: GateOptions;
  readonly #claimed: ReadonlySet<number>;
  readonly #window: StartWindow;
  /** Until when a machine is held back, in ticks. */
  readonly #notBefore = new Map<number, number>();
  #sessions = documentedSessions;
  #online: ReadonlySet<string> = new Set();
  /** In ticks: when to ask again who is online, and to list the library again. */
  #askOnlineAt = -Infinity;
  #checkAt = -Infinity;
  #checkedWave: number | undefined;

  constructor(
    board: RunBoard,
    ports: RunPorts,
    clock: Clock,
    options: GateOptions,
    claimed: ReadonlySet<number>,
  ) {
    this.#board = board;
    this.#ports = ports;
    this.#clock = clock;
    this.#options = options;
    this.#claimed = claimed;
    this.#window = new StartWindow(clock, board.record.lastStarts);
  }

  /** Whether as many actions run as may: of this run, or of the tenant. */
  get isFull(): boolean {
    const running = this.#begun().filter((n) => {
      const { kind } = this.#board.record.stateOf(n);
      return this.#claimed.has(n) || kind === 'sending' || kind === 'sent';
    });
    return running.length >= Math.min(this.#options.maxSessions, this.#sessions - this.others);
  }

  /** The machine gets nothing for so many milliseconds. */
  holdBack(n: number, ms: number): void {
    this.#notBefore.set(n, this.#clock.ticks() + ms);
  }

  /** No machine gets anything for so many milliseconds. `sessions`: the limit that was named. */
  throttled(ms: number, sessions: number | undefined): void {
    this.#window.closeFor(ms);
    this.#sessions = sessions ?? this.#sessions;
  }

  /** Ends what waits when the run is stopped, and stops the run when too much has failed. */
  async stopWhatWaits(): Promise<void> {
    const { record } = this.#board;
    const why = record.stop === undefined ? this.#reasonToStop() : undefined;
    if (why !== undefined) {
      await this.#board.stop({ kind: 'stop', why });
    }
    const { stop } = record;
    if (stop === undefined) {
      return;
    }
    const doubtful = this.doubtful();
    for (const machine of this.#waiting().filter((each) => !doubtful.includes(each))) {
      await this.#board.update(machine, ({ kind }) =>
        kind === 'planned' || kind === 'held' ? { kind: 'stopped', why: stop } : undefined,
      );
    }
  }

  /** Machines that wait because they were busy: perhaps with our own action. */
  doubtful(): readonly PlannedMachine[] {
    const { record } = this.#board;
    return this.#waiting().filter(({ n }) => {
      const state = record.stateOf(n);
      return state.kind === 'held' && state.why === 'busy' && record.attemptsOf(n).count > 0;
    });
  }

  /** The next start. It counts as made. */
  async next(signal: AbortSignal): Promise<NextStart> {
    if (this.#board.record.stop !== undefined || this.#waiting().length === 0) {
      return blocked;
    }
    await this.#findOnline(signal);
    const { ready, wait: readyIn } = this.#ready();
    if (ready === undefined) {
      return { kind: 'wait', ms: readyIn };
    }
    if (this.isFull || this.#waitsForFirstWave()) {
      return blocked;
    }
    const windowIn = this.#window.waitMs();
    if (windowIn > 0) {
      return { kind: 'wait', ms: windowIn };
    }
    const checkIn = await this.#checkScript(signal);
    if (checkIn > 0) {
      return { kind: 'wait', ms: checkIn };
    }
    this.#window.take();
    return { kind: 'start', machine: ready };
  }

  /** Machines that were not sent to yet, and that nothing is under way for. */
  #waiting(): readonly PlannedMachine[] {
    return this.#board.machines.filter(({ n }) => {
      const { kind } = this.#board.record.stateOf(n);
      return (kind === 'planned' || kind === 'held') && !this.#claimed.has(n);
    });
  }

  #ready(): { readonly ready: PlannedMachine | undefined; readonly wait: number } {
    const now = this.#clock.ticks();
    const online = this.#waiting().filter(({ id }) => this.#options.sendToOffline || this.#online.has(id));
    const waits = online.map(({ n }) => Math.max(0, (this.#notBefore.get(n) ?? 0) - now));
    const at = waits.indexOf(0);
    const wait = Math.min(...waits, this.#options.sendToOffline ? Infinity : this.#askOnlineAt - now);
    return { ready: online[at], wait };
  }

  /** A pending action on an offline machine would take a session, so it is held back here. */
  async #findOnline(signal: AbortSignal): Promise<void> {
    const now = this.#clock.ticks();
    if (this.#options.sendToOffline || now < this.#askOnlineAt) {
      return;
    }
    const waiting = this.#waiting();
    const online = await this.#ports
      .online(
        waiting.map(({ id }) => id),
        signal,
      )
      .catch(() => undefined);
    signal.throwIfAborted();
    this.#askOnlineAt = now + (online === undefined ? onlineRetryMs : onlineEveryMs);
    if (online === undefined) {
      return;
    }
    this.#online = online;
    for (const machine of waiting.filter(({ id }) => !online.has(id))) {
      await this.#board.update(machine, ({ kind }) =>
        kind === 'planned' ? { kind: 'held', why: 'offline' } : undefined,
      );
    }
  }

  /** Machines that were sent to, or are just being sent to. */
  #begun(): readonly number[] {
    return this.#board.machines
      .map(({ n }) => n)
      .filter((n) => {
        const { kind } = this.#board.record.stateOf(n);
        return this.#claimed.has(n) || (kind !== 'planned' && kind !== 'held' && kind !== 'stopped');
      });
  }

  #succeeded(): number {
    return this.#board.counts().succeeded;
  }

  #waitsForFirstWave(): boolean {
    const { firstWave } = this.#options;
    return this.#succeeded() < firstWave && this.#begun().length >= firstWave;
  }

  #reasonToStop(): StopReason | undefined {
    const { record, machines } = this.#board;
    const states = machines.map(({ n }) => record.stateOf(n));
    const failures = states.filter(isFailure).length;
    const isWaveOpen = this.#succeeded() < this.#options.firstWave;
    if (isWaveOpen && (failures > 0 || states.some(({ kind }) => kind === 'cancelled'))) {
      return 'firstWave';
    }
    return failures >= (this.#options.maxFailures ?? Infinity) ? 'failures' : undefined;
  }

  /**
   * Lists the library before each wave, and once a minute: what runs must be what was reviewed.
   * Milliseconds to wait; 0 when the script is the same.
   */
  async #checkScript(signal: AbortSignal): Promise<number> {
    const now = this.#clock.ticks();
    const wave = this.#succeeded() < this.#options.firstWave ? 1 : 2;
    if (wave === this.#checkedWave && now < this.#checkAt) {
      return 0;
    }
    const { libraryName, sha256 } = this.#board.record.plan.script;
    const found = await this.#ports.checkScript(libraryName, sha256, signal).catch(() => undefined);
    signal.throwIfAborted();
    if (found === undefined) {
      return checkRetryMs;
    }
    if (found.kind === 'same') {
      this.#checkedWave = wave;
      this.#checkAt = now + checkEveryMs;
      return 0;
    }
    const nothing = { sha256: undefined, by: undefined, at: undefined };
    const { sha256: other, by, at } = found.kind === 'changed' ? found : nothing;
    await this.#board.stop({ kind: 'stop', why: 'scriptChanged', found: { sha256: other, by, at } });
    // A turn of the loop ends what waits.
    return 1;
  }
}

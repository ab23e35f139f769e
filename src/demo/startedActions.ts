import { randomUUID } from 'node:crypto';
import type { WireCommand, WireMachine, WireMachineAction } from '../defender/machineAction';
import type { StoredBlob } from './blobs';
import { type RequestedCommand, type Step, type StepContext, stepsOf } from './commandSteps';
import type { MachineTraits } from './tenant/machines';
import { dotNetTime } from './tenant/time';

export interface StartedOptions
  extends Pick<StepContext, 'outcome' | 'wrapErrorsAt'>, Partial<Pick<StepContext, 'commandMs'>> {
  /** Who starts actions through the API. */
  readonly user: string;
  readonly traits: (machineId: string, now: number) => MachineTraits;
  readonly bytesAt: (fileName: string, at: number) => Uint8Array | undefined;
  /** Milliseconds until an action begins; a few seconds, by its machine, when missing. */
  readonly startsAfterMs?: number | undefined;
  /** Milliseconds that an offline machine is waited for. */
  readonly queueMs?: number | undefined;
}

/** Milliseconds, as run-live-response.md of 2025 has it; older pages say three days. */
const documentedQueueMs = 2 * 3_600_000;

interface Started {
  readonly id: string;
  readonly createdAt: number;
  readonly machine: WireMachine;
  readonly commands: readonly RequestedCommand[];
  readonly comment: string;
  /** It was looked at while its machine was offline. */
  waited: boolean;
  begun?: { readonly at: number; readonly steps: readonly Step[] };
  /** The machine was waited for in vain. */
  expiredAt?: number;
}

/**
 * The actions that were started through the API: how they go on by the clock, and what they leave.
 */
export class StartedActions {
  readonly #options: StartedOptions;
  /** By their IDs, oldest first. */
  readonly #started = new Map<string, Started>();

  constructor(options: StartedOptions) {
    this.#options = options;
  }

  /** Starts one; nothing is checked here. `now` is in milliseconds since the epoch. */
  start(
    machine: WireMachine,
    commands: readonly RequestedCommand[],
    comment: string,
    now: number,
  ): WireMachineAction {
    const started: Started = { id: randomUUID(), createdAt: now, machine, commands, comment, waited: false };
    this.#started.set(started.id, started);
    return this.#wire(started, now);
  }

  /** As they are at `now`, newest first. */
  list(now: number): readonly WireMachineAction[] {
    return [...this.#started.values()].reverse().map((started) => this.#wire(started, now));
  }

  /** When an action was started; undefined for one that was not started here. */
  createdAt(id: string): number | undefined {
    return this.#started.get(id)?.createdAt;
  }

  /** The result of a command that ran, also of one before its action was cancelled. */
  result(action: WireMachineAction, index: number): StoredBlob | undefined {
    const ran = action.commands[index]?.commandStatus !== 'Created';
    return ran ? this.#started.get(action.id)?.begun?.steps[index]?.blob : undefined;
  }

  #wire(started: Started, now: number): WireMachineAction {
    this.#goOn(started, now);
    const { begun, expiredAt, createdAt, machine } = started;
    const ends = begun === undefined ? [] : endsOf(begun);
    const commands = started.commands.map((command, index) =>
      wireCommand(command, { index, step: begun?.steps[index], ends, now }),
    );
    const done = ends.filter((end) => end <= now);
    const status = statusOf(started, done.length);
    const changedAt = expiredAt ?? done.at(-1) ?? begun?.at ?? createdAt;
    return {
      id: started.id,
      type: 'LiveResponse',
      title: null,
      requestor: this.#options.user,
      requestorComment: started.comment,
      status,
      machineId: machine.id,
      computerDnsName: begun === undefined ? null : machine.computerDnsName,
      creationDateTimeUtc: dotNetTime(createdAt, 7124),
      lastUpdateDateTimeUtc: dotNetTime(changedAt, 7124),
      cancellationRequestor: null,
      cancellationComment: null,
      cancellationDateTimeUtc: null,
      errorHResult: status === 'TimeOut' ? -2145844840 : 0,
      scope: null,
      externalId: null,
      requestSource: 'PublicApi',
      relatedFileInfo: null,
      commands,
      troubleshootInfo: null,
    };
  }

  /** Begins what is due. On a machine that comes back, an action begins when it is looked at. */
  #goOn(started: Started, now: number): void {
    if (started.begun !== undefined || started.expiredAt !== undefined) {
      return;
    }
    const { traits, queueMs = documentedQueueMs } = this.#options;
    const { createdAt, machine } = started;
    const traitsNow = traits(machine.id, now);
    if (traitsNow.offline === true) {
      started.waited = true;
      if (now >= createdAt + queueMs) {
        started.expiredAt = createdAt + queueMs;
      }
      return;
    }
    const due = createdAt + (this.#options.startsAfterMs ?? 2_000 + spread(machine.id, 3_000));
    if (now >= due) {
      const at = started.waited ? now : due;
      started.begun = { at, steps: this.#steps(started, traitsNow, at) };
    }
  }

  #steps({ id, machine, commands }: Started, traits: MachineTraits, at: number): readonly Step[] {
    const { bytesAt, outcome, wrapErrorsAt, commandMs = 3_000 + spread(machine.id, 5_000) } = this.#options;
    return stepsOf(commands, {
      actionId: id,
      machine,
      traits,
      bytesOf: (fileName) => bytesAt(fileName, at),
      outcome,
      wrapErrorsAt,
      commandMs,
    });
  }
}

function statusOf({ begun, expiredAt }: Started, done: number): string {
  if (begun === undefined) {
    return expiredAt === undefined ? 'Pending' : 'TimeOut';
  }
  if (done < begun.steps.length) {
    return 'InProgress';
  }
  const last = begun.steps.at(-1);
  return last?.timedOut === true ? 'TimeOut' : last?.status === 'Failed' ? 'Failed' : 'Succeeded';
}

/** When each command that runs is done, in milliseconds since the epoch. */
function endsOf({ at, steps }: NonNullable<Started['begun']>): readonly number[] {
  let end = at;
  return steps.map(({ ms }) => (end += ms));
}

function wireCommand(
  { type, params }: RequestedCommand,
  {
    index,
    step,
    ends,
    now,
  }: {
    readonly index: number;
    readonly step: Step | undefined;
    readonly ends: readonly number[];
    readonly now: number;
  },
): WireCommand {
  const end = ends[index];
  const ended = step !== undefined && end !== undefined && end <= now;
  return {
    index,
    // Recorded answers have the first command's start missing.
    startTime: ended && index > 0 ? dotNetTime(end - step.ms) : null,
    endTime: ended ? dotNetTime(end) : null,
    commandStatus: ended ? step.status : 'Created',
    errors: ended ? [...step.errors] : [],
    command: { type, params: params.map(({ key, value }) => ({ key, value })) },
  };
}

/**
 * A number below `limit` that is the same for the same machine, so that many do not end at once.
 */
function spread(machineId: string, limit: number): number {
  return Number.parseInt(machineId.slice(0, 6), 16) % limit || 0;
}

import { type ActionCommand, isFinal, type MachineAction } from '../defender/machineAction';

/**
 * What the wrapper around a script ends with when the script is not the one that was asked for: its
 * SHA-256 is checked on the machine first. Seen in the command line that runs the script; in no
 * documentation.
 */
const hashMismatch = 323;

/** What is known of a script's exit code; undefined for the script's own. */
export function explainExitCode(code: number | undefined): 'scriptHashMismatch' | undefined {
  return code === hashMismatch ? 'scriptHashMismatch' : undefined;
}

/** Milliseconds from its creation to its last update, for an action that is final. */
export function durationOf(action: MachineAction): number | undefined {
  return isFinal(action) ? between(action.createdAt, action.updatedAt) : undefined;
}

/**
 * Milliseconds that a command ran. Undefined where one of its times is missing: recorded answers
 * often have no start.
 */
export function commandDurationOf(command: ActionCommand): number | undefined {
  return between(command.startedAt, command.endedAt);
}

function between(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

/** Why a command has no result, and never will. */
export interface NeverRan {
  /** The one that failed before it; undefined when the action ended for another reason. */
  readonly failed: ActionCommand | undefined;
}

/**
 * True of a command that was still waiting when its action ended; undefined of any other. "If one
 * fails, the following ones are not executed": run-live-response.md.
 */
export function neverRan(action: MachineAction, command: ActionCommand): NeverRan | undefined {
  if (!isFinal(action) || command.status !== 'Created') {
    return undefined;
  }
  const failed = action.commands.find(({ index, status }) => status === 'Failed' && index < command.index);
  return { failed };
}

const hourMs = 3_600_000;

/**
 * Milliseconds that live response waits for a machine that is offline: run-live-response.md says 3
 * days in the form of 2021 to 2025, 2 hours in the newest one. Which holds for a tenant is not
 * known.
 */
export const queueLimitsMs = { newest: 2 * hourMs, older: 72 * hourMs } as const;

/**
 * Live-response sessions of a tenant at once: run-live-response.md, in its older and in its newest
 * form.
 */
export const sessionLimits = { older: 25, newest: 50 } as const;

/** Why an action is not finished. */
export interface Waiting {
  /** Milliseconds since it was created. */
  readonly ageMs: number | undefined;
  /**
   * The oldest one before it on the same machine that is not finished either: they run one after
   * the other.
   */
  readonly blockedBy: MachineAction | undefined;
  /**
   * Which of {@link queueLimitsMs} it has outlived; undefined for other types, which have no
   * documented one.
   */
  readonly outlived: 'none' | 'newest' | 'older' | undefined;
}

/**
 * Undefined for an action that is final. `unfinished` are the others that are not; `now` is in
 * milliseconds since the epoch.
 */
export function whyWaiting(
  action: MachineAction,
  unfinished: readonly MachineAction[],
  now: number,
): Waiting | undefined {
  if (isFinal(action)) {
    return undefined;
  }
  const ageMs = action.createdAt === undefined ? undefined : Math.max(0, now - action.createdAt);
  return { ageMs, blockedBy: oldestBefore(action, unfinished), outlived: outlived(action, ageMs) };
}

function outlived({ type }: MachineAction, ageMs: number | undefined): Waiting['outlived'] {
  if (type !== 'LiveResponse' || ageMs === undefined) {
    return undefined;
  }
  return ageMs > queueLimitsMs.older ? 'older' : ageMs > queueLimitsMs.newest ? 'newest' : 'none';
}

function oldestBefore(
  action: MachineAction,
  unfinished: readonly MachineAction[],
): MachineAction | undefined {
  let oldest: MachineAction | undefined;
  const created = action.createdAt ?? -Infinity;
  for (const other of action.machineId === undefined ? [] : unfinished) {
    const before = (other.createdAt ?? Infinity) < Math.min(created, oldest?.createdAt ?? Infinity);
    if (before && other.machineId === action.machineId && other.id !== action.id && !isFinal(other)) {
      oldest = other;
    }
  }
  return oldest;
}

/**
 * The live-response sessions that are known to be open, the oldest first. There may be more: those
 * of the portal are not in the list.
 */
export function openSessions(unfinished: readonly MachineAction[]): readonly MachineAction[] {
  return unfinished
    .filter((action) => action.type === 'LiveResponse' && !isFinal(action))
    .sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
}

import { isObject, type Json, text } from '../defender/decode';
import type { MachineState, StopReason } from './machineState';
import type { PlannedMachine, RunPlan } from './runPlan';

/** What a line of a journal tells. */
export type JournalEntry =
  /** The first line. */
  | { readonly kind: 'plan'; readonly plan: RunPlan; readonly by: string | undefined; readonly tool: string }
  /**
   * A window goes on with the run. `skipped`: bytes before this line that an interruption left, and
   * that count for nothing.
   */
  | { readonly kind: 'opened'; readonly by: string | undefined; readonly skipped: number }
  | { readonly kind: 'state'; readonly n: number; readonly state: MachineState }
  /** Nothing is sent from now on. `found` is what the library has in the place of the script. */
  | { readonly kind: 'stop'; readonly why: StopReason; readonly found?: FoundScript | undefined }
  /** What is unfinished is canceled. */
  | { readonly kind: 'cancel' }
  | { readonly kind: 'ended' };

/** Another script in the library. All of it is missing when the script is gone. */
export interface FoundScript {
  readonly sha256: string | undefined;
  /** Hostile text. */
  readonly by: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number | undefined;
}

/** A line with its place in the chain. */
export interface JournalLine {
  readonly entry: JournalEntry;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** SHA-256 of the line before, without its line break; {@link noLine} in the first. */
  readonly previous: string;
}

export const noLine = '0'.repeat(64);

/** A line without its line break. */
export function encodeLine({ entry, at, previous }: JournalLine): string {
  return JSON.stringify({ format: 1, atUtc: new Date(at).toISOString(), previous, ...entry });
}

/** Undefined for what is no line of a journal. */
export function decodeLine(line: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['format'] !== 1) {
    return undefined;
  }
  const previous = text(value['previous']);
  const at = Date.parse(text(value['atUtc']) ?? '');
  const entry = decodeEntry(value);
  return previous === undefined || Number.isNaN(at) || entry === undefined
    ? undefined
    : { entry, at, previous };
}

function decodeEntry(value: Json): JournalEntry | undefined {
  switch (value['kind']) {
    case 'plan': {
      const plan = decodePlan(value['plan']);
      const tool = text(value['tool']) ?? '';
      return plan && { kind: 'plan', plan, by: text(value['by']), tool };
    }
    case 'opened':
      return { kind: 'opened', by: text(value['by']), skipped: count(value['skipped']) ?? 0 };
    case 'state': {
      const n = count(value['n']);
      const state = decodeState(value['state']);
      return n === undefined || state === undefined ? undefined : { kind: 'state', n, state };
    }
    case 'stop': {
      const why = oneOf(value['why'], stopReasons);
      return why && { kind: 'stop', why, found: decodeFound(value['found']) };
    }
    case 'cancel':
      return { kind: 'cancel' };
    case 'ended':
      return { kind: 'ended' };
    default:
      return undefined;
  }
}

const stopReasons = ['stopped', 'firstWave', 'failures', 'scriptChanged'] as const;
const heldReasons = ['offline', 'busy', 'throttled', 'notSent'] as const;
const outcomes = ['succeeded', 'failed', 'timedOut', 'cancelled'] as const;

function decodeState(value: unknown): MachineState | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const { kind } = value;
  const actionId = text(value['actionId']);
  const outcome = oneOf(kind, outcomes);
  if (outcome !== undefined) {
    return actionId === undefined ? undefined : { kind: outcome, actionId };
  }
  switch (kind) {
    case 'planned':
    case 'sending':
    case 'unknown':
      return { kind };
    case 'held': {
      const why = oneOf(value['why'], heldReasons);
      return why && { kind, why };
    }
    case 'sent':
      return actionId === undefined ? undefined : { kind, actionId };
    case 'refused':
      return { kind, reason: text(value['reason']) ?? '', message: text(value['message']) };
    case 'stopped': {
      const why = oneOf(value['why'], stopReasons);
      return why && { kind, why };
    }
    default:
      return undefined;
  }
}

function decodeFound(value: unknown): FoundScript | undefined {
  return isObject(value)
    ? { sha256: text(value['sha256']), by: text(value['by']), at: count(value['at']) }
    : undefined;
}

function decodePlan(value: unknown): RunPlan | undefined {
  if (!isObject(value) || !isObject(value['script']) || !Array.isArray(value['machines'])) {
    return undefined;
  }
  const script = value['script'];
  const id = text(value['id']);
  const libraryName = text(script['libraryName']);
  const sha256 = text(script['sha256']);
  const language = oneOf(script['language'], ['powershell', 'bash'] as const);
  const machines = (value['machines'] as unknown[]).map(decodeMachine);
  const isWhole = machines.every((each, at) => each?.n === at + 1);
  if (!isWhole || id === undefined || libraryName === undefined || !sha256 || language === undefined) {
    return undefined;
  }
  return {
    id,
    parent: text(value['parent']),
    createdAt: count(value['createdAt']) ?? 0,
    connection: text(value['connection']) ?? '',
    script: { name: text(script['name']) ?? libraryName, libraryName, sha256, language },
    args: text(value['args']) ?? '',
    comment: text(value['comment']) ?? '',
    machines: machines.filter((each) => each !== undefined),
  };
}

function decodeMachine(value: unknown): PlannedMachine | undefined {
  const n = isObject(value) ? count(value['n']) : undefined;
  const id = isObject(value) ? text(value['id']) : undefined;
  if (!isObject(value) || n === undefined || id === undefined) {
    return undefined;
  }
  return {
    n,
    id,
    name: text(value['name']),
    osPlatform: text(value['osPlatform']),
    healthStatus: text(value['healthStatus']),
    lastSeen: count(value['lastSeen']),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function oneOf<T extends string>(value: unknown, known: readonly T[]): T | undefined {
  return known.find((each) => each === value);
}

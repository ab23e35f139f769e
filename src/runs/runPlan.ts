import type { Machine } from '../defender/machine';
import type { ScriptLanguage } from '../library/scriptNames';
import { foldName } from '../results/address';

/** The script of a run. */
export interface PlannedScript {
  /** What people call it: the local file's name, or the library's. */
  readonly name: string;
  /** The name in the library that is sent. */
  readonly libraryName: string;
  /** Of its bytes, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly language: ScriptLanguage;
}

/** What happens to the library before the first request. */
export type LibraryStep =
  /** It holds these bytes under this name. */
  | { readonly kind: 'inSync' }
  /** The name is new there. */
  | { readonly kind: 'upload' }
  /** The bytes take the place of others. `at` is in milliseconds since the epoch. */
  | {
      readonly kind: 'replace';
      readonly sha256: string | undefined;
      readonly by: string | undefined;
      readonly at: number | undefined;
    };

/** A machine of a plan. Its texts are hostile until they are shown with care. */
export interface PlannedMachine {
  /** Its number in the run, from 1: a part of the mark. */
  readonly n: number;
  readonly id: string;
  readonly name: string | undefined;
  readonly osPlatform: string | undefined;
  readonly healthStatus: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastSeen: number | undefined;
}

/** Why a machine is left out. */
export type LeftOutReason =
  /** It doesn't run scripts of this language, or its system isn't known. */
  | 'wrongSystem'
  /** Has not reported for seven days: machine.md. */
  | 'inactive'
  | 'excluded'
  /** A live response action of it is unfinished. */
  | 'busy'
  /** A machine of the same name has reported later. */
  | 'sameName'
  /** It was named twice. */
  | 'duplicate';

export interface LeftOut {
  readonly machine: Machine;
  readonly why: LeftOutReason;
}

/** What will be sent, before anything is. */
export interface RunPlan {
  /** UUID. */
  readonly id: string;
  /** The run that this one retries. */
  readonly parent: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The connection's ID. */
  readonly connection: string;
  readonly script: PlannedScript;
  /** Exactly as sent; empty when the key is left out. */
  readonly args: string;
  /** Without the mark. */
  readonly comment: string;
  readonly machines: readonly PlannedMachine[];
}

export interface PlanInput extends Omit<RunPlan, 'machines'> {
  readonly machines: readonly Machine[];
  /** IDs of machines that are excluded in Defender, or by the person. */
  readonly excluded: ReadonlySet<string>;
  /** IDs of machines with an unfinished live response action. */
  readonly busy: ReadonlySet<string>;
  /** IDs of machines that the person wants although they are inactive, busy or of the same name. */
  readonly wanted: ReadonlySet<string>;
}

/** Sorts machines into those that are run on and those that are left out, and why. */
export function planRun(input: PlanInput): { readonly plan: RunPlan; readonly leftOut: readonly LeftOut[] } {
  const { machines: asked, excluded, busy, wanted, ...rest } = input;
  const newest = newestByName(asked);
  const seen = new Set<string>();
  const leftOut: LeftOut[] = [];
  const machines: PlannedMachine[] = [];
  const whyOut = (machine: Machine): LeftOutReason | undefined => {
    if (seen.has(machine.id)) {
      return 'duplicate';
    }
    seen.add(machine.id);
    if (!runs(machine, rest.script.language)) {
      return 'wrongSystem';
    }
    if (excluded.has(machine.id)) {
      return 'excluded';
    }
    return wanted.has(machine.id) ? undefined : doubtful(machine);
  };
  const doubtful = (machine: Machine): LeftOutReason | undefined => {
    const isNewest = newest.get(nameKey(machine)) === machine.id;
    if (!isNewest) {
      return 'sameName';
    }
    return machine.healthStatus === 'Inactive' ? 'inactive' : busy.has(machine.id) ? 'busy' : undefined;
  };
  for (const machine of asked) {
    const why = whyOut(machine);
    if (why === undefined) {
      const { id, name, osPlatform, healthStatus, lastSeen } = machine;
      machines.push({ n: machines.length + 1, id, name, osPlatform, healthStatus, lastSeen });
    } else {
      leftOut.push({ machine, why });
    }
  }
  return { plan: { ...rest, machines }, leftOut };
}

/** A machine that was renamed or reinstalled leaves an older entity of its name. */
function newestByName(machines: readonly Machine[]): ReadonlyMap<string, string> {
  const newest = new Map<string, Machine>();
  for (const machine of machines) {
    const key = nameKey(machine);
    const other = newest.get(key);
    if (other === undefined || (machine.lastSeen ?? 0) > (other.lastSeen ?? 0)) {
      newest.set(key, machine);
    }
  }
  return new Map([...newest].map(([key, { id }]) => [key, id]));
}

/** A machine without a name has the same name as no other. */
function nameKey({ name, id }: Machine): string {
  return name === undefined ? `id ${id}` : `name ${foldName(name)}`;
}

/**
 * Whether a machine runs scripts of a language: Windows PowerShell ones, Linux and macOS those of
 * bash. Platforms are an open set ("Windows10", "Ubuntu", "macOS"): machine.md.
 */
function runs({ osPlatform }: Machine, language: ScriptLanguage): boolean {
  const platform = osPlatform?.toLowerCase();
  if (platform === undefined || /^(?:ios|android|ipados)/.test(platform)) {
    return false;
  }
  return platform.startsWith('windows') === (language === 'powershell');
}

/**
 * The mark of a machine's action in its comment, by which it is found again: `[lr:<run8>:<n>]`.
 */
export function markOf(runId: string, n: number): string {
  return `[lr:${runId.slice(0, 8).toLowerCase()}:${n}]`;
}

/** The comment that is sent for a machine. */
export function commentFor({ id, comment }: Pick<RunPlan, 'id' | 'comment'>, n: number): string {
  return `${comment} ${markOf(id, n)}`.trimStart();
}

/** "10 calls per minute" for starting live response: run-live-response.md. */
export const startsPerMinute = 10;

/** What bounds the time of a run: how often actions may start, or how many may run at once. */
export interface ExpectedTime {
  /** Milliseconds from the first request to the end of the last action. */
  readonly ms: number;
  readonly boundBy: 'starts' | 'sessions';
}

/** The time that a run takes at least, when each action takes `actionMs` and none has to wait. */
export function expectedTime(machines: number, sessions: number, actionMs: number): ExpectedTime {
  if (machines <= 0) {
    return { ms: 0, boundBy: 'starts' };
  }
  const byStarts = Math.floor((machines - 1) / startsPerMinute) * 60_000 + actionMs;
  const bySessions = Math.ceil(machines / Math.max(1, sessions)) * actionMs;
  return bySessions > byStarts
    ? { ms: bySessions, boundBy: 'sessions' }
    : { ms: byStarts, boundBy: 'starts' };
}

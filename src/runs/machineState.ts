/** Why a machine waits although its turn has come. */
export type HeldReason = 'offline' | 'busy' | 'throttled' | 'notSent';

/** Why a machine gets nothing anymore. */
export type StopReason =
  /** A person stopped or canceled the run. */
  | 'stopped'
  /** A machine of the first wave did not succeed. */
  | 'firstWave'
  /** As many machines failed as the run allows. */
  | 'failures'
  /** The library has another script than the one that was reviewed. */
  | 'scriptChanged';

/** How an action ended. */
export type Outcome = 'succeeded' | 'failed' | 'timedOut' | 'cancelled';

/** Where one machine of a run is. */
export type MachineState =
  | { readonly kind: 'planned' }
  | { readonly kind: 'held'; readonly why: HeldReason }
  /** The intent is in the journal; the request may have been carried out, or is being looked for. */
  | { readonly kind: 'sending' }
  | { readonly kind: 'sent'; readonly actionId: string }
  | { readonly kind: Outcome; readonly actionId: string }
  /** `reason` is a code, `message` what the service says: hostile text. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string | undefined }
  /** Sent, without an answer, and not found: a person decides. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stopped'; readonly why: StopReason };

export type StateKind = MachineState['kind'];

/** What each state may become. Those that become nothing are final. */
const next: Readonly<Record<StateKind, readonly StateKind[]>> = {
  // After a crash, an action may be found that the journal doesn't know. A busy machine may turn out
  // to be busy with our own action.
  planned: ['held', 'sending', 'sent', 'stopped'],
  held: ['held', 'sending', 'sent', 'stopped'],
  // `stopped`: before the request was made.
  sending: ['sent', 'held', 'refused', 'unknown', 'stopped'],
  sent: ['succeeded', 'failed', 'timedOut', 'cancelled'],
  // The list showed the action late.
  unknown: ['sent'],
  succeeded: [],
  failed: [],
  timedOut: [],
  cancelled: [],
  refused: [],
  stopped: [],
};

/** Whether a machine may go from one state to another. */
export function mayBecome(from: StateKind, to: StateKind): boolean {
  return next[from].includes(to);
}

/** Whether nothing more happens by itself. An action that is `unknown` may still be found. */
export function isOver({ kind }: MachineState): boolean {
  return kind === 'unknown' || next[kind].length === 0;
}

/** Whether the machine counts as a failure for the limit of failures. */
export function isFailure({ kind }: MachineState): boolean {
  return kind === 'failed' || kind === 'timedOut' || kind === 'refused' || kind === 'unknown';
}

/**
 * How an action with this status of the service ended; undefined while it is unfinished. A status
 * that is not known counts as unfinished.
 */
export function outcomeOf(status: string): Outcome | undefined {
  switch (status) {
    case 'Succeeded':
      return 'succeeded';
    case 'Failed':
      return 'failed';
    case 'TimeOut':
      return 'timedOut';
    case 'Cancelled':
      return 'cancelled';
    default:
      return undefined;
  }
}

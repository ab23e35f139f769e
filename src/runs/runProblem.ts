import type { SaveProblem } from '../results/resultProblem';

/** Why a run can't go on. */
export type RunProblem =
  /** Another window writes to the journal of the run. */
  | { readonly code: 'journalTaken'; readonly run: string }
  /**
   * The journal is not as it was written, so nothing tells what was sent already. `line` counts
   * from 1.
   */
  | { readonly code: 'journalDamaged'; readonly run: string; readonly line: number }
  /** There is no plan in the journal, or no journal: nothing was sent. */
  | { readonly code: 'journalEmpty'; readonly run: string }
  | SaveProblem;

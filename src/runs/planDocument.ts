import type { ExpectedTime, LeftOut, LibraryStep, RunPlan } from './runPlan';

/** Everything that a plan document says; `messages/runPlanText.ts` puts it into words. */
export interface PlanDocument {
  readonly plan: RunPlan;
  readonly leftOut: readonly LeftOut[];
  readonly library: LibraryStep;
  readonly time: ExpectedTime;
  /** Milliseconds that each action is expected to take. */
  readonly actionMs: number;
  /** Actions of the run at once. */
  readonly sessions: number;
  /** The name of the connection. */
  readonly tenant: string;
  /** The sample tenant's: nothing real is changed. */
  readonly sample: boolean;
}

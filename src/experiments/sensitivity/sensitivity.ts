/** A sensitivity as a whole: of which scenario, asked of what, and what one of the three methods found. */
import type { Assumption } from '../../scenario/assumptions.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { GlobalAnalysis } from './global-analysis.ts';
import type { GlobalDraws } from './global-draws.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import type { Screening } from './screening.ts';
import type { Target } from './targets.ts';

export interface SensitivityHead {
  readonly scenario: Scenario;
  readonly set: readonly string[];
  readonly seed: string;
  readonly targets: readonly Target[];
  /** expectations that need other variants */
  readonly leftOut: number;
}

export type Sensitivity = SensitivityHead &
  (
    | { readonly method: 'oat'; readonly result: OneAtATime }
    | { readonly method: 'screen'; readonly assumptions: readonly Assumption[]; readonly result: Screening }
    | { readonly method: 'global'; readonly draws: GlobalDraws; readonly result: GlobalAnalysis }
  );

/** Whether all was run; one that was interrupted tells what its runs say by then. */
export function isComplete(sensitivity: Sensitivity): boolean {
  return sensitivity.method === 'global' ? sensitivity.draws.complete : sensitivity.result.complete;
}

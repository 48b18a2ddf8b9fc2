/**
 * Compares variants of a scenario: replicates them with the same luck, and says
 * which is better, by how much, and how sure that is.
 */
import { createComparison, type Comparison } from './comparison.ts';
import type { Until } from './replication.ts';
import { runReplications, type ExperimentOptions } from './replications.ts';
import type { ComparedVariant } from './variant-set.ts';

export interface CompareRequest {
  /** the baseline first */
  readonly variants: readonly ComparedVariant[];
  /** what was changed in all of them, for the comparison to say; nothing if not said */
  readonly set?: readonly string[] | undefined;
  /** what replications differ by beside luck, for it to say */
  readonly over?: string | undefined;
  /** the name of the one that all are held against; the baseline's if not said */
  readonly against?: string | undefined;
  readonly seed: string;
  readonly replications: number;
  readonly until: Until;
}

export async function compareVariants(request: CompareRequest, options: ExperimentOptions = {}): Promise<Comparison> {
  const { variants, set, over, against, seed, until, replications: asked } = request;
  return createComparison({
    variants,
    set,
    over,
    against,
    seed,
    until,
    asked,
    ...(await runReplications(request, options)),
  });
}

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
  /** the name of the one that all are held against; the baseline's if not said */
  readonly against?: string | undefined;
  /** what was changed in all of them, for the comparison to say; nothing if not said */
  readonly set?: readonly string[] | undefined;
  readonly seed: string;
  readonly replications: number;
  readonly until: Until;
}

export async function compareVariants(request: CompareRequest, options: ExperimentOptions = {}): Promise<Comparison> {
  const { variants, against, set, seed, until, replications: asked } = request;
  return createComparison({ variants, against, set, seed, until, asked, ...(await runReplications(request, options)) });
}

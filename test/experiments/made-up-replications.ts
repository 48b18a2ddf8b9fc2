/** Comparisons of replications that nobody ran: as many variants as wished, each with the values that a test gives it. */
import { createComparison, type Comparison, type ComparisonInput } from '../../src/experiments/comparison.ts';
import type { Replication } from '../../src/experiments/replication.ts';
import { comparedText, comparedVariants } from './compared-scenario.ts';

export interface MadeUpRun {
  readonly lost?: number;
  /** ms; Infinity: open, having been seen for `openMs` */
  readonly length?: number;
  readonly openMs?: number;
  /** NaN: undecided */
  readonly collapse?: number;
}

/** Runs by variant; the first is the baseline, the others are variant-1, variant-2, … Null: a run that did not end. */
export function madeUp(
  runs: readonly (readonly (MadeUpRun | null)[])[],
  more: Partial<ComparisonInput> = {},
): Comparison {
  const [baseline] = comparedVariants(comparedText, []);
  const variants = runs.map((_, v) =>
    v === 0 ? baseline : { ...baseline, hash: `hash-${v}`, name: `variant-${v}`, title: `number ${v}` },
  );
  const byVariant = runs.map((rows, v) =>
    rows.flatMap((row, index): Replication[] => {
      if (row === null) return [];
      const { lost = 100, length = 1000, openMs = null, collapse = 0 } = row;
      return [{
        variant: variants[v].name, index, seed: `m/${index}`, fingerprint: `${v} ${index}`, ending: 'clock', endMs: 60_000, openMs, undecided: Number.isNaN(collapse),
        metrics: { sessionMinutesLost: lost, peakDisconnectedFraction: 0.5, timeToRecover: length, hostDeaths: 0, retryAmplification: 2, hostHours: 10, collapse },
        curve: [0, 0.5, 0],
      }];
    }),
  ); // prettier-ignore
  return createComparison({ variants, byVariant, seed: 'm', until: 'end', complete: true, ...more });
}

export const times = <T>(n: number, value: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => value(i));

/**
 * Simulation-based calibration (Talts et al. 2018): incidents whose truth is drawn
 * from the prior and whose rows are posted with delays, each calibrated as if
 * nobody knew. If posteriors are right, the truth's rank among a posterior's draws
 * is uniform, and a 90 % interval has it in 90 of 100.
 *
 * The incident: a limit is set at some time, and lets N sessions in at a rate, so
 * that it is resolved at start + N / rate; what a faster rate would have been worth
 * is asked of it as well. Both instants are posted, after lognormal delays.
 */
import { Stream } from '../../../src/engine/luck.ts';
import { standardNormal } from '../../../src/engine/variates.ts';
import { populations, type Evaluated } from '../../../src/experiments/calibration/populations.ts';
import { rowLikelihood } from '../../../src/experiments/calibration/row-likelihood.ts';
import { resampled, weightedQuantile } from '../../../src/experiments/calibration/weighted.ts';
import type { Observed } from '../../../src/scenario/scenario.ts';

const MINUTE_MS = 60_000;
const SESSIONS = 6000;
const SIGMA = 0.6;
const MEDIAN_MS = 4 * MINUTE_MS;
const RANKED = 19;

/** Start within an hour, a rate from 1 to 10 a second, and something that does nothing. */
function incidentAt([start, rate]: readonly number[]): { startMs: number; resolvedMs: number; worthMs: number } {
  const startMs = start * 60 * MINUTE_MS;
  const perSec = Math.exp(rate * Math.log(10));
  const neededMs = (SESSIONS / perSec) * 1000;
  // Twice the rate, from five minutes later on.
  return { startMs, resolvedMs: startMs + neededMs, worthMs: neededMs / 2 - 5 * MINUTE_MS };
}

function postedRow(name: string, atMs: number): Observed {
  const { mean, cv } = { mean: MEDIAN_MS * Math.exp((SIGMA * SIGMA) / 2), cv: Math.sqrt(Math.exp(SIGMA * SIGMA) - 1) };
  return {
    name,
    atMs,
    says: '',
    note: '',
    toleranceMs: 0,
    means: 'begins',
    untilMs: null,
    expect: { kind: 'milestone', milestone: 'resolved', atMs: null, text: 'resolved' },
    postedAfter: { name: 'lognormal', parameters: { mean, cv } },
  } as unknown as Observed;
}

export interface CalibratedIncident {
  /** of the truth among 19 draws, 0 … 19: of the start, the rate, what does nothing, and the worth */
  readonly ranks: readonly number[];
  /** whether the truth lies in the middle 50 and 90 % */
  readonly in50: readonly boolean[];
  readonly in90: readonly boolean[];
  readonly runs: number;
}

type Result = ReturnType<typeof incidentAt>;

export async function calibratedIncident(number: number, toleranceMs: number): Promise<CalibratedIncident> {
  const luck = new Stream('simulated incidents', 'truth').at(number, 0);
  const truth = [luck.uniform(), luck.uniform(), luck.uniform()];
  const real = incidentAt(truth);
  const delayMs = (): number => MEDIAN_MS * Math.exp(SIGMA * standardNormal(luck));
  const rows = [postedRow('start', real.startMs + delayMs()), postedRow('resolved', real.resolvedMs + delayMs())];
  const readings = ({ startMs, resolvedMs }: Result) =>
    [startMs, resolvedMs].map((beginMs) => ({
      name: '',
      holds: null,
      missedMs: null,
      beginsMs: [beginMs],
      baseRate: NaN,
    }));
  const { all } = await populations<Result>({
    seed: `incident ${number}`,
    names: ['start', 'rate', 'dead'],
    particles: 100,
    toleranceMs,
    isPossible: () => true,
    judge: {
      widestMs: 24 * 60 * MINUTE_MS,
      likelihood: (result, withinMs) =>
        readings(result).reduce((product, reading, i) => product * rowLikelihood(rows[i], reading, withinMs), 1),
    },
    run: (proposals) =>
      Promise.resolve(
        proposals.map((proposal): Evaluated<Result> => ({ proposal, result: incidentAt(proposal.point) })),
      ),
  });
  const { particles } = all[all.length - 1];
  const weights = particles.map(({ weight }) => weight);
  const told = (point: readonly number[], { worthMs }: Result): number[] => [...point, worthMs];
  const drawn = particles.map(({ proposal, result }) => told(proposal.point, result));
  const right = told(truth, real);
  const places = resampled(weights, RANKED, luck.uniform());
  const between = (i: number, low: number, high: number): boolean => {
    const values = drawn.map((one) => one[i]);
    return weightedQuantile(values, weights, low) <= right[i] && right[i] <= weightedQuantile(values, weights, high);
  };
  return {
    ranks: right.map((one, i) => places.filter((place) => drawn[place][i] < one).length),
    in50: right.map((_, i) => between(i, 0.25, 0.75)),
    in90: right.map((_, i) => between(i, 0.05, 0.95)),
    runs: all.reduce((sum, { run }) => sum + run.length, 0),
  };
}

/** Pearson's χ² of ranks 0 … 19 in ten bins against uniform ones. */
export function chiSquare(ranks: readonly number[]): number {
  const bins = new Array<number>(10).fill(0);
  for (const rank of ranks) bins[Math.floor(rank / 2)]++;
  const expected = ranks.length / 10;
  return bins.reduce((sum, one) => sum + ((one - expected) * (one - expected)) / expected, 0);
}

/** χ² of nine degrees of freedom is below it in 99 of 100. */
export const CHI_SQUARE_99 = 21.67;

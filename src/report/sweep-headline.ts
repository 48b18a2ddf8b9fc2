/** What a sweep of any metric says in a sentence: where it is least, and where it is greatest. */
import type { Sweep, SweepPoint } from '../experiments/sweep.ts';
import { sweepFigures } from './field-figures.ts';
import { fieldWords } from './field-words.ts';

/** A figure in words; what has no end says so. */
export function figureWords(sweep: Sweep, value: number): string {
  if (Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? sweepFigures(sweep).text(value) : value > 0 ? 'no end' : 'none';
}

/** `12 hosts, cap = 30s` */
export function pointWords({ axes, base }: Sweep, values: readonly string[]): string {
  return values.map((value, i) => fieldWords(axes[i], base.scenario).of(value)).join(', ');
}

export function extremesHeadline(sweep: Sweep): string {
  const { points, statistic, metric } = sweep;
  const seen = points.filter(({ estimate, n }) => n > 0 && !Number.isNaN(estimate));
  const what = statistic === 'probability' ? 'P(collapse)' : `The ${statistic} of ${metric}`;
  if (seen.length === 0) return statistic === 'probability' ? 'Undecided at every point: runs end too soon to say' : `No point has a value of ${metric}`; // prettier-ignore
  const least = seen.reduce((a, b) => (b.estimate < a.estimate ? b : a));
  const most = seen.reduce((a, b) => (b.estimate > a.estimate ? b : a));
  const told = ({ values, estimate }: SweepPoint): string => `${figureWords(sweep, estimate)}, at ${pointWords(sweep, values)}`; // prettier-ignore
  if (least.estimate === most.estimate) return `${what} is ${figureWords(sweep, least.estimate)} everywhere`;
  return `${what} is least, ${told(least)}; greatest, ${told(most)}`;
}

/**
 * What a sweep says in words: where the collapse passes one half, or where the metric
 * is least and greatest; and how that was found.
 */
import { medianIntervalNMin } from '../experiments/median-interval.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import type { Boundary, Sweep, SweepPoint } from '../experiments/sweep.ts';
import { metricOf } from '../metrics/catalogue.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { counted, numberText, percentText, valueText } from '../metrics/value-text.ts';

export function sweepFigure({ metric }: Pick<Sweep, 'metric'>, value: number): string {
  if (Number.isNaN(value)) return '–';
  if (metric === 'collapse') return percentText(value);
  if (!Number.isFinite(value)) return value > 0 ? 'no end' : '\u2212∞';
  const { unit } = metricOf(metric) ?? { unit: 'count' as const };
  return (unit === 'duration' ? roughDuration(value) : valueText(value, unit)).replace('-', '\u2212');
}

export function sweepInterval(sweep: Pick<Sweep, 'metric'>, { low, high }: SweepPoint): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return '';
  return `${sweepFigure(sweep, low)} to ${sweepFigure(sweep, high)}`;
}

/** Where it lies for certain: between two values, or beyond an end. */
export function boundaryBand({ collapsesAt, recoversAt }: Boundary): string {
  if (collapsesAt !== null && recoversAt !== null) return `${collapsesAt} | ${recoversAt}`;
  if (recoversAt !== null) return `… | ${recoversAt}`;
  return collapsesAt === null ? '' : `${collapsesAt} | …`;
}

/** Where most worlds recover: along all of the range, from a value on, up to one, or nowhere. */
export function recoversWords(sweep: Sweep, { value, recoversAbove }: Boundary): string {
  if (value === null) return 'nowhere';
  if (value === axisEnd(sweep, recoversAbove)) return 'everywhere';
  return `${recoversAbove ? 'from' : 'up to'} ${value}`;
}

function boundaryWords({ axes, along, level, points, boundaries }: Sweep): string {
  const boundary = boundaries[0];
  const { label, values } = axes[along ?? 0];
  const [first, last] = [values[0].text, values[values.length - 1].text];
  const sure = `${percentText(level)} sure`;
  const { value, collapsesAt, recoversAt, recoversAbove } = boundary;
  if (value === null)
    return `It collapses in most worlds at every ${label} from ${first} to ${last}${recoversAt === null && collapsesAt !== null ? `, ${sure}` : ''}.`;
  if (points.every(({ collapsed }) => collapsed === 0))
    return `It recovers in every world at every ${label} from ${first} to ${last}.`;
  const side = recoversAbove ? 'on' : 'down';
  const from = `From ${label} ${value} ${side} it recovers in at least half of the worlds`;
  if (collapsesAt === null && recoversAt === null) return `${from}; how sure that is, more worlds would say.`;
  const certain = [
    collapsesAt === null ? null : `at ${collapsesAt} most collapse`,
    recoversAt === null ? null : `at ${recoversAt} most recover`,
  ].filter((one) => one !== null);
  return `${from}; ${certain.join(', and ')}, ${sure}.`;
}

function extremesWords(sweep: Sweep): string {
  const { points, metric, axes, statistic } = sweep;
  const seen = points.filter(({ estimate }) => !Number.isNaN(estimate));
  if (seen.length === 0) return `No point has a value of ${metric}.`;
  const least = seen.reduce((a, b) => (b.estimate < a.estimate ? b : a));
  const most = seen.reduce((a, b) => (b.estimate > a.estimate ? b : a));
  const at = ({ values }: SweepPoint): string => values.map((value, i) => `${axes[i].label} ${value}`).join(', ');
  const what = statistic === 'probability' ? 'P(collapse)' : `The ${statistic} of ${metric}`;
  return `${what} is least at ${at(least)}: ${sweepFigure(sweep, least.estimate)}; and greatest at ${at(most)}: ${sweepFigure(sweep, most.estimate)}.`;
}

export function sweepVerdict(sweep: Sweep): string {
  const { boundaries, axes, n } = sweep;
  if (n === 0 || sweep.points.length === 0) return 'Nothing is known yet.';
  if (boundaries.length === 0) return extremesWords(sweep);
  if (axes.length < 2) return boundaryWords(sweep);
  const crossed = boundaries.filter(
    ({ value, recoversAbove }) => value !== null && value !== axisEnd(sweep, recoversAbove),
  );
  const other = axes[1 - (sweep.along ?? 0)];
  return `Where most worlds recover and where most collapse, along ${axes[sweep.along ?? 0].label} at each ${other.label}: the boundary lies within the range at ${crossed.length} of ${other.values.length} values.`;
}

/** The value from which on the whole range recovers. */
function axisEnd(sweep: Sweep, recoversAbove: boolean): string {
  const { values } = sweep.axes[sweep.along ?? 0];
  return values[recoversAbove ? 0 : values.length - 1].text;
}

function intervalWords({ level, n, statistic }: Sweep): string {
  const least = statistic === 'median' ? medianIntervalNMin(level) : INTERVAL_N_MIN;
  const interval = `its own ${percentText(level)} interval`;
  return n < least ? `without ${interval}, which takes ${counted(least, 'world')}` : `with ${interval}`;
}

export function sweepNotes(sweep: Sweep): string[] {
  const { complete, metric, statistic, n, level, looks, boundaries, runs, gridRuns, points, own, axes } = sweep;
  const notes = complete
    ? []
    : ['It was interrupted: this is what there was until then. The same command goes on from there.'];
  const sure = percentText(level);
  if (metric === 'collapse') {
    const how = sweep.isFull ? 'Every point in every world' : 'Each world\u2019s threshold by bisection';
    const bounds = looks === 'once' ? 'exact binomial bounds' : 'bounds that hold however often one looks';
    const inferred = sweep.isFull
      ? ''
      : ', as far as worlds have a threshold: it speaks for values that a world was not run at. Where most collapse or recover for certain, every world was run';
    notes.push(`${how}; ${bounds}, ${sure} for all ${points.length} points together${inferred}.`);
  } else
    notes.push(
      `Each the ${statistic} over ${counted(n, 'world')}, ${intervalWords(sweep)}; runs to the end of the clock.`,
    );
  const reasons = boundaries.filter(({ gridReason }) => gridReason !== null);
  if (reasons.length > 0)
    notes.push(
      boundaries.length === 1
        ? `The response is not monotone: ${reasons[0].gridReason}. So every value was run in every world.`
        : `At ${reasons.length} of ${boundaries.length} values the response is not monotone (at ${reasons[0].at}, ${reasons[0].gridReason}): there, every value was run in every world.`,
    );
  const looked = boundaries.filter(({ method }) => method === 'thresholds');
  const worlds = looked.reduce((sum, { lookedAt }) => sum + lookedAt.worlds, 0);
  const broken = looked.reduce((sum, { lookedAt }) => sum + lookedAt.broken, 0);
  if (worlds > 0)
    notes.push(
      `In ${counted(worlds, 'world')}, values next to the threshold and further off were tried as well: ${broken === 0 ? 'none contradicts it' : `${broken} (${percentText(broken / worlds)}) recover and collapse again further on; these were run at every value, and count as they are`}.`,
    );
  if (own !== null)
    notes.push(
      `The scenario as it stands: ${own.map((place, i) => `${axes[i].label} ${axes[i].values[place].text}`).join(', ')}.`,
    );
  notes.push(`${counted(runs, 'run')}; every point in every world takes ${numberText(gridRuns)}.`);
  return notes;
}

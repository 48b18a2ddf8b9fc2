/**
 * The figures of a plan or a sweep as an axis and as a label tell them: shares of
 * worlds, or a metric in its own unit.
 */
import type { Plan } from '../experiments/plan.ts';
import type { Sweep } from '../experiments/sweep.ts';
import { metricOf, unitWord } from '../metrics/catalogue.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { numberText, percentText, valueText } from '../metrics/value-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { clockText } from './clock-axis.ts';
import { countText, durationTickText, roundDurationTicks, roundTicks } from './quantities.ts';

export interface Figures {
  /** what they are, with the unit where their texts have none */
  readonly title: string;
  readonly text: (value: number) => string;
  /** in fewer characters */
  readonly brief: (value: number) => string;
  /** of a round one */
  readonly tickText: (value: number) => string;
  /** round ones around all that are finite */
  readonly ticks: (values: readonly number[]) => readonly number[];
}

const ticksMax = 6;
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** Steps of `ofMost` from zero up, and down as far as there are values. */
function ticksBetween(
  values: readonly number[],
  ofMost: (most: number, count: number) => readonly number[],
): readonly number[] {
  const finite = values.filter(Number.isFinite);
  const [least, most] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  if (least === 0) return ofMost(most > 0 ? most : 1, ticksMax);
  const step = ofMost(most - least, ticksMax)[1];
  const [from, to] = [Math.floor(least / step), Math.ceil(most / step)];
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}

export function shareFigures(title: string): Figures {
  return {
    title,
    text: percentText,
    brief: (value) => percentText(value).replace('\u00a0%', ''),
    tickText: percentText,
    ticks: () => [0, 0.25, 0.5, 0.75, 1],
  };
}

function metricFigures(metric: string, statistic: string, { clock }: Scenario): Figures {
  const { unit } = metricOf(metric) ?? { unit: 'count' as const };
  const counts = unit === 'count' && unitWord(metric) !== 'count' ? `, ${unitWord(metric)}` : '';
  const title = `${statistic} of ${metric}${counts}`;
  const minus = (text: string): string => text.replace('-', '\u2212');
  if (unit === 'instant') {
    const text = (value: number): string => clockText(clock, value);
    return { title, text, brief: text, tickText: text, ticks: (values) => ticksBetween(values, roundDurationTicks) };
  }
  if (unit === 'duration') {
    const text = (value: number): string => minus(roughDuration(value));
    return {
      title,
      text,
      brief: text,
      tickText: (value) => (value < 0 ? `\u2212${durationTickText(-value)}` : durationTickText(value)),
      ticks: (values) => ticksBetween(values, roundDurationTicks),
    };
  }
  return {
    title,
    text: (value) => minus(valueText(value, unit)),
    brief: (value) => minus(unit === 'count' ? compact.format(value) : valueText(value, unit)).replace(/\u00a0[%×]|\/s/, ''), // prettier-ignore
    tickText: (value) => minus(unit === 'count' ? countText(value) : valueText(value, unit)),
    ticks: (values) => ticksBetween(values, roundTicks),
  };
}

export function sweepFigures({ metric, statistic, base }: Sweep): Figures {
  return metric === 'collapse' ? shareFigures('P(collapse)') : metricFigures(metric, statistic, base.scenario);
}

export function planFigures({ target, base }: Plan): Figures {
  return target.kind === 'share'
    ? shareFigures(target.head)
    : metricFigures(target.condition.left.metric, 'mean', base.scenario);
}

/** What a point costs; the formula has no unit. */
export const costFigures: Figures = {
  title: 'cost',
  text: numberText,
  brief: (value) => compact.format(value),
  tickText: countText,
  ticks: (values) => ticksBetween(values, (most) => roundTicks(most, 3)),
};

/**
 * Attempts per second by how they end, stacked, so that the outline is all attempts that ended. Counted
 * when they end, as means over the time between samples: a storm of timeouts shows later than it began by
 * the clients' patience, and lower than in its busiest second, which the headline tells.
 */
import type { ChartData } from '../chart-data.ts';
import { peakIndex, peakIndexes } from '../decimation.ts';
import { okabeIto } from '../palette.ts';
import type { Picture } from '../picture.ts';
import { countText, roundTicks } from '../quantities.ts';
import { clockMinute, figureOf, figureText } from '../title-figures.ts';

const bucketCount = 700;

// From the bottom of the stack to its top: the good end first, so that goodput stands on the axis.
const ends = [
  { end: 'connected', text: 'connected', color: okabeIto.green },
  { end: 'cancelled', text: 'cancelled', color: okabeIto.purple },
  { end: 'reset', text: 'reset', color: okabeIto.skyBlue },
  { end: 'timedOut', text: 'timed out', color: okabeIto.orange },
  { end: 'rejected', text: 'rejected', color: okabeIto.vermillion },
] as const;

function seriesOf(data: ChartData, end: string): Float64Array {
  return data.series[`attemptsPerSec.${end}`] ?? new Float64Array(data.samplesMs.length);
}

function totalOf(data: ChartData): Float64Array {
  const total = new Float64Array(data.samplesMs.length);
  for (const { end } of ends) seriesOf(data, end).forEach((rate, index) => (total[index] += rate || 0));
  return total;
}

export function attemptsHeadline(data: ChartData): string {
  if ((figureOf(data, 'attempts') ?? 0) === 0) return 'Nobody tried to connect';
  const counts = ends
    .map(({ end, text }) => ({ end, text, count: figureOf(data, `attempts.${end}`) ?? 0 }))
    .sort((a, b) => b.count - a.count);
  const told = [...counts.slice(0, 2), ...counts.slice(2).filter(({ end }) => end === 'connected')].filter(
    ({ end, count }) => count > 0 || end === 'connected',
  );
  const by = told.map(({ end, text }) => `${figureText(data, `attempts.${end}`)} ${text}`).join(', ');
  const all = `${figureText(data, 'attempts')} in all, ${by}`;
  if (figureOf(data, 'attemptsPerSecondPeak') === null) return `Attempts: ${all}`;
  return `Attempts came at up to ${figureText(data, 'attemptsPerSecondPeak')} (${clockMinute(data, 'attemptsPeakAt')}): ${all}`;
}

export function attemptsPicture(data: ChartData): Picture {
  const total = totalOf(data);
  // The same instants for every layer, or the layers would not add up; chosen for the peaks of the sum.
  const kept = peakIndexes(total, bucketCount);
  const present = ends.filter(({ end }) => seriesOf(data, end).some((rate) => rate > 0));
  const ticks = roundTicks(total[peakIndex(total)] ?? 0, 6);
  return {
    shows: 'Attempts per second by how they ended (means)',
    stacked: true,
    legend: present.map(({ text, color }) => ({ text, mark: 'box', stroke: { color, dash: [] } })),
    lines: present.map(({ end, color }) => {
      const values = seriesOf(data, end);
      return {
        points: kept.map((index) => ({ x: data.samplesMs[index], y: values[index] || 0 })),
        stroke: { color, dash: [] },
        widthPx: 1,
        fill: color,
      };
    }),
    yAxis: {
      title: 'attempts per second',
      scale: 'linear',
      min: 0,
      max: ticks[ticks.length - 1],
      ticks: ticks.map((value) => ({ value, label: countText(value) })),
    },
  };
}

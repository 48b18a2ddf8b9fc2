/**
 * Attempts per second by how they end, stacked, so that the outline is all attempts that ended. Counted
 * when they end: a storm of timeouts shows later than it began by the clients' patience.
 */
import type { ChartData } from '../chart-data.ts';
import { clockText } from '../clock-axis.ts';
import { peakIndex, peakIndexes } from '../decimation.ts';
import { okabeIto } from '../palette.ts';
import type { Picture } from '../picture.ts';
import { countText, percentText, roundTicks } from '../quantities.ts';

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
  const total = totalOf(data);
  const peak = peakIndex(total);
  if (peak < 0 || total[peak] === 0) return 'No attempt ended';
  const shares = ends
    .map(({ end, text }) => ({ text, share: (seriesOf(data, end)[peak] || 0) / total[peak] }))
    .sort((a, b) => b.share - a.share);
  const when = clockText(data.clock, data.samplesMs[peak]);
  const [most, next] = shares;
  const second = next.share >= 0.01 ? `, ${percentText(next.share)} ${next.text}` : '';
  const connected = [most, next].some(({ text }) => text === 'connected')
    ? ''
    : `, ${percentText(shares.find(({ text }) => text === 'connected')?.share ?? 0)} connected`;
  const rate = countText(Number(total[peak].toPrecision(3)));
  return `Attempts peaked at ${rate}/s (${when}): ${percentText(most.share)} ${most.text}${second}${connected}`;
}

export function attemptsPicture(data: ChartData): Picture {
  const total = totalOf(data);
  // The same instants for every layer, or the layers would not add up; chosen for the peaks of the sum.
  const kept = peakIndexes(total, bucketCount);
  const present = ends.filter(({ end }) => seriesOf(data, end).some((rate) => rate > 0));
  const ticks = roundTicks(total[peakIndex(total)] ?? 0, 6);
  return {
    shows: 'Attempts per second by how they end',
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

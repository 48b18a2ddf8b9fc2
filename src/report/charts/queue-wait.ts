/**
 * How long the attempts that began service had waited in each tier's queues: mean and 95th percentile.
 * Where nobody began service there is no line; those who waited in vain do not show here but as timeouts.
 * Logarithmic as soon as waits span more than two orders of magnitude.
 */
import type { ChartData } from '../chart-data.ts';
import { thinnedPoints } from '../decimation.ts';
import { okabeIto, strokeOf, tintOf, type Stroke } from '../palette.ts';
import type { LegendItem, Line, Picture, YAxis } from '../picture.ts';
import { durationTickText, roundDurationTicks } from '../quantities.ts';
import { figureOf, figureText } from '../title-figures.ts';

const bucketCount = 700;
const logarithmicAbove = 100;
const floorMs = 1;

const statistics = [
  { name: 'p95', text: 'p95', widthPx: 2, isTint: true },
  { name: 'mean', text: 'mean', widthPx: 3, isTint: false },
] as const;

interface Wait {
  readonly tier: string;
  readonly statistic: (typeof statistics)[number];
  readonly values: Float64Array;
  readonly stroke: Stroke;
}

function waitsOf(data: ChartData): Wait[] {
  return data.tiers.flatMap(({ name: tier }, index) =>
    statistics.flatMap((statistic) => {
      const values = data.series[`queueWaitMs.${tier}.${statistic.name}`];
      const { color, dash } = strokeOf(index);
      const stroke = { color: statistic.isTint ? tintOf(color, 0.5) : color, dash };
      return values === undefined ? [] : [{ tier, statistic, values, stroke }];
    }),
  );
}

/** Statistics over all that were served; the lines show how they went. */
export function queueWaitHeadline(data: ChartData): string {
  const waits = data.tiers.flatMap(({ name }) => {
    const [p95, mean] = [figureOf(data, `queueWait.${name}.p95`), figureOf(data, `queueWait.${name}.mean`)];
    return p95 === null || mean === null ? [] : [{ name, p95, mean }];
  });
  if (waits.length === 0) return 'No attempt began service';
  const worst = waits.reduce((a, b) => (b.p95 > a.p95 ? b : a));
  if (worst.p95 === 0)
    return waits.some(({ mean }) => mean > 0) ? 'Few attempts waited in queues' : 'Attempts did not wait in queues';
  const { connectTimeoutMs } = data;
  const patience = connectTimeoutMs === undefined || worst.p95 <= connectTimeoutMs ? '' : ': longer than clients wait';
  return `Of those served, one in twenty had waited ${figureText(data, `queueWait.${worst.name}.p95`)} or more (p95) before ${worst.name}${patience}`;
}

/** Round durations some ten times apart, as people say them. */
const roundDurationsMs = [0.1, 1, 10, 100, 1e3, 1e4, 6e4, 6e5, 3.6e6, 3.6e7, 3.6e8, 3.6e9, 3.6e10];

function logarithmicAxis(lowestMs: number, highestMs: number): YAxis {
  const from = roundDurationsMs.findLastIndex((ms) => ms <= Math.max(floorMs, lowestMs));
  const to = roundDurationsMs.findIndex((ms) => ms >= highestMs);
  const shown = roundDurationsMs.slice(Math.max(0, from), to < 0 ? undefined : to + 1);
  const ticks = shown.map((value, k) => ({ value, label: `${k === 0 ? '≤ ' : ''}${durationTickText(value)}` }));
  const title = 'wait in the queue (log scale)';
  return { title, scale: 'logarithmic', min: shown[0], max: shown[shown.length - 1], ticks };
}

function linearAxis(highestMs: number): YAxis {
  const ticks = roundDurationTicks(Math.max(highestMs, 10 * floorMs), 6);
  return {
    title: 'wait in the queue',
    scale: 'linear',
    min: 0,
    max: ticks[ticks.length - 1],
    ticks: ticks.map((value) => ({ value, label: durationTickText(value) })),
  };
}

export function queueWaitPicture(data: ChartData): Picture {
  const waits = waitsOf(data);
  let [lowestMs, highestMs] = [Infinity, data.connectTimeoutMs ?? 0];
  for (const { values } of waits) {
    for (const value of values) {
      if (value > highestMs) highestMs = value;
      if (value >= floorMs && value < lowestMs) lowestMs = value;
    }
  }
  const isLogarithmic = highestMs > logarithmicAbove * Math.min(lowestMs, highestMs);
  const yAxis = isLogarithmic ? logarithmicAxis(lowestMs, highestMs) : linearAxis(highestMs);
  const lines: Line[] = waits.map(({ values, stroke, statistic }) => ({
    points: thinnedPoints(data.samplesMs, values, bucketCount).map(({ x, y }) => ({
      x,
      y: y < yAxis.min ? yAxis.min : y,
    })),
    stroke,
    widthPx: statistic.widthPx,
  }));
  const legend: LegendItem[] = waits.map(({ tier, statistic, stroke }) => ({
    text: `${tier}, ${statistic.text}`,
    mark: 'line',
    stroke,
  }));
  if (data.connectTimeoutMs !== undefined) {
    const stroke = { color: okabeIto.black, dash: [3, 5] };
    const y = data.connectTimeoutMs;
    lines.push({ points: [{ x: 0, y }, { x: data.endMs, y }], stroke, widthPx: 2 }); // prettier-ignore
    legend.push({ text: 'clients stop waiting', mark: 'line', stroke });
  }
  return { shows: 'Wait in the queue of attempts that began service', legend, lines, yAxis };
}

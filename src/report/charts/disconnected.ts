/**
 * Disconnected share by pod: all pods together above, and below a lane for each pod, so that one sees in
 * which order they went; more pods than lanes fit become thin grey lines in one plot. The times in the
 * headline are the outcome's episodes.
 */
import type { ChartData, ChartEpisode } from '../chart-data.ts';
import { clockText } from '../clock-axis.ts';
import { peakIndex, thinnedPoints, type Point } from '../decimation.ts';
import { okabeIto, tintOf, type Stroke } from '../palette.ts';
import type { LegendItem, Line, Picture } from '../picture.ts';
import { percentText, roundTicks } from '../quantities.ts';
import { figureOf, figureText } from '../title-figures.ts';

const bucketCount = 700;
const laneCountMax = 20;
const laneFilledFraction = 0.82;
const fleetStroke: Stroke = { color: okabeIto.black, dash: [] };
const podStroke: Stroke = { color: okabeIto.vermillion, dash: [] };
const crowdStroke: Stroke = { color: '#A8A8A8', dash: [] };

function podSeries(data: ChartData, pod: string): Float64Array | undefined {
  return data.series[`disconnectedFraction.${pod}`];
}

function podsText(data: ChartData): { text: string; isNone: boolean } {
  const [all, some] = [data.pods.length, figureOf(data, 'peakImpactedPods') ?? 0];
  if (all === 1) return { text: 'The pod was impacted', isNone: some === 0 };
  const who =
    some === all
      ? `All ${all} pods were impacted at once`
      : some === 1
        ? `1 of ${all} pods was impacted`
        : `${some} of ${all} pods were impacted at once`;
  return { text: who, isNone: some === 0 };
}

function episodeText(data: ChartData, episode: ChartEpisode): string {
  const from = clockText(data.clock, episode.startedAtMs);
  if (episode.resolvedAtMs !== null) return `${from}–${clockText(data.clock, episode.resolvedAtMs)}`;
  if (typeof episode.calmFromMs === 'number')
    return `from ${from}, calm again from ${clockText(data.clock, episode.calmFromMs)} on`;
  return `from ${from} on, not over by ${clockText(data.clock, data.endMs)}`;
}

export function disconnectedHeadline(data: ChartData): string {
  if (figureOf(data, 'peakDisconnectedFraction') === null) return 'No samples of disconnected sessions';
  const atMost = figureText(data, 'peakDisconnectedFraction');
  const pods = podsText(data);
  if (pods.isNone) {
    const nobody = data.pods.length === 1 ? 'The pod was never impacted' : 'No pod was impacted';
    return `${nobody}: at most ${atMost} of all sessions were disconnected`;
  }
  const times = data.episodes.slice(0, 3).map((episode) => episodeText(data, episode));
  if (data.episodes.length > 3) times.push(`${data.episodes.length - 3} more times`);
  const when = times.length < 2 ? times.join('') : `${times.slice(0, -1).join(', ')} and ${times[times.length - 1]}`;
  return `${pods.text}, up to ${atMost} of all sessions disconnected${when === '' ? '' : `: ${when}`}`;
}

interface Share {
  readonly pod: string;
  readonly points: readonly Point[];
}

/** With the worst second of each episode, or the line would stay below the peak that the headline tells. */
function withPeaks(points: readonly Point[], episodes: readonly ChartEpisode[]): Point[] {
  const peaks = episodes.flatMap(({ peak }) =>
    peak === undefined ? [] : [{ x: peak.atMs, y: peak.disconnectedFraction }],
  );
  const between = peaks.filter(({ x }) => points.every((point) => point.x !== x));
  return [...points, ...between].sort((a, b) => a.x - b.x);
}

function sharesOf(data: ChartData): { fleet: readonly Point[]; pods: Share[]; ticks: number[] } {
  let highest = 0;
  const thin = (values: Float64Array | undefined): Point[] => {
    if (values === undefined) return [];
    highest = Math.max(highest, values[peakIndex(values)] ?? 0);
    return thinnedPoints(data.samplesMs, values, bucketCount);
  };
  const fleet = withPeaks(thin(data.series.disconnectedFraction), data.episodes);
  highest = fleet.reduce((most, { y }) => (y > most ? y : most), highest);
  const names = data.pods.length > 1 ? data.pods : [];
  const pods = names.map((pod) => ({ pod, points: thin(podSeries(data, pod)) }));
  return { fleet, pods, ticks: roundTicks(highest > 0.4 ? 1 : Math.max(highest, 0.01), 4) };
}

/** All lines in one plot: a single pod, or a crowd of them. */
function onePlot(data: ChartData, { fleet, pods, ticks }: ReturnType<typeof sharesOf>): Omit<Picture, 'shows'> {
  const lines: Line[] = pods.map(({ points }) => ({ points, stroke: crowdStroke, widthPx: 1 }));
  lines.push({ points: fleet, stroke: fleetStroke, widthPx: 4 });
  const legend: LegendItem[] = [
    { text: `each of ${data.pods.length} pods`, mark: 'line', stroke: crowdStroke },
    { text: 'all pods', mark: 'line', stroke: fleetStroke },
  ];
  return {
    legend: pods.length > 0 ? legend : [],
    lines,
    yAxis: {
      title: 'disconnected (%)',
      scale: 'linear',
      min: 0,
      max: ticks[ticks.length - 1],
      ticks: ticks.map((value) => ({ value, label: percentText(value) })),
    },
  };
}

/** Lanes are one unit high on the y axis, counted from below; the fleet's lane on top is higher. */
function lanes({ fleet, pods, ticks }: ReturnType<typeof sharesOf>): Omit<Picture, 'shows'> {
  const top = ticks[ticks.length - 1];
  const fleetHeight = Math.max(2, 0.6 * pods.length);
  const fleetBase = pods.length + 0.35;
  const lane = (points: readonly Point[], base: number, height: number, stroke: Stroke): Line => ({
    points: points.map(({ x, y }) => ({ x, y: base + (y / top) * height })),
    stroke,
    widthPx: 2,
    fill: tintOf(stroke.color),
    fillFrom: base,
  });
  const bases = pods.map((_, index) => pods.length - 1 - index);
  return {
    legend: [],
    lines: [
      ...pods.map(({ points }, index) => lane(points, bases[index], laneFilledFraction, podStroke)),
      lane(fleet, fleetBase, fleetHeight, fleetStroke),
    ],
    yAxis: {
      title: `disconnected (lanes: 0 to ${percentText(top)})`,
      scale: 'linear',
      min: 0,
      max: fleetBase + fleetHeight,
      ticks: [
        ...pods.map(({ pod }, index) => ({
          value: bases[index] + laneFilledFraction / 2,
          label: pod,
          hasNoLine: true,
        })),
        ...ticks.map((value) => ({
          value: fleetBase + (value / top) * fleetHeight,
          label: value === top ? `all pods ${percentText(value)}` : percentText(value),
        })),
      ],
      guides: bases,
    },
  };
}

export function disconnectedPicture(data: ChartData): Picture {
  const shares = sharesOf(data);
  const hasLanes = shares.pods.length > 0 && shares.pods.length <= laneCountMax;
  return {
    shows: 'Disconnected sessions, share of those not gone',
    showsMilestones: true,
    ...(hasLanes ? lanes(shares) : onePlot(data, shares)),
  };
}

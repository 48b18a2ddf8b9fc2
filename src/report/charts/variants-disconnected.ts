/**
 * How each variant's outage goes, in a panel of its own: the median disconnected
 * share over time, the band of the middle 80 % of the replications, and the
 * baseline's median as a thin line to compare with. All panels have the same
 * axes. More variants than panels: those with the smallest outages, and the
 * baseline; how many are left out is said.
 */
import type { Comparison, VariantResult } from '../../experiments/comparison.ts';
import { BASELINE } from '../../metrics/judgement.ts';
import { band, line, text, uprightText, widthOf, type Point } from '../brush.ts';
import { clockAxisTitle, clockTicks } from '../clock-axis.ts';
import { cutText } from '../flags.ts';
import { ink, okabeIto, tintOf } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { percentText, roundTicks } from '../quantities.ts';
import { variantEstimate, variantEstimateText } from '../title-figures.ts';
import type { PaintComparison } from '../variant-paint.ts';

const panelsMax = 12;
const panelGapPx = 26;
const titleHeightPx = 30;
const xAxisHeightPx = 32;

/** The mean over the replications of each one's peak; the median curve that is drawn may peak lower. */
const peakMetric = 'peakDisconnectedFraction';
const lengthMetric = 'timeToRecover';

function peakText(variant: VariantResult): string {
  return `${variantEstimateText(variant, peakMetric)} disconnected`;
}

/** Of outages that all peak alike, what tells them apart is how long they last. */
function firstOverHeadline(baseline: VariantResult, others: readonly VariantResult[]): string {
  const lengthOf = (variant: VariantResult): number => {
    const length = variantEstimate(variant, lengthMetric);
    return Number.isNaN(length) ? Infinity : length;
  };
  const first = others.reduce((a, b) => (lengthOf(b) < lengthOf(a) ? b : a));
  if (lengthOf(first) >= lengthOf(baseline))
    return `No variant peaks lower, or is over sooner, than the baseline: ${peakText(baseline)} (mean)`;
  const own =
    lengthOf(baseline) === Infinity
      ? 'the baseline not within its run'
      : `the baseline in ${variantEstimateText(baseline, lengthMetric)}`;
  return `None peaks lower than the baseline; ${first.name} is over first, in ${variantEstimateText(first, lengthMetric)} (median), ${own}`;
}

export function variantsDisconnectedHeadline({ variants }: Comparison): string {
  const baseline = variants.find(({ name }) => name === BASELINE);
  const others = variants.filter((variant) => variant !== baseline);
  if (baseline === undefined || others.length === 0) return `The baseline peaks at ${peakText(variants[0])} (mean)`;
  const lowest = others.reduce((a, b) => (variantEstimate(b, peakMetric) < variantEstimate(a, peakMetric) ? b : a));
  if (!(variantEstimate(lowest, peakMetric) < variantEstimate(baseline, peakMetric)))
    return firstOverHeadline(baseline, others);
  return `${lowest.name} peaks at ${peakText(lowest)}, the baseline at ${variantEstimateText(baseline, peakMetric)} (means of the replications' peaks)`;
}

function shownVariants({ variants }: Comparison): VariantResult[] {
  if (variants.length <= panelsMax) return [...variants];
  const best = variants.filter(({ name }) => name !== BASELINE).slice(0, panelsMax - 1);
  return variants.filter((variant) => variant.name === BASELINE || best.includes(variant));
}

interface Axes {
  readonly area: PlotArea;
  readonly top: number;
  readonly endMs: number;
}

function pointsOf({ area, top, endMs }: Axes, shares: readonly number[], stepMs: number): Point[] {
  return shares.map((share, i) => ({
    x: area.leftPx + ((i * stepMs) / endMs) * (area.rightPx - area.leftPx),
    y: area.bottomPx - (share / top) * (area.bottomPx - area.topPx),
  }));
}

function drawAxes(pen: Pen, axes: Axes, comparison: Comparison, shows: { x: boolean; y: boolean }): void {
  const { area, top, endMs } = axes;
  for (const value of roundTicks(top, 2)) {
    const [{ y }] = pointsOf(axes, [value], 0);
    line(
      pen,
      [
        { x: area.leftPx, y },
        { x: area.rightPx, y },
      ],
      { color: ink.grid, dash: [] },
      1,
    );
    if (shows.y)
      text(pen, percentText(value), { x: area.leftPx - 8, y }, { align: 'right', color: ink.faint, sizePx: 18 });
  }
  const tickCount = Math.max(2, Math.floor((area.rightPx - area.leftPx) / 95));
  for (const { atMs, label } of clockTicks(comparison.scenario.clock, endMs, tickCount)) {
    const x = area.leftPx + (atMs / endMs) * (area.rightPx - area.leftPx);
    line(
      pen,
      [
        { x, y: area.topPx },
        { x, y: area.bottomPx },
      ],
      { color: ink.grid, dash: [] },
      1,
    );
    // At a panel's edges a label reads inwards, so that it does not run into its neighbour's.
    const align = x < area.leftPx + 1 ? 'left' : x > area.rightPx - 1 ? 'right' : 'center';
    if (shows.x) text(pen, label, { x, y: area.bottomPx + 16 }, { align, color: ink.faint, sizePx: 18 });
  }
  line(
    pen,
    [
      { x: area.leftPx, y: area.topPx },
      { x: area.leftPx, y: area.bottomPx },
      { x: area.rightPx, y: area.bottomPx },
    ],
    { color: ink.axis, dash: [] },
    1,
  );
}

export const paintVariantsDisconnected: PaintComparison = (pen, comparison, room, strokeFor) => {
  const shown = shownVariants(comparison);
  const left = comparison.variants.length - shown.length;
  const columns = shown.length <= 3 ? shown.length : shown.length === 4 ? 2 : shown.length <= 9 ? 3 : 4;
  const rows = Math.ceil(shown.length / columns);
  const [leftPx, bottomPx] = [room.leftPx + 100, room.bottomPx - 34];
  const widthPx = (room.rightPx - leftPx - panelGapPx * (columns - 1)) / columns;
  const heightPx = (bottomPx - room.topPx) / rows;
  const highest = Math.max(0.01, ...shown.flatMap(({ curve }) => [...(curve?.high ?? [])]));
  const top = highest > 0.4 ? 1 : roundTicks(highest, 4).at(-1)!;
  const endMs = comparison.scenario.clock.durationMs;
  const { curveStepMs } = comparison;
  const baseline = shown.find(({ name }) => name === BASELINE);
  shown.forEach((variant, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const panelLeftPx = leftPx + column * (widthPx + panelGapPx);
    const topPx = room.topPx + row * heightPx;
    const area = {
      leftPx: panelLeftPx,
      rightPx: panelLeftPx + widthPx,
      topPx: topPx + titleHeightPx,
      bottomPx: topPx + heightPx - xAxisHeightPx,
    };
    const axes = { area, top, endMs };
    const stroke = strokeFor(variant);
    drawAxes(pen, axes, comparison, { x: i + columns >= shown.length, y: column === 0 });
    const points = (shares: readonly number[] | undefined): Point[] => pointsOf(axes, shares ?? [], curveStepMs);
    band(pen, points(variant.curve?.low), points(variant.curve?.high), tintOf(stroke.color));
    if (variant !== baseline) line(pen, points(baseline?.curve?.median), { color: okabeIto.black, dash: [] }, 1);
    line(pen, points(variant.curve?.median), stroke, 3);
    text(
      pen,
      cutText(variant.name, widthPx, (one) => widthOf(pen, one, 20, 'bold')),
      { x: panelLeftPx, y: topPx + titleHeightPx / 2 },
      {
        bold: true,
        color: stroke.color === okabeIto.orange || stroke.color === okabeIto.skyBlue ? ink.text : stroke.color,
      },
    );
  });
  uprightText(
    pen,
    'disconnected (% of sessions)',
    { x: room.leftPx + 12, y: (room.topPx + bottomPx) / 2 },
    { color: ink.faint },
  );
  const more = left === 0 ? '' : ` · ${left} variants with larger outages are not shown`;
  text(
    pen,
    `${clockAxisTitle(comparison.scenario.clock)}${more}`,
    { x: (leftPx + room.rightPx) / 2, y: room.bottomPx - 8 },
    { align: 'center', color: ink.faint },
  );
};

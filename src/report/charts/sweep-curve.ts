/**
 * A sweep of one field: the metric at each of its values with its band, and where
 * the scenario itself stands. Of the collapse also where it passes one half, and
 * between which values that lies for certain. Values without an order stand below
 * one another, each with its whole name, and nothing joins them.
 */
import type { Sweep, SweepPoint } from '../../experiments/sweep.ts';
import { percentText } from '../../metrics/value-text.ts';
import { dot, line, text, widthOf, type Point } from '../brush.ts';
import { belowPx, bottomScale, figureScale, leftOf, paintBottomAxis, paintFigureAxis, paintSideAxis, sideScale } from '../field-axes.ts'; // prettier-ignore
import { sweepFigures, type Figures } from '../field-figures.ts';
import { fieldWords, rangeWords, shownValue } from '../field-words.ts';
import {
  bandOpacity,
  dotRadius,
  marksHeightPx,
  paintFigureCurve,
  paintMarks,
  type CurvePoint,
} from '../figure-curve.ts';
import { paintLegend, type LegendEntry } from '../legend.ts';
import { ink, okabeIto, tintOf } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { extremesHeadline } from '../sweep-headline.ts';

const curveColor = okabeIto.blue;
const ownColor = okabeIto.black;
const halfColor = okabeIto.vermillion;
export const thresholdColor = '#F3E3DA';

/** Whether there is a curve: of one field, of which something is known. */
export function hasSweepCurve({ axes, points }: Sweep): boolean {
  return axes.length === 1 && points.some(({ n }) => n > 0);
}

export function sweepCurveHeadline(sweep: Sweep): string {
  const { axes, boundaries, points, level, base } = sweep;
  if (boundaries.length === 0) return extremesHeadline(sweep);
  const words = fieldWords(axes[0], base.scenario);
  const { value, collapsesAt, recoversAt, recoversAbove } = boundaries[0];
  if (value === null) return `Most worlds collapse at all of ${rangeWords(axes[0], words)}`;
  if (points.every(({ collapsed }) => collapsed === 0))
    return `Every world recovers at all of ${rangeWords(axes[0], words)}`;
  const from = `${recoversAbove ? 'From' : 'Up to'} ${words.of(value)}${recoversAbove ? ' on' : ''}`;
  const certain = [
    ...(recoversAt === null ? [] : [`certainly ${recoversAbove ? 'from' : 'up to'} ${words.again(recoversAt)}`]),
    ...(collapsesAt === null ? [] : [`certainly not at ${words.again(collapsesAt)}`]),
  ];
  const sure = certain.length === 0 ? '' : `; ${certain.join(', ')} (${percentText(level)} sure)`;
  return `${from}, at least half of the worlds recover${sure}`;
}

export function sweepCurveShows({ n, isFull, metric }: Sweep): string {
  const how = metric !== 'collapse' || isFull ? 'each at every value' : 'a threshold of each';
  return `${n} worlds, ${how}`;
}

const curvePointsOf = ({ points, axes }: Sweep): (SweepPoint & CurvePoint)[] =>
  points.flatMap((point) => {
    const place = axes[0].values.findIndex(({ text: one }) => one === point.values[0]);
    return point.n > 0 ? [{ ...point, place }] : [];
  });

function legendOf(sweep: Sweep, points: readonly CurvePoint[]): LegendEntry[] {
  const { metric, statistic, level } = sweep;
  const ofCollapse = metric === 'collapse';
  const isOpen = ofCollapse && points.some(({ estimate }) => Number.isNaN(estimate));
  const isEndless = points.some(({ estimate }) => estimate === Infinity);
  const band = ofCollapse
    ? `band of the whole curve, ${percentText(level)} sure`
    : `its interval, ${percentText(level)}`;
  return [
    { text: ofCollapse ? 'share of worlds that collapse' : statistic, mark: 'dot', color: curveColor },
    { text: `${band}${isOpen ? '; alone: undecided worlds' : ''}`, mark: 'box', color: tintOf(curveColor, bandOpacity) },
    ...(isEndless ? [{ text: 'no end within the run', mark: 'ring', color: curveColor } as const] : []),
    ...(hasThreshold(sweep) ? [{ text: 'passes one half in here', mark: 'box', color: thresholdColor } as const] : []),
  ]; // prettier-ignore
}

/** Between which places the collapse passes one half for certain; null: beyond that end of the range. */
function thresholdOf({ boundaries, axes }: Sweep): readonly [number | null, number | null] {
  const { collapsesAt, recoversAt, recoversAbove } = boundaries[0];
  const ends = [collapsesAt, recoversAt].map((value) =>
    value === null ? null : axes[0].values.findIndex(({ text: one }) => one === value),
  );
  return recoversAbove ? [ends[0], ends[1]] : [ends[1], ends[0]];
}

/** Whether that is within the range, in part at least. */
function hasThreshold(sweep: Sweep): boolean {
  if (sweep.boundaries.length === 0) return false;
  const [before, after] = thresholdOf(sweep);
  const last = sweep.axes[0].values.length - 1;
  return !(before === last && after === null) && !(after === 0 && before === null);
}

/** Where it passes one half for certain, and which side of that is which. */
function paintThreshold(pen: Pen, sweep: Sweep, xOf: (place: number) => number, plot: PlotArea): void {
  const { recoversAbove } = sweep.boundaries[0];
  const [before, after] = thresholdOf(sweep);
  const leftPx = before === null ? plot.leftPx : xOf(before);
  const rightPx = after === null ? plot.rightPx : xOf(after);
  pen.fillStyle = thresholdColor;
  pen.fillRect(leftPx, plot.topPx, rightPx - leftPx, plot.bottomPx - plot.topPx);
  // Each away from the curve: where most collapse it runs high.
  const sides = [
    { from: plot.leftPx, to: leftPx, recovers: !recoversAbove },
    { from: rightPx, to: plot.rightPx, recovers: recoversAbove },
  ];
  for (const { from, to, recovers } of sides) {
    const words = recovers ? 'most worlds recover' : 'most collapse';
    if (to - from < widthOf(pen, words) + 20) continue;
    const y = recovers ? plot.topPx + 26 : plot.bottomPx - 26;
    text(pen, words, { x: (from + to) / 2, y }, { align: 'center', color: ink.faint });
  }
}

function paintHalf(pen: Pen, { yOf }: { yOf: (value: number) => number }, plot: PlotArea): void {
  const y = yOf(0.5);
  line(pen, [{ x: plot.leftPx, y }, { x: plot.rightPx, y }], { color: halfColor, dash: [10, 6] }, 2); // prettier-ignore
}

function paintOrdered(pen: Pen, sweep: Sweep, figures: Figures, room: PlotArea): void {
  const { axes, own, boundaries } = sweep;
  const points = curvePointsOf(sweep);
  const ticks = figures.ticks(points.flatMap(({ estimate, low, high }) => [estimate, low, high]));
  const plot: PlotArea = {
    leftPx: leftOf(pen, ticks.map(figures.tickText), room),
    rightPx: room.rightPx - 30,
    topPx: room.topPx - 8 + marksHeightPx(own === null ? 0 : 1),
    bottomPx: room.bottomPx - belowPx,
  };
  const scale = bottomScale(pen, axes[0], plot.leftPx, plot.rightPx);
  const upright = figureScale(ticks, plot);
  if (hasThreshold(sweep)) paintThreshold(pen, sweep, (place) => scale.middles[place], plot);
  paintFigureAxis(pen, figures, upright, plot, room.leftPx);
  paintBottomAxis(pen, scale, plot);
  if (boundaries.length > 0) paintHalf(pen, upright, plot);
  paintFigureCurve(pen, points, scale, upright, curveColor);
  if (own === null) return;
  const place = own[0];
  const figure = points.find((point) => point.place === place)?.estimate ?? NaN;
  const words = `the scenario as it stands: ${shownValue(axes[0].values[place].text)}`;
  paintMarks(pen, [{ place, figure, color: ownColor, words, dash: [3, 4] }], scale, upright, plot);
}

function paintUnordered(pen: Pen, sweep: Sweep, figures: Figures, room: PlotArea): void {
  const { axes, own } = sweep;
  const points = curvePointsOf(sweep);
  const isOwn = (place: number): boolean => own?.[0] === place;
  const labels = axes[0].values.map(({ text: one }, place) => `${shownValue(one)}${isOwn(place) ? ' ◂' : ''}`);
  const plot: PlotArea = {
    leftPx: leftOf(pen, labels, room),
    rightPx: room.rightPx - 60,
    topPx: room.topPx + 4,
    bottomPx: room.bottomPx - belowPx,
  };
  const rows = sideScale({ ...axes[0], values: axes[0].values.map((one, i) => ({ ...one, text: labels[i] })) }, plot.topPx, plot.bottomPx); // prettier-ignore
  const ticks = figures.ticks(points.flatMap(({ estimate, low, high }) => [estimate, low, high]));
  const [least, most] = [ticks[0], ticks[ticks.length - 1]];
  const xOf = (value: number): number =>
    plot.leftPx + ((Math.min(most, Math.max(least, value)) - least) / (most - least)) * (plot.rightPx - plot.leftPx);
  for (const tick of ticks)
    line(pen, [{ x: xOf(tick), y: plot.topPx }, { x: xOf(tick), y: plot.bottomPx }], { color: ink.grid, dash: [] }, 1); // prettier-ignore
  paintSideAxis(pen, rows, plot, room.leftPx);
  const below = ticks.map((tick) => ({ atPx: xOf(tick), label: figures.tickText(tick) }));
  paintBottomAxis(pen, { middles: [], edges: [], ticks: below, title: figures.title }, plot);
  const radius = dotRadius(rows.edges[1] - rows.edges[0]) + 2;
  for (const { place, estimate, low, high } of points) {
    const y = rows.middles[place];
    const at = (value: number): Point => ({ x: xOf(value), y });
    line(pen, [at(low), at(high)], { color: tintOf(curveColor, 0.45), dash: [] }, Math.min(9, radius));
    if (Number.isNaN(estimate)) continue;
    dot(pen, at(estimate), isOwn(place) ? ownColor : curveColor, radius, !Number.isFinite(estimate));
  }
  if (own !== null) {
    const words = '◂ the scenario as it stands';
    text(pen, words, { x: room.rightPx, y: room.bottomPx - 20 }, { align: 'right', color: ownColor, bold: true });
  }
}

export function paintSweepCurve(pen: Pen, sweep: Sweep, room: PlotArea): void {
  const legendEndPx = paintLegend(pen, legendOf(sweep, curvePointsOf(sweep)), room);
  const below = { ...room, topPx: legendEndPx + 14 };
  (sweep.axes[0].isOrdered ? paintOrdered : paintUnordered)(pen, sweep, sweepFigures(sweep), below);
}

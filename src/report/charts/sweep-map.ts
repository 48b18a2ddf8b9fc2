/**
 * A sweep of two fields as a heat map: each point by its figure, in colours that are
 * darker the more it is, with the figure in it where there is room. Of the collapse
 * the boundary, on which it passes one half, and the band in which that lies for
 * certain. What nobody looked at, or nobody can say, is no colour.
 */
import type { Sweep, SweepPoint } from '../../experiments/sweep.ts';
import { percentText } from '../../metrics/value-text.ts';
import { edgedLine, hatch, line, text, widthOf, type Point } from '../brush.ts';
import { belowPx, bottomScale, leftOf, paintBottomAxis, paintSideAxis, sideScale } from '../field-axes.ts';
import { sweepFigures, type Figures } from '../field-figures.ts';
import type { FieldScale } from '../field-scale.ts';
import { fieldWords, rangeWords, shownValue } from '../field-words.ts';
import { heatColor, inkOn } from '../heat-colors.ts';
import { legendRowHeightPx, paintLegend, type LegendEntry } from '../legend.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { crossingsOf, type Crossing } from '../sweep-boundary.ts';
import { extremesHeadline } from '../sweep-headline.ts';

export const boundaryColor = okabeIto.vermillion;
const ownColor = okabeIto.black;
const barWidthPx = 300;
const ownSizePxMin = 22;

/** Whether there is a map: of two fields, of which something is known. */
export function hasSweepMap({ axes, points }: Sweep): boolean {
  return axes.length === 2 && points.some(({ n }) => n > 0);
}

export function sweepMapShows({ n, isFull, metric, along, axes }: Sweep): string {
  if (metric !== 'collapse' || isFull || along === null) return `${n} worlds at every point`;
  return `${n} worlds, a threshold of each along ${axes[along].label}`;
}

/** Where it crosses at the first and at the last value of the other field, or wherever it differs most. */
export function sweepMapHeadline(sweep: Sweep): string {
  const { axes, along, boundaries, base } = sweep;
  if (along === null || boundaries.length === 0) return extremesHeadline(sweep);
  const [axis, other] = [axes[along], axes[1 - along]];
  const words = fieldWords(axis, base.scenario);
  const otherWords = fieldWords(other, base.scenario);
  const rank = (at: number): number => {
    const { value, recoversAbove } = boundaries[at];
    const place = axis.values.findIndex(({ text: one }) => one === value);
    return place >= 0 ? place : recoversAbove ? axis.values.length : -1;
  };
  const ranks = boundaries.map((_, at) => rank(at));
  const last = boundaries.length - 1;
  const isSame = ranks.every((one) => one === ranks[0]);
  const where = (at: number, isFull: boolean): string => {
    const told = boundaries[at].at ?? '';
    return isFull ? otherWords.of(told) : otherWords.again(told);
  };
  const what = (at: number, isFull: boolean): string => {
    const { value, recoversAbove } = boundaries[at];
    if (ranks[at] === (recoversAbove ? 0 : axis.values.length - 1))
      return isFull ? `at all of ${rangeWords(axis, words)}` : 'everywhere';
    if (value === null) return isFull ? `most worlds collapse at all of ${rangeWords(axis, words)}` : 'nowhere';
    const told = isFull ? words.of(value) : words.again(value);
    return recoversAbove ? `from ${told} on` : `up to ${told}`;
  };
  if (isSame) {
    const everywhere = `at all of ${rangeWords(other, otherWords)}`;
    return boundaries[0].value === null
      ? `Most worlds collapse everywhere: ${rangeWords(axis, words)}, ${everywhere}`
      : `Most worlds recover ${what(0, true)}, ${everywhere}`;
  }
  const known = boundaries.map((_, at) => at);
  const least = known.reduce((a, b) => (ranks[b] < ranks[a] ? b : a));
  const most = known.reduce((a, b) => (ranks[b] > ranks[a] ? b : a));
  const pair = other.isOrdered && ranks[0] !== ranks[last] ? [0, last] : [least, most].sort((a, b) => a - b);
  const [first, second] = boundaries[pair[0]].value === null ? [pair[1], pair[0]] : pair;
  return `With ${where(first, true)} most worlds recover ${what(first, true)}; with ${where(second, false)}, ${what(second, false)}`;
}

/** Which field lies along the bottom: the first, unless only the other has an order. */
function acrossOf({ axes }: Sweep): 0 | 1 {
  return !axes[0].isOrdered && axes[1].isOrdered ? 1 : 0;
}

interface Map2d {
  readonly sweep: Sweep;
  readonly figures: Figures;
  /** which field lies along the bottom */
  readonly across: 0 | 1;
  readonly bottom: FieldScale;
  readonly side: FieldScale;
  readonly shareOf: (value: number) => number;
}

/** Where a figure is between the least and the greatest; of a probability, between none and all. */
function shareIn({ metric, points }: Sweep): { shareOf: (value: number) => number; ends: readonly [number, number] } {
  const finite = points.map(({ estimate }) => estimate).filter(Number.isFinite);
  const ends: readonly [number, number] =
    metric === 'collapse' ? [0, 1] : finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
  const [least, most] = ends;
  return { ends, shareOf: (value) => (most === least ? 0.5 : (value - least) / (most - least)) };
}

function placesOf({ axes }: Sweep, { values }: SweepPoint): number[] {
  return values.map((value, i) => axes[i].values.findIndex(({ text: one }) => one === value));
}

/** From edge to edge, whichever way the side runs. */
function cellOf({ bottom, side, across }: Map2d, places: readonly number[]): PlotArea {
  const [x, y] = [places[across], places[1 - across]];
  const [one, next] = [side.edges[y], side.edges[y + 1]];
  return {
    leftPx: bottom.edges[x],
    rightPx: bottom.edges[x + 1],
    topPx: Math.min(one, next),
    bottomPx: Math.max(one, next),
  };
}

type Look = 'known' | 'undecided' | 'unseen' | 'endless';

function lookOf({ n, estimate }: SweepPoint): Look {
  if (n === 0) return 'unseen';
  return Number.isNaN(estimate) ? 'undecided' : Number.isFinite(estimate) ? 'known' : 'endless';
}

function paintCells(pen: Pen, map: Map2d): void {
  for (const point of map.sweep.points) {
    const cell = cellOf(map, placesOf(map.sweep, point));
    const look = lookOf(point);
    const [widthPx, heightPx] = [cell.rightPx - cell.leftPx, cell.bottomPx - cell.topPx];
    if (look === 'undecided') hatch(pen, cell, ink.axis);
    else {
      pen.fillStyle = look === 'unseen' ? '#FFFFFF' : heatColor(look === 'endless' ? 1 : map.shareOf(point.estimate));
      pen.fillRect(cell.leftPx, cell.topPx, widthPx, heightPx);
    }
    pen.strokeStyle = '#FFFFFF';
    pen.lineWidth = 1;
    pen.strokeRect(cell.leftPx, cell.topPx, widthPx, heightPx);
  }
}

/** All figures in one form and size, the longest that fits; none if none does. */
function paintFigures(pen: Pen, map: Map2d): void {
  const { sweep, figures, bottom, side } = map;
  const shown = sweep.points.filter((point) => ['known', 'endless'].includes(lookOf(point)));
  const widthMaxPx = Math.abs(bottom.edges[1] - bottom.edges[0]) - 10;
  const heightMaxPx = Math.abs(side.edges[1] - side.edges[0]) - 4;
  const told = (form: (value: number) => string, value: number): string => (Number.isFinite(value) ? form(value) : 'no end'); // prettier-ignore
  const forms = [figures.text, figures.brief].flatMap((form) => [20, 17, 14].map((sizePx) => ({ form, sizePx })));
  const fits = forms.find(
    ({ form, sizePx }) =>
      sizePx <= heightMaxPx && shown.every(({ estimate }) => widthOf(pen, told(form, estimate), sizePx) <= widthMaxPx),
  );
  if (fits === undefined) return;
  for (const point of shown) {
    const cell = cellOf(map, placesOf(sweep, point));
    const middle = { x: (cell.leftPx + cell.rightPx) / 2, y: (cell.topPx + cell.bottomPx) / 2 };
    const color = inkOn(heatColor(Number.isFinite(point.estimate) ? map.shareOf(point.estimate) : 1));
    text(pen, told(fits.form, point.estimate), middle, { align: 'center', sizePx: fits.sizePx, color });
  }
}

/** A line in steps along the edges of cells; at the ends of the range there is none: it lies beyond. */
function stepsOf(
  { sweep, bottom, side, across }: Map2d,
  crossings: readonly (Crossing | undefined)[],
  end: keyof Crossing,
): Point[] {
  const isUp = sweep.along !== across;
  const [scale, other] = isUp ? [side, bottom] : [bottom, side];
  const gap = { x: NaN, y: NaN };
  return crossings.flatMap((crossing, place): Point[] => {
    if (crossing === undefined) return [gap];
    const at = scale.edges[crossing[end]];
    const [start, finish] = [other.edges[place], other.edges[place + 1]].map((along): Point =>
      isUp ? { x: along, y: at } : { x: at, y: along },
    );
    const isBeyond = crossing[end] === 0 || crossing[end] === scale.middles.length;
    return isBeyond ? [start, gap, finish] : [start, finish];
  });
}

function paintBoundary(pen: Pen, map: Map2d): void {
  const crossings = crossingsOf(map.sweep);
  for (const end of ['from', 'to'] as const)
    edgedLine(pen, stepsOf(map, crossings, end), { color: boundaryColor, dash: [9, 6] }, 3);
  edgedLine(pen, stepsOf(map, crossings, 'at'), { color: boundaryColor, dash: [] }, 6);
}

function paintOwn(pen: Pen, map: Map2d): void {
  const { own } = map.sweep;
  if (own === null) return;
  const { leftPx, rightPx, topPx, bottomPx } = cellOf(map, own);
  // Of a small cell the frame is around it.
  const widthPx = Math.max(ownSizePxMin, rightPx - leftPx - 8);
  const heightPx = Math.max(ownSizePxMin, bottomPx - topPx - 8);
  const [x, y] = [(leftPx + rightPx - widthPx) / 2, (topPx + bottomPx - heightPx) / 2];
  const strokes = [['#FFFFFF', 8], [ownColor, 4]] as const; // prettier-ignore
  for (const [color, lineWidth] of strokes) {
    pen.strokeStyle = color;
    pen.lineWidth = lineWidth;
    pen.strokeRect(x, y, widthPx, heightPx);
  }
}

function legendOf(sweep: Sweep): LegendEntry[] {
  const { points, boundaries, level, own } = sweep;
  const looks = new Set(points.map(lookOf));
  return [
    ...(boundaries.length > 0
      ? ([
          { text: 'boundary: half of the worlds collapse', mark: 'line', color: boundaryColor },
          { text: `its band, ${percentText(level)} sure`, mark: 'dashes', color: boundaryColor },
        ] as const)
      : []),
    ...(own === null ? [] : [{ text: 'the scenario as it stands', mark: 'frame', color: ownColor } as const]),
    ...(looks.has('undecided') ? [{ text: sweep.metric === 'collapse' ? 'undecided' : 'no value', mark: 'hatch', color: ink.axis } as const] : []),
    ...(looks.has('unseen') ? [{ text: 'not looked at', mark: 'box', color: '#FFFFFF' } as const] : []),
  ]; // prettier-ignore
}

/** The colours and what they mean, in a row of their own. Returns where it ends. */
function paintBar(pen: Pen, sweep: Sweep, figures: Figures, room: PlotArea): number {
  const { ends } = shareIn(sweep);
  const y = room.topPx + legendRowHeightPx / 2;
  const [before, after] = sweep.metric === 'collapse' ? ['recovers', 'collapses'] : ['', ''];
  const words = [`${figures.title}:`, before, figures.text(ends[0])].filter((one) => one !== '').join('  ');
  text(pen, words, { x: room.leftPx, y });
  const leftPx = Math.round(room.leftPx + widthOf(pen, words) + 12);
  for (let px = 0; px < barWidthPx; px++) {
    pen.fillStyle = heatColor(px / (barWidthPx - 1));
    pen.fillRect(leftPx + px, y - 10, 1, 20);
  }
  pen.strokeStyle = ink.axis;
  pen.lineWidth = 1;
  pen.strokeRect(leftPx + 0.5, y - 9.5, barWidthPx - 1, 19);
  if (sweep.metric === 'collapse')
    line(pen, [{ x: leftPx + barWidthPx / 2, y: y - 12 }, { x: leftPx + barWidthPx / 2, y: y + 12 }], { color: boundaryColor, dash: [] }, 4); // prettier-ignore
  text(pen, `${figures.text(ends[1])}${after === '' ? '' : `  ${after}`}`, { x: leftPx + barWidthPx + 12, y });
  return y + legendRowHeightPx / 2;
}

export function paintSweepMap(pen: Pen, sweep: Sweep, room: PlotArea): void {
  const figures = sweepFigures(sweep);
  const barEndPx = paintBar(pen, sweep, figures, room);
  const legendEndPx = paintLegend(pen, legendOf(sweep), { ...room, topPx: barEndPx });
  const across = acrossOf(sweep);
  const [bottomAxis, sideAxis] = [sweep.axes[across], sweep.axes[1 - across]];
  const plot: PlotArea = {
    leftPx: leftOf(pen, sideAxis.values.map(({ text: one }) => shownValue(one)), room),
    rightPx: room.rightPx - 20,
    topPx: legendEndPx + 16,
    bottomPx: room.bottomPx - belowPx,
  }; // prettier-ignore
  const bottom = bottomScale(pen, bottomAxis, plot.leftPx, plot.rightPx);
  // Upwards where it has an order, else from the top as it was given.
  const side = sideAxis.isOrdered
    ? sideScale(sideAxis, plot.bottomPx, plot.topPx)
    : sideScale(sideAxis, plot.topPx, plot.bottomPx);
  const map: Map2d = { sweep, figures, across, bottom, side, shareOf: shareIn(sweep).shareOf };
  paintCells(pen, map);
  paintFigures(pen, map);
  if (sweep.boundaries.length > 0) paintBoundary(pen, map);
  paintOwn(pen, map);
  pen.strokeStyle = ink.axis;
  pen.lineWidth = 1;
  pen.strokeRect(plot.leftPx, plot.topPx, plot.rightPx - plot.leftPx, plot.bottomPx - plot.topPx);
  paintSideAxis(pen, side, plot, room.leftPx);
  paintBottomAxis(pen, bottom, plot);
}

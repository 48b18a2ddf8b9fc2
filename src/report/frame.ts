/**
 * Everything around and above a plot: the headline, what the chart shows of which run, the legend, and the
 * timeline's actions as labelled vertical lines. The layout is computed before anything is drawn, because
 * the plot gets what is left.
 */
import { drawnText } from '../scenario/safe-text.ts';
import type { ChartAction, ChartData } from './chart-data.ts';
import { clockText } from './clock-axis.ts';
import { cutText, placeFlags, type PlacedFlags } from './flags.ts';
import { ink, okabeIto, type Stroke } from './palette.ts';
import { pictureWidthPx, type LegendItem, type Measure, type Pen, type Picture, type PlotArea } from './picture.ts';

/** Registered for the charts alone, so that fonts installed on the system make no difference. */
export const fontFamily = { normal: 'cascade-sim sans', bold: 'cascade-sim sans bold' } as const;

export const textSizePx = 20;
export const marginPx = 40;
const headTopPx = 26;
const legendGapPx = 8;
const headlineSizePx = 34;
const headlineLineHeightPx = 44;
const subtitleHeightPx = 38;
const changesHeightPx = 28;
const legendRowHeightPx = 34;
const legendMarkWidthPx = 32;
export const flagRowHeightPx = 28;
const flagRowCountMax = 7;
const axisTitleWidthPx = 44;
const yLabelWidthMaxPx = 290;

type FlagKind = ChartAction['kind'] | 'milestone';

const flagStrokes: Readonly<Record<FlagKind, Stroke>> = {
  action: { color: ink.text, dash: [] },
  responder: { color: okabeIto.blue, dash: [8, 5] },
  milestone: { color: okabeIto.green, dash: [2, 4] },
};

export function font(sizePx: number, weight: 'normal' | 'bold' = 'normal'): string {
  return `${sizePx}px "${fontFamily[weight]}"`;
}

interface PlacedLegendItem extends LegendItem {
  readonly leftPx: number;
  readonly row: number;
}

export interface Frame {
  readonly headlineLines: readonly string[];
  readonly subtitle: string;
  /** What was changed in the scenario, below the subtitle; empty if nothing was. */
  readonly changes: string;
  readonly legend: readonly PlacedLegendItem[];
  readonly flagLegend: readonly PlacedLegendItem[];
  readonly legendRowCount: number;
  readonly flags: PlacedFlags;
  /** Whose flag it is, by a flag's index. */
  readonly flagKinds: readonly FlagKind[];
  readonly yAxisWidthPx: number;
  readonly yLabels: readonly string[];
  readonly plotLeftPx: number;
  readonly plotRightPx: number;
  readonly plotTopPx: number;
}

/** What was changed in a scenario, as charts say it; empty if nothing was. */
export function changesText(set: readonly string[] = []): string {
  return set.length === 0 ? '' : `set: ${set.join(' · ')}`;
}

/** Breaks a text between words into lines no wider than that. */
export function wrapText(text: string, widthMaxPx: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= widthMaxPx) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const flagTexts: Readonly<Record<FlagKind, string>> = {
  action: 'timeline',
  responder: 'responders',
  milestone: 'milestones',
};

/** What the kinds of flags mean, at the right end of the subtitle's row; nothing if there is only one kind. */
function placeFlagLegend(kinds: ReadonlySet<FlagKind>, measure: Measure): PlacedLegendItem[] {
  if (kinds.size < 2) return [];
  const items = [...kinds].map((kind): LegendItem => ({
    text: flagTexts[kind],
    mark: 'flag',
    stroke: flagStrokes[kind],
  }));
  const placed = placeLegend(items, measure);
  const last = placed[placed.length - 1];
  const endPx = last.leftPx + legendMarkWidthPx + 10 + measure(last.text, textSizePx);
  const shiftPx = pictureWidthPx - marginPx - endPx;
  return placed.map((item) => ({ ...item, leftPx: item.leftPx + shiftPx }));
}

function placeLegend(items: readonly LegendItem[], measure: Measure): PlacedLegendItem[] {
  let leftPx = marginPx;
  let row = 0;
  return items.map((item) => {
    const widthPx = legendMarkWidthPx + 10 + measure(item.text, textSizePx) + 28;
    if (leftPx > marginPx && leftPx + widthPx > pictureWidthPx - marginPx) {
      leftPx = marginPx;
      row++;
    }
    const placed = { ...item, leftPx, row };
    leftPx += widthPx;
    return placed;
  });
}

function xOf(frame: Pick<Frame, 'plotLeftPx' | 'plotRightPx'>, data: ChartData, atMs: number): number {
  return frame.plotLeftPx + (atMs / data.endMs) * (frame.plotRightPx - frame.plotLeftPx);
}

export function layOutFrame(data: ChartData, picture: Picture, headline: string, measure: Measure): Frame {
  const widthMaxPx = pictureWidthPx - 2 * marginPx;
  const widthOf = (text: string): number => measure(text, textSizePx);
  const headlineLines = wrapText(drawnText(headline), widthMaxPx, (text) => measure(text, headlineSizePx, 'bold'));
  const run = drawnText(`scenario ${data.scenario} · variant ${data.variant} · seed ${data.seed}`);
  const legend = placeLegend(picture.legend, measure);
  const legendRowCount = Math.max(0, ...legend.map(({ row }) => row + 1));
  const yLabels = picture.yAxis.ticks.map(({ label }) => cutText(drawnText(label), yLabelWidthMaxPx, widthOf));
  const yAxisWidthPx = Math.ceil(Math.max(0, ...yLabels.map(widthOf))) + axisTitleWidthPx + 10;
  const plot = { plotLeftPx: marginPx + yAxisWidthPx, plotRightPx: pictureWidthPx - marginPx - 5 };
  const milestones = picture.showsMilestones === true ? data.milestones : [];
  const flagKinds: FlagKind[] = [
    ...data.actions.map(({ kind }) => kind),
    ...milestones.map(() => 'milestone' as const),
  ];
  const flagLegend = placeFlagLegend(new Set(flagKinds), measure);
  const flags = placeFlags(
    [...data.actions, ...milestones].map(({ atMs, label }) => ({
      xPx: xOf(plot, data, atMs),
      text: `${clockText(data.clock, atMs)} ${drawnText(label)}`,
    })),
    { leftPx: marginPx, rightPx: pictureWidthPx - marginPx / 2, rowCountMax: flagRowCountMax, gapPx: 7 },
    widthOf,
  );
  const leftOut = flags.leftOutCount === 0 ? '' : ` · ${flags.leftOutCount} labels left out`;
  const changes = cutText(drawnText(changesText(data.set)), widthMaxPx, widthOf);
  const headHeightPx =
    headlineLines.length * headlineLineHeightPx + subtitleHeightPx + (changes === '' ? 0 : changesHeightPx);
  return {
    headlineLines,
    changes,
    subtitle: cutText(`${picture.shows} · ${run}${leftOut}`, (flagLegend[0]?.leftPx ?? widthMaxPx) - marginPx, widthOf),
    legend,
    flagLegend,
    legendRowCount,
    flags,
    flagKinds,
    yAxisWidthPx,
    yLabels,
    ...plot,
    plotTopPx:
      headTopPx +
      headHeightPx +
      legendGapPx +
      legendRowCount * legendRowHeightPx +
      14 +
      flags.rowCount * flagRowHeightPx,
  };
}

function drawStroke(pen: Pen, stroke: Stroke, widthPx: number, from: [number, number], to: [number, number]): void {
  pen.save();
  pen.strokeStyle = stroke.color;
  pen.lineWidth = widthPx;
  pen.setLineDash([...stroke.dash]);
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  pen.restore();
}

function drawText(
  pen: Pen,
  text: string,
  leftPx: number,
  middlePx: number,
  look: { font: string; color: string },
): void {
  pen.font = look.font;
  pen.fillStyle = look.color;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillText(text, leftPx, middlePx);
}

function drawLegendItem(pen: Pen, item: PlacedLegendItem, y: number): void {
  const endPx = item.leftPx + legendMarkWidthPx;
  if (item.mark === 'line') drawStroke(pen, item.stroke, 5, [item.leftPx, y], [endPx, y]);
  else if (item.mark === 'flag') drawStroke(pen, item.stroke, 2, [endPx, y - 13], [endPx, y + 13]);
  else {
    pen.fillStyle = item.stroke.color;
    pen.fillRect(item.leftPx, y - 11, legendMarkWidthPx, 22);
    pen.strokeStyle = ink.axis;
    pen.lineWidth = 1;
    pen.strokeRect(item.leftPx + 0.5, y - 10.5, legendMarkWidthPx - 1, 21);
  }
  drawText(pen, item.text, endPx + 10, y, { font: font(textSizePx), color: ink.text });
}

/** Headline, subtitle and legend. */
export function drawHead(pen: Pen, frame: Frame): void {
  let middlePx = headTopPx + headlineLineHeightPx / 2;
  for (const line of frame.headlineLines) {
    drawText(pen, line, marginPx, middlePx, { font: font(headlineSizePx, 'bold'), color: ink.text });
    middlePx += headlineLineHeightPx;
  }
  const headlineEndPx = middlePx - headlineLineHeightPx / 2;
  const subtitleMiddlePx = headlineEndPx + subtitleHeightPx / 2 - 3;
  drawText(pen, frame.subtitle, marginPx, subtitleMiddlePx, { font: font(textSizePx), color: ink.faint });
  for (const item of frame.flagLegend) drawLegendItem(pen, item, subtitleMiddlePx);
  const changesPx = frame.changes === '' ? 0 : changesHeightPx;
  if (changesPx > 0)
    drawText(pen, frame.changes, marginPx, subtitleMiddlePx + changesPx, { font: font(textSizePx), color: ink.text });
  const legendTopPx = headlineEndPx + subtitleHeightPx + changesPx + legendGapPx;
  for (const item of frame.legend) drawLegendItem(pen, item, legendTopPx + (item.row + 0.5) * legendRowHeightPx);
}

/** The windows that actions work in, as a shade behind the data. */
export function drawWindows(pen: Pen, data: ChartData, frame: Frame, area: PlotArea): void {
  pen.fillStyle = 'rgba(0, 0, 0, 0.06)';
  for (const { atMs, endMs } of data.actions) {
    if (endMs === undefined) continue;
    const leftPx = xOf(frame, data, atMs);
    const rightPx = Math.min(xOf(frame, data, endMs), area.rightPx);
    pen.fillRect(leftPx, area.topPx, rightPx - leftPx, area.bottomPx - area.topPx);
  }
}

/** Vertical lines through a plot and, above it, their labels. */
export function paintFlags(
  pen: Pen,
  { flags }: PlacedFlags,
  strokeOf: (index: number) => Stroke,
  area: Pick<PlotArea, 'topPx' | 'bottomPx'>,
): void {
  const topOf = (row: number): number => area.topPx - 6 - (row + 1) * flagRowHeightPx;
  for (const { index, xPx, row } of flags) drawStroke(pen, strokeOf(index), 2, [xPx, topOf(row)], [xPx, area.bottomPx]);
  for (const flag of flags) {
    const y = topOf(flag.row) + flagRowHeightPx / 2;
    // White below the text, for where another flag's line has to pass behind it.
    pen.fillStyle = '#FFFFFF';
    pen.fillRect(flag.leftPx + 2, y - flagRowHeightPx / 2, flag.widthPx - 3, flagRowHeightPx);
    drawText(pen, flag.text, flag.leftPx + 7, y, { font: font(textSizePx), color: strokeOf(flag.index).color });
  }
}

/** The actions' lines and labels. */
export function drawFlags(pen: Pen, frame: Frame, area: PlotArea): void {
  paintFlags(pen, frame.flags, (index) => flagStrokes[frame.flagKinds[index]], area);
}

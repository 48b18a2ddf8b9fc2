/**
 * The fan of curves that fit: the disconnected share of each draw of the
 * posterior, as dark as it weighs, with the median of all and the observed rows as
 * flags on the clock. Where the curves part, the observations do not say.
 */
import { lastPopulation } from '../../experiments/calibration/findings.ts';
import type { ToldCalibration } from '../../experiments/calibration/told-calibration.ts';
import { weightedQuantile } from '../../experiments/calibration/weighted.ts';
import { roughDuration } from '../../metrics/rounding.ts';
import { counted } from '../../metrics/value-text.ts';
import { curveStepMs } from '../../experiments/replication.ts';
import { drawnText } from '../../scenario/safe-text.ts';
import { dot, line, text, widthOf } from '../brush.ts';
import { clockAxisTitle, clockText, clockTicks } from '../clock-axis.ts';
import { cutText } from '../flags.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { percentText } from '../quantities.ts';

const axisWidthPx = 70;
const axisHeightPx = 64;
const flagHeightPx = 22;
const flagLinesMax = 6;
const curvesMax = 400;

export function fanHeadline({ calibration, findings }: ToldCalibration): string {
  const { against, toleranceMs } = calibration;
  const last = lastPopulation(calibration);
  const draws = `Draws worth ${Math.round(findings.effectiveSize)} even ones`;
  const rows = `${counted(against.length, 'row')} within ${roughDuration(last.toleranceMs)}`;
  if (last.toleranceMs > toleranceMs) return `${draws} fit ${rows}, if some of these may be wrong`;
  const predicted = findings.rows.filter(({ kind }) => kind === 'predicted').length;
  return `${draws} fit ${rows}${predicted === 0 ? '' : `; the others tell ${predicted === 1 ? 'one' : predicted} of them`}`;
}

/** Names of the rows, each on the first line on which it has room. */
function paintFlags(
  pen: Pen,
  { scenario, calibration }: ToldCalibration,
  xOf: (atMs: number) => number,
  room: PlotArea,
  bottomPx: number,
): void {
  const ends = new Array<number>(flagLinesMax).fill(-Infinity);
  const rows = [...calibration.rows].sort((a, b) => a.atMs - b.atMs);
  for (const { name, atMs } of rows) {
    const x = xOf(atMs);
    const words = cutText(drawnText(`${clockText(scenario.clock, atMs)} ${name}`), 320, (one) => widthOf(pen, one, 15));
    const widthPx = widthOf(pen, words, 15) + 8;
    const isLate = x + widthPx > room.rightPx;
    const [from, to] = isLate ? [x - widthPx, x] : [x, x + widthPx];
    const free = ends.findIndex((end) => end <= from);
    line(pen, [{ x, y: room.topPx }, { x, y: bottomPx }], { color: okabeIto.vermillion, dash: [3, 4] }, 1.5); // prettier-ignore
    if (free < 0) continue;
    ends[free] = to;
    const y = room.topPx + (free + 0.5) * flagHeightPx;
    text(pen, words, { x: isLate ? x - 5 : x + 5, y }, { sizePx: 15, color: okabeIto.vermillion, align: isLate ? 'right' : 'left' }); // prettier-ignore
  }
}

export function paintFan(pen: Pen, told: ToldCalibration, room: PlotArea): void {
  const { scenario, calibration } = told;
  const { durationMs } = scenario.clock;
  const { particles } = lastPopulation(calibration);
  const stepMs = curveStepMs(durationMs);
  const [leftPx, bottomPx] = [room.leftPx + axisWidthPx, room.bottomPx - axisHeightPx];
  const topPx = room.topPx + flagLinesMax * flagHeightPx;
  const xOf = (atMs: number): number => leftPx + (atMs / durationMs) * (room.rightPx - leftPx);
  const yOf = (share: number): number => bottomPx - share * (bottomPx - topPx);
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    line(pen, [{ x: leftPx, y: yOf(share) }, { x: room.rightPx, y: yOf(share) }], { color: ink.grid, dash: [] }, 1); // prettier-ignore
    text(pen, percentText(share), { x: leftPx - 10, y: yOf(share) }, { align: 'right', color: ink.faint });
  }
  for (const { atMs, label } of clockTicks(scenario.clock, durationMs, 10))
    text(pen, label, { x: xOf(atMs), y: bottomPx + 20 }, { align: 'center', color: ink.faint });
  text(pen, clockAxisTitle(scenario.clock), { x: (leftPx + room.rightPx) / 2, y: bottomPx + 48 }, { align: 'center', color: ink.faint }); // prettier-ignore
  const most = Math.max(...particles.map(({ weight }) => weight));
  const shown = [...particles].sort((a, b) => a.weight - b.weight).slice(-curvesMax);
  const curveOf = (curve: readonly number[]) => curve.map((share, i) => ({ x: xOf(i * stepMs), y: yOf(share) }));
  for (const { weight, result } of shown) {
    pen.globalAlpha = 0.06 + 0.34 * (weight / most);
    line(pen, curveOf(result.record?.curve ?? []), { color: okabeIto.blue, dash: [] }, 1.2);
  }
  pen.globalAlpha = 1;
  const weights = particles.map(({ weight }) => weight);
  const length = Math.max(...particles.map(({ result }) => result.record?.curve.length ?? 0));
  const middle = Array.from({ length }, (_, i) =>
    weightedQuantile(
      particles.map(({ result }) => result.record?.curve[i] ?? 0),
      weights,
      0.5,
    ),
  );
  line(pen, curveOf(middle), { color: okabeIto.black, dash: [] }, 3);
  for (const { reference, points } of calibration.series)
    if (reference.metric === 'disconnectedFraction' && reference.parts.length === 0)
      for (const { atMs, value } of points) dot(pen, { x: xOf(atMs), y: yOf(value) }, okabeIto.vermillion, 3);
  paintFlags(pen, told, xOf, room, bottomPx);
}

/**
 * A plan of two fields: at each value of the second, what of the first certainly
 * meets the target, certainly does not, and is undecided, with the answer; below it
 * what the answers cost. Where the second is an instant it runs along the clock,
 * with what else the scenario does then.
 */
import type { Plan, PlanAnswer, PlanPoint } from '../../experiments/plan.ts';
import { percentText } from '../../metrics/value-text.ts';
import { dot, edgedLine, hatch, line, text, widthOf, type Point } from '../brush.ts';
import { clockText } from '../clock-axis.ts';
import { belowPx, bottomScale, figureScale, leftOf, paintBottomAxis, paintFigureAxis, paintSideAxis, sideScale } from '../field-axes.ts'; // prettier-ignore
import { costFigures } from '../field-figures.ts';
import { clockScale, type FieldScale } from '../field-scale.ts';
import { shownValue } from '../field-words.ts';
import { placeFlags } from '../flags.ts';
import { flagRowHeightPx, paintFlags } from '../frame.ts';
import { answeredValue } from '../frontier-words.ts';
import { paintLegend, type LegendEntry } from '../legend.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { drawnText } from '../../scenario/safe-text.ts';

/** Told apart by their lightness as well. */
export const frontierColors = {
  meets: '#DDF0E8',
  misses: '#E9A983',
  undecided: ink.axis,
  unseen: '#FFFFFF',
  answer: okabeIto.green,
  cheapest: okabeIto.blue,
} as const;
const flagRowsMax = 4;
const costShare = 0.3;
const panelGapPx = 30;

type Verdict = 'meets' | 'misses' | 'undecided' | 'unseen';

function verdictOf({ meets, n }: PlanPoint): Verdict {
  if (meets !== null) return meets ? 'meets' : 'misses';
  return n > 0 ? 'undecided' : 'unseen';
}

export function frontierShows({ answers }: Plan): string {
  const worlds = answers.map(({ n }) => n);
  const [least, most] = [Math.min(...worlds), Math.max(...worlds)];
  return `${least === most ? most : `${least} to ${most}`} worlds at each value`;
}

/** Whether there is a frontier: of two fields, of which something is known. */
export function hasFrontier({ axes, answers }: Plan): boolean {
  return axes.length === 2 && answers.some(({ points }) => points.some(({ n }) => n > 0));
}

interface Happening {
  readonly atMs: number;
  readonly label: string;
}

/** What the timeline does at an instant of its own; not what the second field moves. */
function happeningsOf({ base: { scenario }, axes }: Plan): Happening[] {
  const moved = new Set(axes[1].paths.map((path) => /^timeline\.(.+)\.at$/.exec(path)?.[1]));
  return scenario.timeline.flatMap(({ name, title, when }) =>
    'atMs' in when && !moved.has(name) ? [{ atMs: when.atMs, label: title === '' ? name : title }] : [],
  );
}

function cellOf(across: FieldScale, up: FieldScale, column: number, place: number): PlotArea {
  return {
    leftPx: across.edges[column],
    rightPx: across.edges[column + 1],
    topPx: up.edges[place + 1],
    bottomPx: up.edges[place],
  };
}

function paintCells(pen: Pen, { answers }: Plan, across: FieldScale, up: FieldScale): void {
  answers.forEach(({ points }, column) =>
    points.forEach((point, place) => {
      const area = cellOf(across, up, column, place);
      const verdict = verdictOf(point);
      if (verdict === 'undecided') hatch(pen, area, frontierColors.undecided);
      else {
        pen.fillStyle = frontierColors[verdict];
        pen.fillRect(area.leftPx, area.topPx, area.rightPx - area.leftPx, area.bottomPx - area.topPx);
      }
      pen.strokeStyle = '#FFFFFF';
      pen.lineWidth = 1;
      pen.strokeRect(area.leftPx, area.topPx, area.rightPx - area.leftPx, area.bottomPx - area.topPx);
    }),
  );
}

/** A text over whatever is below it. */
function paintLabel(pen: Pen, words: string, { x, y }: Point, color: string): void {
  const widthPx = widthOf(pen, words, 20, 'bold') + 8;
  pen.fillStyle = 'rgba(255, 255, 255, 0.8)';
  pen.fillRect(x - widthPx / 2, y - 13, widthPx, 26);
  text(pen, words, { x, y }, { align: 'center', bold: true, color });
}

/** What a column's answer says in a word, where no value is the answer. */
function openWords({ state }: PlanAnswer): string | null {
  return state === 'nothing meets it' ? 'none' : state === 'undecided' ? '?' : null;
}

/** The answers, joined where neighbours have one, with their values where there is room. */
function paintAnswers(pen: Pen, { answers, axes }: Plan, across: FieldScale, up: FieldScale): void {
  const columnPx = Math.min(...across.middles.map((_, i) => across.edges[i + 1] - across.edges[i]));
  const rowPx = up.edges[0] - up.edges[1];
  const radius = Math.max(4, Math.min(11, columnPx / 4, rowPx / 2.6));
  const places = answers.map((answer) => axes[0].values.findIndex(({ text: one }) => one === answeredValue(answer)));
  const dots = places.map((place, column): Point => ({ x: across.middles[column], y: place < 0 ? NaN : up.middles[place] })); // prettier-ignore
  if (axes[1].isOrdered) edgedLine(pen, dots, { color: ink.text, dash: [] }, 3);
  const widest = Math.max(...answers.map((answer) => widthOf(pen, labelOf(answer), 20, 'bold'))) + 12;
  answers.forEach((answer, column) => {
    dot(pen, dots[column], '#FFFFFF', radius + 2);
    dot(pen, dots[column], frontierColors.answer, radius);
    if (widest > columnPx) return;
    const open = openWords(answer);
    const isLow = answer.seeks === 'greatest';
    // On the side on which it holds, so that the line stays free.
    const away = Math.max(radius + 17, Math.min(rowPx * 0.5, 30));
    const y = open === null ? dots[column].y + (isLow ? away : -away) : openPlace(answer, up);
    const inside = Math.min(up.edges[0] - 15, Math.max(up.edges[up.edges.length - 1] + 15, y));
    paintLabel(pen, labelOf(answer), { x: across.middles[column], y: inside }, open === null ? ink.text : ink.faint);
  });
}

function labelOf(answer: PlanAnswer): string {
  const open = openWords(answer);
  if (open !== null) return open;
  const value = shownValue(answer.value?.value ?? '');
  if (answer.state !== 'everything meets it') return value;
  return `${answer.seeks === 'least' ? '≤' : '≥'} ${value}`;
}

/** Amid what is undecided, or at the side on which it would begin. */
function openPlace({ points, state, seeks }: PlanAnswer, up: FieldScale): number {
  const open = points.flatMap((point, place) => (point.meets === null && state === 'undecided' ? [place] : []));
  if (open.length > 0) return (up.edges[open[0]] + up.edges[open[open.length - 1] + 1]) / 2;
  return up.middles[seeks === 'least' ? points.length - 1 : 0];
}

function paintCosts(pen: Pen, { answers, cheapest, axes }: Plan, across: FieldScale, plot: PlotArea, titlePx: number): void {
  const costs = answers.map(({ value }) => value?.cost ?? NaN);
  const scale = figureScale(costFigures.ticks(costs), plot);
  paintFigureAxis(pen, costFigures, scale, plot, titlePx);
  const dots = costs.map((cost, column): Point => ({ x: across.middles[column], y: scale.yOf(cost) }));
  if (axes[1].isOrdered) line(pen, dots, { color: ink.axis, dash: [] }, 3);
  const columnPx = Math.min(...across.middles.map((_, i) => across.edges[i + 1] - across.edges[i]));
  const fits = Math.max(...costs.map((cost) => widthOf(pen, costFigures.text(cost), 20, 'bold'))) + 8 < columnPx;
  answers.forEach((answer, column) => {
    const isCheapest = column === cheapest;
    const color = isCheapest ? frontierColors.cheapest : ink.faint;
    dot(pen, dots[column], color, Math.min(isCheapest ? 10 : 7, columnPx / 3), answeredValue(answer) === null);
    if (Number.isNaN(costs[column]) || !(fits || isCheapest)) return;
    const below = dots[column].y < plot.topPx + 34;
    const y = dots[column].y + (below ? 22 : -22);
    const words = costFigures.text(costs[column]);
    const half = widthOf(pen, words, 20, 'bold') / 2;
    const x = Math.min(plot.rightPx - half, Math.max(plot.leftPx + half, dots[column].x));
    text(pen, words, { x, y }, { align: 'center', color, bold: isCheapest });
  });
} // prettier-ignore

function legendOf(plan: Plan): LegendEntry[] {
  const { answers, target, confidence, cost, cheapest } = plan;
  const seen = new Set(answers.flatMap(({ points }) => points.map(verdictOf)));
  const words: Readonly<Record<Verdict, string>> = {
    meets: `meets ${target.text}`,
    misses: 'does not',
    undecided: 'undecided',
    unseen: 'not looked at',
  };
  const boxes = (['meets', 'misses', 'undecided', 'unseen'] as const).filter((one) => seen.has(one));
  const seeks = [...new Set(answers.map((answer) => answer.seeks))];
  return [
    ...boxes.map((one): LegendEntry => ({ text: words[one], mark: one === 'undecided' ? 'hatch' : 'box', color: frontierColors[one] })),
    ...(answers.every((answer) => answeredValue(answer) === null)
      ? []
      : [{ text: `the ${seeks.join(' or ')} that meets it, ${percentText(confidence)} sure`, mark: 'dot', color: frontierColors.answer } as const]),
    ...(cost === null ? [] : [{ text: `cost: ${cost.text}`, mark: 'dot', color: ink.faint } as const]),
    ...(cheapest === null ? [] : [{ text: 'the cheapest', mark: 'dot', color: frontierColors.cheapest } as const]),
  ]; // prettier-ignore
}

export function paintFrontier(pen: Pen, plan: Plan, room: PlotArea): void {
  const { axes, base, cost, answers } = plan;
  const legendEndPx = paintLegend(pen, legendOf(plan), room);
  const labels = axes[0].values.map(({ text: one }) => shownValue(one));
  const leftPx = leftOf(pen, cost === null ? labels : [...labels, '10,000'], room);
  const rightPx = room.rightPx - 20;
  const happenings = happeningsOf(plan);
  const clock = clockScale(axes[1], base.scenario, happenings.map(({ atMs }) => atMs), leftPx, rightPx); // prettier-ignore
  // An interrupted plan has fewer answers than values.
  const across = clock ?? bottomScale(pen, axes[1], leftPx, rightPx);
  const shown = clock === null ? [] : happenings.filter(({ atMs }) => atMs >= clock.fromMs && atMs <= clock.toMs);
  const flags = placeFlags(
    shown.map(({ atMs, label }) => ({ xPx: clock?.xOf(atMs) ?? NaN, text: `${clockText(base.scenario.clock, atMs)} ${drawnText(label)}` })),
    { leftPx: room.leftPx, rightPx: room.rightPx, rowCountMax: flagRowsMax, gapPx: 7 },
    (one) => widthOf(pen, one),
  ); // prettier-ignore
  const topPx = legendEndPx + 12 + flags.rowCount * flagRowHeightPx + (flags.rowCount > 0 ? 6 : 0);
  const bottomPx = room.bottomPx - belowPx;
  const splitPx = cost === null ? bottomPx : bottomPx - (bottomPx - topPx) * costShare;
  const plot: PlotArea = { leftPx, rightPx, topPx, bottomPx: splitPx };
  const up = sideScale(axes[0], splitPx, topPx);
  paintCells(pen, plan, across, up);
  paintSideAxis(pen, up, plot, room.leftPx);
  paintFlags(pen, flags, () => ({ color: ink.text, dash: [] }), { topPx, bottomPx });
  paintAnswers(pen, plan, across, up);
  if (cost !== null && answers.length > 0)
    paintCosts(pen, plan, across, { leftPx, rightPx, topPx: splitPx + panelGapPx, bottomPx }, room.leftPx);
  paintBottomAxis(pen, across, { leftPx, rightPx, topPx, bottomPx });
}

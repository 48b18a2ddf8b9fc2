/**
 * A plan of one field as a slide: the curve of the target's figure over the values
 * that were looked at, its band, the target as a line, and the answer beside the
 * nearest value that does not meet it. Values stand in even steps, in the order in
 * which they were given, whatever their size.
 */
import type { Plan, PlanAnswer, PlanPoint } from '../experiments/plan.ts';
import { metricOf } from '../metrics/catalogue.ts';
import { percentText, valueText } from '../metrics/value-text.ts';
import { drawnText } from '../scenario/safe-text.ts';
import { band, dot, line, text, uprightText, widthOf, type Point } from './brush.ts';
import { cutText } from './flags.ts';
import { marginPx } from './frame.ts';
import { openPage } from './page.ts';
import { ink, okabeIto, tintOf } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Pen, type PlotArea } from './picture.ts';
import { roundTicks } from './quantities.ts';

const curveColor = okabeIto.blue;
const answerColor = okabeIto.green;
const missColor = okabeIto.vermillion;
const targetColor = okabeIto.purple;

/** `12 hosts`, `cap = 30s` */
function valueWords({ axes }: Plan, value: string): string {
  const name = axes[0].label.split(', ')[0].split('.').at(-1)!;
  return name === 'hosts' ? `${value} hosts` : `${name} = ${value}`;
}

/** `9 of 10 worlds`, `95 % of worlds` */
function worldsWords(share: number): string {
  const tenths = Math.round(share * 100) / 10;
  return Number.isInteger(tenths) ? `${tenths} of 10 worlds` : `${percentText(share)} of worlds`;
}

/** The answer in a sentence, short enough for a slide's title. */
export function planHeadline(plan: Plan): string {
  const { target, confidence, axes } = plan;
  const { state, value, neighbour, closest } = plan.answers[0];
  const holds = `${target.text} holds`;
  const sure = `${percentText(confidence)} sure`;
  const from = axes[0].values[0].text;
  const to = axes[0].values.at(-1)!.text;
  if (
    state === 'decided' &&
    value !== null &&
    neighbour !== null &&
    target.kind === 'share' &&
    target.head === 'P(collapse)'
  ) {
    const what = valueWords(plan, value.value);
    const [does, doesNot] = what.endsWith(' hosts') ? ['hold', 'do not'] : ['holds', 'does not'];
    return `${what[0].toUpperCase()}${what.slice(1)} ${does} in ${worldsWords(1 - target.share)}; ${neighbour.value} ${doesNot} (${sure})`;
  }
  if (state === 'decided' && value !== null && neighbour !== null)
    return `With ${valueWords(plan, value.value)}, ${holds}; with ${neighbour.value}, it does not (${sure})`;
  if (state === 'everything meets it')
    return `With ${valueWords(plan, `${from} to ${to}`)}, ${holds} everywhere (${sure})`;
  if (state === 'nothing meets it')
    return `With ${valueWords(plan, `${from} to ${to}`)}, ${target.text} is met nowhere (${sure})${closest === null ? '' : `; ${closest.value} comes closest`}`;
  if (value !== null && neighbour !== null)
    return `Undecided between ${neighbour.value} and ${valueWords(plan, value.value)} where ${target.text} begins to hold`;
  return `Undecided: nobody knows yet which ${axes[0].label} meets ${target.text}`;
}

interface Plot extends PlotArea {
  readonly xOf: (place: number) => number;
  readonly yOf: (figure: number) => number;
}

/** What the target holds the figure against; NaN: another metric. */
function boundOf({ target }: Plan): number {
  return target.kind === 'share' ? target.share : target.bound;
}

function yTicksOf(plan: Plan, points: readonly PlanPoint[]): readonly number[] {
  if (plan.target.kind === 'share') return [0, 0.25, 0.5, 0.75, 1];
  const figures = [boundOf(plan), ...points.flatMap(({ estimate, high }) => [estimate, high])];
  return roundTicks(Math.max(1e-9, ...figures.filter(Number.isFinite)), 6);
}

function figureText({ target }: Plan, value: number): string {
  if (target.kind === 'share') return percentText(value);
  return valueText(value, metricOf(target.condition.left.metric)?.unit ?? 'count');
}

function paintAxes(pen: Pen, plan: Plan, plot: Plot, ticks: readonly number[]): void {
  const { leftPx, rightPx, topPx, bottomPx, xOf, yOf } = plot;
  for (const tick of ticks) {
    const y = yOf(tick);
    line(pen, [{ x: leftPx, y }, { x: rightPx, y }], { color: ink.grid, dash: [] }, 1); // prettier-ignore
    text(pen, figureText(plan, tick), { x: leftPx - 12, y }, { align: 'right', color: ink.faint });
  }
  const { values, label } = plan.axes[0];
  const widest = Math.max(...values.map((one) => widthOf(pen, one.text))) + 24;
  const every = Math.max(1, Math.ceil((widest * values.length) / (rightPx - leftPx)));
  values.forEach((one, place) => {
    if (place % every === 0)
      text(pen, one.text, { x: xOf(place), y: bottomPx + 20 }, { align: 'center', color: ink.faint });
  });
  const middle = { x: (leftPx + rightPx) / 2, y: bottomPx + 54 };
  text(
    pen,
    cutText(drawnText(label), rightPx - leftPx, (one) => widthOf(pen, one)),
    middle,
    { align: 'center', color: ink.faint },
  );
  const title = plan.target.kind === 'share' ? plan.target.head : `mean ${plan.target.condition.left.metric}`;
  uprightText(pen, title, { x: marginPx - 8, y: (topPx + bottomPx) / 2 }, { color: ink.faint });
}

/** The answer, or its neighbour: a line down to the axis and what it is. */
function paintMark(pen: Pen, plot: Plot, place: number, at: number, color: string, words: string): void {
  const x = plot.xOf(place);
  line(pen, [{ x, y: plot.topPx }, { x, y: plot.bottomPx }], { color, dash: [8, 5] }, 3); // prettier-ignore
  dot(pen, { x, y: plot.yOf(at) }, color, 11);
  const isRight = x > (plot.leftPx + plot.rightPx) / 2;
  text(
    pen,
    words,
    { x: x + (isRight ? -10 : 10), y: plot.topPx - 18 },
    { align: isRight ? 'right' : 'left', color, bold: true },
  );
}

function paintCurve(pen: Pen, plan: Plan, answer: PlanAnswer, plot: Plot): void {
  const seen = answer.points.flatMap((point, place) => (point.n > 0 ? [{ ...point, place }] : []));
  const along = (figure: (point: PlanPoint) => number): Point[] =>
    seen.map((point) => ({ x: plot.xOf(point.place), y: plot.yOf(figure(point)) }));
  const [low, high] = [along(({ low: one }) => one), along(({ high: one }) => one)];
  band(pen, low, high, tintOf(curveColor, 0.2));
  // Where one value alone was looked at, a band has no width.
  low.forEach((end, i) => line(pen, [end, high[i]], { color: tintOf(curveColor, 0.5), dash: [] }, 3));
  const curve = along(({ estimate }) => estimate).filter(({ y }) => Number.isFinite(y));
  line(pen, curve, { color: curveColor, dash: [] }, 4);
  for (const point of curve) dot(pen, point, curveColor, 7);
  const bound = plot.yOf(boundOf(plan));
  line(pen, [{ x: plot.leftPx, y: bound }, { x: plot.rightPx, y: bound }], { color: targetColor, dash: [14, 7] }, 4); // prettier-ignore
}

function paintPlan(pen: Pen, plan: Plan, room: PlotArea): void {
  const [answer] = plan.answers;
  const ticks = yTicksOf(plan, answer.points);
  const [leftPx, rightPx] = [room.leftPx + 130, room.rightPx - 40];
  const [topPx, bottomPx] = [room.topPx + 90, room.bottomPx - 76];
  const step = (rightPx - leftPx) / plan.axes[0].values.length;
  const most = ticks.at(-1)!;
  const yOf = (figure: number): number => bottomPx - (Math.min(most, Math.max(0, figure)) / most) * (bottomPx - topPx);
  const plot: Plot = { leftPx, rightPx, topPx, bottomPx, yOf, xOf: (place) => leftPx + (place + 0.5) * step };
  const legend = [
    `target: ${plan.target.text}`,
    `band: what the worlds leave open (${percentText(plan.confidence)} sure)`,
  ];
  text(pen, drawnText(legend[0]), { x: room.leftPx, y: room.topPx + 12 }, { color: targetColor, bold: true });
  text(pen, legend[1], { x: room.rightPx, y: room.topPx + 12 }, { align: 'right', color: curveColor, bold: true });
  paintAxes(pen, plan, plot, ticks);
  paintCurve(pen, plan, answer, plot);
  const marks = [
    { point: answer.neighbour, color: missColor, words: 'does not' },
    { point: answer.value, color: answerColor, words: 'meets it' },
  ];
  const isClose = marks.every(({ point }) => point !== null);
  marks.forEach(({ point, color, words }, i) => {
    if (point === null) return;
    const place = answer.points.indexOf(point);
    const shown = Number.isFinite(point.estimate) ? point.estimate : point.high;
    // One below the other, for they are neighbours.
    const lifted = isClose && i === 0 ? { ...plot, topPx: plot.topPx - 28 } : plot;
    paintMark(pen, lifted, place, shown, color, `${point.value} ${words}`);
  });
}

/** Whether there is a curve: of one field, of which something is known. */
export function hasPlanChart({ axes, answers }: Plan): boolean {
  return axes.length === 1 && answers.length > 0 && answers[0].points.some(({ n }) => n > 0);
}

export async function drawPlanChart(plan: Plan, set: readonly string[]): Promise<Buffer> {
  const { base, seed, answers } = plan;
  const { pen, textEndPx, encode } = await openPage({
    title: planHeadline(plan),
    shows: `${base.scenario.name} · ${base.variant} · ${answers[0].n} worlds · seed ${seed}`,
    set,
  });
  paintPlan(pen, plan, {
    leftPx: marginPx,
    rightPx: pictureWidthPx - marginPx,
    topPx: textEndPx + 22,
    bottomPx: pictureHeightPx - 16,
  });
  return encode();
}

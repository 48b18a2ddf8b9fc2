/**
 * A plan of one field as a slide: the curve of the target's figure over the values
 * that were looked at, its band, the target as a line, and the answer beside the
 * nearest value that does not meet it.
 */
import type { Plan, PlanPoint } from '../../experiments/plan.ts';
import { numberText, percentText } from '../../metrics/value-text.ts';
import { line } from '../brush.ts';
import { belowPx, bottomScale, figureScale, leftOf, paintBottomAxis, paintFigureAxis } from '../field-axes.ts';
import { planFigures } from '../field-figures.ts';
import { fieldWords, rangeWords, shownValue } from '../field-words.ts';
import { bandOpacity, marksHeightPx, paintFigureCurve, paintMarks, type Mark } from '../figure-curve.ts';
import { paintLegend, type LegendEntry } from '../legend.ts';
import { okabeIto, tintOf } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';

const curveColor = okabeIto.blue;
const answerColor = okabeIto.green;
const missColor = okabeIto.vermillion;
const targetColor = okabeIto.purple;

/** `9 of 10 worlds`, `95 % of worlds` */
function worldsWords(share: number): string {
  const tenths = Math.round(share * 10);
  return Math.abs(share * 10 - tenths) < 1e-9 ? `${tenths} of 10 worlds` : `${percentText(share)} of worlds`;
}

function capital(words: string): string {
  return words === '' ? words : words[0].toUpperCase() + words.slice(1);
}

/** What a plan of one field says in a sentence, short enough for a slide's title. */
export function planCurveHeadline({ target, confidence, axes, answers: [answer], base }: Plan): string {
  const { state, value, neighbour, closest, seeks } = answer;
  const words = fieldWords(axes[0], base.scenario);
  const sure = `(${percentText(confidence)} sure)`;
  const whole = rangeWords(axes[0], words);
  if (state === 'everything meets it') return `${target.text} holds at all of ${whole} ${sure}`;
  if (state === 'nothing meets it') {
    // Where all are alike, none comes closest.
    const isAlike = answer.points.every(({ n, estimate }) => n === 0 || estimate === closest?.estimate);
    const near = closest === null || isAlike ? '' : `; ${shownValue(closest.value)} comes closest`;
    return `${target.text} is met nowhere at ${whole} ${sure}${near}`;
  }
  if (state !== 'decided' || value === null || neighbour === null) {
    if (value !== null && neighbour !== null)
      return `Undecided between ${shownValue(neighbour.value)} and ${words.of(value.value)} where ${target.text} begins to hold`;
    return `Undecided: nobody knows yet which ${axes[0].label} meets ${target.text}`;
  }
  const [what, other] = [words.of(value.value), shownValue(neighbour.value)];
  if (target.kind === 'share' && target.head === 'P(collapse)') {
    const share = worldsWords(1 - target.share);
    if (words.kind === 'blow') return `The fleet holds ${what} in ${share}, but not ${words.again(neighbour.value)} ${sure}`; // prettier-ignore
    if (words.kind === 'capacity') {
      const isOne = value.value === '1';
      return `${capital(what)} ${isOne ? 'holds' : 'hold'} in ${share}; ${other} ${neighbour.value === '1' ? 'does' : 'do'} not ${sure}`;
    }
    return `With ${what} the fleet holds in ${share}; with ${other} it does not ${sure}`;
  }
  return `${capital(what)} is the ${seeks} that meets ${target.text}; ${other} does not ${sure}`;
}

/** What the target holds the figure against; NaN: another metric. */
function boundOf({ target }: Plan): number {
  return target.kind === 'share' ? target.share : target.bound;
}

function marksOf({ answers: [{ value, neighbour, points, state }] }: Plan): Mark[] {
  const shown = ({ estimate, high }: PlanPoint): number => (Number.isNaN(estimate) ? high : estimate);
  const markOf = (point: PlanPoint | null, color: string, says: string, dash: readonly number[]): Mark[] => {
    if (point === null) return [];
    const cost = point.cost === null || Number.isNaN(point.cost) ? '' : `, at a cost of ${numberText(point.cost)}`;
    const words = `${shownValue(point.value)} ${says}${cost}`;
    return [{ place: points.indexOf(point), figure: shown(point), color, words, dash }];
  };
  return [
    ...markOf(value, answerColor, state === 'undecided' ? 'certainly meets it' : 'meets it', []),
    ...markOf(neighbour, missColor, state === 'undecided' ? 'certainly does not' : 'does not', [8, 5]),
  ];
}

export function paintPlanCurve(pen: Pen, plan: Plan, room: PlotArea): void {
  const { target, confidence, axes } = plan;
  const points = plan.answers[0].points.flatMap((point, place) => (point.n > 0 ? [{ ...point, place }] : []));
  const isOpen = points.some(({ estimate }) => Number.isNaN(estimate));
  const legend: LegendEntry[] = [
    { text: `target: ${target.text}`, mark: 'dashes', color: targetColor },
    { text: 'seen', mark: 'dot', color: curveColor },
    { text: `what the worlds leave open, ${percentText(confidence)} sure${isOpen ? '; alone: undecided worlds' : ''}`, mark: 'box', color: tintOf(curveColor, bandOpacity) },
  ]; // prettier-ignore
  const legendEndPx = paintLegend(pen, legend, room);
  const figures = planFigures(plan);
  const bound = boundOf(plan);
  const ticks = figures.ticks([bound, ...points.flatMap(({ estimate, low, high }) => [estimate, low, high])]);
  const marks = marksOf(plan);
  const plot: PlotArea = {
    leftPx: leftOf(pen, ticks.map(figures.tickText), room),
    rightPx: room.rightPx - 30,
    topPx: legendEndPx + 4 + marksHeightPx(marks.length),
    bottomPx: room.bottomPx - belowPx,
  };
  const scale = bottomScale(pen, axes[0], plot.leftPx, plot.rightPx);
  const upright = figureScale(ticks, plot);
  paintFigureAxis(pen, figures, upright, plot, room.leftPx);
  paintBottomAxis(pen, scale, plot);
  paintFigureCurve(pen, points, scale, upright, curveColor);
  const y = upright.yOf(bound);
  line(pen, [{ x: plot.leftPx, y }, { x: plot.rightPx, y }], { color: targetColor, dash: [14, 7] }, 4); // prettier-ignore
  paintMarks(pen, marks, scale, upright, plot);
}

/** Whether there is a curve: of one field, of which something is known. */
export function hasPlanCurve({ axes, answers }: Plan): boolean {
  return axes.length === 1 && answers.length > 0 && answers[0].points.some(({ n }) => n > 0);
}

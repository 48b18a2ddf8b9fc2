/**
 * What a plan says in words: the answer in a sentence, the evidence, and how it was
 * found. The same sentences are printed and written to files.
 */
import type { Cost } from '../experiments/cost.ts';
import type { Plan, PlanAnswer, PlanPoint } from '../experiments/plan.ts';
import type { Target } from '../experiments/target.ts';
import type { Contradictions } from '../experiments/thresholds/worlds.ts';
import { metricOf } from '../metrics/catalogue.ts';
import { counted, numberText, percentText, valueText } from '../metrics/value-text.ts';

export function confidenceWords(confidence: number): string {
  return `${percentText(confidence)} sure`;
}

/** A figure of the target: a share of worlds, or a mean in the metric's unit. */
export function figureText(target: Target, value: number): string {
  if (Number.isNaN(value)) return '–';
  if (target.kind === 'share') return percentText(value);
  const { unit } = metricOf(target.condition.left.metric) ?? { unit: 'count' as const };
  return valueText(value, unit).replace('-', '\u2212');
}

export function intervalText(target: Target, { low, high }: Pick<PlanPoint, 'low' | 'high'>): string {
  if (Number.isNaN(low) || Number.isNaN(high)) return '';
  return `${figureText(target, low)} to ${figureText(target, high)}`;
}

/** `0 of 48 worlds fail`, or `mean 412 (380 to 440) in 60 worlds` */
export function evidenceWords(target: Target, point: PlanPoint): string {
  const { n, failed, undecided, estimate } = point;
  if (target.kind === 'mean')
    return `mean ${figureText(target, estimate)} (${intervalText(target, point)}) in ${counted(n, 'world')}`;
  const what = target.ofCollapse ? (target.head === 'P(collapse)' ? 'collapse' : 'do not collapse') : 'miss it';
  const open = undecided === 0 || undecided === null ? '' : `, ${undecided} undecided`;
  return `${failed} of ${counted(n, 'world')} ${what}${open} (${intervalText(target, point)})`;
}

export function costText(cost: number): string {
  return Math.abs(cost) >= 100 ? numberText(cost) : String(Number(cost.toPrecision(3)));
}

function priceWords({ cost }: PlanPoint): string {
  return cost === null || Number.isNaN(cost) ? '' : `, at a cost of ${costText(cost)}`;
}

function undecidedWords({ value, neighbour, closest, seeks }: PlanAnswer): string {
  if (value !== null && neighbour !== null)
    return `between ${neighbour.value}, which does not meet it, and ${value.value}, which does, it is undecided where it begins`;
  const other = seeks === 'least' ? 'less' : 'more';
  if (value !== null) return `${value.value} meets it; whether ${other} does is undecided`;
  if (neighbour !== null) return `${neighbour.value} does not meet it; nothing that does for certain was found`;
  return closest === null ? 'nothing is known' : `nothing is certain; ${closest.value} comes closest`;
}

function closestWords({ points }: PlanAnswer, { value, estimate }: PlanPoint): string {
  const isAlike = points.every((point) => point.n === 0 || point.estimate === estimate);
  return isAlike ? `${value} is like all others` : `${value} comes closest`;
}

/** An answer, after what it is about. */
export function answerWords({ target, axes, confidence }: Plan, answer: PlanAnswer): string {
  const { state, value, neighbour, closest, seeks } = answer;
  const { label } = axes[0];
  if (state === 'decided' && value !== null && neighbour !== null)
    return `${value.value} is the ${seeks} ${label} that meets ${target.text}, ${confidenceWords(confidence)}: ${evidenceWords(target, value)}${priceWords(value)}; at ${neighbour.value}, ${evidenceWords(target, neighbour)}.`;
  if (state === 'everything meets it' && value !== null)
    return `Every ${label} from ${axes[0].values[0].text} to ${axes[0].values[axes[0].values.length - 1].text} meets ${target.text}, ${confidenceWords(confidence)}: at ${value.value}, ${evidenceWords(target, value)}${priceWords(value)}.`;
  if (state === 'nothing meets it')
    return `No ${label} from ${axes[0].values[0].text} to ${axes[0].values[axes[0].values.length - 1].text} meets ${target.text}, ${confidenceWords(confidence)}${closest === null ? '' : `; ${closestWords(answer, closest)}: ${evidenceWords(target, closest)}`}.`;
  const best = value ?? closest;
  return `Undecided at ${confidenceWords(confidence).replace(' sure', '')} after ${counted(answer.n, 'world')}: ${undecidedWords(answer)}${best === null || best.n === 0 ? '' : `. At ${best.value}, ${evidenceWords(target, best)}`}.`;
}

/** The frontier in a sentence. */
function frontierWords(plan: Plan): string {
  const { answers, axes, cheapest } = plan;
  const decided = answers.filter(({ state }) => state !== 'undecided').length;
  const price =
    cheapest === null
      ? ''
      : `; the cheapest is ${answers[cheapest].value!.value} at ${answers[cheapest].at}${priceWords(answers[cheapest].value!)}`;
  return `The ${answers[0]?.seeks ?? 'least'} ${axes[0].label} that meets ${plan.target.text} at each ${axes[1].label}, ${confidenceWords(plan.confidence)} each: ${decided} of ${axes[1].values.length} are decided${price}.`;
}

export function planVerdict(plan: Plan): string {
  if (plan.answers.length === 0) return 'Nothing is known yet.';
  return plan.axes.length > 1 ? frontierWords(plan) : answerWords(plan, plan.answers[0]);
}

function methodWords({ looks, confidence, target }: Plan, answer: PlanAnswer): string {
  const error = percentText(1 - confidence);
  if (answer.method === 'bisected means')
    return `Means over worlds, found by bisection; at each value, worlds are added until Student\u2019s t is certain, all values and looks together wrong in ${error} of plans at most, as far as t holds. The answer also stands if one more world fares as badly as the worst at its neighbour.`;
  if (answer.method === 'grid' && target.kind === 'mean')
    return `Means over worlds at every value by Student\u2019s t, all values and looks together wrong in ${error} of plans at most, as far as t holds: ${answer.gridReason}.`;
  const test =
    looks === 'once'
      ? 'exact binomial bounds (Clopper and Pearson) at the end'
      : 'a test that holds however often one looks (mixture of likelihood ratios)';
  if (answer.method === 'grid')
    return `Every value in every world, ${test}, wrong in ${error} of plans at most: ${answer.gridReason}.`;
  const median =
    target.kind === 'share' && target.isMedian
      ? ' A median meets its bound where at most half of the worlds miss it.'
      : '';
  return `Each world\u2019s threshold by bisection, and ${test}; wrong in ${error} of plans at most.${median}`;
}

/** How many contradict themselves. */
function brokenWords({ worlds, broken }: Contradictions): string {
  return `${broken} of ${counted(worlds, 'world')} (${percentText(broken / worlds)})`;
}

function lookedWords({ lookedAt, beside, method }: PlanAnswer): string[] {
  if (lookedAt === null || beside === null || method === 'grid' || lookedAt.worlds === 0) return [];
  const tried = 'values next to the threshold and further off were tried as well';
  const looked =
    lookedAt.broken === 0
      ? `In ${counted(lookedAt.worlds, 'world')}, ${tried}: none contradicts it.`
      : `Where ${tried}, ${brokenWords(lookedAt)} meet the target and miss it again further on.`;
  const there =
    beside.broken === 0
      ? ''
      : ` Of those that were run at the answer and at its neighbour, ${brokenWords(beside)} miss it at the answer alone.`;
  const known = 'At the answer and its neighbour each world counts by its own run there.';
  return [`${looked}${there} ${known}`];
}

function runsWords({ runs, gridRuns }: Pick<PlanAnswer, 'runs' | 'gridRuns'>): string {
  return `${counted(runs, 'run')}; a plain grid of the same confidence takes ${numberText(gridRuns)}.`;
}

/** What is to be said beside the answer. */
export function planNotes(plan: Plan): string[] {
  const { answers, cost, complete, axes } = plan;
  if (answers.length === 0) return ['It was interrupted: the same command goes on from there.'];
  const notes = complete
    ? []
    : [
        'It was interrupted: this is what there was until then, and nothing is decided by it. The same command goes on from there.',
      ];
  notes.push(methodWords(plan, answers[0]));
  const grids = answers.filter(({ method }) => method === 'grid').length;
  if (answers.length > 1 && grids > 0 && answers[0].method !== 'grid')
    notes.push(
      `At ${grids} of ${answers.length} values of ${axes[1].label}, worlds have no threshold, and every value was tried.`,
    );
  const looked = answers.filter(({ method }) => method !== 'grid');
  const [sum] = looked.length === 0 ? [null] : [looked.reduce(together)];
  if (sum !== null) notes.push(...lookedWords(sum));
  const [first] = answers;
  if (first.step !== null) notes.push(stepWords(plan, first));
  if (cost !== null) notes.push(costNote(cost));
  notes.push(runsWords(plan));
  return notes;
}

function costNote({ text, hasTimes }: Cost): string {
  return `Cost: ${text}${hasTimes ? ', times in seconds' : ''}, the mean of the first worlds, the same at each value.`;
}

function together(a: PlanAnswer, b: PlanAnswer): PlanAnswer {
  const sum = (one: Contradictions | null, other: Contradictions | null): Contradictions | null =>
    one === null || other === null ? null : { worlds: one.worlds + other.worlds, broken: one.broken + other.broken };
  return { ...a, lookedAt: sum(a.lookedAt, b.lookedAt), beside: sum(a.beside, b.beside) };
}

function stepWords({ target, confidence }: Plan, { step, value, neighbour }: PlanAnswer): string {
  const { value: change, low, high } = step!;
  const told = (one: number): string => figureText(target, one);
  return `From ${neighbour!.value} to ${value!.value}, in the same worlds: ${told(change)} (${told(low)} to ${told(high)}, ${percentText(confidence)}).`;
}

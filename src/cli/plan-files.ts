/**
 * A plan as files: JSON with every value that was looked at, and a CSV with a line
 * for each. The same bytes for the same question, however it was computed. A figure
 * that nobody knows is null, or an empty cell.
 */
import type { Plan, PlanAnswer, PlanPoint } from '../experiments/plan.ts';
import { unitWord } from '../metrics/catalogue.ts';
import { csvText, jsonText } from '../scenario/safe-text.ts';
import { questionJson, told } from './field-files.ts';
import { planNotes, planVerdict } from './plan-words.ts';

function pointJson({ value, meets, n, failed, undecided, estimate, low, high, cost }: PlanPoint): object {
  return {
    value,
    meets,
    n,
    ...(failed === null ? {} : { failed, undecided }),
    estimate: told(estimate),
    low: told(low),
    high: told(high),
    ...(cost === null ? {} : { cost: told(cost) }),
  };
}

function answerJson({ target }: Plan, answer: PlanAnswer): object {
  const {
    at,
    state,
    value,
    neighbour,
    closest,
    seeks,
    sideFound,
    method,
    gridReason,
    n,
    lookedAt,
    beside,
    step,
    points,
  } = answer;
  return {
    ...(at === null ? {} : { at }),
    state,
    value: value?.value ?? null,
    neighbour: neighbour?.value ?? null,
    closest: closest?.value ?? null,
    seeks,
    sideFound,
    method,
    gridReason,
    worlds: n,
    lookedAt,
    beside,
    ...(target.kind === 'mean'
      ? {
          step:
            step === null ? null : { value: told(step.value), low: told(step.low), high: told(step.high), n: step.n },
        }
      : {}),
    runs: answer.runs,
    gridRuns: answer.gridRuns,
    points: points.filter(({ n: seen }) => seen > 0).map(pointJson),
  };
}

/** What a figure is in. */
function unitOf({ target }: Plan): string {
  return target.kind === 'share' ? 'fraction of worlds' : unitWord(target.condition.left.metric);
}

/** The text of plan.json. */
export function planJson(plan: Plan): string {
  const { target, cost, confidence, looks, worldsMax, answers, cheapest, runs, gridRuns } = plan;
  const document = {
    ...questionJson(plan),
    target: target.text,
    figure: { is: target.kind === 'share' ? target.head : 'mean', unit: unitOf(plan) },
    cost: cost?.text ?? null,
    confidence,
    looks,
    worldsMax,
    verdict: planVerdict(plan),
    notes: planNotes(plan),
    answers: answers.map((answer) => answerJson(plan, answer)),
    cheapest: cheapest === null ? null : (answers[cheapest].at ?? answers[cheapest].value!.value),
    runs,
    gridRuns,
  };
  return `${jsonText(document, 2)}\n`;
}

/** The text of plan.csv. */
export function planCsv(plan: Plan): string {
  const { axes, answers } = plan;
  const [axis, second] = axes;
  const head = [
    ...(second === undefined ? [] : [second.label]),
    axis.label,
    'meets',
    'is',
    'n',
    'failed',
    'undecided',
    'estimate',
    'low',
    'high',
    'unit',
    'cost',
  ];
  const unit = unitOf(plan);
  const rows = answers.flatMap((answer) =>
    answer.points
      .filter(({ n }) => n > 0)
      .map((point) => [
        ...(second === undefined ? [] : [answer.at]),
        point.value,
        point.meets === null ? '' : String(point.meets),
        point === answer.value ? answer.seeks : point === answer.neighbour ? 'neighbour' : '',
        point.n,
        point.failed,
        point.undecided,
        told(point.estimate),
        told(point.low),
        told(point.high),
        unit,
        told(point.cost),
      ]),
  );
  return csvText([head, ...rows]);
}

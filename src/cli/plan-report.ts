/** What `sim plan` prints: the answer in a sentence, the values that were looked at, how it was found, and where the files are. */
import type { Plan, PlanAnswer, PlanPoint } from '../experiments/plan.ts';
import { visible } from '../scenario/safe-text.ts';
import { costText, figureText, intervalText, planNotes, planVerdict } from './plan-words.ts';
import { printQuestion, shortLabel } from './field-report.ts';
import { printEnd } from './result-end.ts';
import { tableText, wrapped } from './table.ts';
import type { Side } from './terminal.ts';

const indent = 2;

function meetsCell({ meets, n }: PlanPoint): string {
  return n === 0 ? '' : meets === true ? 'yes' : meets === false ? 'no' : 'undecided';
}

function figureCells({ target, cost }: Plan, point: PlanPoint): string[] {
  const counts = target.kind === 'share' ? [`${point.failed ?? 0} of ${point.n}`] : [String(point.n)];
  const price = cost === null ? [] : [point.cost === null || Number.isNaN(point.cost) ? '–' : costText(point.cost)];
  return [meetsCell(point), figureText(target, point.estimate), intervalText(target, point), ...counts, ...price];
}

function figureHead({ target, cost }: Plan): string[] {
  const figure = target.kind === 'share' ? target.head : 'mean';
  return ['meets it', figure, 'between', target.kind === 'share' ? 'worlds' : 'n', ...(cost === null ? [] : ['cost'])];
}

function valuesTable(plan: Plan, answer: PlanAnswer, { colors, width }: Side): string {
  const seen = answer.points.filter(({ n }) => n > 0);
  const rows = seen.map((point) => {
    const cells = [point.value, ...figureCells(plan, point)].map(visible);
    return point === answer.value ? cells.map((cell) => colors.bold(cell)) : cells;
  });
  return tableText(rows, {
    head: [shortLabel(plan.axes[0]), ...figureHead(plan)].map(visible),
    align: [
      'right',
      'left',
      ...figureHead(plan)
        .slice(1)
        .map((): 'right' => 'right'),
    ],
    tooWide: 'parts',
    width,
    indent,
    colors,
  });
}

function frontierTable(plan: Plan, { colors, width }: Side): string {
  const [axis, second] = plan.axes;
  const rows = plan.answers.map((answer, i) => {
    const { at, state, value, neighbour } = answer;
    const range =
      state === 'decided' || state === 'everything meets it'
        ? value!.value
        : state === 'nothing meets it'
          ? 'none'
          : value === null
            ? 'undecided'
            : neighbour === null
              ? `${value.value} or further`
              : `after ${neighbour.value}, up to ${value.value}`;
    const cells = [at ?? '', range, ...(value === null ? ['', '', '', '', ''] : figureCells(plan, value)).slice(1)].map(
      visible,
    );
    return i === plan.cheapest ? cells.map((cell) => colors.bold(cell)) : cells;
  });
  const head = [
    shortLabel(second),
    `${plan.answers[0]?.seeks ?? 'least'} ${shortLabel(axis)}`,
    ...figureHead(plan).slice(1),
  ];
  return tableText(rows, {
    head: head.map((one) => visible(one).replaceAll(' ', '\n')),
    align: head.map((): 'right' => 'right'),
    tooWide: 'parts',
    width,
    indent,
    colors,
  });
}

export function printPlan(
  plan: Plan,
  folder: string,
  fileNames: readonly string[],
  set: readonly string[],
  side: Side,
): void {
  const { width, write } = side;
  const { axes, target } = plan;
  printQuestion(plan, set, target.text, side);
  write(`\n${wrapped(visible(planVerdict(plan)), width, indent)}`);
  if (plan.answers.length > 0)
    write(`\n${axes.length > 1 ? frontierTable(plan, side) : valuesTable(plan, plan.answers[0], side)}`);
  printEnd(planNotes(plan), folder, fileNames, side);
}

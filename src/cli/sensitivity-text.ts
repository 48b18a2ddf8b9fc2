/** What `sim sensitivity` prints: the answer in a sentence or two, a table, and what it cannot say. */
import type { Input, TargetAnalysis } from '../experiments/sensitivity/global-analysis.ts';
import type { Knob, Side as KnobSide } from '../experiments/sensitivity/one-at-a-time.ts';
import type { TreeNode } from '../experiments/sensitivity/outcome-tree.ts';
import { isComplete, type Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import { RANKED_FROM } from '../experiments/sensitivity/stopping.ts';
import { isYesOrNo } from '../experiments/sensitivity/targets.ts';
import { counted, numberText, percentText } from '../metrics/value-text.ts';
import { fileText, rangeText } from '../scenario/assumption-values.ts';
import { visible, visibleProse } from '../scenario/safe-text.ts';
import { betweenWords } from './sensitivity-files.ts';
import { noBreak, tableText, wrapped, type Row } from './table.ts';
import type { Side } from './terminal.ts';

type Of<M extends Sensitivity['method']> = Extract<Sensitivity, { method: M }>;

const signOf = (to: number): string => (to === 1 ? '+' : to === 0 ? '−' : '?');

/** `+ row` comes to hold there, `− row` no longer does, `? row` is not known; expectations are counted where there are rows. */
function flipsText({ state, why, flips, isSame }: KnobSide, hasRows: boolean): string {
  // What it means that it cannot be is told in no table.
  if (state === 'impossible') return `impossible: ${(why ?? '').replace(/\. .*$/s, '')}`;
  if (state === 'failed') return `not run: ${why ?? ''}`;
  if (state === 'unrun') return 'not run';
  if (isSame) return 'the same run';
  const named = flips.filter(({ target }) => !hasRows || target.kind !== 'expectation');
  const told = named.map(({ target, to }) => `${signOf(to)}${noBreak}${target.name}`);
  const rest = flips.length - named.length;
  if (rest > 0) told.push(counted(rest, 'expectation'));
  return told.length === 0 ? '–' : told.join(', ');
}

function knobRow({ assumption, sides, verdict, change }: Knob, hasRows: boolean): Row {
  const told = sides.map((side) => visible(`${side.value}: ${flipsText(side, hasRows)}`));
  return [
    visible(assumption.path),
    visible(fileText(assumption)),
    told.join('\n'),
    Number.isNaN(change) ? '–' : percentText(change),
    verdict,
  ];
}

function printOneAtATime({ result, targets }: Of<'oat'>, side: Side): void {
  const { colors, width, write } = side;
  const { knobs, runs, base } = result;
  // After an interruption; what is impossible or costs too much is in the table.
  const unrun = knobs.filter(({ verdict, sides }) => verdict === 'not run' && sides.some(({ state }) => state === 'unrun')); // prettier-ignore
  const silent = new Set([...unrun, ...knobs.filter(({ verdict }) => verdict === 'no effect' || verdict === 'nothing seen')]); // prettier-ignore
  const shown = knobs.filter((knob) => !silent.has(knob));
  const decide = knobs.filter(({ verdict }) => verdict === 'decides').length;
  const rows = targets.flatMap(({ kind }, i) => (kind === 'row' ? [base?.values[i]] : []));
  const held = rows.length === 0 ? '' : ` As it stands ${rows.filter((one) => one === 1).length} of ${counted(rows.length, 'row')} hold.`; // prettier-ignore
  write(
    `\n${wrapped(`${decide} of ${counted(knobs.length, 'assumption')} flip something within their ranges, each alone (${counted(runs, 'run')}).${held}`, width, 2)}\n`,
  );
  write(
    tableText(
      shown.map((knob) => knobRow(knob, rows.length > 0)),
      {
        head: ['assumption', 'file', 'what its ends flip', 'lost ±', 'verdict'],
        align: ['left', 'right', 'left', 'right', 'left'],
        wraps: 2,
        width,
        indent: 2,
        colors,
      },
    ),
  );
  const of = (verdict: Knob['verdict']): readonly Knob[] => knobs.filter((knob) => knob.verdict === verdict);
  for (const [words, named] of [
    ['Nothing seen', of('nothing seen')],
    ['No effect at this seed, to the last event', of('no effect')],
    ['Not run yet', unrun],
  ] as const) {
    const names = named.map(({ assumption }) => visible(assumption.path)).join(', ');
    if (names !== '') write(`\n${wrapped(`${colors.bold(words)}: ${names}.`, width, 2, 2)}`);
  }
  write(`\n${wrapped(colors.dim('+ comes to hold there, − no longer does, ? is not known; lost ±: the largest change of session-minutes lost. One at a time sees nothing of what assumptions do together (--method global does).'), width, 2)}`); // prettier-ignore
}

interface Leaf {
  readonly words: string;
  readonly n: number;
  readonly value: number;
}

/** Of each input that leads there: from where on, and below what. */
type Way = ReadonlyMap<number, readonly [number, number]>;

function narrowed(way: Way, input: number, from: number, below: number): Way {
  const [low, high] = way.get(input) ?? [-Infinity, Infinity];
  return new Map([...way, [input, [Math.max(low, from), Math.min(high, below)]]]);
}

/** The leaves of a tree, each with what leads to it. */
function leavesOf(node: TreeNode, inputs: readonly Input[], way: Way = new Map()): Leaf[] {
  const { split, n, value } = node;
  if (split === null) return [{ words: [...way].map(([input, [from, below]]) => betweenWords(inputs[input], from, below)).join(' and '), n, value }]; // prettier-ignore
  const { input, at } = split;
  return [
    ...leavesOf(split.below, inputs, narrowed(way, input, -Infinity, at)),
    ...leavesOf(split.above, inputs, narrowed(way, input, at, Infinity)),
  ];
}

function treeText({ result }: Of<'global'>, { tree, target, value }: TargetAnalysis): string | null {
  if (tree === null) return null;
  const leaves = leavesOf(tree, result.inputs);
  const best = leaves.reduce((a, b) => (b.value > a.value ? b : a));
  const worst = leaves.reduce((a, b) => (b.value < a.value ? b : a));
  const told = (leaf: Leaf): string => `${percentText(leaf.value)} of ${leaf.n} where ${leaf.words}`;
  return `${target.name} (${percentText(value.value)}): ${told(best)}; ${told(worst)}`;
}

function shareRow({ target, value, n, low, high, alone }: TargetAnalysis): Row {
  const figure = isYesOrNo(target)
    ? `${percentText(value.value)} (${percentText(value.low)}${noBreak}to${noBreak}${percentText(value.high)})`
    : `${numberText(value.value)} (${numberText(low)}${noBreak}to${noBreak}${numberText(high)})`;
  return [visible(target.name), figure, String(n), Number.isNaN(alone) ? '–' : percentText(alone)];
}

function printGlobal(sensitivity: Of<'global'>, side: Side): void {
  const { colors, width, write } = side;
  const { draws, result } = sensitivity;
  const { drawn, impossible, failed, decided } = draws;
  const cannot = [...impossible.values()].reduce((a, b) => a + b, 0);
  const all = result.allRows;
  const held = all === null ? '' : ` All rows together hold in ${percentText(all.value)} of them (95 % interval ${percentText(all.low)} to ${percentText(all.high)}).`; // prettier-ignore
  write(
    `\n${wrapped(`${counted(result.n, 'run')} of ${counted(drawn, 'draw')}; ${percentText(cannot / Math.max(1, drawn))} are impossible before anything happens${failed > 0 ? `, and ${failed} cost too much` : ''}${decided ? '; more would tell nothing new' : ''}.${held}`, width, 2)}\n`,
  );
  write(
    tableText(result.targets.map(shareRow), {
      head: ['asked', 'share of runs, or median', 'runs', 'told alone'],
      align: ['left', 'left', 'right', 'right'],
      wraps: 0,
      width,
      indent: 2,
      colors,
    }),
  );
  const beyond = result.verdicts.filter(({ verdict }) => verdict !== 'nothing seen');
  const rows = beyond.map(({ input, verdict, strongest }): Row => {
    const { target, effects, chance } = result.targets[strongest];
    const { rank, firstOrder } = effects[result.inputs.indexOf(input)];
    const sign = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
    const range = input.assumption === null ? 'a ratio' : rangeText(input.assumption);
    const half = (rank.high - rank.low) / 2;
    return [
      visible(input.name),
      visible(range),
      visible(target.name),
      Number.isNaN(rank.value) ? '–' : `${sign(rank.value)} ± ${half.toFixed(2)}`,
      `${Math.max(0, firstOrder).toFixed(2)} (${chance.toFixed(2)})`,
      verdict,
    ];
  });
  const title = result.isRanked ? 'Assumptions beyond chance, the strongest first' : `Assumptions beyond chance, as in the file (no order under ${RANKED_FROM} runs)`; // prettier-ignore
  write(`\n${wrapped(colors.bold(title), width, 2)}`);
  write(
    rows.length === 0
      ? wrapped('none', width, 2)
      : tableText(rows, {
          head: ['assumption', 'range', 'goes most with', 'rank', 'alone', 'verdict'],
          align: ['left', 'left', 'left', 'right', 'right', 'left'],
          wraps: 0,
          width,
          indent: 2,
          colors,
        }),
  );
  const hasRows = result.targets.some(({ target }) => target.kind === 'row');
  // Expectations are many, and say much the same as the rows.
  const told = result.targets.filter(({ target }) => isYesOrNo(target) && (!hasRows || target.kind !== 'expectation' || target.isAsked === true)); // prettier-ignore
  const trees = told.flatMap((one) => treeText(sensitivity, one) ?? []);
  if (trees.length > 0) write(`\n${colors.bold('  Together')}\n`);
  for (const words of trees) write(wrapped(visible(words), width, 2, 2));
  if (hasRows) write(wrapped(colors.dim('Those of the expectations are in sensitivity.json.'), width, 2));
  write(`\n${wrapped(colors.dim('rank: partial rank correlation with its 95 % limits; alone: first-order index (in brackets what chance gives the largest of all); told alone: what of the variance single assumptions tell, the rest is several together. Nothing seen is nothing beyond chance in so many runs.'), width, 2)}`); // prettier-ignore
}

function printScreening({ assumptions, result, targets }: Of<'screen'>, side: Side): void {
  const { colors, width, write } = side;
  const { runs, points, impossible, effects } = result;
  write(
    `\n${wrapped(`${counted(runs.length, 'run')} of ${counted(points, 'point')}; ${impossible} are impossible before anything happens.`, width, 2)}\n`,
  );
  const lost = targets.findIndex(({ name }) => name === 'sessionMinutesLost');
  const rows = targets.flatMap(({ kind }, i) => (kind === 'row' ? [i] : []));
  const order = assumptions.map((_, i) => i).sort((a, b) => (effects[lost][b].meanSize || 0) - (effects[lost][a].meanSize || 0) || a - b); // prettier-ignore
  const table = order.map((i): Row => {
    const { meanSize, standardDeviation, n } = effects[lost][i];
    const strongest = rows.reduce<number | null>((most, t) => (effects[t][i].meanSize > (most === null ? 0 : effects[most][i].meanSize) ? t : most), null); // prettier-ignore
    return [
      visible(assumptions[i].path),
      visible(rangeText(assumptions[i])),
      n === 0 ? '–' : numberText(meanSize),
      Number.isNaN(standardDeviation) ? '–' : numberText(standardDeviation),
      strongest === null ? '–' : `${visible(targets[strongest].name)} ${effects[strongest][i].meanSize.toFixed(2)}`,
      String(n),
    ];
  });
  write(
    tableText(table, {
      head: ['assumption', 'range', 'lost: μ*', 'σ', 'row it moves most', 'steps'],
      align: ['left', 'left', 'right', 'right', 'left', 'right'],
      wraps: 0,
      width,
      indent: 2,
      colors,
    }),
  );
  write(`\n${wrapped(colors.dim('μ*: mean size of the change of session-minutes lost per whole range; σ: how much that depends on the other assumptions. Steps into what is impossible count for nothing.'), width, 2)}`); // prettier-ignore
}

export function printSensitivity(
  sensitivity: Sensitivity,
  folder: string,
  fileNames: readonly string[],
  side: Side,
): void {
  // prettier-ignore
  const { colors, width, write } = side;
  const { scenario, set, seed, leftOut } = sensitivity;
  write(wrapped(colors.bold(visibleProse(scenario.title)), width, 0, 2));
  write(
    wrapped(colors.dim(visible(`${scenario.name}, sensitivity (${sensitivity.method}), seed ${seed}`)), width, 0, 2),
  );
  for (const change of set) write(wrapped(colors.cyan(visibleProse(`set in all runs: ${change}`)), width, 0, 2));
  if (!isComplete(sensitivity))
    write(wrapped(colors.yellow('interrupted: of all that was asked, only what had been run by then'), width, 0, 2));
  if (sensitivity.method === 'oat') printOneAtATime(sensitivity, side);
  else if (sensitivity.method === 'screen') printScreening(sensitivity, side);
  else printGlobal(sensitivity, side);
  if (leftOut > 0) write(`\n${wrapped(colors.dim(`${counted(leftOut, 'expectation')} of other variants left out.`), width, 2)}`); // prettier-ignore
  write(`\n${wrapped(`${visible(folder)}: ${fileNames.join(', ')}`, width, 0, 2)}`);
}

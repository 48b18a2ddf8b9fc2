/**
 * The files of a sensitivity: all of it as JSON, and each run as a line of CSV
 * with the values that were drawn, what came out, and the command that runs it
 * again. Figures are to six digits; null is none, and what has no end is a word.
 */
import type { DrawRecord } from '../experiments/sensitivity/draw-runs.ts';
import type { Input, InputEffect, TargetAnalysis } from '../experiments/sensitivity/global-analysis.ts';
import type { TreeNode } from '../experiments/sensitivity/outcome-tree.ts';
import { isComplete, type Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import type { Target } from '../experiments/sensitivity/targets.ts';
import { rounded } from '../metrics/rounding.ts';
import { choiceText, type Assumption } from '../scenario/assumptions.ts';
import { fileText, rangeText, valueText } from '../scenario/assumption-values.ts';
import { csvText, jsonText } from '../scenario/safe-text.ts';
import { commandLine } from './command.ts';

function plain(value: number): number | string | null {
  return Number.isNaN(value) ? null : Number.isFinite(value) ? rounded(value) : value > 0 ? 'Infinity' : '-Infinity';
}

function assumptionJson(assumption: Assumption): unknown {
  const { path } = assumption;
  return { path, file: fileText(assumption), range: rangeText(assumption) };
}

function recordJson(targets: readonly Target[], record: DrawRecord | null): unknown {
  if (record === null) return null;
  return {
    fingerprint: record.fingerprint,
    values: Object.fromEntries(targets.map(({ name }, i) => [name, plain(record.values[i])])),
    missedMs: record.missedMs.map(plain),
  };
}

function treeJson(node: TreeNode | null, inputs: readonly Input[]): unknown {
  if (node === null) return null;
  const { n, value, split } = node;
  if (split === null) return { n, value: plain(value) };
  const { input, at } = split;
  const words = splitWords(inputs[input], at);
  return {
    n,
    value: plain(value),
    input: inputs[input].name,
    below: { where: words.below, ...(treeJson(split.below, inputs) as object) },
    above: { where: words.above, ...(treeJson(split.above, inputs) as object) },
  };
}

const effectJson = ({ rank, firstOrder, beyondChance }: InputEffect): unknown => ({
  rank: { value: plain(rank.value), low: plain(rank.low), high: plain(rank.high) },
  firstOrder: plain(firstOrder),
  beyondChance,
});

/** The two sides of a split, in words. */
export function splitWords(input: Input, at: number): { readonly below: string; readonly above: string } {
  return { below: betweenWords(input, -Infinity, at), above: betweenWords(input, at, Infinity) };
}

/** An input from a value on and below another one, in words. */
export function betweenWords(input: Input, from: number, below: number): string {
  const { name, assumption } = input;
  if (assumption?.kind === 'choices') {
    const { choices } = assumption;
    const [first, end] = [from, below].map((at) => Math.max(0, Math.min(choices.length, Math.round(at * choices.length)))); // prettier-ignore
    return `${name} is ${choices.slice(first, end).map(choiceText).join(' or ')}`;
  }
  const text = (at: number): string => (assumption === null ? String(rounded(at)) : assumption.leaf.notation.write(at));
  if (from === -Infinity) return `${name} < ${text(below)}`;
  return below === Infinity ? `${name} ≥ ${text(from)}` : `${text(from)} ≤ ${name} < ${text(below)}`;
}

function resultJson(sensitivity: Sensitivity): unknown {
  const { targets } = sensitivity;
  if (sensitivity.method === 'oat') {
    const { base, knobs, runs } = sensitivity.result;
    return {
      runs,
      base: recordJson(targets, base),
      assumptions: knobs.map(({ assumption, verdict, change, sides }) => ({
        ...(assumptionJson(assumption) as object),
        verdict,
        change: plain(change),
        sides: sides.map(({ value, settings, state, why, record, flips, isSame }) => ({
          value,
          set: settings,
          state,
          why,
          isSame,
          flips: flips.map(({ target, to }) => ({ target: target.name, to: plain(to) })),
          run: recordJson(targets, record),
        })),
      })),
    };
  }
  if (sensitivity.method === 'screen') {
    const { points, impossible, runs, effects } = sensitivity.result;
    return {
      points,
      impossible,
      runs: runs.length,
      assumptions: sensitivity.assumptions.map((assumption, i) => ({
        ...(assumptionJson(assumption) as object),
        effects: targets.map(({ name }, t) => {
          const { meanSize, mean, standardDeviation, n } = effects[t][i];
          return { target: name, meanSize: plain(meanSize), mean: plain(mean), standardDeviation: plain(standardDeviation), n }; // prettier-ignore
        }),
      })),
    };
  }
  return globalJson(sensitivity);
}

function globalJson({ draws, result }: Extract<Sensitivity, { method: 'global' }>): unknown {
  const { inputs } = result;
  const names = inputs.map(({ name }) => name);
  const targetJson = ({ target, n, value, low, high, effects, chance, alone, tree }: TargetAnalysis): unknown => ({
    target: target.name,
    kind: target.kind,
    n,
    value: plain(value.value),
    interval: [plain(value.low), plain(value.high)],
    from5To95: [plain(low), plain(high)],
    chance: plain(chance),
    alone: plain(alone),
    effects: Object.fromEntries(effects.map((effect, i) => [names[i], effectJson(effect)])),
    tree: treeJson(tree, inputs),
  });
  const { drawn, impossible, failed, decided } = draws;
  return {
    runs: result.n,
    drawn,
    impossible: Object.fromEntries(impossible),
    failed,
    decided,
    isRanked: result.isRanked,
    allRows: result.allRows === null ? null : { share: plain(result.allRows.value), interval: [plain(result.allRows.low), plain(result.allRows.high)] }, // prettier-ignore
    inputs: result.verdicts.map(({ input, verdict, strongest, strength }) => ({
      ...(input.assumption === null ? { path: input.name } : (assumptionJson(input.assumption) as object)),
      verdict,
      strongest: verdict === 'nothing seen' ? null : result.targets[strongest].target.name,
      strength: plain(strength),
    })),
    targets: result.targets.map(targetJson),
  };
}

export function sensitivityJson(sensitivity: Sensitivity): string {
  const { method, scenario, set, seed, leftOut } = sensitivity;
  const head = { tool: 'cascade-sim', format: 1, scenario: scenario.name, method, seed, set, complete: isComplete(sensitivity), expectationsLeftOut: leftOut }; // prettier-ignore
  return `${jsonText({ ...head, ...(resultJson(sensitivity) as object) }, 2)}\n`;
}

interface Line {
  readonly draw: number;
  readonly settings: readonly string[];
  readonly record: DrawRecord;
}

function linesOf(sensitivity: Sensitivity): readonly Line[] {
  if (sensitivity.method === 'global') return sensitivity.draws.runs;
  if (sensitivity.method === 'screen') return sensitivity.result.runs;
  const { base, knobs } = sensitivity.result;
  const own: Line[] = base === null ? [] : [{ draw: 0, settings: [], record: base }];
  const sides = knobs.flatMap(({ sides: all }) =>
    all.flatMap(({ settings, record }) => (record === null ? [] : [{ settings, record }])),
  );
  return [...own, ...sides.map((side, i): Line => ({ draw: i + 1, ...side }))];
}

/** One line per run; values that a line does not set are the file's. */
export function drawsCsv(sensitivity: Sensitivity, assumptions: readonly Assumption[], file: string): string {
  const { targets, seed, set } = sensitivity;
  const rows = targets.filter(({ kind }) => kind === 'row');
  const head = [
    'draw',
    'seed',
    ...assumptions.map(({ path }) => path),
    ...targets.map(({ name }) => name),
    ...rows.map(({ name }) => `${name} missed by ms`),
    'command',
  ];
  const body = linesOf(sensitivity).map(({ draw, settings, record }) => {
    const values = new Map(settings.map((one) => [one.slice(0, one.indexOf('=')), valueText(one)] as const));
    const flags = [...set, ...settings].flatMap((one) => ['--set', one]);
    return [
      draw,
      seed,
      ...assumptions.map((assumption) => values.get(assumption.path) ?? fileText(assumption)),
      ...record.values.map(plain),
      ...record.missedMs.map(plain),
      commandLine(['run', file, '--seed', seed, ...flags]),
    ];
  });
  return csvText([head, ...body]);
}

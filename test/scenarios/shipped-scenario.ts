/** A scenario that comes with the product: read, run in some variants, and its expectations judged on them. */
import { readdirSync, readFileSync } from 'node:fs';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { metricValue, vocabulary, type MetricValue } from '../../src/metrics/catalogue.ts';
import { holdsBetween, operandValue } from '../../src/metrics/judgement.ts';
import type { MetricCondition, MetricReference } from '../../src/scenario/expression.ts';
import { loadScenario, type LoadedScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

const folder = new URL('../../scenarios/', import.meta.url);
const BASELINE = 'baseline';

/** Names of all files in scenarios/. */
export const shippedFiles = readdirSync(folder).sort();

/** A run takes half a minute or more: the slow tests make one of each. */
export const fullScaleFiles: readonly string[] = ['apr26.json', 'discord-2017-10-13.yaml'];
/** A run takes seconds: the slow tests run them, and so does `sim check scenarios/` in CI. */
export const slowFiles: readonly string[] = [
  'all-clear.yaml',
  'apr26-small.yaml',
  'discord-2017-03-20.yaml',
  'harness-2025-07-07.yaml',
  'pusher-mt1.yaml',
  'reboot-at-peak.yaml',
  'reboot-by-the-hour.yaml',
];
/** Observed rows that a replay misses, by their names: the file's story says so, and why. */
export const toldMisses: Readonly<Record<string, readonly string[]>> = {
  'harness-2025-07-07.yaml': ['resolved'],
  'pusher-mt1.yaml': ['resolved'],
};
/** A run takes a moment. */
export const quickFiles = shippedFiles.filter((file) => !fullScaleFiles.includes(file) && !slowFiles.includes(file));

/** With the changes of `--set`, if any. Throws with the problems in print if there are any. */
export function loadShipped(file: string, variant: string = BASELINE, set: readonly string[] = []): LoadedScenario {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const result = loadScenario({ file, text }, vocabulary, { set, ...(variant === BASELINE ? {} : { variant }) });
  if (result.ok) return result;
  throw new Error(result.problems.map((problem) => formatProblem(problem, text)).join('\n'));
}

/** With the file's own seed s, or as its replication i, whose seed is s/i. */
export async function runShipped(
  file: string,
  variant: string = BASELINE,
  replication: number | null = null,
  set: readonly string[] = [],
): Promise<RunResult> {
  const { scenario, hash } = loadShipped(file, variant, set);
  const seed = replication === null ? scenario.seed : `${scenario.seed}/${replication}`;
  return runScenario(scenario, { seed, variant, scenarioHash: hash, withMetrics: true });
}

function references({ left, right }: MetricCondition): readonly MetricReference[] {
  return right.kind === 'metric' ? [left, right.reference] : [left];
}

/** The baseline, and unless it shall be alone every variant that an expectation names, run with the file's own seed. */
export async function runExpected(file: string, alone = false): Promise<ReadonlyMap<string, RunResult>> {
  const { expect: rows } = loadShipped(file).scenario;
  const variants = alone ? [] : rows.flatMap((row) => references(row).map(({ variant }) => variant ?? BASELINE));
  const named = new Set([BASELINE, ...variants]);
  const runs = new Map<string, RunResult>();
  for (const variant of named) runs.set(variant, await runShipped(file, variant));
  return runs;
}

/** The expectations on these runs that do not hold, with what came out instead; of a failing one the seed and the file are told too. */
export function brokenExpectations(file: string, runs: ReadonlyMap<string, RunResult>): string[] {
  const { scenario } = loadShipped(file);
  const read = (reference: MetricReference): MetricValue =>
    metricValue(runs.get(reference.variant ?? BASELINE)!.ended, reference);
  const isRun = ({ variant }: MetricReference): boolean => runs.has(variant ?? BASELINE);
  return scenario.expect.flatMap((row) => {
    if (!references(row).every(isRun)) return [];
    const value = read(row.left);
    const bound = operandValue(row.right, scenario.pods.length, read);
    return holdsBetween(value, row.operator, bound) === true
      ? []
      : [`${row.text}: ${value.value} against ${bound.value} (${file}, seed ${scenario.seed})`];
  });
}

/** Names of the observed rows that do not hold. */
export function missedRows({ outcome }: RunResult): string[] {
  return outcome.observed.filter(({ holds }) => holds === false).map(({ name }) => name);
}

/**
 * A closed form checked through a scenario file that the product runs. The rule:
 * replication i of seed s runs with the seed s/i; the exact value must lie
 * inside the 99 % t interval over the replications, whose half-width must be at
 * most 2 % of the exact value (5 % for probabilities under 0.05). By chance one
 * reading in a hundred misses a right value, and an interval may come out too
 * wide. A case whose intervals hold the value and are too wide gets as many
 * replications again; one that still fails, or that misses the value, gets ten
 * times as many, never another seed, and then that counts.
 */
import { expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import type { OutcomeValue } from '../../src/metrics/told-value.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { tHalfWidth } from './t-interval.ts';

export interface Reading {
  /** a metric of outcome.json, or what is computed from several */
  readonly metric: string | { readonly name: string; of(number: (metric: string) => number, outcome: Outcome): number };
  readonly exact: number;
  /** a probability under 0.05 may have a wider interval */
  readonly isProbability?: boolean;
}

export interface ReplicatedCase {
  readonly name: string;
  /** the content of a scenario file */
  readonly scenario: string;
  /** replications */
  readonly n: number;
  readonly level: 0.99;
  readonly readings: readonly Reading[];
}

/** How many times the replications a case has in all that was too wide, and one that fails. */
const IF_TOO_WIDE = 2;
const IF_IT_FAILS = 10;
const TIMEOUT_MS = 900_000;

interface Measured {
  readonly metric: string;
  readonly n: number;
  readonly exact: number;
  readonly mean: number;
  readonly halfWidth: number;
  readonly halfWidthMax: number;
  readonly holds: boolean;
  /** the value is within its interval, be that too wide or not */
  readonly isWithin: boolean;
}

/** One test per case; prints what it measured if ORACLES=print. */
export function checkCases(cases: readonly ReplicatedCase[]): void {
  it.each(cases.map((each) => [each.name, each] as const))(
    '%s',
    async (_, each) => {
      const report: string[] = [];
      const values = each.readings.map((): number[] => []);
      const measured = async (times: number): Promise<Measured[]> => {
        const all = await measure(each, values, times * each.n);
        report.push(...all.map((one) => describeReading(one, each.level)));
        return all;
      };
      const failing = (all: readonly Measured[]): boolean => all.some(({ holds }) => !holds);
      let last = await measured(1);
      if (failing(last) && last.every(({ isWithin }) => isWithin)) last = await measured(IF_TOO_WIDE);
      if (failing(last)) last = await measured(IF_IT_FAILS);
      if (process.env.ORACLES === 'print') process.stdout.write(`${each.name}\n${report.join('\n')}\n`);
      expect(
        last.filter(({ holds }) => !holds),
        report.join('\n'),
      ).toEqual([]);
    },
    TIMEOUT_MS,
  );
}

function describeReading({ metric, n, exact, mean, halfWidth, halfWidthMax, holds }: Measured, level: number): string {
  const digits = (value: number): string => value.toPrecision(6);
  return (
    `  ${holds ? 'holds' : 'FAILS'}: ${metric} is ${digits(exact)} exactly; simulated ${digits(mean)} ± ${digits(halfWidth)}` +
    ` (at most ${digits(halfWidthMax)}), n = ${n}, level ${level}`
  );
}

/** Of the first `n` replications; `values` has those that were run before, and gets the others. */
async function measure(
  { name, scenario, level, readings }: ReplicatedCase,
  values: readonly number[][],
  n: number,
): Promise<Measured[]> {
  for (let i = values[0].length; i < n; i++) {
    const outcome = await replicate(name, scenario, i);
    readings.forEach((reading, k) => values[k].push(valueOf(reading, outcome)));
  }
  return readings.map((reading, k) => judge(reading, values[k], level));
}

function judge({ metric, exact, isProbability = false }: Reading, values: readonly number[], level: 0.99): Measured {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const halfWidth = tHalfWidth(values, level);
  const halfWidthMax = (isProbability && exact < 0.05 ? 0.05 : 0.02) * exact;
  const isWithin = Math.abs(mean - exact) <= halfWidth;
  return {
    metric: typeof metric === 'string' ? metric : metric.name,
    n: values.length,
    exact,
    mean,
    halfWidth,
    halfWidthMax,
    holds: isWithin && halfWidth <= halfWidthMax,
    isWithin,
  };
}

async function replicate(name: string, text: string, i: number): Promise<Outcome> {
  const loaded = loadScenario({ file: `${name}.yaml`, text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, variant, hash: scenarioHash } = loaded;
  const seed = `${scenario.seed}/${i}`;
  return (await runScenario(scenario, { seed, variant, scenarioHash, withMetrics: true })).outcome;
}

function valueOf({ metric }: Reading, outcome: Outcome): number {
  const number = (name: string): number => numberOf(name, outcome.metrics[name]);
  return typeof metric === 'string' ? number(metric) : metric.of(number, outcome);
}

export function numberOf(name: string, value: OutcomeValue | undefined): number {
  if (typeof value !== 'number') throw new Error(`${name} is ${JSON.stringify(value)}, not a number`);
  return value;
}

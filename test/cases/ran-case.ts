// Scenario files of which it is known, from outside this program, what is right.
import { readFileSync } from 'node:fs';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

/**
 * A run of a file of this folder, like `truth/fault-measure-from.yaml`, with its own seed; with some of its text
 * changed, to make it a smaller case of the same kind.
 */
export async function ranCase(name: string, changes: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  let text = readFileSync(new URL(name, import.meta.url), 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
    text = text.replace(from, to);
  }
  const result = loadScenario({ file: name, text }, vocabulary);
  if (!result.ok) throw new Error(result.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, hash } = result;
  return runScenario(scenario, { seed: scenario.seed, variant: 'baseline', scenarioHash: hash, withMetrics: true });
}

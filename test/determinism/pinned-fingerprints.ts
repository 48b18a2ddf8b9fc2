/** The runs whose fingerprints are kept: what each is made of, and the runs themselves. */
import { readFileSync } from 'node:fs';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { registryScenarios } from './registry-scenarios.ts';

export interface PinnedScenario {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

const shipped = new URL('../../scenarios/', import.meta.url);

/** A small storm for every entry of every registry. */
export function pinnedStorms(): PinnedScenario[] {
  return [...registryScenarios()].map(([name, fields]) => ({ name, file: 'storm.json', text: JSON.stringify(fields) }));
}

export function pinnedFiles(files: readonly string[]): PinnedScenario[] {
  return files.map((file) => ({ name: `scenario ${file}`, file, text: readFileSync(new URL(file, shipped), 'utf8') }));
}

/** Fingerprints of the baselines, with each file's own seed. */
export async function fingerprintsOf(scenarios: readonly PinnedScenario[]): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const { name, file, text } of scenarios) {
    const loaded = loadScenario({ file, text }, vocabulary);
    if (!loaded.ok)
      throw new Error(`${name}: ${loaded.problems.map((problem) => formatProblem(problem, text)).join('\n')}`);
    const run = await runScenario(loaded.scenario, {
      seed: loaded.scenario.seed,
      variant: 'baseline',
      scenarioHash: '',
      withMetrics: false,
    });
    told[name] = run.fingerprint;
  }
  return told;
}

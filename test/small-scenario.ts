/** Scenarios for tests: written as in a file, read by the product's own loader. */
import { vocabulary } from '../src/metrics/catalogue.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { formatProblem } from '../src/scenario/problem.ts';
import type { Scenario } from '../src/scenario/scenario.ts';

/** A scenario file's content, with sensible values for what a test does not care about. */
export function scenarioOf(fields: Readonly<Record<string, unknown>>): Scenario {
  const content = {
    format: 1,
    name: 'small',
    title: 'A small scenario',
    story: 'For tests.',
    clock: { date: '2023-04-26', from: '00:00', to: '10m' },
    pods: 1,
    tiers: [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms' }],
    products: [{ name: 'chat', sessions: 0 }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' } }],
    ...fields,
  };
  const text = JSON.stringify(content, null, 2);
  const result = loadScenario({ file: 'small.json', text }, vocabulary);
  if (!result.ok) throw new Error(result.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  return result.scenario;
}

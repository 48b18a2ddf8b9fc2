// Storms of which the threshold of wasted work says whether they are stuck: wasted-work.test.ts derives it.
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

export interface Storm {
  /** clients, N */
  readonly n: number;
  /** services per second, C */
  readonly c: number;
  /** what an abandoned attempt costs, w */
  readonly w: number;
  /** the full cycle of a client, D, in seconds */
  readonly d: number;
}

/** The threshold's D, in seconds. */
export const thresholdOf = ({ n, c, w }: Omit<Storm, 'd'>): number => (w * n) / c;

export interface Told {
  /** the clock, and how long the fleet stands still, in units */
  readonly lasts?: number;
  readonly freezes?: number;
  /** what else the file says */
  readonly more?: string;
}

/** Clients wait for 70 % of the threshold's D; the rest of theirs is their delay. */
export function stormText(
  { n, c, w, d }: Storm,
  unit: number,
  { lasts = 200, freezes = 4, more = '' }: Told = {},
): string {
  const timeout = 0.7 * unit;
  return `
format: 1
name: wasted-work
clock: { from: "00:00", to: ${lasts * unit}s }
seed: wasted-work
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1 / c}s }, abandonedWorkCost: ${w}, holdsSessions: true }
products:
  - { name: chat, sessions: ${n} }
clients:
  - name: current
    backoff: { policy: fixed, delay: ${d - timeout}s }
    connectTimeout: ${timeout}s
    keepalive: { every: ${timeout}s, timeout: ${2 * timeout}s }
timeline:
  - { name: freeze, at: 1s, action: pause, target: { tier: api }, for: ${freezes * unit}s }
${more}`;
}

/** One replication of a file. */
export async function ranText(text: string, replication: number): Promise<Outcome> {
  const loaded = loadScenario({ file: 'wasted-work.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, variant, hash } = loaded;
  const seed = `${scenario.seed}/${replication}`;
  return (await runScenario(scenario, { seed, variant, scenarioHash: hash, withMetrics: true })).outcome;
}

// The domino: n hosts at the load ρ lose k of them; the survivors are overloaded exactly when k > n(1 − ρ), and then
// their liveness probes kill them all. Arrivals and services at even intervals, so that both sides are exact.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { numberOf } from './replicated-case.ts';

const HOSTS = 20;
const LOAD = 0.8;

/** A host serves ten requests a second. It is lost for the rest of the run, by the crash and by its probes alike. */
function domino(lost: number): string {
  return `
format: 1
name: domino
clock: { from: "00:00", to: 4m }
tiers:
  - name: api
    hosts: ${HOSTS}
    parallelism: 1
    serviceTime: 100ms
    balancing: round-robin
    boot: 1h
    liveness: { every: 10s, timeout: 2s, failures: 3, answered: in-queue }
products:
  - { name: request, arrivals: { process: constant, rate: ${LOAD * HOSTS * 10}/s }, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
timeline:
  - { name: loss, at: 30s, action: crash, target: { tier: api, hosts: [${Array.from({ length: lost }, (_, i) => i + 1).join(', ')}] } }
`;
}

async function deaths(lost: number): Promise<number> {
  const text = domino(lost);
  const loaded = loadScenario({ file: 'domino.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, variant, hash: scenarioHash } = loaded;
  const { outcome } = await runScenario(scenario, { seed: scenario.seed, variant, scenarioHash, withMetrics: true });
  return numberOf('hostDeaths.liveness', outcome.metrics['hostDeaths.liveness']);
}

describe(`of ${HOSTS} hosts at a load of ${LOAD}`, () => {
  it.each([1, 3, 4])('%i may be lost: the others hold', async (lost) => {
    expect(await deaths(lost)).toBe(0);
  });

  it.each([5, 6, 10])('%i lost take all the others with them', async (lost) => {
    expect(await deaths(lost)).toBe(HOSTS - lost);
  });
});

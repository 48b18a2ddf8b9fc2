/**
 * M/M/1, the simplest queue, through a scenario file: in a process of its own,
 * prints a line of JSON with the user time of the simulation proper, with
 * metrics, the customers and their mean wait. Arguments: arrivals and services
 * per second, about how many customers, and the seed.
 */
import { pathToFileURL } from 'node:url';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';

export interface Queued {
  readonly userMs: number;
  readonly customers: number;
  readonly meanWaitMs: number;
}

/** Customers come, are served one after the other, and are gone. */
export function singleServerScenario(arrivalsPerSec: number, servicesPerSec: number, customers: number): string {
  return `
format: 1
name: single-server
clock: { from: "00:00", to: ${Math.round(customers / arrivalsPerSec)}s }
networkDelay: 0.01us
tiers:
  - { name: counter, hosts: 1, parallelism: 1, serviceTime: { exponential: ${1000 / servicesPerSec}ms } }
products:
  - { name: customer, arrivals: ${arrivalsPerSec}/s, lifetime: 0s }
clients:
  - { name: patient, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 0s, every: 60s }
`;
}

/** The mean wait in the line, ρ/(μ − λ), in ms. */
export function meanWaitMs(arrivalsPerSec: number, servicesPerSec: number): number {
  return (1000 * (arrivalsPerSec / servicesPerSec)) / (servicesPerSec - arrivalsPerSec);
}

export async function singleServer(
  arrivalsPerSec: number,
  servicesPerSec: number,
  customers: number,
  seed: string,
): Promise<Queued> {
  const text = singleServerScenario(arrivalsPerSec, servicesPerSec, customers);
  const loaded = loadScenario({ file: 'single-server.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const startMs = process.cpuUsage().user / 1000;
  const options = { seed, variant: loaded.variant, scenarioHash: loaded.hash, withMetrics: true } as const;
  const { attemptCount, outcome } = await runScenario(loaded.scenario, options);
  const userMs = process.cpuUsage().user / 1000 - startMs;
  return { userMs, customers: attemptCount, meanWaitMs: Number(outcome.metrics['queueWait.counter.mean']) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [arrivalsPerSec, servicesPerSec, customers, seed] = process.argv.slice(2);
  const queued = await singleServer(Number(arrivalsPerSec), Number(servicesPerSec), Number(customers), seed);
  process.stdout.write(`${JSON.stringify(queued)}\n`);
}

/**
 * What an attempt costs in the storm of a fleet of some size, once the program
 * is warm: the same number of attempts is done before and while it is measured,
 * whatever the size, by as many runs as it takes. Prints a line of JSON.
 * Arguments: sessions of the fleet, and sessions in all.
 */
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { stormScenario } from './storm-scenario.ts';

const [sessions, inAll] = process.argv.slice(2).map(Number);

async function storm(size: number, number: number): Promise<{ userMs: number; attempts: number }> {
  const loaded = loadScenario({ file: 'storm.yaml', text: stormScenario(size) }, vocabulary);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const seed = `${loaded.scenario.seed}/${number}`;
  const startMs = process.cpuUsage().user / 1000;
  const options = { seed, variant: loaded.variant, scenarioHash: loaded.hash, withMetrics: true } as const;
  const { attemptCount } = await runScenario(loaded.scenario, options);
  return { userMs: process.cpuUsage().user / 1000 - startMs, attempts: attemptCount };
}

// What is compiled while it runs must not count, for it is the same for the smallest and the largest.
for (let number = 0; number < 10; number++) await storm(10_000, number);
let userMs = 0;
let attempts = 0;
for (let number = 0; number * sessions < inAll; number++) {
  const one = await storm(sessions, number);
  userMs += one.userMs;
  attempts += one.attempts;
}
process.stdout.write(
  `${JSON.stringify({ perAttemptNs: (1e6 * userMs) / attempts, attempts, userMs, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`,
);

/**
 * One simulation in a process of its own, for the benchmark: prints a line of
 * JSON with the time of the simulation proper (built and run, with metrics),
 * how much it did, and the process's peak memory.
 * Arguments: `storm N`, or `file PATH`; then, if it is to be done several times, how often: the time is the median of
 * the later half, when V8 has compiled it.
 */
import { readFileSync } from 'node:fs';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { median } from './measurement.ts';
import { stormScenario } from './storm-scenario.ts';

const [kind, what, times = '1'] = process.argv.slice(2);
const source =
  kind === 'storm'
    ? { file: 'storm.yaml', text: stormScenario(Number(what)) }
    : { file: what, text: readFileSync(what, 'utf8') };
const loaded = loadScenario(source, vocabulary);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario, variant, hash: scenarioHash } = loaded;

async function simulate() {
  const startMs = performance.now();
  const run = await runScenario(scenario, { seed: scenario.seed, variant, scenarioHash, withMetrics: true });
  return { run, ms: performance.now() - startMs };
}

const simulated = [await simulate()];
while (simulated.length < Number(times)) simulated.push(await simulate());
const wallMs = median(simulated.slice(simulated.length >> 1).map(({ ms }) => ms));
const { run } = simulated[0];
const { drops, disconnectedFraction } = run.outcome.metrics;
process.stdout.write(
  `${JSON.stringify({
    wallMs,
    attemptCount: run.attemptCount,
    eventCount: run.eventCount,
    drops,
    disconnectedFraction,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);

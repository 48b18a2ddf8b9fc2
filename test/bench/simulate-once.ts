/**
 * One simulation in a process of its own, for the benchmark: prints a line of
 * JSON with the time of the simulation proper (built and run, with metrics),
 * how much it did, and the process's peak memory.
 * Arguments: `storm N`, or `file PATH`.
 */
import { readFileSync } from 'node:fs';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { stormScenario } from './storm-scenario.ts';

const [kind, what] = process.argv.slice(2);
const source =
  kind === 'storm'
    ? { file: 'storm.yaml', text: stormScenario(Number(what)) }
    : { file: what, text: readFileSync(what, 'utf8') };
const loaded = loadScenario(source, vocabulary);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario, variant, hash: scenarioHash } = loaded;

const startMs = performance.now();
const run = await runScenario(scenario, { seed: scenario.seed, variant, scenarioHash, withMetrics: true });
const wallMs = performance.now() - startMs;
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

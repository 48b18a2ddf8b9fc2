/**
 * What a fleet takes: an hour of calm, then a reboot of 1 % of the hosts, until
 * everybody is back. In a process of its own, since it is the process's memory
 * that is measured: prints a line of JSON. Arguments: how many sessions, and
 * what they use besides (`flaps`, `keepalive`, `lifetime`, `two-tiers`).
 */
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { calmScenario } from './calm-scenario.ts';

const [sessions, ...features] = process.argv.slice(2);
const loaded = loadScenario({ file: 'calm.yaml', text: calmScenario(Number(sessions), features) }, vocabulary);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario, variant, hash: scenarioHash } = loaded;

const startMs = performance.now();
const run = await runScenario(scenario, { seed: scenario.seed, variant, scenarioHash, withMetrics: true });
const { drops, attempts, disconnectedFraction, neverBack } = run.outcome.metrics;
process.stdout.write(
  `${JSON.stringify({
    wallMs: performance.now() - startMs,
    userMs: process.cpuUsage().user / 1000,
    attemptCount: run.attemptCount,
    eventCount: run.eventCount,
    drops,
    attempts,
    disconnectedFraction,
    neverBack,
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);

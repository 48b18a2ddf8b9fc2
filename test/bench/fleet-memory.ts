/**
 * What a fleet takes on a calm day (calm-scenario.ts), with metrics: in a process
 * of its own, since it is the process's memory that is measured. Prints a line
 * of JSON. Arguments: how many sessions, and what they use besides.
 */
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { calmScenario, type FleetFeature } from './calm-scenario.ts';

const [sessions, ...features] = process.argv.slice(2);
const loaded = loadScenario(
  { file: 'calm.yaml', text: calmScenario(Number(sessions), features as FleetFeature[]) },
  vocabulary,
);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario, variant, hash: scenarioHash } = loaded;

/** What is printed. */
export interface FleetMemory {
  readonly wallMs: number;
  readonly userMs: number;
  /** on Linux no less than whoever started this process had then */
  readonly peakMiB: number;
  /** at the end */
  readonly rssMiB: number;
  readonly eventCount: number;
  readonly drops: number;
  readonly disconnectedAtEnd: number;
}

const startMs = performance.now();
const run = await runScenario(scenario, { seed: scenario.seed, variant, scenarioHash, withMetrics: true });
const disconnected = run.series.columns.disconnectedFraction;
const told: FleetMemory = {
  wallMs: performance.now() - startMs,
  userMs: process.cpuUsage().user / 1000,
  peakMiB: process.resourceUsage().maxRSS / 1024,
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
  eventCount: run.eventCount,
  drops: Number(run.outcome.metrics.drops),
  disconnectedAtEnd: disconnected[disconnected.length - 1],
};
process.stdout.write(`${JSON.stringify(told)}\n`);

/**
 * A replay by the simulator and by the reference, in turn in one process: prints
 * a line of JSON with what each took by user time, and what each counted that
 * the other did not. Arguments: the scenario's file, and how many rounds.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { median } from './measurement.ts';
import { ReferenceStorm } from './reference-storm.ts';

/** What the reference counted, by the simulator's names. */
function namedCounts({ counts }: ReferenceStorm): Readonly<Record<string, number>> {
  const { drops } = counts;
  return {
    attempts: counts.attempts,
    'attempts.connected': counts.connected,
    'attempts.timedOut': counts.timedOut,
    'attempts.reset': counts.reset,
    'attempts.open': counts.open,
    'rejected.noHost': counts.noHost,
    'rejected.admission': counts.admission,
    'rejected.staleRegistration': counts.staleRegistration,
    'hostDeaths.liveness': counts.deaths,
    hostReboots: counts.reboots,
    'drops.reboot': drops.reboot,
    'drops.killed': drops.killed,
    'drops.keepalive': drops.keepalive,
    'drops.lease': drops.lease,
    'drops.ambient': drops.ambient,
  };
}

export interface Beside {
  readonly attempts: number;
  /** user time of an attempt, in ns */
  readonly simulatorNs: number;
  readonly withMetricsNs: number;
  readonly referenceNs: number;
  /** medians of the ratios of what took turns */
  readonly ratio: number;
  readonly withMetricsRatio: number;
  /** what was counted otherwise: by the simulator, and by the reference */
  readonly differences: Readonly<Record<string, readonly [number, number]>>;
}

function userMs(): number {
  return process.cpuUsage().user / 1000;
}

export async function replayBeside(file: string, rounds: number): Promise<Beside> {
  const loaded = loadScenario({ file, text: readFileSync(file, 'utf8') }, vocabulary);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { scenario, variant, hash: scenarioHash } = loaded;
  const options = { seed: scenario.seed, variant, scenarioHash };
  const told = await runScenario(scenario, { ...options, withMetrics: true });
  const acts = told.ended.actions.map(({ name, startedMs: atMs }) => ({ name, atMs }));
  const tookMs: { bare: number; metrics: number; reference: number }[] = [];
  let differences = {};
  for (let round = 0; round < rounds; round++) {
    const startMs = userMs();
    const reference = new ReferenceStorm(scenario, scenario.seed, acts).run();
    const referenceMs = userMs();
    await runScenario(scenario, { ...options, withMetrics: false });
    const bareMs = userMs();
    await runScenario(scenario, { ...options, withMetrics: true });
    tookMs.push({ reference: referenceMs - startMs, bare: bareMs - referenceMs, metrics: userMs() - bareMs });
    const counted = Object.entries(namedCounts(reference));
    differences = Object.fromEntries(
      counted
        .map(([name, value]): [string, [number, number]] => [name, [Number(told.outcome.metrics[name]), value]])
        .filter(([, [simulated, value]]) => simulated !== value),
    );
  }
  const { attemptCount } = told;
  const perAttemptNs = (which: keyof (typeof tookMs)[number]): number =>
    (1e6 * median(tookMs.map((one) => one[which]))) / attemptCount;
  return {
    attempts: attemptCount,
    referenceNs: perAttemptNs('reference'),
    simulatorNs: perAttemptNs('bare'),
    withMetricsNs: perAttemptNs('metrics'),
    ratio: median(tookMs.map(({ bare, reference }) => bare / reference)),
    withMetricsRatio: median(tookMs.map(({ metrics, reference }) => metrics / reference)),
    differences,
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [file, rounds] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await replayBeside(file, Number(rounds)))}\n`);
}

/**
 * The model takes a service's stretch once, when the service begins. This
 * reference shares the host exactly: whenever the background load changes, what
 * is left of every service under way is stretched anew. The tests say by how
 * much the size of a teaching storm differs between the two;
 * PROCESSOR_SHARING=print prints it.
 */
import { expect } from 'vitest';
import type { HandlerId } from '../../src/engine/engine.ts';
import { endedRun } from '../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { createOutcome, type Outcome } from '../../src/metrics/outcome.ts';
import { Phase } from '../../src/model/state/attempts.ts';
import { Fleet } from '../../src/model/state/fleet.ts';
import type { Host } from '../../src/model/state/host.ts';
import { Simulation } from '../../src/model/simulation.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { numberOf } from '../oracles/replicated-case.ts';
import { loadShipped, runShipped } from '../scenarios/shipped-scenario.ts';

const SEEDS = 5;
/** As in the model: no service is stretched by more than this load. */
const HIGHEST_STRETCHED_LOAD = 0.99;

/** Makes the fleet share its hosts exactly; returns how many services were stretched anew so far. */
function shareExactly(fleet: Fleet, { stalls, path }: Simulation['parts']['serving']): () => number {
  const { attempts, engine } = fleet;
  const { serviceEnds } = (path as unknown as { services: { serviceEnds: HandlerId } }).services;
  const stretchOf = (host: Host): number => 1 / (1 - Math.min(host.backgroundLoad(), HIGHEST_STRETCHED_LOAD));
  const stretches = fleet.hosts.map(stretchOf);
  const noteLoad = stalls.updateFrozen.bind(stalls);
  let stretchedAnew = 0;
  stalls.updateFrozen = (host): void => {
    noteLoad(host);
    const stretch = stretchOf(host);
    const change = stretch / (stretches[host.index] ?? stretch);
    stretches[host.index] = stretch;
    if (change === 1 || host.inService === 0) return;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) {
      if (attempts.tier(a) !== host.tier || attempts.phase(a) !== Phase.serving || attempts.serviceEvent(a) === 0)
        continue;
      const leftMs = (engine.timeOf(attempts.serviceEvent(a)) - engine.nowMs) * change;
      engine.cancel(attempts.serviceEvent(a), a);
      attempts.setServiceEvent(a, engine.schedule(engine.nowMs + leftMs, serviceEnds, a));
      stretchedAnew++;
    }
  };
  return () => stretchedAnew;
}

interface Shared {
  readonly lost: number;
  readonly stretchedAnew: number;
}

function lostOf({ metrics }: Outcome): number {
  return numberOf('sessionMinutesLost', metrics.sessionMinutesLost);
}

function runExactly(scenario: Scenario, seed: string): Shared {
  const recorder = new MetricsRecorder(scenario);
  const simulation = new Simulation(scenario, { seed, recorder });
  const { fleet, parts } = simulation;
  if (!(fleet instanceof Fleet)) throw new Error('the model shows another fleet than its own');
  const count = shareExactly(fleet, parts.serving);
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  const meta = {
    variant: 'baseline',
    seed,
    scenarioHash: '',
    fingerprint: simulation.fingerprint(),
    complete: true,
    sameDay: true,
  };
  return { lost: lostOf(createOutcome(endedRun(recorder), meta)), stretchedAnew: count() };
}

async function meanLost(name: string): Promise<{ atBegin: number; exact: number; stretchedAnew: number }> {
  const file = `${name}.yaml`;
  const { scenario } = loadShipped(file);
  const sums = { atBegin: 0, exact: 0, stretchedAnew: 0 };
  for (let i = 0; i < SEEDS; i++) {
    const { outcome } = await runShipped(file, 'baseline', i);
    const { lost, stretchedAnew } = runExactly(scenario, outcome.seed);
    sums.atBegin += lostOf(outcome);
    sums.exact += lost;
    sums.stretchedAnew += stretchedAnew;
  }
  return { atBegin: sums.atBegin / SEEDS, exact: sums.exact / SEEDS, stretchedAnew: sums.stretchedAnew };
}

/** The size of a shipped scenario's storm must be what exact sharing makes it, within one per cent. */
export async function expectLittleDifference(name: string): Promise<void> {
  const { atBegin, exact, stretchedAnew } = await meanLost(name);
  const difference = atBegin / exact - 1;
  const report =
    `${name}: ${atBegin.toPrecision(6)} session-minutes, exactly shared ${exact.toPrecision(6)}, ` +
    `${(100 * difference).toFixed(2)} %, ${stretchedAnew} services stretched anew, n = ${SEEDS}`;
  if (process.env.PROCESSOR_SHARING === 'print') process.stdout.write(`${report}\n`);
  expect(stretchedAnew, report).toBeGreaterThan(1000);
  expect(Math.abs(difference), report).toBeLessThan(0.01);
}

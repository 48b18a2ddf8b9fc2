/**
 * The model takes a service's stretch once, when the service begins. This
 * reference shares the host exactly: whenever the background load changes, what
 * is left of every service under way is stretched anew. The tests say by how
 * much the size of a teaching storm differs between the two;
 * PROCESSOR_SHARING=print prints it.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { HandlerId } from '../../src/engine/engine.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { createFigures } from '../../src/metrics/figures.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { createOutcome } from '../../src/metrics/outcome.ts';
import { Phase } from '../../src/model/attempts.ts';
import { Fleet } from '../../src/model/fleet.ts';
import type { Host } from '../../src/model/host.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { numberOf } from '../oracles/replicated-case.ts';

const SEEDS = 5;
/** As in the model: no service is stretched by more than this load. */
const HIGHEST_STRETCHED_LOAD = 0.99;

/** Makes the fleet share its hosts exactly; returns how many services were stretched anew so far. */
function shareExactly(fleet: Fleet): () => number {
  const { attempts, engine } = fleet;
  const { serviceEnds } = fleet.path as unknown as { serviceEnds: HandlerId };
  const stretchOf = (host: Host): number => 1 / (1 - Math.min(host.backgroundLoad(), HIGHEST_STRETCHED_LOAD));
  const stretches = fleet.hosts.map(stretchOf);
  const noteLoad = fleet.updateFrozen.bind(fleet);
  let stretchedAnew = 0;
  fleet.updateFrozen = (host): void => {
    noteLoad(host);
    const stretch = stretchOf(host);
    const change = stretch / (stretches[host.index] ?? stretch);
    stretches[host.index] = stretch;
    if (change === 1 || host.inService === 0) return;
    for (let a = host.openHead; a >= 0; a = attempts.next(host.tier, a)) {
      if (attempts.tier(a) !== host.tier || attempts.phase(a) !== Phase.serving || attempts.serviceEvent(a) === 0) continue;
      const leftMs = (engine.timeOf(attempts.serviceEvent(a)) - engine.nowMs) * change;
      engine.cancel(attempts.serviceEvent(a), a);
      attempts.setServiceEvent(a, engine.schedule(engine.nowMs + leftMs, serviceEnds, a));
      stretchedAnew++;
    }
  };
  return () => stretchedAnew;
}

function lostMinutes(scenario: Scenario, seed: string, isExact: boolean): { lost: number; stretchedAnew: number } {
  const recorder = new MetricsRecorder(scenario);
  const simulation = new Simulation(scenario, { seed, recorder });
  const { fleet } = simulation;
  if (!(fleet instanceof Fleet)) throw new Error('the model shows another fleet than its own');
  const count = isExact ? shareExactly(fleet) : (): number => 0;
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  const meta = { variant: 'baseline', seed, scenarioHash: '', fingerprint: simulation.fingerprint(), complete: true };
  const { metrics } = createOutcome(createFigures(recorder), meta);
  return { lost: numberOf('sessionMinutesLost', metrics.sessionMinutesLost), stretchedAnew: count() };
}

function meanLost(name: string): { atBegin: number; exact: number; stretchedAnew: number } {
  const text = readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8');
  const loaded = loadScenario({ file: `${name}.yaml`, text }, vocabulary);
  if (!loaded.ok) throw new Error(`${name} does not load`);
  const runs = (isExact: boolean): { lost: number; stretchedAnew: number }[] =>
    Array.from({ length: SEEDS }, (_, i) => lostMinutes(loaded.scenario, `${loaded.scenario.seed}/${i}`, isExact));
  const mean = (all: readonly { lost: number }[]): number => all.reduce((sum, { lost }) => sum + lost, 0) / SEEDS;
  const exact = runs(true);
  return { atBegin: mean(runs(false)), exact: mean(exact), stretchedAnew: exact.reduce((sum, one) => sum + one.stretchedAnew, 0) };
}

/** The size of a shipped scenario's storm must be what exact sharing makes it, within one per cent. */
export function expectLittleDifference(name: string): void {
  const { atBegin, exact, stretchedAnew } = meanLost(name);
  const difference = atBegin / exact - 1;
  const report =
    `${name}: ${atBegin.toPrecision(6)} session-minutes, exactly shared ${exact.toPrecision(6)}, ` +
    `${(100 * difference).toFixed(2)} %, ${stretchedAnew} services stretched anew, n = ${SEEDS}`;
  if (process.env.PROCESSOR_SHARING === 'print') process.stdout.write(`${report}\n`);
  expect(stretchedAnew, report).toBeGreaterThan(1000);
  expect(Math.abs(difference), report).toBeLessThan(0.01);
}

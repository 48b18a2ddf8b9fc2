/**
 * Laws of the model on random scenarios: conservation, limits, determinism.
 * LAW_RUNS sets how many, LAW_SEED which; a failure says how to repeat it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { runInWorkers } from '../../src/experiments/worker-pool.ts';
import type { OutcomeValue } from '../../src/metrics/told-value.ts';
import { Simulation } from '../../src/model/simulation.ts';
import type { Recorder } from '../../src/model/state/recorder.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { silentRecorder } from '../model/silent-recorder.ts';
import { numberOf } from '../oracles/replicated-case.ts';
import { scenarioOf } from '../small-scenario.ts';
import { brokenFractions } from './fractions.ts';
import { LawKeeper } from './law-keeper.ts';
import { lawContent } from './law-scenario.ts';

const SEED = Number(process.env.LAW_SEED ?? 20230426);
const PATH = process.env.LAW_PATH;
const SHRINKS = process.env.LAW_SHRINK !== undefined;
const TIMEOUT_MS = 600_000;

/** One second at a time, or all in one go; returns the fingerprint. */
function simulate(scenario: Scenario, recorder: Recorder | null, options: { seed: string; sliceMs: number }): string {
  const simulation = new Simulation(scenario, { seed: options.seed, recorder });
  const endMs = scenario.clock.durationMs;
  for (let untilMs = 0; untilMs < endMs;) simulation.run((untilMs = Math.min(untilMs + options.sliceMs, endMs)));
  simulation.finish();
  return simulation.fingerprint();
}

/** What the metrics of the run must say by the keeper's own books. */
function bookedMetrics({ told }: LawKeeper): Record<string, number> {
  const sum = (family: Record<string, number>): number =>
    Object.values(family).reduce((total, count) => total + count, 0);
  const family = (name: string, counts: Record<string, number>): [string, number][] => [
    [name, sum(counts)],
    ...Object.entries(counts).map(([part, count]): [string, number] => [`${name}.${part}`, count]),
  ];
  return Object.fromEntries([
    ['arrivals', told.arrivals],
    ['left', told.left],
    ['gaveUp', told.gaveUp],
    ['hostReboots', told.reboots],
    ['suppressed', told.suppressed],
    ...family('pageReloads', told.reloads),
    ...family('drops', told.drops),
    ...family('attempts', told.ends),
    ...family('rejected', told.rejected),
    ...family('hostDeaths', told.deaths),
  ]);
}

async function measured(
  scenario: Scenario,
  seed: string,
): Promise<{ metrics: Readonly<Record<string, OutcomeValue>>; fingerprint: string }> {
  const { outcome } = await runScenario(scenario, { seed, variant: 'baseline', scenarioHash: '', withMetrics: true });
  return outcome;
}

/** Runs the property on so many scenarios; a failure ends with the command that repeats it. */
async function lawful(runs: number, holds: (scenario: Scenario) => void | Promise<void>): Promise<void> {
  const property = fc.asyncProperty(lawContent, async (content) => holds(scenarioOf(content)));
  const details = await fc.check(property, {
    numRuns: runs,
    seed: SEED,
    endOnFailure: !SHRINKS,
    ...(PATH === undefined ? {} : { path: PATH }),
  });
  if (!details.failed) return;
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  const repeat = `LAW_SEED=${seed} LAW_PATH=${counterexamplePath ?? ''} npx vitest run --project fast test/laws/laws.test.ts`;
  const reason =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  throw new Error(
    `${reason}\non the scenario\n${JSON.stringify(counterexample?.[0])}\nrepeat: ${repeat}\n(with LAW_SHRINK=1 before it, the scenario is made smaller first, which takes minutes)`,
  );
}

/** The tests, on so many random scenarios, of which so many are run again otherwise; or on as many as LAW_RUNS asks for. */
export function checkLaws(usual: number, usualAgain: number = usual): void {
  const runs = Number(process.env.LAW_RUNS ?? usual);
  const again = Number(process.env.LAW_RUNS ?? usualAgain);
  describe(`on ${runs} random scenarios`, () => {
    it(
      'everything is conserved, no host does more than it may, and the metrics count it, cause by cause',
      async () => {
        const happened: Record<string, number> = {};
        await lawful(runs, async (scenario) => {
          const keeper = new LawKeeper();
          const fingerprint = simulate(scenario, keeper, { seed: 'laws/0', sliceMs: 1000 });
          expect(keeper.samples).toBe(scenario.clock.durationMs / 1000 + 1);
          const booked = bookedMetrics(keeper);
          for (const [name, count] of Object.entries(booked)) happened[name] = (happened[name] ?? 0) + count;
          const outcome = await measured(scenario, 'laws/0');
          expect(outcome.fingerprint, 'told to metrics').toBe(fingerprint);
          expect(Object.fromEntries(Object.keys(booked).map((name) => [name, outcome.metrics[name]]))).toEqual(booked);
          expect(brokenFractions(outcome.metrics)).toEqual([]);
          // Outcomes have six digits.
          const lostMs = 60_000 * numberOf('sessionMinutesLost', outcome.metrics.sessionMinutesLost);
          expect(Math.abs(lostMs - keeper.told.lostSessionMs)).toBeLessThanOrEqual(
            1e-5 * (1 + keeper.told.lostSessionMs),
          );
        });
        // The laws mean something only if everything did happen that they are about.
        const never = Object.keys(happened).filter((name) => happened[name] === 0);
        if (runs >= 50 && PATH === undefined) expect(never).toEqual([]);
      },
      TIMEOUT_MS,
    );

    it(
      'a run is the same again, told or untold, in one go or in slices, and another with another seed',
      () =>
        lawful(again, async (scenario) => {
          const seed = 'laws/0';
          const fingerprint = simulate(scenario, null, { seed, sliceMs: Infinity });
          expect(simulate(scenario, silentRecorder({}), { seed, sliceMs: 777.7 }), 'told, in slices').toBe(fingerprint);
          const bare = await runScenario(scenario, { seed, variant: 'baseline', scenarioHash: '', withMetrics: false });
          expect(bare.fingerprint, 'run as the product does, metrics off').toBe(fingerprint);
          // Where nobody arrives by chance, nothing at all may be left to luck; Poisson arrivals never come at the same times twice.
          const comesByChance = ({ arrivals, profile }: Scenario['products'][number]): boolean =>
            arrivals?.process === 'poisson' || profile !== null;
          if (!scenario.products.some(comesByChance)) return;
          expect(simulate(scenario, null, { seed: 'laws/1', sliceMs: Infinity }), 'another seed').not.toBe(fingerprint);
        }),
      TIMEOUT_MS,
    );

    it(
      'a run in a worker is the same',
      async () => {
        const scenarios = fc
          .sample(lawContent, { numRuns: Math.ceil(again / 5), seed: SEED })
          .map((content) => scenarioOf(content));
        const seedOf = (index: number): string => `laws/${index}`;
        const tasks = scenarios.map((scenario, index) => ({
          variant: { name: 'baseline', scenario, hash: '' },
          index,
          seed: seedOf(index),
          until: 'end' as const,
        }));
        const inWorkers = new Map<string, string>();
        await runInWorkers(tasks, { jobs: 2, onDone: ({ seed }, { fingerprint }) => inWorkers.set(seed, fingerprint) });
        const here = scenarios.map(
          (scenario, index) =>
            [seedOf(index), simulate(scenario, null, { seed: seedOf(index), sliceMs: Infinity })] as const,
        );
        expect(inWorkers).toEqual(new Map(here));
      },
      TIMEOUT_MS,
    );
  });
}

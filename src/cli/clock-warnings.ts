/**
 * Warnings for expectations that a scenario's clock is too short for: in the
 * form of problems, with the place of the expectation. They say what would come
 * out undecided before anybody waits for it; nothing fails of them.
 */
import { referencesOf, variantOf } from '../experiments/expectation.ts';
import { shortClock, type ShortClock } from '../experiments/short-clock.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { roughDuration } from '../metrics/rounding.ts';
import type { MetricCondition } from '../scenario/expression.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { expectationPlaces } from './expectation-places.ts';

/** The variants of which an expectation asks whether they collapse. */
function variantsAsked(condition: MetricCondition): readonly string[] {
  return [
    ...new Set(
      referencesOf(condition)
        .filter(({ metric }) => metric === 'collapse')
        .map(variantOf),
    ),
  ];
}

function warningText(
  { clock, metastableAfterMs }: Scenario,
  { neededMs, after }: ShortClock,
  variant: string,
): Pick<Problem, 'expected' | 'found' | 'hint'> {
  const at = (ms: number): string => formatClock(clock, Math.ceil(ms / 1000) * 1000);
  const of = variant === BASELINE ? '' : ` in variant ${variant}`;
  const since = after === null ? 'from the start' : `after ${after.name} is over, at about ${at(after.endMs)}`;
  return {
    expected: `a clock that ends at ${at(neededMs)} or later${of}`,
    found: `one that ends at ${at(clock.durationMs)}`,
    hint: `whether an outage is metastable shows ${roughDuration(metastableAfterMs)} (metastableAfter) ${since}: one that is open then is undecided, which meets nothing`,
  };
}

/** Those that ask something of these scenarios, which are known by their variants' names. */
function warningsOf(file: string, loaded: LoadedScenario, scenarios: ReadonlyMap<string, Scenario>): Problem[] {
  const places = expectationPlaces(loaded);
  return loaded.scenario.expect.flatMap((condition, i) =>
    variantsAsked(condition).flatMap((variant) => {
      const scenario = scenarios.get(variant);
      const short = scenario === undefined ? null : shortClock(scenario, condition);
      return scenario === undefined || short === null
        ? []
        : [problemAt(file, places[i], { path: `expect.${i + 1}`, ...warningText(scenario, short, variant) })];
    }),
  );
}

/** What the run of the loaded variant will not decide. */
export function clockWarningsOfRun(file: string, loaded: LoadedScenario): Problem[] {
  return warningsOf(file, loaded, new Map([[loaded.variant, loaded.scenario]]));
}

/** What the file's clock is too short for, in all variants that its expectations name. */
export function clockWarnings(file: string, loaded: LoadedScenario): Problem[] {
  return warningsOf(file, loaded, new Map([[BASELINE, loaded.scenario], ...loaded.variantScenarios]));
}

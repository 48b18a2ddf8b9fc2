/**
 * Where a resolved scenario comes from: the text that it was read from, the
 * variant and the changes that were made. With these it can be resolved again
 * elsewhere, on another machine, and checked there as any other text is. Known
 * of every scenario that `openScenario` has loaded, and of no copy of one.
 */
import type { Scenario } from './scenario.ts';
import type { ScenarioSource } from './source-text.ts';

export interface ScenarioOrigin {
  readonly source: ScenarioSource;
  /** `baseline`, or the name that the file gives it */
  readonly variant: string;
  /** changes before the variant's own */
  readonly assuming: readonly string[];
  readonly set: readonly string[];
}

// Beside the scenario, not in it: its hash, which tells whether two are the same, is of what it says.
const origins = new WeakMap<Scenario, ScenarioOrigin>();

export function noteOrigin(scenario: Scenario, origin: ScenarioOrigin): void {
  origins.set(scenario, origin);
}

/** Undefined of a scenario that was not loaded from a text. */
export function originOf(scenario: Scenario): ScenarioOrigin | undefined {
  return origins.get(scenario);
}

/** What the files of `sim plan` and `sim sweep` hold alike. */
import type { Axis } from '../experiments/vary/axis.ts';
import { rounded } from '../metrics/rounding.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { packageName } from './invocation.ts';

const FORMAT = 1;

/** A figure as a file has it; null where nobody knows it. */
export function told(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? rounded(value) : null;
}

interface Question {
  readonly base: LoadedScenario;
  readonly axes: readonly Axis[];
  readonly over?: string | undefined;
  readonly seed: string;
  readonly complete: boolean;
}

/** The first keys of the JSON. */
export function questionJson({ base, axes, over, seed, complete }: Question) {
  return {
    tool: packageName,
    format: FORMAT,
    scenario: base.scenario.name,
    variant: base.variant,
    scenarioHash: base.hash,
    seed,
    complete,
    vary: axes.map(({ given }) => given),
    ...(over === undefined ? {} : { over }),
  };
}

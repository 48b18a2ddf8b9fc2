/**
 * The variants of a scenario file that are to be compared, each as a scenario
 * of its own: the baseline first, then the file's variants in their order, or
 * those that were asked for. Changes from the command line come last in all of
 * them.
 */
import { BASELINE } from '../metrics/judgement.ts';
import type { Vocabulary } from '../scenario/expression.ts';
import { openScenario, type LoadedScenario, type LoadResult, type OpenedFile } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import type { AssumedWorlds } from './assumed-worlds.ts';
import type { ReplicatedVariant } from './replication.ts';

export interface ComparedVariant extends ReplicatedVariant {
  readonly title: string;
  /** whether it claims to be the day that was observed */
  readonly sameDay: boolean;
}

export type VariantSet =
  | { readonly ok: true; readonly variants: readonly ComparedVariant[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly variant: string };

export interface VariantRequest {
  /** names; all if not said. The baseline is always among them */
  readonly variants?: readonly string[] | undefined;
  /** one more that is always among them */
  readonly against?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** makes the fleet of each so much smaller than it is, sessions and hosts alike */
  readonly scaledBy?: number | undefined;
  /** worlds that differ by what is assumed as well */
  readonly over?: AssumedWorlds | undefined;
}

const baselineTitle = 'the scenario as it stands';

/** What takes the load in a scaled fleet: fewer hosts, or, where they would not stay whole, smaller ones. */
const scaledCapacities = ['hosts', 'hostSize'] as const;

/** A variant with its own scale multiplied, or the problems of that. */
function loadScaled(
  file: OpenedFile,
  variant: string,
  set: readonly string[],
  { scale }: Scenario,
  factor: number,
): LoadResult {
  const own: Readonly<Record<string, number | undefined>> = { ...scale };
  const scaled = (key: string): string => `scale.${key}=${(own[key] ?? 1) * factor}`;
  const tried: LoadResult[] = [];
  for (const capacity of scaledCapacities) {
    tried.push(file.load({ variant, set: [...set, scaled('sessions'), scaled(capacity)] }));
    if (tried[tried.length - 1].ok) break;
  }
  return tried[tried.length - 1];
}

/** Loads them all, or tells the problems of the first that has any. */
export function loadVariants(
  source: ScenarioSource,
  vocabulary: Vocabulary,
  { variants, against = BASELINE, set = [], scaledBy = 1, over }: VariantRequest,
): VariantSet {
  const file = openScenario(source, vocabulary);
  const load = (variant: string): LoadResult => {
    const whole = file.load({ variant, set });
    return whole.ok && scaledBy !== 1 ? loadScaled(file, variant, set, whole.scenario, scaledBy) : whole;
  };
  const baseline = load(BASELINE);
  if (!baseline.ok) return { ...baseline, variant: BASELINE };
  const titles = new Map(baseline.variants.map(({ name, title }) => [name, title] as const));
  const names = [...(variants ?? baseline.variants.map(({ name }) => name)), against];
  const compared = (name: string, title: string, { scenario, hash, sameDay }: LoadedScenario): ComparedVariant => ({
    name,
    title,
    scenario,
    hash,
    sameDay,
    ...(over === undefined ? {} : { inWorld: over.worldsOf(file, name, { variant: name, set }) }),
  });
  const loaded = [compared(BASELINE, baselineTitle, baseline)];
  for (const name of new Set(names)) {
    if (name === BASELINE) continue;
    const one = load(name);
    if (!one.ok) return { ...one, variant: name };
    loaded.push(compared(name, titles.get(name) ?? name, one));
  }
  return { ok: true, variants: loaded };
}

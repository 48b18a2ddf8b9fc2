/**
 * The variants of a scenario file that are to be compared, each as a scenario
 * of its own: the baseline first, then the file's variants in their order, or
 * those that were asked for. Changes from the command line come last in all of
 * them.
 */
import { BASELINE } from '../metrics/comparison.ts';
import type { Vocabulary } from '../scenario/expression.ts';
import { openScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import type { ReplicatedVariant } from './replication.ts';

export interface ComparedVariant extends ReplicatedVariant {
  readonly title: string;
}

export type VariantSet =
  | { readonly ok: true; readonly variants: readonly ComparedVariant[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly variant: string };

export interface VariantRequest {
  /** names; all if not said. The baseline is always among them */
  readonly variants?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
}

const baselineTitle = 'the scenario as it stands';

/** Loads them all, or tells the problems of the first that has any. */
export function loadVariants(source: ScenarioSource, vocabulary: Vocabulary, { variants, set = [] }: VariantRequest): VariantSet {
  const file = openScenario(source, vocabulary);
  const baseline = file.load({ set });
  if (!baseline.ok) return { ...baseline, variant: BASELINE };
  const titles = new Map(baseline.variants.map(({ name, title }) => [name, title] as const));
  const names = variants ?? baseline.variants.map(({ name }) => name);
  const loaded: ComparedVariant[] = [{ name: BASELINE, title: baselineTitle, scenario: baseline.scenario, hash: baseline.hash }];
  for (const name of new Set(names)) {
    if (name === BASELINE) continue;
    const one = file.load({ variant: name, set });
    if (!one.ok) return { ...one, variant: name };
    loaded.push({ name, title: titles.get(name) ?? name, scenario: one.scenario, hash: one.hash });
  }
  return { ok: true, variants: loaded };
}

/** How often connections end by themselves, and why: what is foreseen of a scenario before it is run. */
import { createDistribution } from '../engine/distributions.ts';
import type { Product, Scenario } from '../scenario/scenario.ts';

export interface ConnectionEnds {
  /** the field that says it */
  readonly path: string;
  /** in words, of several */
  readonly told: string;
  /** per connected session */
  readonly perSec: number;
}

/** Of a product's connections: by flaps, and by the ages that it and the tiers set them. Of several ages the least counts. */
export function connectionEndsOf({ tiers }: Pick<Scenario, 'tiers'>, product: Product): readonly ConnectionEnds[] {
  const { name, ambientDropsPerSec, maxAge } = product;
  const ages = [
    { path: `products.${name}.maxAge`, age: maxAge },
    ...tiers.map((tier) => ({ path: `tiers.${tier.name}.maxAge`, age: tier.maxAge })),
  ].flatMap(({ path, age }) => (age === null ? [] : { path, meanMs: createDistribution(age).meanMs }));
  const [shortest] = ages.sort((a, b) => a.meanMs - b.meanMs);
  return [
    ...(ambientDropsPerSec === 0
      ? []
      : [{ path: `products.${name}.ambientDrops`, told: 'ambient drops', perSec: ambientDropsPerSec }]),
    ...(shortest === undefined
      ? []
      : [{ path: shortest.path, told: 'connections that reach their age', perSec: 1000 / shortest.meanMs }]),
  ];
}

export function endsPerSec(scenario: Pick<Scenario, 'tiers'>, product: Product): number {
  return connectionEndsOf(scenario, product).reduce((sum, { perSec }) => sum + perSec, 0);
}

// The law of fractions: what is called one lies between nothing and all.
import { metricCatalogue } from '../../src/metrics/catalogue.ts';

/** The values of a run, by their names, that are called fractions and are none. */
export function brokenFractions(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values)
    .filter(([name]) => metricCatalogue[name.split('.')[0]].unit === 'fraction')
    .filter(
      ([, value]) =>
        !(value === null || Number.isNaN(value) || (typeof value === 'number' && value >= 0 && value <= 1)),
    )
    .map(([name, value]) => `${name} is ${String(value)}`);
}

/**
 * Random values for the parameters that a policy, a distribution or an action
 * declares, within the declared bounds, so that tests walk the registries
 * instead of knowing their entries. Values are resolved (durations in ms);
 * `asWritten` turns them into what a scenario file says.
 */
import fc from 'fast-check';
import type { DistributionEntry, DistributionSpec } from '../../src/engine/distributions.ts';
import type { Parameter, PolicyEntry } from '../../src/policies/parameters.ts';

type Values = Record<string, unknown>;
type Declared = Parameter | DistributionEntry['parameters'][string];
/** What a policy, an action or a distribution declares. */
type AllDeclared = Readonly<Record<string, Declared>>;

/** How large durations and plain numbers get where no bound says so: small, so that much happens in little time. */
export interface Sizes {
  readonly durationMs: readonly [least: number, most: number];
}

const defaultSizes: Sizes = { durationMs: [0, 120_000] };

/** The units that a test can draw by themselves; others (targets, tiers) mean something in a scenario only. */
function valueOf(parameter: Declared, { durationMs: [least, most] }: Sizes): fc.Arbitrary<unknown> {
  const { min = 0, max = Infinity, exclusiveMin = false } = parameter;
  const step = exclusiveMin ? 0.125 : 0;
  const eighths = (from: number, to: number): fc.Arbitrary<number> =>
    fc.integer({ min: Math.ceil(from * 8), max: Math.floor(to * 8) }).map((value) => value / 8);
  const duration = fc.integer({
    min: Math.max(least, Math.ceil(min + step)),
    max: Math.max(least, Math.min(most, max)),
  });
  switch (parameter.unit) {
    case 'duration':
      return duration;
    case 'durationOrNone':
      return fc.oneof(duration, fc.constant(Infinity));
    case 'distribution':
      return duration.chain((ms) =>
        fc.constantFrom(
          { name: 'constant', parameters: { mean: ms } },
          { name: 'exponential', parameters: { mean: ms } },
          { name: 'uniform', parameters: { from: ms / 2, to: ms } },
        ),
      );
    case 'durations':
      return fc.array(duration, { minLength: 1, maxLength: 5 });
    case 'countOrNone':
      return fc.oneof(fc.constant(Infinity), fc.integer({ min, max: Math.min(max, min + 8) }));
    case 'fractionOrNone':
      return fc.oneof(fc.constant(Infinity), eighths(min + step, Math.min(max, 1)));
    case 'count':
      return fc.integer({ min, max: Math.min(max, min + 8) });
    case 'rate':
      return eighths(Math.max(min + step, 1), Math.min(max, 50));
    case 'factor':
      return eighths(min + step, Math.min(max, min + 4));
    case 'fraction':
      return eighths(min + step, Math.min(max, 1));
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(parameter.choices ?? []));
    default:
      throw new Error(`no random value for a parameter in ${parameter.unit}: teach it here`);
  }
}

/** Every declared parameter with a random value. */
export function parameterValues(parameters: AllDeclared, sizes = defaultSizes): fc.Arbitrary<Values> {
  return fc.record(
    Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, valueOf(parameter, sizes)])),
  );
}

/** Those that go together, too. */
export function policyValues<Created>(entry: PolicyEntry<Created>, sizes = defaultSizes): fc.Arbitrary<Values> {
  return parameterValues(entry.parameters, sizes).filter((values) => (entry.check?.(values) ?? null) === null);
}

/** Resolved values as a scenario file writes them. */
export function asWritten(parameters: AllDeclared, values: Values): Values {
  const write = (unit: string, value: unknown): unknown => {
    if (value === Infinity) return 'none';
    if (unit === 'duration' || unit === 'durationOrNone') return `${String(value)}ms`;
    if (unit === 'distribution') {
      const { name, parameters } = value as DistributionSpec;
      return { [name]: Object.fromEntries(Object.entries(parameters).map(([key, ms]) => [key, `${String(ms)}ms`])) };
    }
    if (unit === 'durations') return (value as number[]).map((one) => `${one}ms`);
    return unit === 'rate' ? `${String(value)}/s` : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(parameters[name].unit, value)]));
}

/** Any policy of a registry with any parameters, as a scenario file writes it. */
export function anyPolicy<Created>(
  registry: Readonly<Record<string, PolicyEntry<Created>>>,
  sizes = defaultSizes,
): fc.Arbitrary<Values> {
  return fc.oneof(
    ...Object.entries(registry).map(([policy, entry]) =>
      policyValues(entry, sizes).map((values) => ({ policy, ...asWritten(entry.parameters, values) })),
    ),
  );
}

/** Any distribution of the registry, as a scenario file writes it. */
export function anyDistribution(
  registry: Readonly<Record<string, DistributionEntry>>,
  sizes: Sizes,
): fc.Arbitrary<Values> {
  return fc.oneof(
    ...Object.entries(registry).map(([name, { parameters }]) =>
      parameterValues(parameters, sizes).map((values) => ({ [name]: asWritten(parameters, inOrder(values)) })),
    ),
  );
}

/** Two bounds of a range must be in order. */
function inOrder(values: Values): Values {
  const { from, to } = values;
  return typeof from === 'number' && typeof to === 'number' && from > to ? { ...values, from: to, to: from } : values;
}

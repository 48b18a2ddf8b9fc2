/**
 * A scenario as the model reads it: every default filled in, durations in
 * milliseconds, rates per second, instants in milliseconds since the start.
 * Plain JSON data, so that it can be hashed and sent to a worker. `none` in a
 * file is Infinity here, or null where a whole block is off. The types are what
 * the schema puts out; their fields' meanings are said there.
 */
import type { z } from 'zod';
import type { scenarioKind } from './scenario-fields.ts';

/** Without `variants`, which have been applied, and `$schema`, which is for editors. */
export type Scenario = Omit<z.output<ReturnType<typeof scenarioKind>['schema']>, 'variants' | '$schema'>;

export type Clock = Scenario['clock'];
export type Pod = Scenario['pods'][number];
export type Tier = Scenario['tiers'][number];

/** The values of one of the hosts' traits; null: the tier does not have it. */
export function traitOf(tier: Tier, name: string): Readonly<Record<string, unknown>> | null {
  return (tier as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | null>>)[name];
}
export type Probe = NonNullable<Tier['liveness']>;
export type Product = Scenario['products'][number];
export type Profile = NonNullable<Product['profile']>;
export type Arrivals = NonNullable<Product['arrivals']>;
export type Client = Scenario['clients'][number];
export type TimelineAction = Scenario['timeline'][number];
export type When = TimelineAction['when'];
export type Responder = Scenario['responders'][number];
export type Observed = Scenario['observed'][number];

/**
 * What a parameter of a policy or an action can be. Policies declare their
 * parameters as data; the scenario parser, `sim list`, the JSON Schema, the
 * suggestions, the contract tests and the random scenarios all walk these
 * declarations. Values are resolved: durations in milliseconds, rates per
 * second, fractions 0…1.
 */
import type { DistributionSpec } from '../engine/distributions.ts';
import type { TargetSpec } from './targets.ts';

/** A policy as data in a scenario: its name, and every parameter filled in. */
export interface PolicySpec {
  readonly policy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The type that a resolved parameter of each unit has. */
export interface ValueByUnit {
  /** milliseconds */
  duration: number;
  /** a duration, or `none`: Infinity */
  durationOrNone: number;
  /** a list of durations, in milliseconds */
  durations: readonly number[];
  /** per second */
  rate: number;
  /** 0…1 */
  fraction: number;
  /** 0…1, or `none`: Infinity */
  fractionOrNone: number;
  /** a whole number */
  count: number;
  /** a whole number, or `none`: Infinity */
  countOrNone: number;
  /** any number */
  factor: number;
  flag: boolean;
  /** one of `choices` */
  choice: string;
  distribution: DistributionSpec;
  /** an entry of the reboot orders' registry, with its parameters */
  rebootOrder: PolicySpec;
  /** which hosts */
  target: TargetSpec;
  /** which hosts, where it is said so, instead of a tier and pods */
  someHosts: TargetSpec | undefined;
  /** names of pods, resolved to their indices; all pods if left out */
  pods: readonly number[];
  /** a client version's name */
  client: string;
  /** a tier's name */
  tier: string;
  /** the same; that of the target where it is left out */
  tierOfTarget: string;
  /** a product's name */
  product: string;
  /** fields of a tier and their new values, resolved as in the tier itself */
  tierChanges: Readonly<Record<string, unknown>>;
}

export type Unit = keyof ValueByUnit;

/**
 * What of a scenario's `scale` multiplies a number: the fleet's sessions; the
 * hosts of a tier; the size of a host, which is what one serves and holds;
 * `gate`: what a gate lets through, with the hosts behind it (all of a
 * balancer's, or with `per: host` one); `nothing`: it counts no part of a
 * fleet, but tries, times, shares, or what one session or client does.
 */
export type Scales = 'sessions' | 'hosts' | 'hostSize' | 'gate' | 'nothing';

/** One parameter. Without a default it must be given. `min` and `max` are inclusive. */
export interface Parameter<U extends Unit = Unit> {
  readonly unit: U;
  readonly help: string;
  readonly default?: ValueByUnit[U];
  readonly min?: number;
  readonly max?: number;
  /** True where the value must lie above `min`, not on it. */
  readonly exclusiveMin?: boolean;
  readonly choices?: readonly string[];
  /** must be said of counts, rates and factors; the house's tests ask for it */
  readonly scales?: Scales;
  /** True where `min` means the least there can be, in a fleet of any size: it stays what it is. */
  readonly leastStays?: true;
}

export type Parameters = Readonly<Record<string, Parameter>>;

/** The values that belong to declared parameters, by name. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer U> ? ValueByUnit[U] : never;
};

/** What every registry entry says of itself. */
export interface PolicyEntry<Created> {
  readonly help: string;
  readonly formula: string;
  readonly source: string;
  readonly parameters: Parameters;
  /** What is wrong with values each of which is good by itself; null if nothing is. */
  check?(parameters: Readonly<Record<string, unknown>>): Mistake | null;
  /** Called once per owner and run, so that no state is ever shared. */
  create(parameters: Readonly<Record<string, unknown>>): Created;
}

/** A parameter whose value does not go with the others. */
export interface Mistake {
  readonly parameter: string;
  readonly expected: string;
  readonly hint: string;
}

export type Registry<Created> = Record<string, PolicyEntry<Created>>;

/** Builds a registry's entry, with `create` typed by the declared parameters. */
export function policy<P extends Parameters, Created>(entry: {
  readonly help: string;
  readonly formula: string;
  readonly source: string;
  readonly parameters: P;
  readonly check?: (parameters: Values<P>) => Mistake | null;
  readonly create: (parameters: Values<P>) => Created;
}): PolicyEntry<Created> {
  return entry;
}

/** Creates the policy that `spec` names. Throws on a name that the registry lacks. */
export function createPolicy<Created>(registry: Registry<Created>, spec: PolicySpec): Created {
  const entry = registry[spec.policy];
  if (entry === undefined) throw new Error(`unknown policy ${spec.policy}`);
  return entry.create(spec.parameters);
}

/**
 * A tier's parameters as the hosts and balancers use them: distributions and
 * policies built from the scenario's data. `set` makes new rules from the old
 * ones; hosts then point to the new ones.
 */
import { createDistribution, type Distribution } from '../../engine/distributions.ts';
import { admissions, type Admission } from '../../policies/admission.ts';
import { balancings, type Balancing } from '../../policies/balancing.ts';
import { hostTraits, type SeenHost } from '../../policies/host-traits.ts';
import { createPolicy } from '../../policies/parameters.ts';
import { queueings, type Queueing } from '../../policies/queueing.ts';
import { traitOf, type Scenario, type Tier } from '../../scenario/scenario.ts';
import { RejectReason } from './vocabulary.ts';

/** How services slow each other: see serving/shared-work.ts. */
export type Contention = NonNullable<Tier['contention']>;

export interface TierRules {
  readonly tier: Tier;
  /** attempts that a host serves at once */
  readonly slots: number;
  /** how many slots of the tier's `serviceTime` a host is worth; not whole in a scaled fleet, and then its slots are slower or faster */
  readonly parallelism: number;
  readonly serviceTime: Distribution;
  /** by product and kind of attempt, as workClass of attempts.ts: multiplies the service time; a slot's own speed is in it */
  readonly work: Float64Array;
  readonly sessionsAtFullLoad: number;
  readonly queueLimit: number;
  readonly inFlightLimit: number;
  readonly sync: boolean;
  /** its hosts open transports as soon as attempts come, beside their queue */
  readonly opensBeside: boolean;
  /** its hosts open transports when their service ends */
  readonly opensInQueue: boolean;
  readonly abandonedWorkCost: number;
  readonly refusalWorkMs: number;
  /** null: its services do not slow each other */
  readonly contention: Contention | null;
  readonly boot: Distribution;
  readonly warmUp: Tier['warmUp'];
  readonly gatedPerHost: boolean;
  /** whether its hosts can run out of memory */
  readonly limitsMemory: boolean;
  readonly ejects: boolean;
  /** the sessions of a host that is lost are to be placed anew at another one */
  readonly movesByWork: boolean;
  /** what its hosts' traits refuse, each with its RejectReason */
  readonly refusers: readonly { readonly reason: number; readonly refuses: (host: SeenHost) => boolean }[];
  /** what its hosts' traits slow */
  readonly stretches: readonly ((host: SeenHost) => number)[];
  /** the gates must be told of what they let in */
  readonly gateListens: boolean;
  /** resumed attempts have a line of their own, which goes first */
  readonly resumedFirst: boolean;
  createQueueing(): Queueing;
  createAdmission(): Admission;
  createBalancing(): Balancing;
}

/** Attempts that a host serves at once. A scaled `parallelism` need not be whole. */
export function slotsOf({ parallelism }: Pick<Tier, 'parallelism'>): number {
  return Math.max(1, Math.round(parallelism));
}

export function compileTier(tier: Tier, products: Scenario['products']): TierRules {
  const gate = createPolicy(admissions, tier.admission);
  const slots = slotsOf(tier);
  const slotStretch = slots / tier.parallelism;
  return {
    tier,
    slots,
    parallelism: tier.parallelism,
    serviceTime: createDistribution(tier.serviceTime),
    work: Float64Array.from(
      products.flatMap((product) =>
        workByKind(tier).map((factor) => factor * (product.work[tier.name] ?? 1) * slotStretch),
      ),
    ),
    sessionsAtFullLoad: tier.sessionsAtFullLoad,
    queueLimit: tier.queue.limit,
    inFlightLimit: tier.inFlightLimit,
    sync: tier.handOver === 'sync',
    opensBeside: tier.opensTransport !== null && tier.opensTransport !== 'in-queue',
    opensInQueue: tier.opensTransport === 'in-queue',
    abandonedWorkCost: tier.abandonedWorkCost,
    refusalWorkMs: tier.refusalWorkMs,
    contention: tier.contention,
    boot: createDistribution(tier.boot),
    warmUp: tier.warmUp,
    limitsMemory: tier.memory !== null,
    ejects: tier.ejection !== null,
    movesByWork: tier.lease?.moves === 'attempt',
    ...compileTraits(tier),
    gatedPerHost: gate.per === 'host',
    gateListens: gate.listens,
    resumedFirst: tier.resumedFirst,
    createQueueing: () => createPolicy(queueings, tier.queue.discipline),
    createAdmission: () => createPolicy(admissions, tier.admission),
    createBalancing: () => createPolicy(balancings, tier.balancing),
  };
}

/** What the tier's fields of traits do. */
function compileTraits(tier: Tier): Pick<TierRules, 'refusers' | 'stretches'> {
  const traits = Object.entries(hostTraits).flatMap(([name, entry]) => {
    const values = traitOf(tier, name);
    return values === null ? [] : { reason: RejectReason[name], ...entry.create(values) };
  });
  return {
    refusers: traits.flatMap(({ reason, refuses }) => (refuses === undefined ? [] : { reason, refuses })),
    stretches: traits.flatMap(({ stretches }) => stretches ?? []),
  };
}

/** What an attempt of each kind costs, in the order of attemptKinds. */
function workByKind({ resumedWork, reloadedWork, lease }: Tier): number[] {
  return [1, resumedWork, reloadedWork, lease?.moveWork ?? 1];
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => isSame(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
}

/** Those of the changes that change anything. */
export function changesOf(tier: Tier, changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(changes).filter(([field, value]) => !isSame(tier[field as keyof Tier], value)),
  );
}

/** The rules with some of the tier's fields replaced by new, resolved values. */
export function changeRules(
  rules: TierRules,
  changes: Readonly<Record<string, unknown>>,
  products: Scenario['products'],
): TierRules {
  return compileTier({ ...rules.tier, ...changes }, products);
}

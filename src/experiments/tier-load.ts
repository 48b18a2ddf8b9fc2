/**
 * What the hosts of a tier hold and serve, by the model's own formulas (docs/model.md,
 * "How it works"): the background load u = sessions / sessionsAtFullLoad, of the
 * pod that has most of them; connects per second = hosts · parallelism · (1 − u)
 * / (mean service time · mean work of the products), and no more than a gate
 * lets through in the long run. The least time to take sessions back follows
 * from dN/dt = C(1 − N/K), C being what idle hosts serve and K what they hold:
 * from n to N sessions it takes (K/C)·ln((K − n)/(K − N)).
 */
import { createDistribution } from '../engine/distributions.ts';
import { admissions } from '../policies/admission.ts';
import { slowdownOf } from '../model/serving/shared-work.ts';
import { createPolicy } from '../policies/parameters.ts';
import type { Product, Scenario, Tier } from '../scenario/scenario.ts';

/** Hosts that serve together: those of a pod, or of a shared tier. */
export interface HostGroup {
  readonly tier: Tier;
  readonly hosts: number;
  /** mean work of an attempt, as a multiple of the service time */
  readonly work: number;
}

/** What an attempt costs at a tier, over the products as the sessions are. */
export function meanWork({ name }: Tier, products: readonly Product[]): number {
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  const share = (product: Product): number => (sessions === 0 ? 1 / products.length : product.sessions / sessions);
  return products.reduce((sum, product) => sum + share(product) * (product.work[name] ?? 1), 0);
}

/** Mean time of one service on an idle host, ms. */
export function serviceMs({ tier, work }: Pick<HostGroup, 'tier' | 'work'>): number {
  return createDistribution(tier.serviceTime).meanMs * work;
}

/** Sessions that alone would use all the hosts. */
export function fullLoad({ tier, hosts }: HostGroup): number {
  return hosts === 0 ? 0 : hosts * tier.sessionsAtFullLoad;
}

/** u with so many sessions; Infinity where there are sessions and no host. */
export function loadOf(group: HostGroup, sessions: number): number {
  if (sessions === 0) return 0;
  return sessions / fullLoad(group);
}

/** What the group's gates let through per second in the long run. */
function admittedPerSec({ tier, hosts }: HostGroup): number {
  const { per, perSec = Infinity } = createPolicy(admissions, tier.admission);
  return per === 'host' ? hosts * perSec : perSec;
}

/** A host with all its slots taken, as in a storm, does as much as so many slots without contention. */
function slotsWorth({ parallelism, contention }: Tier): number {
  return contention === null ? parallelism : parallelism / slowdownOf(contention, Math.max(1, parallelism));
}

/** What idle hosts would serve per second, gates aside. */
export function idlePerSec(group: HostGroup): number {
  const ms = serviceMs(group);
  return group.hosts === 0 ? 0 : ms === 0 ? Infinity : (1000 * group.hosts * slotsWorth(group.tier)) / ms;
}

/** Connects per second with so many sessions connected. */
export function servedPerSec(group: HostGroup, sessions: number): number {
  const left = Math.max(0, 1 - loadOf(group, sessions));
  return left === 0 ? 0 : Math.min(idlePerSec(group) * left, admittedPerSec(group));
}

/** The most that the group lets through to the next tier per second, whatever comes. */
export function passedPerSec(group: HostGroup): number {
  return Math.min(idlePerSec(group), admittedPerSec(group));
}

/** The least time in which the group's hosts take its sessions from `from` to `to`, ms; Infinity: never. */
export function readmitMs(group: HostGroup, from: number, to: number): number {
  if (to <= from) return 0;
  const gatedMs = ((to - from) / admittedPerSec(group)) * 1000;
  const perSec = idlePerSec(group);
  const room = fullLoad(group);
  if (perSec === 0 || room <= to) return Infinity;
  if (perSec === Infinity) return gatedMs;
  const servedSec = room === Infinity ? (to - from) / perSec : (room / perSec) * Math.log((room - from) / (room - to));
  return Math.max(gatedMs, servedSec * 1000);
}

/** The hosts that serve a pod at a tier, less some. */
export function groupOf({ products }: Pick<Scenario, 'products'>, tier: Tier, lost = 0): HostGroup {
  return { tier, hosts: Math.max(0, tier.hosts - lost), work: meanWork(tier, products) };
}

/**
 * The arithmetic before the storm: what a scenario says of its fleet without a
 * run. Per tier the load at the start and at the peak, what its hosts can serve
 * beside what they must, and whether a storm of everybody would feed itself;
 * per loss (a host, a pod's largest tier, each action's target) the load of the
 * hosts that are left and the least time in which all are back. Often that is
 * the answer already: sessions that do not fit need no storm to fail.
 * It leaves out what `leftOut` says.
 */
import { createDistribution } from '../engine/distributions.ts';
import { admissions } from '../policies/admission.ts';
import { createPolicy } from '../policies/parameters.ts';
import { rounded } from '../metrics/rounding.ts';
import { meanWaitMs } from '../scenario/connect-timeout.ts';
import type { Scenario, Tier } from '../scenario/scenario.ts';
import { endsPerSec } from './connection-ends.ts';
import { meanRetryDelayMs, peakSessions } from './foreseen-costs.ts';
import { lossesOf, type Loss } from './losses-arithmetic.ts';
import { fullLoad, groupOf, idlePerSec, loadOf, passedPerSec, servedPerSec, serviceMs } from './tier-load.ts';

export type { Loss } from './losses-arithmetic.ts';

/**
 * Whether failed attempts alone keep the hosts busy, once everybody is
 * disconnected: D ≤ wN/C, and the tiers before let so many through.
 */
export interface WastedWork {
  /** w: what a failed attempt costs, as a share of a service */
  readonly costShare: number;
  /** D: from one attempt's start to the next one's, the clients' mean */
  readonly retryMs: number;
  /** wN/C: with D up to here hosts do nothing else */
  readonly thresholdMs: number;
  /** how an attempt fails there: its client stops waiting, or it is refused */
  readonly failsBy: 'timeout' | 'refusal';
  readonly stuck: boolean;
}

export interface TierArithmetic {
  readonly tier: string;
  /** of all pods */
  readonly hosts: number;
  /** sessions that would use all of them; Infinity where sessions cost nothing */
  readonly fits: number;
  /** connected at the start, and online at the peak, of the fleet */
  readonly sessionsAtStart: number;
  readonly sessionsAtPeak: number;
  /** u of the hosts of the pod that has most sessions */
  readonly loadAtStart: number;
  readonly loadAtPeak: number;
  /** the same at the peak, with one host of that pod less */
  readonly loadWithoutOne: number;
  /** connects per second at the load of the start, of all pods */
  readonly servedPerSec: number;
  /** what arrives in the calm: new sessions, and ambient drops that come back */
  readonly askedPerSec: number;
  /** null: no attempt fails before it is served */
  readonly wastedWork: WastedWork | null;
}

/** A sentence about the fleet: `fault`: it cannot hold as it stands; `risk`: it cannot once something happens. */
export interface Finding {
  readonly level: 'fault' | 'risk';
  /** the scenario's path that it is about */
  readonly path: string;
  readonly says: string;
}

export interface Arithmetic {
  readonly tiers: readonly TierArithmetic[];
  readonly losses: readonly Loss[];
  readonly findings: readonly Finding[];
}

/** What the arithmetic does not know. */
export const leftOut =
  'what actions add or set, boots and warm-up, hosts that are killed or run out of memory, work for clients who have left, stale registrations, keepalives and leases that wait behind connects, what traits of hosts refuse or slow, luck';

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fewDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** 12,345 or 0.123 */
function numberOf(value: number): string {
  return (value >= 100 ? wholeNumber : fewDigits).format(value);
}

/** New sessions and flaps per second, at the start. */
function askedPerSec(scenario: Scenario): number {
  return scenario.products.reduce((sum, product) => {
    const { arrivals, lifetime, profile, sessions } = product;
    // A profile that stays where it begins needs as many as leave.
    const arriving =
      profile !== null && lifetime !== null
        ? (1000 * sessions) / createDistribution(lifetime).meanMs
        : (arrivals?.schedule[0].perSec ?? 0);
    return sum + arriving + sessions * endsPerSec(scenario, product);
  }, 0);
}

/** Sessions of the pod that has most of them; of all, at a shared tier. */
function mostOf({ pods }: Scenario, { scope }: Tier, sessions: number): number {
  return scope === 'shared' ? sessions : sessions * Math.max(...pods.map(({ share }) => share));
}

/** The most attempts per second that the tiers before it let through to one group of this tier's hosts. */
function reachesPerSec(scenario: Scenario, tier: Tier): number {
  const before = scenario.tiers.slice(0, scenario.tiers.indexOf(tier));
  const groupsOf = (one: Tier): number => (tier.scope === 'shared' && one.scope === 'pod' ? scenario.pods.length : 1);
  return Math.min(Infinity, ...before.map((one) => groupsOf(one) * passedPerSec(groupOf(scenario, one))));
}

function wastedWork(scenario: Scenario, tier: Tier, sessionsAtPeak: number): WastedWork | null {
  const { clients, networkDelayMs } = scenario;
  const group = groupOf(scenario, tier);
  const isRefusing = tier.queue.limit < Infinity || !createPolicy(admissions, tier.admission).open;
  const perSec = idlePerSec(group);
  // By the rate at which they try, for rates add up.
  const retriesPerMs = clients.reduce((sum, client) => {
    const timeoutMs = meanWaitMs(client.connectTimeout, scenario.tiers);
    const failsAfterMs = isRefusing ? 2 * networkDelayMs : timeoutMs;
    return sum + client.share / meanRetryDelayMs(client, failsAfterMs);
  }, 0);
  if (retriesPerMs === 0 || perSec === Infinity) return null;
  const retryMs = 1 / retriesPerMs;
  const costShare = isRefusing ? tier.refusalWorkMs / serviceMs(group) : tier.abandonedWorkCost;
  const thresholdMs = (1000 * costShare * mostOf(scenario, tier, sessionsAtPeak)) / perSec;
  return {
    costShare,
    retryMs,
    thresholdMs,
    failsBy: isRefusing ? 'refusal' : 'timeout',
    stuck: costShare > 0 && retryMs <= thresholdMs && costShare * reachesPerSec(scenario, tier) >= perSec,
  };
}

function tierArithmetic(scenario: Scenario, tier: Tier): TierArithmetic {
  const { pods, products, start } = scenario;
  const groups = tier.scope === 'pod' ? pods.length : 1;
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  const sessionsAtStart = sessions * (1 - start.disconnected);
  const sessionsAtPeak = peakSessions(scenario);
  const atStart = groupOf(scenario, tier, start.down[tier.name] ?? 0);
  const whole = groupOf(scenario, tier);
  const mostAtPeak = mostOf(scenario, tier, sessionsAtPeak);
  const podShares = tier.scope === 'pod' ? pods.map(({ share }) => share) : [1];
  return {
    tier: tier.name,
    hosts: tier.hosts * groups,
    fits: fullLoad(whole) * groups,
    sessionsAtStart,
    sessionsAtPeak,
    loadAtStart: loadOf(atStart, mostOf(scenario, tier, sessionsAtStart)),
    loadAtPeak: loadOf(whole, mostAtPeak),
    loadWithoutOne: loadOf(groupOf(scenario, tier, 1), mostAtPeak),
    servedPerSec: podShares.reduce((sum, share) => sum + servedPerSec(atStart, sessionsAtStart * share), 0),
    askedPerSec: askedPerSec(scenario),
    wastedWork: wastedWork(scenario, tier, sessionsAtPeak),
  };
}

function tierFindings(scenario: Scenario, rows: readonly TierArithmetic[]): Finding[] {
  const { tiers, pods } = scenario;
  return rows.flatMap((row, i): Finding[] => {
    const { tier, fits, loadAtStart, loadAtPeak, loadWithoutOne, sessionsAtStart, sessionsAtPeak } = row;
    const where =
      tiers[i].scope === 'pod' && pods.some(({ share }) => share !== pods[0].share)
        ? ', in the pod that has most of them'
        : '';
    const load = (u: number): string => (u === Infinity ? 'no host is up' : `load u = ${numberOf(u)}${where}`);
    const path = `tiers.${tier}.sessionsAtFullLoad`;
    const found: Finding[] = [];
    if (loadAtStart >= 1)
      found.push({
        level: 'fault',
        path,
        says: `${tier} cannot hold what it starts with: ${numberOf(sessionsAtStart)} sessions where ${numberOf(fits)} fit (${load(loadAtStart)}). It is stalled from the first second, before anything happens to it`,
      });
    else if (loadAtPeak >= 1)
      found.push({
        level: 'fault',
        path,
        says: `${tier} cannot hold its peak: ${numberOf(sessionsAtPeak)} sessions where ${numberOf(fits)} fit (${load(loadAtPeak)})`,
      });
    else if (loadWithoutOne >= 1 && tiers[i].hosts > 1)
      found.push({
        level: 'risk',
        path: `tiers.${tier}.hosts`,
        says: `${tier} cannot hold its peak with one host less (${load(loadWithoutOne)})`,
      });
    if (loadAtStart < 1 && row.askedPerSec >= row.servedPerSec && row.askedPerSec > 0)
      found.push({
        level: 'fault',
        path: `tiers.${tier}.serviceTime`,
        says: `${tier} cannot serve what arrives in the calm: ${numberOf(row.askedPerSec)} connects/s are asked for, ${numberOf(row.servedPerSec)} can be served`,
      });
    found.push(...memoryFinding(scenario, tiers[i], sessionsAtPeak));
    if (row.wastedWork?.stuck === true) found.push(storm(tier, row.wastedWork));
    return found;
  });
}

/** Sessions alone that are more than a host's memory holds. */
function memoryFinding(scenario: Scenario, tier: Tier, sessions: number): Finding[] {
  const { hosts, memory, name } = tier;
  if (memory === null) return [];
  const neededMiB = (mostOf(scenario, tier, sessions) / hosts) * memory.perSessionMiB;
  if (neededMiB <= memory.limitMiB) return [];
  return [
    {
      level: 'fault',
      path: `tiers.${name}.memory`,
      says: `hosts of ${name} run out of memory with their share of all sessions: ${numberOf(neededMiB)} MiB of ${numberOf(memory.limitMiB)}`,
    },
  ];
}

function storm(tier: string, { costShare, retryMs, thresholdMs, failsBy }: WastedWork): Finding {
  const failed = failsBy === 'timeout' ? 'attempts whose clients have left' : 'refusals';
  return {
    level: 'risk',
    path: `tiers.${tier}`,
    says: `a storm of everybody would not end by itself at ${tier}: ${failed} alone keep its hosts busy if clients try again within ${secondsOf(thresholdMs)}, and these do so every ${secondsOf(retryMs)} (D ≤ wN/C with w = ${numberOf(costShare)})`,
  };
}

function secondsOf(ms: number): string {
  return `${numberOf(ms / 1000)} s`;
}

function lossFindings(losses: readonly Loss[], isFull: (tier: string) => boolean): Finding[] {
  return losses.flatMap(({ kind, name, tier, path, hostsLeft, loadLeft }): Finding[] => {
    if (
      kind !== 'action' ||
      tier === null ||
      hostsLeft === null ||
      hostsLeft === 0 ||
      loadLeft === null ||
      loadLeft < 1 ||
      isFull(tier)
    )
      return [];
    return [
      {
        level: 'risk',
        path,
        says: `while ${name} lasts, the hosts of ${tier} that are left cannot hold all sessions (load u = ${numberOf(loadLeft)}): they stall as the others come back to them`,
      },
    ];
  });
}

/** Sessions that have to be placed anew: by what is done to their tier, or else by the loss of one host of it. */
function moveFindings(losses: readonly Loss[]): Finding[] {
  const byAction = new Set(losses.filter(({ kind }) => kind === 'action').map(({ tier }) => tier));
  return losses.flatMap(({ kind, name, moves, path, tier }): Finding[] => {
    if (moves === null || tier === null || (kind !== 'action' && byAction.has(tier))) return [];
    const { herd, placedMs, stallingSessions } = moves;
    const stall = `${name} makes ${numberOf(stallingSessions)} sessions stall`;
    if (placedMs === Infinity) return [{ level: 'risk', path, says: `${stall} until a host of ${tier} is up` }];
    const long = `${stall}, and the hosts of ${tier} that are left take ${secondsOf(placedMs)} at least to place them anew`;
    const never =
      herd === null
        ? ''
        : `: nobody is placed in time if they ask again every ${secondsOf(herd.everyMs)}, which is ${numberOf(herd.askedPerSec)} a second where ${numberOf(herd.placedPerSec)} are placed`;
    return [{ level: 'risk', path, says: `${long}${never}` }];
  });
}

/** As JSON holds it: to six digits, and null for what has no end. */
export function arithmeticJson(arithmetic: Arithmetic): unknown {
  return JSON.parse(
    JSON.stringify(arithmetic, (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value)),
  );
}

/** What the scenario's numbers say by themselves. */
export function arithmeticOf(scenario: Scenario): Arithmetic {
  const tiers = scenario.tiers.map((tier) => tierArithmetic(scenario, tier));
  const losses = lossesOf(scenario, peakSessions(scenario));
  const isFull = (tier: string): boolean => tiers.some((row) => row.tier === tier && row.loadAtPeak >= 1);
  return {
    tiers,
    losses,
    findings: [...tierFindings(scenario, tiers), ...lossFindings(losses, isFull), ...moveFindings(losses)],
  };
}

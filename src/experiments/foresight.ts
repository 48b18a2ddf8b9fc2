/**
 * What a run will cost, foreseen from its scenario, so that one that would never
 * end or never fit into memory is refused before it begins, at the value that is
 * to blame. Two figures are kept apart. A bound is what the run cannot do
 * without, whatever its luck: arrivals that are certain to come, probes of hosts
 * that nothing touches. An estimate is what it may take if all goes wrong: the
 * attempts of everybody, if nobody gets through, in a fleet in which something
 * can fail at all. A bound is held against the limit itself, an estimate of
 * events against a hundred times as much; memory can only be estimated. What a
 * run does cost is watched by limits.ts.
 */
import { MOST_SUBJECTS } from '../engine/engine.ts';
import { gauges } from '../model/state/gauges.ts';
import type { Product, Scenario } from '../scenario/scenario.ts';
import {
  arrivalCosts,
  canFail,
  connectionEndCosts,
  hostsOf,
  pileOf,
  populationOf,
  probeCosts,
  type Cost,
} from './foreseen-costs.ts';
import { endsPerSec } from './connection-ends.ts';
import { copiesOf, moveCosts, stormCosts } from './storm-costs.ts';
import { bytesText, eventsText, largeNumber, LimitError, raiseHints, type RunLimits } from './limits.ts';

/** Measured on fleets of three million sessions, thousands of hosts, long clocks: resident memory. */
const SESSION_BYTES = { itself: 90, flaps: 60, lifetime: 60, storm: 75 } as const;
/** Columns grow by doubling as sessions arrive. */
const GROWTH = 1.5;
const ATTEMPT_BYTES = 72;
const HOST_BYTES = 4000;
const SAMPLE_BYTES = 8;
/** Events that may be estimated for each one that is allowed. */
const ESTIMATED_PER_EVENT = 100;

interface MemoryCost {
  readonly path: string;
  readonly bytes: number;
  readonly told: string;
}

/** What a run takes. */
export interface Foresight {
  /** cannot be undercut, whatever the luck */
  readonly eventsAtLeast: number;
  /** an estimate of what it takes if everything goes wrong that can */
  readonly eventsEstimated: number;
  /** an estimate */
  readonly memoryBytes: number;
}

/** Sampled values of one second. */
function columnsOf({ pods, tiers }: Scenario): number {
  return Object.values(gauges).reduce(
    (sum, { part }) => sum + 1 + (part === 'pod' ? pods.length : part === 'tier' ? tiers.length : 0),
    0,
  );
}

function sessionBytes(scenario: Scenario, product: Product, mayStorm: boolean): number {
  const { flaps, itself, lifetime, storm } = SESSION_BYTES;
  const mayEnd = endsPerSec(scenario, product) > 0;
  return itself + (mayEnd ? flaps : 0) + (product.lifetime === null ? 0 : lifetime) + (mayStorm ? storm : 0);
}

function memoryCosts(scenario: Scenario): MemoryCost[] {
  const mayStorm = canFail(scenario);
  const sessions = scenario.products.flatMap((product) => {
    const bytesEach = sessionBytes(scenario, product, mayStorm);
    return populationOf(scenario, product).map(({ path, sessions: count, arrive }): MemoryCost => ({
      path,
      bytes: count * bytesEach * (arrive ? GROWTH : 1),
      told: `${largeNumber(count)} sessions`,
    }));
  });
  const waiting = pileOf(scenario).map(({ path, attempts, told }): MemoryCost => ({
    path,
    bytes: attempts * ATTEMPT_BYTES * GROWTH,
    told,
  }));
  const copies = (mayStorm ? copiesOf(scenario) : []).map((one): MemoryCost => ({
    path: one.path,
    bytes: one.copies * (SESSION_BYTES.itself + ATTEMPT_BYTES) * GROWTH,
    told: one.told,
  }));
  const hosts = hostsOf(scenario).map(({ path, hosts: count }): MemoryCost => ({
    path,
    bytes: count * HOST_BYTES,
    told: `${largeNumber(count)} hosts`,
  }));
  const samples = (scenario.clock.durationMs / 1000) * columnsOf(scenario);
  return [
    ...sessions,
    ...waiting,
    ...copies,
    ...hosts,
    {
      path: 'clock',
      bytes: samples * SAMPLE_BYTES,
      told: `${largeNumber(samples)} samples, ${columnsOf(scenario)} each second`,
    },
  ];
}

function eventCosts(scenario: Scenario): Cost[] {
  return [
    ...arrivalCosts(scenario),
    ...connectionEndCosts(scenario),
    ...probeCosts(scenario),
    ...stormCosts(scenario),
    ...moveCosts(scenario),
  ];
}

function total<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}

function greatest<T>(items: readonly T[], amount: (item: T) => number): T {
  return items.reduce((most, item) => (amount(item) > amount(most) ? item : most));
}

const atLeast = (cost: Cost): number => cost.atLeast;
const estimated = (cost: Cost): number => cost.estimated;
const bytesOf = (cost: MemoryCost): number => cost.bytes;

/** What the run will cost, whether or not it may. */
export function foresee(scenario: Scenario): Foresight {
  const events = eventCosts(scenario);
  return {
    eventsAtLeast: total(events, atLeast),
    eventsEstimated: total(events, estimated),
    memoryBytes: total(memoryCosts(scenario), bytesOf),
  };
}

function refuseMemory(scenario: Scenario, memoryBytesMax: number): void {
  const costs = memoryCosts(scenario);
  const needed = total(costs, bytesOf);
  if (needed > memoryBytesMax) {
    const { path, told } = greatest(costs, bytesOf);
    throw new LimitError({
      limit: 'memory',
      path,
      expected: `a run in ${bytesText(memoryBytesMax)} of memory`,
      found: `one that is estimated to need ${bytesText(needed)} (${told})`,
      hint: raiseHints.memory,
    });
  }
  const crowds = scenario.products
    .flatMap((product) => populationOf(scenario, product))
    .filter(({ certain }) => certain);
  if (total(crowds, ({ sessions }) => sessions) < MOST_SUBJECTS) return;
  const { path, sessions } = greatest(crowds, (crowd) => crowd.sessions);
  throw new LimitError({
    limit: 'memory',
    path,
    expected: `fewer than ${largeNumber(MOST_SUBJECTS)} sessions at a time`,
    found: `${largeNumber(sessions)} sessions`,
    hint: 'no more can be told apart: make the scenario smaller, by `scale`',
  });
}

/** Throws a LimitError, at the path that costs most, if a run could not stay within the limits. */
export function refuseHopeless(scenario: Scenario, { eventsMax, memoryBytesMax }: RunLimits): void {
  const costs = eventCosts(scenario);
  const least = total(costs, atLeast);
  if (least > eventsMax) {
    const { path, told } = greatest(costs, atLeast);
    throw new LimitError({
      limit: 'events',
      path,
      expected: `a run of at most ${eventsText(eventsMax)}`,
      found: `one of at least ${eventsText(least)} (${told})`,
      hint: raiseHints.events,
    });
  }
  refuseMemory(scenario, memoryBytesMax);
  const most = total(costs, estimated);
  if (most <= ESTIMATED_PER_EVENT * eventsMax) return;
  const { path, told } = greatest(costs, estimated);
  throw new LimitError({
    limit: 'events',
    path,
    expected: `a run that is estimated at no more than ${eventsText(ESTIMATED_PER_EVENT * eventsMax)}`,
    found: `one that may take up to ${eventsText(most)} (${told})`,
    hint: 'wait longer between attempts, make the scenario smaller or shorter, or raise the limit with --max-events (in a program: limits.eventsMax)',
  });
}

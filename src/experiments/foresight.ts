/**
 * What a run will cost at least, estimated from its scenario, so that one that
 * would never end or never fit into memory is refused before it begins. Counted
 * are its sessions, its hosts, its samples of every second, its arrivals and
 * probes; and, since a scenario of an outage is one in which everybody may be
 * disconnected for the whole clock, the attempts that its clients would make
 * then. Those are an upper bound, so they are held against a hundred times the
 * limit of events. What a run does cost is watched by limits.ts.
 */
import { Stream } from '../engine/luck.ts';
import { gauges } from '../model/gauges.ts';
import { backoffs } from '../policies/backoff.ts';
import { createPolicy } from '../policies/parameters.ts';
import { formatDuration } from '../scenario/quantity.ts';
import type { Client, Product, Scenario } from '../scenario/scenario.ts';
import { bytesText, largeNumber, LimitError, raiseHints, type RunLimits } from './limits.ts';

/** Measured: resident memory of fleets of a million sessions, thousands of hosts, long clocks. */
const SESSION_BYTES = 300;
const HOST_BYTES = 4000;
const SAMPLE_BYTES = 8;
/** Attempts of a storm that may be foreseen for each event that is allowed. */
const FORESEEN_PER_EVENT = 100;

/** Attempts that are looked at for a usual delay: well into a storm. */
const LATE_ATTEMPTS = [20, 21, 22, 23, 24, 25, 26, 27];

interface Cost {
  readonly path: string;
  readonly amount: number;
  readonly told: string;
}

function arrivalsOf({ arrivals }: Product, durationMs: number): number {
  const schedule = arrivals?.schedule ?? [];
  return schedule.reduce((sum, { fromMs, perSec }, i) => sum + (perSec * Math.max(0, (schedule[i + 1]?.fromMs ?? durationMs) - fromMs)) / 1000, 0);
}

function hostsOf({ tiers, pods }: Scenario): number {
  return tiers.reduce((sum, { hosts, scope }) => sum + hosts * (scope === 'pod' ? pods.length : 1), 0);
}

/** Sampled values of one second. */
function columnsOf({ pods, tiers }: Scenario): number {
  return Object.values(gauges).reduce((sum, { part }) => sum + 1 + (part === 'pod' ? pods.length : part === 'tier' ? tiers.length : 0), 0);
}

function memoryCosts(scenario: Scenario): Cost[] {
  const { clock, products } = scenario;
  const sessions = products.map((product): Cost => {
    const stay = product.lifetime === null ? arrivalsOf(product, clock.durationMs) : 0;
    const count = product.sessions + stay;
    const path = `products.${product.name}.${stay > product.sessions ? 'arrivals' : 'sessions'}`;
    return { path, amount: count * SESSION_BYTES, told: `${largeNumber(count)} sessions` };
  });
  const hosts = hostsOf(scenario);
  const samples = (clock.durationMs / 1000) * columnsOf(scenario);
  return [
    ...sessions,
    { path: 'tiers', amount: hosts * HOST_BYTES, told: `${largeNumber(hosts)} hosts` },
    { path: 'clock', amount: samples * SAMPLE_BYTES, told: `${largeNumber(samples)} samples, ${columnsOf(scenario)} each second` },
  ];
}

function eventCosts(scenario: Scenario): Cost[] {
  const { clock, products, tiers, pods } = scenario;
  const { durationMs } = clock;
  const arriving = products.map((product): Cost => {
    const count = arrivalsOf(product, durationMs);
    return { path: `products.${product.name}.arrivals`, amount: 2 * count, told: `${largeNumber(count)} arrivals` };
  });
  const flapping = products.map(({ name, sessions, ambientDropsPerSec }): Cost => {
    const count = (sessions * ambientDropsPerSec * durationMs) / 1000;
    return { path: `products.${name}.ambientDrops`, amount: 2 * count, told: `${largeNumber(count)} ambient drops` };
  });
  const probing = tiers.map(({ name, hosts, scope, liveness }): Cost => {
    const count = liveness === null ? 0 : (hosts * (scope === 'pod' ? pods.length : 1) * durationMs) / liveness.everyMs;
    return { path: `tiers.${name}.liveness.every`, amount: count, told: `${largeNumber(count)} probes` };
  });
  return [...arriving, ...flapping, ...probing];
}

/** The mean of a client's delays between the attempts of a long storm. */
function usualDelayMs(client: Client): number {
  const backoff = createPolicy(backoffs, client.backoff, undefined);
  const luck = new Stream('foresight', 'backoff');
  let previousMs = 0;
  let sum = 0;
  for (const attempt of LATE_ATTEMPTS) {
    previousMs = backoff.delayMs(attempt, previousMs, luck.at(0, attempt));
    sum += previousMs;
  }
  return sum / LATE_ATTEMPTS.length;
}

/** Attempts, if everybody of a client version is refused from the start to the end. */
function stormCosts({ clients, products, networkDelayMs, clock }: Scenario): Cost[] {
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  return clients.map((client) => {
    const betweenMs = usualDelayMs(client) + 2 * networkDelayMs;
    const { afterAttempts, then } = client.giveUp;
    const each = Math.min(clock.durationMs / betweenMs, then === 'reload' ? Infinity : afterAttempts);
    const told = `up to ${largeNumber(sessions * client.share * each)} attempts: ${largeNumber(sessions * client.share)} sessions, one attempt each ${betweenMs < 1 ? `${largeNumber(betweenMs * 1000)} µs` : formatDuration(Math.round(betweenMs))} while nobody gets through`;
    return { path: `clients.${client.name}.backoff`, amount: sessions * client.share * each, told };
  });
}

function greatest(costs: readonly Cost[]): Cost {
  return costs.reduce((most, cost) => (cost.amount > most.amount ? cost : most));
}

function total(costs: readonly Cost[]): number {
  return costs.reduce((sum, { amount }) => sum + amount, 0);
}

/** Throws a LimitError, at the path that costs most, if a run could not stay within the limits. */
export function refuseHopeless(scenario: Scenario, { eventsMax, memoryBytesMax }: RunLimits): void {
  const memory = memoryCosts(scenario);
  if (total(memory) > memoryBytesMax) {
    const { path, told } = greatest(memory);
    throw new LimitError({ limit: 'memory', path, expected: `a run in ${bytesText(memoryBytesMax)} of memory`, found: `one that needs about ${bytesText(total(memory))} (${told})`, hint: raiseHints.memory });
  }
  const events = eventCosts(scenario);
  if (total(events) > eventsMax) {
    const { path, told } = greatest(events);
    throw new LimitError({ limit: 'events', path, expected: `a run of at most ${largeNumber(eventsMax)} events`, found: `one of at least ${largeNumber(total(events))} (${told})`, hint: raiseHints.events });
  }
  const storm = stormCosts(scenario);
  if (total(storm) > FORESEEN_PER_EVENT * eventsMax) {
    const { path, told } = greatest(storm);
    throw new LimitError({ limit: 'events', path, expected: `a storm of at most ${largeNumber(FORESEEN_PER_EVENT * eventsMax)} attempts`, found: told, hint: 'wait longer between attempts, make the scenario smaller or shorter, or raise the limit with --max-events' });
  }
}

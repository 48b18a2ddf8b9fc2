/**
 * What a storm costs, if all goes wrong that can: the attempts of everybody, if
 * nobody gets through; those that clients make beside their own, which take a
 * place each; and what the sessions of a lost host ask for, if none is placed.
 */
import { createDistribution } from '../engine/distributions.ts';
import { LEAST_PAUSE_MS } from '../model/serving/lease-moves.ts';
import { formatDuration } from '../scenario/quantity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { atOnce, canFail, hostsOf, LATE_ATTEMPTS, meanDelayMs, populationOf, type Cost } from './foreseen-costs.ts';
import { largeNumber } from './limits.ts';

/** Sessions that come to be there, if all can connect. */
function allSessions(scenario: Scenario): number {
  return scenario.products.reduce(
    (sum, product) => sum + populationOf(scenario, product).reduce((all, crowd) => all + crowd.sessions, 0),
    0,
  );
}

/** Attempts beside their clients' own that hosts may have open at once, of clients whose attempts multiply: each has a record like a session. */
export function copiesOf(
  scenario: Scenario,
): { readonly path: string; readonly copies: number; readonly told: string }[] {
  const [{ name, parallelism, queue, opensTransport }] = scenario.tiers;
  const hosts = hostsOf(scenario).reduce((sum, one) => sum + (one.tier === name ? one.hosts : 0), 0);
  // Transports that open beside a queue have no limit.
  const room = opensTransport === null ? hosts * (queue.limit + parallelism) : Infinity;
  return scenario.clients.flatMap((client) => {
    const count = atOnce(client);
    if (count === 1) return [];
    const sessions = allSessions(scenario) * client.share;
    const told = `${largeNumber(sessions)} sessions, ${largeNumber(count)} attempts each at once`;
    return [{ path: `clients.${client.name}.multiplies`, copies: Math.min(room, sessions * (count - 1)), told }];
  });
}

/** Attempts, if everybody of a client version is refused from the start to the end. */
export function stormCosts(scenario: Scenario): Cost[] {
  if (!canFail(scenario)) return [];
  const { clients, clock, networkDelayMs } = scenario;
  const sessions = allSessions(scenario);
  return clients.map((client) => {
    const betweenMs = meanDelayMs(client, LATE_ATTEMPTS) + 2 * networkDelayMs;
    const { afterAttempts, then } = client.giveUp;
    const each = Math.min(clock.durationMs / betweenMs, then === 'reload' ? Infinity : afterAttempts);
    const every = betweenMs < 1 ? `${largeNumber(betweenMs * 1000)} µs` : formatDuration(Math.round(betweenMs));
    const count = atOnce(client);
    const attempts = count === 1 ? 'one attempt' : `${largeNumber(count)} attempts`;
    const told = `${largeNumber(sessions * client.share)} sessions, ${attempts} each ${every} while nobody gets through`;
    const estimated = sessions * client.share * each * count;
    return { path: `clients.${client.name}.backoff`, atLeast: 0, estimated, told };
  });
}

/** Sessions that ask for a host of a tier whose leases move by work, if none is placed from the start to the end. */
export function moveCosts(scenario: Scenario): Cost[] {
  if (!canFail(scenario)) return [];
  return scenario.tiers.flatMap(({ name, lease }) => {
    if (lease?.moves !== 'attempt') return [];
    const betweenMs = Math.max(LEAST_PAUSE_MS, createDistribution(lease.asksAgain).meanMs);
    const sessions = allSessions(scenario);
    const told = `${largeNumber(sessions)} sessions, which ask for a host each ${formatDuration(Math.round(betweenMs))} while none is placed`;
    const estimated = (sessions * scenario.clock.durationMs) / betweenMs;
    return [{ path: `tiers.${name}.lease.asksAgain`, atLeast: 0, estimated, told }];
  });
}

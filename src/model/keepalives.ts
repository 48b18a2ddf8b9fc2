/**
 * What is watched in a fleet: the clients' keepalives at the hosts of the
 * first tier, and the leases between sessions and the hosts of any tier that
 * has them. A lease is how trouble in one pod reaches all: a shared host that
 * does not get to its work drops sessions of every pod.
 */
import type { Fleet } from './fleet.ts';
import { StallWatch, type Watch, type WatchRules } from './stall-watch.ts';
import { DropCause } from './vocabulary.ts';

type WatchKind = new (fleet: Fleet, rules: WatchRules) => Watch;

/** The watches of each tier. `Kind` says how they watch; tests put a reference here. */
export function watchesOf(fleet: Fleet, Kind: WatchKind = StallWatch): Watch[][] {
  return fleet.scenario.tiers.map((tier, index) => {
    const watches: Watch[] = [];
    if (index === 0 && fleet.clients.versions.rules.some((rules) => rules.keepaliveEveryMs < Infinity))
      watches.push(new Kind(fleet, keepaliveRules(fleet)));
    if (tier.lease !== null) watches.push(new Kind(fleet, leaseRules(fleet, index, tier.lease)));
    return watches;
  });
}

function keepaliveRules(fleet: Fleet): WatchRules {
  const { clients, roster } = fleet;
  return {
    label: 'keepalive',
    isKeepalive: true,
    tier: 0,
    shortestTimeoutMs: Math.min(...clients.versions.rules.map((rules) => rules.keepaliveTimeoutMs)),
    everyMs: (session) => clients.versions.rules[roster.client(session)].keepaliveEveryMs,
    timeoutMs: (session) => clients.versions.rules[roster.client(session)].keepaliveTimeoutMs,
    onFail: (session, host) => clients.drop(session, DropCause.keepalive, host.stallLoss),
  };
}

function leaseRules(fleet: Fleet, tier: number, lease: { everyMs: number; timeoutMs: number }): WatchRules {
  return {
    label: `lease ${fleet.tierNames[tier]}`,
    isKeepalive: false,
    tier,
    shortestTimeoutMs: lease.timeoutMs,
    everyMs: () => lease.everyMs,
    timeoutMs: () => lease.timeoutMs,
    onFail: (session, host) => fleet.clients.drop(session, DropCause.lease, host.stallLoss),
  };
}

/**
 * Live figures of the fleet that both responders and metrics read. A pod is
 * impacted while more than 5 % of its sessions are disconnected; fractions are
 * of the sessions that are not gone. A gauge is one entry here.
 */
import type { Scales } from '../../policies/parameters.ts';
import type { FleetView } from './recorder.ts';
import { isUp, Session } from './vocabulary.ts';

/** More than this share of a pod's sessions disconnected: the pod is impacted. */
export const IMPACTED_FRACTION = 0.05;

export interface Gauge {
  readonly unit: 'fraction' | 'count';
  readonly help: string;
  /** What a part of the name means, or null if it takes none. A gauge of tiers is a sum over hosts. */
  readonly part: 'pod' | 'tier' | null;
  /** what of a scenario's `scale` multiplies it */
  readonly scales: Scales;
  /** `part` is an index, −1 for the whole fleet. */
  read(fleet: FleetView, part: number): number;
}

export function disconnectedSessions(fleet: FleetView, pod: number): number {
  return (
    fleet.sessions(pod, Session.unaware) +
    fleet.sessions(pod, Session.waiting) +
    fleet.sessions(pod, Session.connecting) +
    fleet.sessions(pod, Session.gaveUp)
  );
}

/** Disconnected / not gone, of one pod, or of all with pod −1; 0 while there are no sessions. */
export function disconnectedFraction(fleet: FleetView, pod: number): number {
  let disconnected = 0;
  let connected = 0;
  const first = pod < 0 ? 0 : pod;
  const last = pod < 0 ? fleet.podNames.length - 1 : pod;
  for (let p = first; p <= last; p++) {
    disconnected += disconnectedSessions(fleet, p);
    connected += fleet.sessions(p, Session.connected);
  }
  return disconnected === 0 ? 0 : disconnected / (disconnected + connected);
}

/** Of all that are not gone, those that are connected and wait for a host that is to place them anew. */
function stalledFraction(fleet: FleetView, pod: number): number {
  let stalled = 0;
  let all = 0;
  const first = pod < 0 ? 0 : pod;
  const last = pod < 0 ? fleet.podNames.length - 1 : pod;
  for (let p = first; p <= last; p++) {
    stalled += fleet.stalledSessions(p);
    all += disconnectedSessions(fleet, p) + fleet.sessions(p, Session.connected);
  }
  return stalled === 0 ? 0 : stalled / all;
}

export function isImpacted(fleet: FleetView, pod: number): boolean {
  return disconnectedFraction(fleet, pod) > IMPACTED_FRACTION;
}

function countPods(fleet: FleetView, test: (pod: number) => boolean): number {
  let count = 0;
  for (let pod = 0; pod < fleet.podNames.length; pod++) if (test(pod)) count++;
  return count;
}

function sumHosts(fleet: FleetView, tier: number, value: (host: number) => number): number {
  let sum = 0;
  for (let host = 0; host < fleet.hostCount; host++) if (tier < 0 || fleet.hostTier(host) === tier) sum += value(host);
  return sum;
}

export const gauges: Record<string, Gauge> = {
  disconnectedFraction: {
    unit: 'fraction',
    help: 'share of the sessions that are not connected (unaware, waiting, connecting, gave up)',
    part: 'pod',
    scales: 'nothing',
    read: disconnectedFraction,
  },
  stalledFraction: {
    unit: 'fraction',
    help: 'share of the sessions that are connected and stall: their host of a tier is lost whose leases move by work (`lease.moves`), and none has placed them anew',
    part: 'pod',
    scales: 'nothing',
    read: stalledFraction,
  },
  impactedPods: {
    unit: 'count',
    help: 'pods of which more than 5 % of the sessions are disconnected',
    part: null,
    scales: 'nothing',
    read: (fleet) => countPods(fleet, (pod) => isImpacted(fleet, pod)),
  },
  hostsUp: {
    unit: 'count',
    help: 'hosts that are up or warming',
    part: 'tier',
    scales: 'hosts',
    read: (fleet, tier) => sumHosts(fleet, tier, (host) => (isUp(fleet.hostState(host)) ? 1 : 0)),
  },
  queueLength: {
    unit: 'count',
    help: 'attempts that wait at hosts, abandoned ones included',
    part: 'tier',
    scales: 'sessions',
    read: (fleet, tier) => sumHosts(fleet, tier, (host) => fleet.hostQueueLength(host)),
  },
  openAttempts: {
    unit: 'count',
    help: 'attempts that wait at hosts or are being served, abandoned ones included',
    part: 'tier',
    scales: 'sessions',
    read: (fleet, tier) => sumHosts(fleet, tier, (host) => fleet.hostQueueLength(host) + fleet.hostInService(host)),
  },
};

/**
 * Gates: which one stands before a host, and what it is told of the attempts
 * that are in the host's tier already when another one takes its place.
 */
import type { Admission } from '../../policies/admission.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';

export function gateOf(fleet: Fleet, host: Host): Admission {
  return host.rules.gatedPerHost ? host.gate : fleet.balancerOfHost(host).gate;
}

function inTier(host: Host): number {
  return host.queueLength + host.inService;
}

/** A new gate is told of everything that is in the host's tier already. */
export function tellGate(fleet: Fleet, host: Host): void {
  if (!host.rules.gateListens) return;
  const gate = gateOf(fleet, host);
  for (let n = inTier(host); n > 0; n--) gate.begin(fleet.engine.nowMs);
}

/** The gate of all hosts of a balancer hears no more of what is at this one, which gets another. */
export function leaveGate(fleet: Fleet, host: Host): void {
  if (!host.rules.gateListens || host.rules.gatedPerHost) return;
  const gate = gateOf(fleet, host);
  for (let n = inTier(host); n > 0; n--) gate.end(fleet.engine.nowMs, 0, 'moved');
}

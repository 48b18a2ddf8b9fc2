/**
 * Leases between sessions and the hosts of a tier that has them. A lease is how
 * trouble in one pod reaches all: a shared host that does not get to its work
 * drops sessions of every pod.
 */
import type { Fleet } from '../state/fleet.ts';
import { DropCause } from '../state/vocabulary.ts';
import type { Connections } from './answers.ts';
import type { WatchRules } from './stall-watch.ts';

/** Of each tier that has leases. */
export function leasesOf(fleet: Fleet, connections: Connections): WatchRules[] {
  return fleet.scenario.tiers.flatMap(({ name, lease }, tier) =>
    lease === null
      ? []
      : {
          label: `lease ${name}`,
          phaseLuck: 'lease phase',
          tier,
          answered: () => lease.answered,
          shortestTimeoutMs: lease.timeoutMs,
          everyMs: () => lease.everyMs,
          timeoutMs: () => lease.timeoutMs,
          onFail: (session, loss) => connections.drop(session, DropCause.lease, loss),
        },
  );
}

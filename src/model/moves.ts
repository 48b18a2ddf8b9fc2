/**
 * Sessions of a host that goes down and does not hold them: each moves to the
 * host of the tier that is up and has the fewest, with its lease. Those that
 * find none wait, and come to the first that is up again.
 */
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';

/** Visits the host's sessions; the visit may take them off the host. */
export function eachSession(fleet: Fleet, host: Host, visit: (session: number) => void): void {
  const next = fleet.roster.next[host.tier];
  for (let session = host.sessionHead; session >= 0;) {
    const after = next[session];
    visit(session);
    session = after;
  }
}

/** The session goes to another host of the tier that is up, if there is one. */
export function moveAway(fleet: Fleet, session: number, host: Host): void {
  let best: Host | null = null;
  for (const other of fleet.balancerOf(host.tier, host.pod).hosts)
    if (other !== host && other.isUp && (best === null || other.sessions < best.sessions)) best = other;
  if (best === null) return;
  fleet.detach(session, host.tier);
  fleet.attach(session, best);
}

/** Sessions that found no host up when theirs went down come to the first that is. */
export function adoptOrphans(fleet: Fleet, host: Host): void {
  for (const other of fleet.balancerOf(host.tier, host.pod).hosts)
    if (!other.isAlive && other.sessions > 0) eachSession(fleet, other, (session) => moveAway(fleet, session, other));
}

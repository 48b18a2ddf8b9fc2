/**
 * Looks into the fleet between two events: the lists by which hosts find their
 * sessions and attempts must agree with what these say of themselves. No
 * session is on two hosts of a tier, or on one without being connected; no
 * attempt is in two lines; each open attempt of a client is the one that the
 * client has open.
 */
import { Phase } from './attempts.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { AttemptKind, Session } from './vocabulary.ts';

/** The first thing that is wrong, in words; null if all is well. */
export function inspectFleet(fleet: Fleet): string | null {
  for (let tier = 0; tier < fleet.tierCount; tier++) {
    const flaw = inspectSessions(fleet, tier) ?? inspectHosts(fleet, tier);
    if (flaw !== null) return flaw;
  }
  return inspectClients(fleet);
}

function inspectSessions(fleet: Fleet, tier: number): string | null {
  const { roster } = fleet;
  const seen = new Set<number>();
  for (const host of fleet.hosts.filter((each) => each.tier === tier)) {
    let count = 0;
    for (let session = host.sessionHead; session >= 0; session = roster.next[tier][session]) {
      if (seen.has(session)) return `session ${session} is on two hosts of tier ${tier}, or twice on ${host.label}`;
      seen.add(session);
      if (roster.host[tier][session] !== host.index)
        return `session ${session} is in the list of ${host.label}, and says otherwise`;
      if (roster.state(session) !== Session.connected)
        return `session ${session} is on ${host.label}, and not connected`;
      if (host.pod >= 0 && roster.pod(session) !== host.pod)
        return `session ${session} is on ${host.label}, which is of another pod`;
      count++;
    }
    const flaw = inspectStalled(fleet, host);
    if (flaw !== null) return flaw;
    if (count !== host.sessions) return `${host.label} has ${count} sessions, and counts ${host.sessions}`;
  }
  for (let session = 0; session < roster.slots; session++) {
    const isThere = roster.host[tier][session] >= 0;
    const hasLost = fleet.stalled.hasLost(session, tier);
    if (isThere && hasLost) return `session ${session} is on a host of tier ${tier}, and has lost it`;
    if ((isThere || hasLost) !== (roster.state(session) === Session.connected))
      return `session ${session} is ${isThere ? '' : 'not '}on a host of tier ${tier}`;
    if (isThere && !seen.has(session)) return `session ${session} says that it is on a host which does not have it`;
  }
  return null;
}

/** The host counts those of its sessions that stall. */
function inspectStalled({ roster, stalled }: Fleet, host: Host): string | null {
  let count = 0;
  let sinceSumMs = 0;
  for (let session = host.sessionHead; session >= 0; session = roster.next[host.tier][session]) {
    const since = stalled.of(session)?.sinceMs;
    if (since === undefined) continue;
    count++;
    sinceSumMs += since;
  }
  const { stalled: counted } = host;
  // A sum that others have gone from is theirs up to rounding.
  const isSame = Math.abs(sinceSumMs - counted.sinceSumMs) <= 1e-6 * (1 + sinceSumMs);
  return counted.count === count && isSame
    ? null
    : `${count} sessions stall on ${host.label}, since ${sinceSumMs} ms in all, and it counts ${counted.count} since ${counted.sinceSumMs} ms`;
}

function inspectHosts(fleet: Fleet, tier: number): string | null {
  for (const host of fleet.hosts) {
    if (host.tier !== tier) continue;
    const flaw = inspectLine(fleet, host) ?? inspectOpen(fleet, host);
    if (flaw !== null) return flaw;
    if (!host.isAlive && host.openCount > 0) return `${host.label} is down, and has ${host.openCount} attempts open`;
  }
  return null;
}

function inspectLine({ attempts }: Fleet, host: Host): string | null {
  const lengths = [host.line, host.resumedLine].map((line) => inspectOneLine(attempts, host, line));
  const flaw = lengths.find((length) => typeof length === 'string');
  if (flaw !== undefined) return flaw;
  const length = Number(lengths[0]) + Number(lengths[1]);
  return length === host.queueLength ? null : `${length} wait at ${host.label}, which counts ${host.queueLength}`;
}

/** How many wait in the line, or what is wrong with it. */
function inspectOneLine(attempts: Fleet['attempts'], host: Host, line: Host['line']): number | string {
  let length = 0;
  let last = -1;
  for (let attempt = line.head; attempt >= 0; attempt = attempts.queueNext(attempt)) {
    if (attempts.phase(attempt) !== Phase.queued || attempts.tier(attempt) !== host.tier)
      return `attempt ${attempt} is in the line of ${host.label}, and does not wait there`;
    if (attempts.queuePrevious(attempt) !== last) return `the line of ${host.label} is torn at attempt ${attempt}`;
    if (last >= 0 && attempts.enteredMs(attempt) < attempts.enteredMs(last))
      return `the line of ${host.label} is not in the order of arrival`;
    last = attempt;
    length++;
  }
  return length === line.length && line.tail === last
    ? length
    : `${length} are in a line of ${host.label}, which counts ${line.length}`;
}

function inspectOpen({ attempts }: Fleet, host: Host): string | null {
  const { tier } = host;
  const count = { open: 0, unopened: 0, queued: 0, serving: 0, inFlight: 0, busy: 0 };
  for (let attempt = host.openHead; attempt >= 0; attempt = attempts.next(tier, attempt)) {
    const phase = attempts.phase(attempt);
    const isHere = attempts.tier(attempt) === tier;
    const handedOver = !isHere || phase === Phase.opened;
    const serving = !handedOver && phase === Phase.serving;
    count.open++;
    if (attempts.host(tier, attempt) !== host.index)
      return `attempt ${attempt} is open on ${host.label}, and says otherwise`;
    if (isHere && phase === Phase.unopened) count.unopened++;
    if (!handedOver && phase === Phase.queued) count.queued++;
    if (serving) count.serving++;
    if (serving || handedOver) count.inFlight++;
    if (serving || (handedOver && host.rules.sync)) count.busy++;
  }
  const counted = {
    open: host.openCount,
    unopened: host.unopened,
    queued: host.queueLength,
    serving: host.inService,
    inFlight: host.inFlight,
    busy: host.busy,
  };
  const [found, said] = [JSON.stringify(count), JSON.stringify(counted)];
  return found === said ? null : `${host.label} has attempts ${found}, and counts ${said}`;
}

/** Each session that is connecting has one attempt open, which is its own. */
function inspectClients({ attempts, roster, hosts, stalled }: Fleet): string | null {
  for (let session = 0; session < roster.slots; session++) {
    const attempt = attempts.awaitedBy(session);
    const owner = roster.ownerOf(session);
    const isMove = attempt >= 0 && attempts.kind(attempt) === AttemptKind.moved;
    if (
      isMove &&
      (stalled.of(session)?.lost[0].tier !== attempts.tier(attempt) || roster.state(session) !== Session.connected)
    )
      return `session ${session} is to be placed anew, and has not lost its host`;
    if (owner !== session && (roster.state(session) !== Session.gone || attempts.awaitedBy(owner) < 0))
      return `${session} is a copy of session ${owner}, which has no attempt open`;
    if (!isMove && (roster.state(owner) === Session.connecting) !== attempt >= 0)
      return `session ${session} in state ${roster.state(session)} has attempt ${attempt} open`;
    if (attempt >= 0 && (attempts.session(attempt) !== session || attempts.serial(attempt) !== roster.serial(session)))
      return `attempt ${attempt} is not the one of session ${session}`;
  }
  const open = new Set<number>();
  for (const host of hosts)
    for (let attempt = host.openHead; attempt >= 0; attempt = attempts.next(host.tier, attempt)) open.add(attempt);
  for (let session = 0; session < roster.slots; session++) {
    const attempt = attempts.awaitedBy(session);
    if (attempt >= 0 && !open.has(attempt))
      return `session ${session} waits for attempt ${attempt}, which no host has open`;
  }
  return null;
}

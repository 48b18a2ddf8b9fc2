/**
 * A recorder that believes nothing: it keeps its own books of what the model
 * tells, holds them against what the model shows at every whole second and
 * against the hosts' limits at every service, and throws at the first law that
 * is broken, with the instant. The laws in words:
 *
 * - time never goes back, from call to call;
 * - sessions: per pod the six states sum to those ever admitted there; connected
 *   = those of the start + connects − drops − those who left connected; gone =
 *   those told as left;
 * - attempts: those begun = those told as ended, or refused ahead of their time,
 *   + one per session that is connecting; at the end of the run, those begun =
 *   those told, for those under way are told as ended `open`; none is refused
 *   ahead of its time for an instant at which its pod has a host;
 * - tiers: attempts that entered − those that left = those that wait or are
 *   served; the integral of their number = the sum of their stays so far, which
 *   is Little's law without an average; services told to go on = those of hosts
 *   that are not paused, and no client stops waiting twice;
 * - losses: the start's first, if anything is amiss then; numbered in turn, each the work of earlier ones in shares that sum to 1.
 */
import type { FleetView, Recorder } from '../../src/model/state/recorder.ts';
import {
  AttemptEnd,
  attemptEnds,
  deathCauses,
  dropCauses,
  HostState,
  rejectReasons,
  RejectReason,
  reloadCauses,
  ServiceFor,
  Session,
  sessionStates,
} from '../../src/model/state/vocabulary.ts';
import { isOpening } from '../../src/model/state/attempts.ts';
import { Fleet } from '../../src/model/state/fleet.ts';
import { inspectFleet } from '../../src/model/state/inspection.ts';

/** By host: what was counted at the last look. */
interface Ceilings {
  readonly served: number[];
  readonly busy: number[];
  readonly inFlight: number[];
  readonly queued: number[];
}

export class LawBroken extends Error {}

function zeros(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 0]));
}

export class LawKeeper implements Recorder {
  /** what was told, by the names of the metrics */
  readonly told = {
    arrivals: 0,
    left: 0,
    gaveUp: 0,
    reboots: 0,
    suppressed: 0,
    reloads: zeros(reloadCauses),
    drops: zeros(dropCauses),
    ends: zeros(attemptEnds),
    rejected: zeros(rejectReasons),
    deaths: zeros(deathCauses),
    /** the integral of the disconnected sessions, in ms */
    lostSessionMs: 0,
  };
  private readonly awayMs: number[] = [];
  /** by tier: attempts that came, and the sum of the stays of those that went */
  readonly entered: number[] = [];
  readonly staysMs: number[] = [];
  samples = 0;
  private fleet!: Fleet;
  private lastMs = 0;
  private ended = 0;
  private disconnected = 0;
  private disconnectedSinceMs = 0;
  private readonly startedWith: number[] = [];
  private readonly cameTo: number[] = [];
  private readonly goneFrom: number[] = [];
  private readonly connectedIn: number[] = [];
  /** by pod: until when attempts were refused ahead */
  private readonly closedUntilMs: number[] = [];
  private readonly here: number[] = [];
  private readonly hereMs: number[] = [];
  private readonly hereSinceMs: number[] = [];
  /** by tier: services that go on, those of them for nobody, and clients that wait in the queue */
  private readonly serving: number[] = [];
  private readonly servingNobody: number[] = [];
  private readonly leftWaiting: number[] = [];
  private readonly ceilings: Ceilings = { served: [], busy: [], inFlight: [], queued: [] };
  private readonly ejected = new Set<number>();
  private readonly actionsUnderWay = new Set<string>();
  private losses = 1;

  begin(fleet: FleetView): void {
    if (!(fleet instanceof Fleet)) throw new Error('the recorder is shown something that is not the fleet');
    this.fleet = fleet;
    fleet.podNames.forEach((_, pod) => {
      this.connectedIn[pod] = fleet.sessions(pod, Session.connected);
      this.startedWith[pod] = sessionStates.reduce((sum, _state, state) => sum + fleet.sessions(pod, state), 0);
      this.disconnected += this.startedWith[pod] - this.connectedIn[pod];
      for (const books of [this.cameTo, this.goneFrom, this.closedUntilMs]) books[pod] = 0;
    });
    fleet.tierNames.forEach((_, tier) => {
      for (const books of [
        this.serving,
        this.servingNobody,
        this.leftWaiting,
        this.entered,
        this.staysMs,
        this.here,
        this.hereMs,
        this.hereSinceMs,
      ])
        books[tier] = 0;
    });
    this.audit(0);
  }

  sample(atMs: number): void {
    this.law(atMs === 1000 * this.samples, `sample ${this.samples} comes at ${atMs} ms`);
    this.samples++;
    this.hear(atMs);
    this.audit(atMs);
  }

  measureFrom(atMs: number): void {
    this.hear(atMs);
    this.law(atMs === this.fleet.scenario.measure.fromMs && atMs > 0, `measuring begins at ${atMs} ms`);
  }

  end(endMs: number): void {
    this.hear(endMs);
    this.law(
      this.ended === this.fleet.attemptCount,
      `${this.fleet.attemptCount} attempts were begun, and ${this.ended} ended`,
    );
    const longestMs = this.awayMs.reduce((most, away) => Math.max(most, away), 0);
    this.law(longestMs <= endMs, `a session has been away for ${longestMs} ms`);
    this.integrate(endMs, 0);
    const { length } = this.awayMs;
    this.law(length <= this.disconnected, `${length} are still away, and ${this.disconnected} are disconnected`);
  }

  arrived(nowMs: number, pod: number): void {
    this.hear(nowMs);
    this.told.arrivals++;
    this.cameTo[pod]++;
    this.integrate(nowMs, 1);
  }

  left(nowMs: number, pod: number): void {
    this.hear(nowMs);
    this.told.left++;
    this.goneFrom[pod]++;
    const now = this.fleet.sessions(pod, Session.connected);
    const wasConnected = now === this.connectedIn[pod] - 1;
    this.law(
      wasConnected || now === this.connectedIn[pod],
      `a session left, and the connected went from ${this.connectedIn[pod]} to ${now}`,
    );
    this.connectedIn[pod] = now;
    if (!wasConnected) this.integrate(nowMs, -1);
  }

  gaveUp(nowMs: number): void {
    this.hear(nowMs);
    this.told.gaveUp++;
  }

  suppressed(nowMs: number): void {
    this.hear(nowMs);
    this.told.suppressed++;
  }

  pageReloaded(nowMs: number, _pod: number, cause: number): void {
    this.hear(nowMs);
    this.told.reloads[reloadCauses[cause]]++;
  }

  dropped(nowMs: number, pod: number, cause: number, loss: number): void {
    this.hear(nowMs);
    this.told.drops[dropCauses[cause]]++;
    this.connectedIn[pod]--;
    this.law(loss >= 0 && loss < this.losses, `a drop belongs to loss ${loss}, and there are ${this.losses}`);
    this.integrate(nowMs, 1);
  }

  attemptEnded(nowMs: number, _pod: number, end: number, reason: number): void {
    this.hear(nowMs);
    this.ended++;
    this.told.ends[attemptEnds[end]]++;
    this.law(
      (end === AttemptEnd.rejected) === reason >= 0,
      `an attempt ended ${attemptEnds[end]} for the reason ${reason}`,
    );
    if (reason >= 0) this.told.rejected[rejectReasons[reason]]++;
  }

  refusedAhead(atMs: number, pod: number, reason: number): void {
    this.law(atMs >= this.lastMs, `an attempt was refused ahead at ${atMs} ms, which is past`);
    this.ended++;
    this.told.ends.rejected++;
    this.told.rejected[rejectReasons[reason]]++;
    if (reason === RejectReason.noHost) this.closedUntilMs[pod] = Math.max(this.closedUntilMs[pod], atMs);
  }

  connected(nowMs: number, pod: number, connectTimeMs: number, reconnectTimeMs: number): void {
    this.hear(nowMs);
    this.connectedIn[pod]++;
    this.law(
      connectTimeMs >= 0 && (reconnectTimeMs >= 0 || reconnectTimeMs === -1),
      `it took ${connectTimeMs} and ${reconnectTimeMs} ms to connect`,
    );
    this.integrate(nowMs, -1);
  }

  stillAway(awayMs: number): void {
    this.awayMs.push(awayMs);
  }

  startsInTier(nowMs: number, tier: number): void {
    this.hear(nowMs);
    this.law(nowMs === 0, `an attempt of the start comes at ${nowMs} ms`);
    this.move(nowMs, tier, 1);
  }

  enteredTier(nowMs: number, tier: number): void {
    this.hear(nowMs);
    this.entered[tier]++;
    this.move(nowMs, tier, 1);
  }

  abandonedInQueue(nowMs: number, tier: number, enteredMs: number): void {
    this.hear(nowMs);
    this.leftWaiting[tier]++;
    const waiting = this.here[tier] - this.inService(tier);
    this.law(
      enteredMs <= nowMs && waiting > 0,
      `a client stops waiting since ${enteredMs} ms in a queue of ${waiting}`,
    );
  }

  leftTier(nowMs: number, tier: number, stayMs: number, serviceFor: number): void {
    this.hear(nowMs);
    if (serviceFor !== ServiceFor.none) this.serve(tier, -1, serviceFor === ServiceFor.nobody ? -1 : 0);
    this.law(stayMs >= 0 && stayMs <= nowMs, `an attempt was at tier ${tier} for ${stayMs} ms`);
    this.staysMs[tier] += stayMs;
    this.move(nowMs, tier, -1);
    this.limits(tier);
  }

  serviceBegan(nowMs: number, tier: number, waitMs: number, serviceMs: number): void {
    this.hear(nowMs);
    this.law(waitMs >= 0 && serviceMs >= 0, `after a wait of ${waitMs} ms a service of ${serviceMs} ms began`);
    this.serve(tier, 1, 0);
    this.limits(tier);
  }

  abandonedServed(nowMs: number, tier: number, waitMs: number, serviceMs: number): void {
    this.serviceBegan(nowMs, tier, waitMs, serviceMs);
    this.serve(tier, 0, 1);
  }

  abandonedDiscarded(nowMs: number, tier: number, waitMs: number): void {
    this.hear(nowMs);
    this.law(waitMs >= 0 && this.here[tier] > 0, `after a wait of ${waitMs} ms an attempt is discarded`);
  }

  abandonedInService(nowMs: number, tier: number): void {
    this.hear(nowMs);
    this.serve(tier, 0, 1);
  }

  servicePaused(nowMs: number, tier: number, forNobody: boolean): void {
    this.hear(nowMs);
    this.serve(tier, -1, forNobody ? -1 : 0);
  }

  serviceResumed(nowMs: number, tier: number, forNobody: boolean): void {
    this.hear(nowMs);
    this.serve(tier, 1, forNobody ? 1 : 0);
  }

  hostRulesChanged(nowMs: number): void {
    this.hear(nowMs);
  }

  hostChanged(nowMs: number, host: number, state: number): void {
    this.hear(nowMs);
    this.law(this.fleet.hostState(host) === state, `host ${host} is told to be in state ${state}, and is not`);
    if (state >= HostState.absent) this.ejected.delete(host);
    this.openPods(nowMs);
  }

  hostDied(nowMs: number, _host: number, cause: number): void {
    this.hear(nowMs);
    this.told.deaths[deathCauses[cause]]++;
  }

  hostRebooted(nowMs: number): void {
    this.hear(nowMs);
    this.told.reboots++;
  }

  hostReady(nowMs: number, host: number, ready: boolean): void {
    this.hear(nowMs);
    this.law(
      this.fleet.hosts[host].readiness.isReady === ready && this.fleet.hosts[host].isAlive,
      `host ${host} is told to be ${ready ? '' : 'un'}ready, and is not`,
    );
    this.openPods(nowMs);
  }

  scaled(nowMs: number, subject: string, fromHosts: number, toHosts: number): void {
    this.hear(nowMs);
    this.law(
      Number.isInteger(toHosts) && toHosts >= 0 && toHosts !== fromHosts,
      `${subject} is scaled from ${fromHosts} to ${toHosts} hosts`,
    );
  }

  hostEjected(nowMs: number, host: number, forMs: number): void {
    this.hear(nowMs);
    const { label, rules } = this.fleet.hosts[host];
    const longestMs = rules.tier.ejection?.longestMs ?? 0;
    this.law(forMs > 0 && forMs <= longestMs, `${label} is ejected for ${forMs} ms, and may be for ${longestMs} ms`);
    this.law(!this.ejected.has(host), `${label} is ejected, and was already`);
    this.ejected.add(host);
  }

  hostReadmitted(nowMs: number, host: number): void {
    this.hear(nowMs);
    this.law(this.ejected.delete(host), `host ${host} is readmitted, and was not ejected`);
  }

  action(nowMs: number, name: string, _title: string, _byResponder: boolean, done: boolean): void {
    this.hear(nowMs);
    this.law(
      this.actionsUnderWay.has(name) === done,
      `action ${name} ${done ? 'is over without having begun' : 'begins twice'}`,
    );
    if (done) this.actionsUnderWay.delete(name);
    else this.actionsUnderWay.add(name);
  }

  aborted(nowMs: number, name: string): void {
    this.hear(nowMs);
    this.law(this.actionsUnderWay.has(name), `action ${name} is aborted, and is not under way`);
  }

  responder(nowMs: number): void {
    this.hear(nowMs);
  }

  loss(nowMs: number, loss: number, kind: string, subject: string, parents: ReadonlyMap<number, number>): void {
    this.hear(nowMs);
    this.law(loss === this.losses, `loss ${loss} comes after ${this.losses - 1}`);
    const shares = [...parents.values()].reduce((sum, share) => sum + share, 0);
    const isRoot = kind === 'action' || kind === 'start';
    this.law(kind !== 'start' || loss === 1, `the loss of the start is number ${loss}`);
    const whole = isRoot ? parents.size === 0 : Math.abs(shares - 1) < 1e-9;
    this.law(
      whole && [...parents.keys()].every((parent) => parent < loss),
      `the ${kind} of ${subject} is the work of ${shares} losses`,
    );
    this.losses++;
  }

  private law(holds: boolean, otherwise: string): void {
    if (!holds) throw new LawBroken(`${otherwise} (after ${this.lastMs} ms)`);
  }

  private hear(nowMs: number): void {
    this.law(nowMs >= this.lastMs, `time goes back to ${nowMs} ms`);
    this.lastMs = nowMs;
  }

  private integrate(nowMs: number, change: number): void {
    this.told.lostSessionMs += this.disconnected * (nowMs - this.disconnectedSinceMs);
    this.disconnectedSinceMs = nowMs;
    this.disconnected += change;
  }

  private move(nowMs: number, tier: number, change: number): void {
    this.hereMs[tier] += this.here[tier] * (nowMs - this.hereSinceMs[tier]);
    this.hereSinceMs[tier] = nowMs;
    this.here[tier] += change;
  }

  private serve(tier: number, change: number, changeForNobody: number): void {
    this.serving[tier] += change;
    this.servingNobody[tier] += changeForNobody;
    const [all, forNobody] = [this.serving[tier], this.servingNobody[tier]];
    this.law(forNobody >= 0 && forNobody <= all, `of ${all} services at tier ${tier} ${forNobody} are for nobody`);
  }

  /** Services of the tier's hosts that go on. */
  private inService(tier: number): number {
    return this.fleet.hosts.reduce(
      (sum, host) => sum + (host.tier === tier && host.state !== HostState.paused ? host.inService : 0),
      0,
    );
  }

  private limits(tier: number): void {
    for (const host of this.fleet.hosts) {
      if (host.tier !== tier) continue;
      const { slots, inFlightLimit, queueLimit } = host.rules;
      this.within(host.label, 'serves', host.inService, slots, this.ceilings.served, host.index);
      this.within(host.label, 'has slots taken:', host.busy, slots, this.ceilings.busy, host.index);
      this.within(host.label, 'has in flight', host.inFlight, inFlightLimit, this.ceilings.inFlight, host.index);
      this.within(host.label, 'lets wait', host.queueLength, queueLimit, this.ceilings.queued, host.index);
    }
  }

  /** No more than the limit; after an action lowered it, no more than there were before. */
  private within(label: string, does: string, count: number, limit: number, before: number[], host: number): void {
    this.law(
      count >= 0 && count <= Math.max(limit, before[host] ?? 0),
      `host ${label} ${does} ${count}, and may ${limit}`,
    );
    before[host] = count;
  }

  /** No pod that has a host refused attempts ahead beyond this instant. */
  private openPods(nowMs: number): void {
    this.closedUntilMs.forEach((untilMs, pod) => {
      const isOpen = this.fleet.balancerOf(0, pod).pool.length > 0;
      this.law(
        !isOpen || untilMs < nowMs || untilMs === 0,
        `pod ${pod} is open, and attempts were refused ahead until ${untilMs} ms`,
      );
    });
  }

  private audit(atMs: number): void {
    const { fleet } = this;
    const connecting = fleet.podNames.reduce((sum, _, pod) => sum + fleet.sessions(pod, Session.connecting), 0);
    const { roster } = fleet;
    let beside = 0;
    for (let slot = 0; slot < roster.slots; slot++) if (roster.ownerOf(slot) !== slot) beside++;
    this.law(
      this.ended + connecting + beside === fleet.attemptCount,
      `${fleet.attemptCount} attempts begun, ${this.ended} ended, ${connecting} and ${beside} beside them under way`,
    );
    this.auditPods();
    fleet.tierNames.forEach((name, tier) => {
      this.limits(tier);
      this.auditTier(atMs, tier, name);
    });
    const flaw = inspectFleet(fleet);
    this.law(flaw === null, flaw ?? '');
  }

  private auditPods(): void {
    const { fleet } = this;
    let admitted = 0;
    for (let pod = 0; pod < fleet.podNames.length; pod++) {
      const counts = sessionStates.map((_, state) => fleet.sessions(pod, state));
      const sum = counts.reduce((total, count) => total + count, 0);
      const came = this.startedWith[pod] + this.cameTo[pod];
      admitted += came;
      const told = counts.map((count, state) => `${count} ${sessionStates[state]}`).join(', ');
      this.law(
        counts.every((count) => count >= 0) && sum === came,
        `pod ${pod} has admitted ${came}, and shows ${told}`,
      );
      this.law(
        counts[Session.gone] === this.goneFrom[pod],
        `${this.goneFrom[pod]} left pod ${pod}, which shows ${told}`,
      );
      this.law(
        counts[Session.connected] === this.connectedIn[pod],
        `${this.connectedIn[pod]} are connected in pod ${pod} by the books, which shows ${told}`,
      );
    }
    this.law(fleet.admitted === admitted, `${fleet.admitted} sessions were admitted, and ${admitted} told`);
    const disconnected =
      admitted -
      this.goneFrom.reduce((sum, gone) => sum + gone, 0) -
      this.connectedIn.reduce((sum, one) => sum + one, 0);
    this.law(
      this.disconnected === disconnected,
      `${disconnected} sessions are disconnected, and ${this.disconnected} told`,
    );
  }

  private auditTier(atMs: number, tier: number, name: string): void {
    let present = 0;
    let agesMs = 0;
    for (const host of this.fleet.hosts) {
      if (host.tier !== tier) continue;
      present += host.queueLength + host.inService;
      for (let a = host.openHead; a >= 0; a = this.fleet.attempts.next(tier, a))
        if (this.fleet.attempts.tier(a) === tier && !isOpening(this.fleet.attempts.phase(a)))
          agesMs += atMs - this.fleet.attempts.enteredMs(a);
    }
    this.law(
      this.serving[tier] === this.inService(tier),
      `${this.serving[tier]} services go on at ${name} by the books, ${this.inService(tier)} by its hosts`,
    );
    this.law(
      this.leftWaiting[tier] <= this.entered[tier],
      `${this.leftWaiting[tier]} clients stopped waiting at ${name}, of ${this.entered[tier]} attempts that came`,
    );
    this.law(
      this.here[tier] === present,
      `${this.here[tier]} attempts are at tier ${name} by the books, ${present} by its hosts`,
    );
    this.move(atMs, tier, 0);
    const staysMs = this.staysMs[tier] + agesMs;
    this.law(
      Math.abs(this.hereMs[tier] - staysMs) <= 1e-6 * (1 + staysMs),
      `the number at ${name} integrates to ${this.hereMs[tier]} ms, the stays sum to ${staysMs}`,
    );
  }
}

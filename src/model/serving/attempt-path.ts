/**
 * The attempt's way: balancer → queue → service → next tier; connected when
 * the last tier is done and the client still waits. Where a tier opens transports
 * before that, the client's login is a part of the way (transports.ts). A service that has begun
 * runs to its end. An attempt whose client has left stays in its queue, and
 * counts, until the host comes to it: the host then spends `abandonedWorkCost`
 * of its service time. Only a host that never notices (cost 1) hands such an
 * attempt over to the next tier.
 */
import type { Stream } from '../../engine/luck.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { Ending } from '../../policies/admission.ts';
import { isOpening, Phase } from '../state/attempts.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { linkOpen, openOn, unlinkOpen } from '../state/open-attempts.ts';
import { AttemptKind, Happening, RejectReason, ServiceFor } from '../state/vocabulary.ts';
import type { Answers } from './answers.ts';
import type { Ejections } from './ejection.ts';
import { gateOf } from './gates.ts';
import type { MemoryLimits } from './memory.ts';
import type { Placement } from './placement.ts';
import type { Refusals } from './refusals.ts';
import type { Registrations } from './registrations.ts';
import type { Routing } from './routing.ts';
import { Services } from './services.ts';
import type { Stalls } from './stalls.ts';
import type { TransportEnds, Transports } from './transports.ts';

/** Whom the way of an attempt leads past. */
export interface PathNeighbours {
  readonly routing: Routing;
  readonly refusals: Refusals;
  readonly ejections: Ejections;
  readonly registrations: Registrations;
  readonly placement: Placement;
  readonly memory: MemoryLimits;
  readonly stalls: Stalls;
  readonly transports: Pick<Transports, keyof Transports>;
  readonly answers: Answers;
  /** a host has placed a session anew */
  readonly whenPlaced: (session: number, host: Host) => void;
  /** a host has served as much as it takes to be warm */
  readonly whenWarm: (host: Host) => void;
}

export class AttemptPath implements TransportEnds {
  private readonly fleet: Fleet;
  private readonly routing: Routing;
  private readonly refusals: Refusals;
  private readonly ejections: Ejections;
  private readonly registrations: Registrations;
  private readonly placement: Placement;
  private readonly memory: MemoryLimits;
  private readonly stalls: Stalls;
  private readonly transports: Pick<Transports, keyof Transports>;
  private readonly answers: Answers;
  private readonly whenPlaced: (session: number, host: Host) => void;
  private readonly whenWarm: (host: Host) => void;
  private readonly serviceLuck: Stream;
  private readonly lastTier: number;
  /** whether some tier opens transports before it answers */
  private readonly opensTransports: boolean;
  private readonly services: Services;

  constructor(fleet: Fleet, neighbours: PathNeighbours) {
    this.fleet = fleet;
    this.routing = neighbours.routing;
    this.refusals = neighbours.refusals;
    this.ejections = neighbours.ejections;
    this.registrations = neighbours.registrations;
    this.placement = neighbours.placement;
    this.memory = neighbours.memory;
    this.stalls = neighbours.stalls;
    this.transports = neighbours.transports;
    this.answers = neighbours.answers;
    this.whenPlaced = neighbours.whenPlaced;
    this.whenWarm = neighbours.whenWarm;
    this.serviceLuck = fleet.stream('service');
    this.lastTier = fleet.tierCount - 1;
    this.opensTransports = fleet.scenario.tiers.some(({ opensTransport }) => opensTransport !== null);
    this.services = new Services(fleet, (attempt) => this.onServiceEnds(attempt), this.registrations);
  }

  /** A new record for an attempt that this host of the first tier takes in; the session's client waits for it. */
  open(session: number, startedMs: number, kind: number, host: Host): number {
    const { roster, attempts } = this.fleet;
    const attempt = attempts.allocate(roster.product(session), kind, host.index);
    attempts.setSlot(attempt, session);
    attempts.setAwaitedBy(session, attempt);
    attempts.setSerial(attempt, roster.serial(session));
    attempts.setNumber(attempt, roster.attemptNumber(session));
    attempts.setPod(attempt, roster.pod(session));
    attempts.setLoss(attempt, roster.loss(session));
    roster.attemptBeganMs[session] = startedMs;
    return attempt;
  }

  /** The host takes the attempt in: it is served at once, or waits; or first its transport opens. */
  takeIn(attempt: number, host: Host): void {
    if (host.rules.opensBeside) {
      this.fleet.attempts.setPhase(attempt, Phase.called);
      this.link(attempt, host);
      this.transports.comes(attempt, host);
      return;
    }
    const { engine, recorder } = this.fleet;
    recorder?.enteredTier(engine.nowMs, host.tier);
    this.settleIn(attempt, host);
  }

  loginComes(attempt: number, host: Host): void {
    const { attempts, engine, recorder } = this.fleet;
    const reason = this.routing.refusalOf(host);
    attempts.setPhase(attempt, Phase.called);
    if (reason !== null) this.reject(attempt, reason, host.tier);
    else {
      recorder?.enteredTier(engine.nowMs, host.tier);
      this.join(attempt, host);
    }
  }

  goesToNextTier(attempt: number, host: Host): void {
    this.fleet.attempts.setPhase(attempt, Phase.served);
    this.handOver(attempt, host.tier + 1);
    this.pull(host);
  }

  endsWithoutLogin(attempt: number, host: Host): void {
    this.finish(attempt);
    this.pull(host);
  }

  /** Whether the transport of the session's open attempt is open, and no more. */
  isOpening(session: number): boolean {
    const { attempts } = this.fleet;
    return attempts.phase(attempts.awaitedBy(session)) === Phase.opening;
  }

  /** It is at the host from now on, and served at once or waits. */
  settleIn(attempt: number, host: Host): void {
    this.link(attempt, host);
    this.join(attempt, host);
  }

  private link(attempt: number, host: Host): void {
    linkOpen(this.fleet.attempts, attempt, host);
    if (host.rules.limitsMemory) this.memory.taken(host);
  }

  private join(attempt: number, host: Host): void {
    const { attempts, engine } = this.fleet;
    attempts.setEnteredMs(attempt, engine.nowMs);
    if (host.rules.gateListens) gateOf(this.fleet, host).begin(engine.nowMs);
    if (host.queueLength === 0 && host.canServe) this.startService(attempt, host);
    else this.enqueue(attempt, host);
  }

  /** The session's client has waited long enough for its open attempt: the host that has it failed. */
  timeOut(session: number): void {
    const { attempts, hosts } = this.fleet;
    // A fifth of a storm's events come here, and where the attempt is lies in another cache line than its client.
    const attempt = attempts.awaitedBy(session);
    const host = this.fleet.ejects ? hosts[attempts.host(attempts.tier(attempt), attempt)] : null;
    this.abandon(session);
    if (host !== null) this.ejections.failed(host);
  }

  /** The session's client waits no longer for its open attempt, which goes on as abandoned work. */
  abandon(session: number): void {
    const { attempts, engine, recorder, roster } = this.fleet;
    const attempt = attempts.awaitedBy(session);
    attempts.setAwaitedBy(session, -1);
    // Whatever a copy still brings about is its session's.
    const owner = roster.ownerOf(session);
    if (owner !== session) attempts.setSlot(attempt, owner);
    if (this.opensTransports && isOpening(attempts.phase(attempt))) this.transports.clientLeaves(attempt);
    if (recorder === null) return;
    const phase = attempts.phase(attempt);
    if (phase === Phase.queued)
      recorder.abandonedInQueue(engine.nowMs, attempts.tier(attempt), attempts.enteredMs(attempt));
    else if (phase === Phase.serving && attempts.serviceEvent(attempt) !== 0)
      recorder.abandonedInService(engine.nowMs, attempts.tier(attempt));
  }

  /** Starts services while the host has a free slot and somebody waits. */
  pull(host: Host): void {
    const { attempts, engine, recorder } = this.fleet;
    while (host.queueLength > 0 && host.canServe) {
      const nowMs = engine.nowMs;
      const line = host.resumedLine.length > 0 ? host.resumedLine : host.line;
      const verdict = line.discipline.next(nowMs, line);
      const attempt = verdict === 'serve-oldest' || verdict === 'drop-oldest' ? line.head : line.tail;
      line.leave(attempt);
      host.queueLength--;
      if (verdict === 'drop-oldest' || verdict === 'drop-newest') this.drop(attempt, host);
      else if (attempts.session(attempt) >= 0 || host.rules.abandonedWorkCost > 0) this.startService(attempt, host);
      else {
        host.stall.lastStartMs = nowMs;
        recorder?.abandonedDiscarded(nowMs, host.tier, nowMs - attempts.enteredMs(attempt));
        this.leaveTier(attempt, host, 'abandoned', ServiceFor.none);
        this.finish(attempt);
      }
    }
  }

  /** The discipline gives an attempt up that has just left its line. */
  private drop(attempt: number, host: Host): void {
    this.refusals.by(host);
    this.leaveTier(attempt, host, 'lost', ServiceFor.none);
    this.reject(attempt, RejectReason.droppedFromQueue, host.tier);
  }

  /** The attempt's stay in the host's tier is over, for the books and for the gate. */
  private leaveTier(attempt: number, host: Host, ending: Ending, serviceFor: number): void {
    const { attempts, engine, recorder } = this.fleet;
    const stayMs = engine.nowMs - attempts.enteredMs(attempt);
    recorder?.leftTier(engine.nowMs, host.tier, stayMs, serviceFor);
    if (host.rules.gateListens) gateOf(this.fleet, host).end(engine.nowMs, stayMs, ending);
  }

  /**
   * Takes everything off a host that goes down or is restarted: its own
   * attempts end here; those handed over go on as abandoned work. All clients
   * that still wait are told.
   */
  sweep(host: Host): void {
    const { attempts } = this.fleet;
    const tier = host.tier;
    const open = openOn(this.fleet, host);
    this.services.clear(host, open);
    host.line.clear();
    host.resumedLine.clear();
    host.queueLength = 0;
    host.busy = 0;
    host.inFlight = 0;
    host.inService = 0;
    for (const attempt of open) {
      let session = attempts.session(attempt);
      unlinkOpen(attempts, attempt, host);
      if (attempts.tier(attempt) === tier && isOpening(attempts.phase(attempt))) {
        this.transports.forget(attempt, host);
        session = this.finish(attempt);
      } else if (attempts.tier(attempt) === tier) {
        let serviceFor: number = ServiceFor.none;
        if (attempts.phase(attempt) === Phase.serving && attempts.serviceEvent(attempt) !== 0)
          serviceFor = session >= 0 ? ServiceFor.client : ServiceFor.nobody;
        this.leaveTier(attempt, host, 'lost', serviceFor);
        session = this.finish(attempt);
        if (session >= 0) this.ejections.failed(host);
      } else if (session >= 0) this.abandon(session);
      if (session >= 0) this.answers.reset(session);
    }
  }

  /** A pause stops the clock of the services under way. */
  suspend(host: Host): void {
    this.services.suspend(host);
  }

  /** After a pause of so long the services go on, and the line moves. */
  resume(host: Host, pausedMs: number): void {
    this.services.resume(host, pausedMs);
    this.pull(host);
  }

  private startService(attempt: number, host: Host): void {
    const { attempts, engine, recorder } = this.fleet;
    const { rules, tier } = host;
    const nowMs = engine.nowMs;
    const live = attempts.session(attempt) >= 0;
    const draws = this.serviceLuck.at(attempts.serial(attempt), attempts.number(attempt), tier);
    const workMs = rules.serviceTime.sample(draws) * rules.work[attempts.workClass(attempt)] * host.stretch(nowMs);
    const serviceMs = live ? workMs : workMs * rules.abandonedWorkCost;
    if (host.coldServices > 0 && --host.coldServices === 0) this.whenWarm(host);
    host.busy++;
    host.inFlight++;
    host.inService++;
    host.stall.lastStartMs = nowMs;
    attempts.setPhase(attempt, Phase.serving);
    this.services.begin(attempt, host, serviceMs);
    if (recorder === null) return;
    const waitMs = nowMs - attempts.enteredMs(attempt);
    if (live) recorder.serviceBegan(nowMs, tier, waitMs, serviceMs);
    else recorder.abandonedServed(nowMs, tier, waitMs, serviceMs);
  }

  private onServiceEnds(attempt: number): void {
    const { fleet } = this;
    const { attempts } = fleet;
    const tier = attempts.tier(attempt);
    const host = fleet.hosts[attempts.host(tier, attempt)];
    attempts.setPhase(attempt, Phase.served);
    attempts.setServiceEvent(attempt, 0);
    fleet.fingerprint.add(fleet.engine.nowMs, Happening.serviceEnds, attempts.serial(attempt), host.index);
    if (--host.inService < 0) impossible(`a service ends at ${host.label}, which serves nobody`);
    const isLast = tier === this.lastTier;
    if (isLast || !host.rules.sync) host.busy--;
    const session = attempts.session(attempt);
    if (session >= 0) {
      this.ejections.succeeded(host);
      this.leaveTier(attempt, host, 'served', ServiceFor.client);
    } else this.leaveTier(attempt, host, 'abandoned', ServiceFor.nobody);
    const { abandonedWorkCost, movesByWork, opensInQueue } = host.rules;
    if (movesByWork && attempts.kind(attempt) === AttemptKind.moved) {
      const waiting = this.finish(attempt);
      if (waiting >= 0) this.whenPlaced(waiting, host);
      this.pull(host);
      return;
    }
    this.registrations.served(attempt, tier);
    // Whoever has left before the transport was open never logs in.
    if (session < 0 && (isLast || abandonedWorkCost < 1 || opensInQueue)) this.finish(attempt);
    else if (session >= 0 && this.registrations.isStale(session, tier) && !this.answers.takesOverStale(session))
      this.reject(attempt, RejectReason.staleRegistration, tier);
    else if (!isLast && opensInQueue) this.transports.opensByService(attempt);
    else if (!isLast) this.handOver(attempt, tier + 1);
    else this.connect(attempt, session);
    this.pull(host);
  }

  private handOver(attempt: number, tier: number): void {
    const { attempts } = this.fleet;
    const routed = this.routing.route(
      tier,
      attempts.pod(attempt),
      attempts.serial(attempt),
      attempts.number(attempt),
      attempts.session(attempt),
    );
    if (typeof routed === 'number') {
      this.reject(attempt, routed, tier);
      return;
    }
    attempts.setTier(attempt, tier);
    this.takeIn(attempt, routed);
  }

  private connect(attempt: number, slot: number): void {
    const { attempts, engine, hosts, roster } = this.fleet;
    const session = roster.ownerOf(slot);
    if (session !== slot) attempts.exchange(session, slot);
    roster.connectedAtMs[session] = engine.nowMs;
    for (let tier = 0; tier <= this.lastTier; tier++)
      this.placement.attach(session, hosts[attempts.host(tier, attempt)]);
    // Whoever leaves as others of its page are refused by that is not there any more.
    if (this.finish(attempt) < 0) this.placement.takeOff(session);
    else this.answers.connected(session);
  }

  private reject(attempt: number, reason: number, tier: number): void {
    const session = this.finish(attempt);
    if (session >= 0) this.answers.rejected(session, reason, tier);
  }

  /**
   * The attempt leaves all hosts that have it open; those of earlier tiers may go on with others, and refuse some. Returns
   * the slot of the session whose client waits for it, which may be another one after that (parallel-attempts.ts); or −1.
   */
  private finish(attempt: number): number {
    const { attempts, hosts } = this.fleet;
    const current = attempts.tier(attempt);
    const phase = attempts.phase(attempt);
    const begun = phase === Phase.serving || phase === Phase.served || phase === Phase.opened;
    for (let tier = 0; tier <= current; tier++) {
      const index = attempts.host(tier, attempt);
      if (index < 0) continue;
      const host = hosts[index];
      unlinkOpen(attempts, attempt, host);
      if (tier === current && !begun) continue;
      host.inFlight--;
      // A hand-over in `sync` held the slot until now.
      if (tier < this.lastTier && host.rules.sync) host.busy--;
      if (tier < current) this.pull(host);
    }
    const session = attempts.session(attempt);
    attempts.release(attempt);
    return session;
  }

  private enqueue(attempt: number, host: Host): void {
    const { attempts, engine } = this.fleet;
    const { rules } = host;
    if (rules.resumedFirst && attempts.kind(attempt) === AttemptKind.resumed) host.resumedLine.join(attempt);
    else host.line.join(attempt);
    if (host.queueLength++ === 0) {
      host.stall.queueSinceMs = engine.nowMs;
      this.stalls.mayBegin(host);
    }
  }
}

/**
 * A host's life: reboots, crashes, pauses, deaths, booting and warming up, and
 * what each does to its attempts and sessions. A host that fails its liveness
 * probes (probes.ts) is killed and boots again; its sessions join the storm:
 * this makes the domino. How a host drains is drains.ts.
 */
import type { HandlerId } from '../../engine/engine.ts';
import type { Stream } from '../../engine/luck.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Doer, Host } from '../state/host.ts';
import { DeathCause, DropCause, HostState } from '../state/vocabulary.ts';
import type { Connections } from './answers.ts';
import type { AttemptPath } from './attempt-path.ts';
import type { BalancerViews } from './balancer-views.ts';
import { crashLoopMs } from './crash-loop.ts';
import { Drains } from './drains.ts';
import type { MemoryLimits } from './memory.ts';
import type { Placement } from './placement.ts';
import { LivenessProbes } from './probes.ts';
import { ReadinessProbes } from './readiness.ts';
import type { Registrations } from './registrations.ts';
import type { Stalls } from './stalls.ts';

/**
 * How long a host is down at least that died out of memory: one too small for its sessions would else die without end
 * at one instant, if its boot takes no time.
 */
const LEAST_DOWN_MS = 1000;

/** What a host's life moves. */
export interface HostLifeNeighbours {
  readonly path: AttemptPath;
  readonly placement: Placement;
  readonly memory: MemoryLimits;
  readonly views: BalancerViews;
  readonly stalls: Stalls;
  readonly registrations: Registrations;
  readonly connections: Connections;
}

export class HostLife {
  private readonly fleet: Fleet;
  private readonly path: AttemptPath;
  private readonly placement: Placement;
  private readonly memory: MemoryLimits;
  private readonly views: BalancerViews;
  private readonly stalls: Stalls;
  private readonly registrations: Registrations;
  private readonly connections: Connections;
  private readonly bootLuck: Stream;
  private readonly hostBoots: HandlerId;
  private readonly hostIsWarm: HandlerId;
  private readonly hostResumes: HandlerId;
  private readonly drains: Drains;
  private readonly liveness: LivenessProbes;
  private readonly readiness: ReadinessProbes;

  constructor(fleet: Fleet, neighbours: HostLifeNeighbours) {
    this.fleet = fleet;
    this.path = neighbours.path;
    this.placement = neighbours.placement;
    this.memory = neighbours.memory;
    this.views = neighbours.views;
    this.stalls = neighbours.stalls;
    this.registrations = neighbours.registrations;
    this.connections = neighbours.connections;
    this.bootLuck = fleet.stream('boot');
    const { engine, hosts } = fleet;
    this.hostBoots = engine.register('host is up', (host) => this.onBooted(hosts[host]));
    this.hostIsWarm = engine.register('host is warm', (host) => this.onWarm(hosts[host]));
    this.hostResumes = engine.register('host resumes', (host) => this.onResumed(hosts[host]));
    this.drains = new Drains(fleet, neighbours, (host, drainer) => this.onDrained(host, drainer));
    this.liveness = new LivenessProbes(fleet, (host) => this.kill(host, DeathCause.liveness, DropCause.killed));
    this.readiness = new ReadinessProbes(fleet, neighbours.views);
  }

  /** Starts the probes of the hosts of the start, each at its own phase. */
  begin(): void {
    for (const host of this.fleet.hosts) {
      if (!host.isAlive) continue;
      this.liveness.rounds.beginAt(host);
      this.readiness.rounds.beginAt(host);
    }
  }

  /** Reboots a host now, or after a drain. A host that is down already boots anyway. */
  reboot(host: Host, options: { drainMs: number; signsOff: boolean }, doer: Doer): void {
    if (!host.isAlive) {
      if (host.state !== HostState.absent && !host.staysDown) host.touchedFor(doer);
      return;
    }
    host.touchedFor(doer);
    // A host that drains already goes down anyway, and one that leaves does not come back for this.
    if (host.times.isLeaving || (options.drainMs > 0 && host.state === HostState.draining)) return;
    // One that stands still cannot drain.
    if (options.drainMs > 0 && host.isUp) this.drains.start(host, options.drainMs, doer);
    else this.rebootNow(host, options.signsOff, doer, DropCause.reboot);
  }

  /** The host vanishes; nobody is told. Its boot begins after so long; Infinity: not by itself. */
  crash(host: Host, bootsAfterMs: number, doer: Doer): void {
    const { fleet } = this;
    if (!host.isAlive) {
      this.bootsLater(host, bootsAfterMs);
      return;
    }
    if (bootsAfterMs < Infinity) host.touchedFor(doer);
    const { keepalives } = host.rules.tier;
    const stalledMs = Math.min(host.unansweredSinceMs(keepalives, fleet.attempts), fleet.engine.nowMs);
    fleet.recorder?.hostDied(fleet.engine.nowMs, host.index, DeathCause.crash);
    this.takeDown(host, HostState.down);
    // It is the hosts of the first tier that answer keepalives: of another one's end no client ever hears.
    const unansweredSinceMs = host.tier === 0 ? stalledMs : Infinity;
    this.placement.eachOn(host, (session) => {
      if (!host.rules.tier.holdsSessions) return;
      this.registrations.leaveBehind(session, host.tier);
      this.connections.vanish(session, DropCause.crash, doer.loss, unansweredSinceMs);
    });
    this.afterDown(host, doer.loss, Math.max(crashLoopMs(host, this.fleet.engine.nowMs), bootsAfterMs));
  }

  /** An action kills the host's process. */
  killFor(host: Host, bootsAfterMs: number, doer: Doer): void {
    if (!host.isAlive) {
      this.bootsLater(host, bootsAfterMs);
      return;
    }
    if (bootsAfterMs < Infinity) host.touchedFor(doer);
    this.dies(host, { death: DeathCause.killed, drop: DropCause.killed, loss: doer.loss }, bootsAfterMs);
  }

  /** What makes a host stay down for a while does so to one that is down already, or boots: it boots anew, no sooner than it would have. */
  private bootsLater(host: Host, bootsAfterMs: number): void {
    if (bootsAfterMs === 0 || !host.isInTier || host.staysDown) return;
    const leastMs = host.times.changesAtMs - this.fleet.engine.nowMs;
    this.cancelBoot(host);
    if (host.state !== HostState.down) this.views.turn(host, HostState.down);
    this.scheduleBoot(host, bootsAfterMs, leastMs);
    if (host.staysDown) this.release(host);
  }

  /** A host whose boot has yet to begin boots now; one that boots already is waited for, and one that has left its tier could boot again. */
  startHost(host: Host, doer: Doer): void {
    if (host.state === HostState.absent && host.staysDown) host.times.bootsFromMs = this.fleet.engine.nowMs;
    if (host.isAlive || !host.isInTier) return;
    host.touchedFor(doer);
    if (host.times.bootsFromMs <= this.fleet.engine.nowMs) return;
    this.cancelBoot(host);
    this.scheduleBoot(host);
  }

  private cancelBoot({ times, index }: Host): void {
    if (times.bootEvent !== 0) this.fleet.engine.cancel(times.bootEvent, index);
    times.bootEvent = 0;
    times.changesAtMs = Infinity;
  }

  pause(host: Host, durationMs: number, doer: Doer): void {
    const { fleet } = this;
    if (!host.isUp) return;
    host.touchedFor(doer);
    host.times.pausedAtMs = fleet.engine.nowMs;
    this.path.suspend(host);
    this.views.turn(host, HostState.paused);
    this.stalls.updateFrozen(host);
    host.times.resumeEvent = fleet.engine.schedule(fleet.engine.nowMs + durationMs, this.hostResumes, host.index);
  }

  /** A host that was just added boots. */
  bootNew(host: Host, doer: Doer): void {
    host.touchedFor(doer);
    host.times.upSinceMs = -1;
    this.views.turn(host, HostState.rebooting);
    this.scheduleBoot(host);
  }

  /** A further host boots, in the next zone that is not out; the places that are passed over stay empty. */
  bootFurther(balancer: Balancer, doer: Doer): void {
    const { fleet } = this;
    for (let passed = 1; passed < balancer.rules.tier.zones && balancer.isOut(balancer.hosts.length); passed++)
      this.views.turn(fleet.addHost(balancer, false), HostState.absent);
    this.bootNew(fleet.addHost(balancer, false), doer);
  }

  /** A standby joins its tier: it has booted and warmed up long ago. */
  join(host: Host): void {
    this.comeUp(host, false);
  }

  /** The host leaves its tier for good: its sessions move over `drainMs`, then it is absent. */
  remove(host: Host, drainMs: number, doer: Doer): void {
    host.times.isLeaving = true;
    host.touchedFor(doer);
    if (host.isUp && drainMs > 0) this.drains.start(host, drainMs, doer);
    else if (host.isAlive) this.leaveTier(host, doer);
    else {
      this.cancelBoot(host);
      this.views.turn(host, HostState.absent);
      this.release(host);
    }
  }

  /** Some of the tier's fields were changed: probes begin anew, and less memory may be too little. */
  rulesChanged(host: Host, changes: Readonly<Record<string, unknown>>): void {
    if ('liveness' in changes) {
      this.liveness.rounds.stop(host);
      if (host.isAlive) this.liveness.rounds.start(host);
    }
    if ('readiness' in changes) this.readiness.rulesChanged(host);
    if ('memory' in changes) this.memory.taken(host);
    if ('warmUp' in changes) this.warmsOtherwise(host);
  }

  /** There are other rules for warming up: a host is at most as cold as one that comes up now. */
  private warmsOtherwise(host: Host): void {
    const { engine } = this.fleet;
    const { times } = host;
    const { forMs, services } = host.rules.warmUp;
    host.coldServices = Math.min(host.coldServices, services);
    host.warmUntilMs = Math.min(host.warmUntilMs, engine.nowMs + forMs);
    if (times.warmEvent !== 0) engine.cancel(times.warmEvent, host.index);
    times.warmEvent = 0;
    if (host.warmUntilMs > engine.nowMs)
      times.warmEvent = engine.schedule(host.warmUntilMs, this.hostIsWarm, host.index);
    else if (host.coldServices === 0) this.onWarm(host);
  }

  /** The host has less memory than it needs. */
  runOutOfMemory(host: Host): void {
    this.kill(host, DeathCause.outOfMemory, DropCause.outOfMemory);
  }

  private onDrained(host: Host, doer: Doer): void {
    if (host.times.isLeaving) this.leaveTier(host, doer);
    else this.rebootNow(host, true, doer, DropCause.drain);
  }

  private leaveTier(host: Host, doer: Doer): void {
    this.takeDown(host, HostState.absent);
    this.dropSessions(host, DropCause.scale, doer.loss, true);
    this.afterDown(host, doer.loss);
    this.release(host);
  }

  private rebootNow(host: Host, signsOff: boolean, doer: Doer, cause: number): void {
    this.fleet.recorder?.hostRebooted(this.fleet.engine.nowMs, host.index);
    this.takeDown(host, HostState.rebooting);
    this.dropSessions(host, cause, doer.loss, signsOff);
    this.afterDown(host, doer.loss);
  }

  /** The platform gave the host up, or its kernel did: it is killed and boots again. */
  private kill(host: Host, death: number, drop: number): void {
    const { losses, attempts } = this.fleet;
    this.dies(host, {
      death,
      drop,
      loss: losses.ofHost('death', host, attempts, this.placement.lossesOfStalled(host)),
    });
  }

  private dies(
    host: Host,
    { death, drop, loss }: { death: number; drop: number; loss: number },
    bootsAfterMs = 0,
  ): void {
    const { engine, recorder } = this.fleet;
    recorder?.hostDied(engine.nowMs, host.index, death);
    this.takeDown(host, HostState.down);
    this.dropSessions(host, drop, loss, false);
    const delayMs = Math.max(crashLoopMs(host, this.fleet.engine.nowMs), bootsAfterMs);
    this.afterDown(host, loss, delayMs, death === DeathCause.outOfMemory ? LEAST_DOWN_MS : 0);
  }

  /** Stops everything on the host. Its sessions are the caller's to drop. */
  private takeDown(host: Host, state: number): void {
    const { engine, attempts } = this.fleet;
    const { times } = host;
    host.stall.lostSinceMs = Math.min(host.stalledSinceMs(attempts), engine.nowMs);
    host.stall.frozenSinceMs = Math.min(host.stall.frozenSinceMs, engine.nowMs);
    host.stall.stoppedSinceMs = Math.min(host.stall.stoppedSinceMs, engine.nowMs);
    this.liveness.rounds.stop(host);
    this.readiness.rounds.stop(host);
    for (const event of [
      times.warmEvent,
      times.drainEvent,
      times.resumeEvent,
      times.outOfMemoryEvent,
      times.fillsUpEvent,
    ])
      if (event !== 0) engine.cancel(event, host.index);
    times.warmEvent = 0;
    times.drainEvent = 0;
    times.resumeEvent = 0;
    times.outOfMemoryEvent = 0;
    times.fillsUpEvent = 0;
    times.drainedBy = null;
    times.changesAtMs = Infinity;
    this.views.turn(host, state);
    this.path.sweep(host);
  }

  /** What is left on a host that went down moves on, as part of `loss`; the host boots, after a delay, unless it left for good. */
  private afterDown(host: Host, loss: number, delayMs = 0, leastMs = 0): void {
    this.placement.eachOn(host, (session) => this.placement.moveAway(session, host, loss));
    this.stalls.mayBegin(host);
    if (host.state === HostState.absent) return;
    if (!host.times.isLeaving) {
      this.scheduleBoot(host, delayMs, leastMs);
      return;
    }
    // It died on its way out of the tier, and stays away.
    host.times.bootsFromMs = this.fleet.engine.nowMs + delayMs;
    this.views.turn(host, HostState.absent);
    this.release(host);
  }

  private dropSessions(host: Host, cause: number, loss: number, signsOff: boolean): void {
    if (!host.rules.tier.holdsSessions) return;
    this.placement.eachOn(host, (session) => {
      if (!signsOff) this.registrations.leaveBehind(session, host.tier);
      this.connections.drop(session, cause, loss);
    });
  }

  /** A host that is down from the start, which is known, has been booting for a while, with so much left. */
  bootAmid(host: Host, leftMs: number): void {
    this.views.startsDown(host);
    this.stalls.updateFrozen(host);
    this.bootWithin(host, leftMs);
  }

  private scheduleBoot(host: Host, delayMs = 0, leastMs = 0): void {
    host.times.bootsFromMs = this.fleet.engine.nowMs + delayMs;
    this.fleet.balancerOfHost(host).returnsAtMs = NaN;
    if (host.staysDown) return;
    const bootMs = host.rules.boot.sample(this.bootLuck.at(host.luckKey, host.times.boots));
    this.bootWithin(host, Math.max(leastMs, delayMs + bootMs));
  }

  private bootWithin({ times, index }: Host, ms: number): void {
    const { engine } = this.fleet;
    times.boots++;
    times.changesAtMs = engine.nowMs + ms;
    times.bootEvent = engine.schedule(times.changesAtMs, this.hostBoots, index);
  }

  private onBooted(host: Host): void {
    const { factor, forMs, services } = host.rules.warmUp;
    host.times.bootEvent = 0;
    this.comeUp(host, factor !== 1 && (forMs > 0 || services > 0));
  }

  private comeUp(host: Host, warms: boolean): void {
    const { engine } = this.fleet;
    const { nowMs } = engine;
    host.times.changesAtMs = Infinity;
    host.times.upSinceMs = nowMs;
    host.renewDisciplines();
    host.gate = host.rules.createAdmission();
    const { forMs, services } = host.rules.warmUp;
    host.warmUntilMs = warms ? nowMs + forMs : nowMs;
    host.coldServices = warms ? services : 0;
    host.stall.loss = 0;
    host.readiness.isReady = host.rules.tier.readiness === null;
    host.readiness.sinceMs = nowMs;
    this.views.turn(host, warms ? HostState.warming : HostState.up);
    this.stalls.updateFrozen(host);
    if (warms && forMs > 0) host.times.warmEvent = engine.schedule(host.warmUntilMs, this.hostIsWarm, host.index);
    this.liveness.rounds.start(host);
    this.readiness.rounds.start(host);
    this.placement.adoptOrphans(host);
    if (host.rules.limitsMemory) this.memory.taken(host);
    this.release(host);
  }

  /** Its time to warm up is over, or it has served as much as it takes. */
  onWarm(host: Host): void {
    host.times.warmEvent = 0;
    if (host.state === HostState.warming) this.views.turn(host, HostState.up);
  }

  private onResumed(host: Host): void {
    const { fleet } = this;
    host.times.resumeEvent = 0;
    const isWarm = fleet.engine.nowMs >= host.warmUntilMs && host.coldServices === 0;
    this.views.turn(host, isWarm ? HostState.up : HostState.warming);
    this.stalls.updateFrozen(host);
    this.path.resume(host, fleet.engine.nowMs - host.times.pausedAtMs);
    this.release(host);
  }

  /** The actions that touched the host and waited for it are told that it is up, or gone for good. */
  private release(host: Host): void {
    const doers = host.times.touchedBy;
    host.times.touchedBy = [];
    for (const doer of doers) doer.settled();
  }
}

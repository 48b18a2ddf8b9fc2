/**
 * A host's life: reboots, crashes, pauses, deaths, booting and warming up, and
 * what each does to its attempts and sessions. A host that fails its liveness
 * probes (probes.ts) is killed and boots again; its sessions join the storm:
 * this makes the domino. How a host drains is drains.ts.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import { power } from '../engine/power.ts';
import { Drains } from './drains.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import { adoptOrphans, eachSession, moveAway } from './moves.ts';
import { LivenessProbes } from './probes.ts';
import { ReadinessProbes } from './readiness.ts';
import type { Registrations } from './registrations.ts';
import type { ActionRun } from './timeline.ts';
import { DeathCause, DropCause, HostState } from './vocabulary.ts';

/**
 * How long a host is down at least that died out of memory: one too small for its sessions would else die without end
 * at one instant, if its boot takes no time.
 */
const LEAST_DOWN_MS = 1000;

export class HostLife {
  private readonly fleet: Fleet;
  private readonly registrations: Registrations;
  private readonly bootLuck: Stream;
  private readonly hostBoots: HandlerId;
  private readonly hostIsWarm: HandlerId;
  private readonly hostResumes: HandlerId;
  private readonly drains: Drains;
  private readonly hostRunsOutOfMemory: HandlerId;
  private readonly liveness: LivenessProbes;
  private readonly readiness: ReadinessProbes;

  constructor(fleet: Fleet, registrations: Registrations) {
    this.fleet = fleet;
    this.registrations = registrations;
    this.bootLuck = fleet.stream('boot');
    const { engine, hosts } = fleet;
    this.hostBoots = engine.register('host is up', (host) => this.onBooted(hosts[host]));
    this.hostIsWarm = engine.register('host is warm', (host) => this.onWarm(hosts[host]));
    this.hostResumes = engine.register('host resumes', (host) => this.onResumed(hosts[host]));
    this.drains = new Drains(fleet, (host, action) => this.onDrained(host, action));
    this.liveness = new LivenessProbes(fleet, (host) => this.kill(host, DeathCause.liveness, DropCause.killed));
    this.readiness = new ReadinessProbes(fleet);
    this.hostRunsOutOfMemory = engine.register('host runs out of memory', (host) => this.onOutOfMemory(hosts[host]));
  }

  /** Starts the probes of the hosts of the start, each at its own phase. */
  begin(): void {
    for (const host of this.fleet.hosts) {
      if (!host.isAlive) continue;
      this.liveness.beginAt(host);
      this.readiness.beginAt(host);
    }
  }

  /** Reboots a host now, or after a drain. A host that is down already boots anyway. */
  reboot(host: Host, options: { drainMs: number; signsOff: boolean }, action: ActionRun): void {
    if (!host.isAlive) {
      if (host.state !== HostState.absent) action.touch(host);
      return;
    }
    action.touch(host);
    // A host that drains already goes down anyway, and one that leaves does not come back for this.
    if (host.leaving || (options.drainMs > 0 && host.state === HostState.draining)) return;
    // One that stands still cannot drain.
    if (options.drainMs > 0 && host.isUp) this.drains.start(host, options.drainMs, action);
    else this.rebootNow(host, options.signsOff, action, DropCause.reboot);
  }

  /** The host vanishes; nobody is told. */
  crash(host: Host, action: ActionRun): void {
    const { fleet } = this;
    if (!host.isAlive) return;
    action.touch(host);
    const stalledMs = Math.min(host.stalledSinceMs(fleet.attempts), fleet.engine.nowMs);
    fleet.recorder?.hostDied(fleet.engine.nowMs, host.index, DeathCause.crash);
    this.takeDown(host, HostState.down);
    const keepalives = fleet.watches[host.tier].find((watch) => watch.isKeepalive);
    eachSession(this.fleet, host, (session) => {
      if (!host.rules.tier.holdsSessions) return;
      this.registrations.leaveBehind(session, host.tier);
      const noticeMs = keepalives?.failsMs(session, stalledMs) ?? Infinity;
      fleet.clients.dropUnaware(session, DropCause.crash, action.loss, noticeMs);
    });
    this.afterDown(host, this.crashLoopMs(host));
  }

  pause(host: Host, durationMs: number, action: ActionRun): void {
    const { fleet } = this;
    if (!host.isUp) return;
    action.touch(host);
    host.pausedAtMs = fleet.engine.nowMs;
    fleet.path.suspend(host);
    fleet.setHostState(host, HostState.paused);
    fleet.updateFrozen(host);
    host.resumeEvent = fleet.engine.schedule(fleet.engine.nowMs + durationMs, this.hostResumes, host.index);
  }

  /** A host that was just added boots. */
  bootNew(host: Host, action: ActionRun): void {
    action.touch(host);
    host.upSinceMs = -1;
    this.fleet.setHostState(host, HostState.rebooting);
    this.scheduleBoot(host);
  }

  /** A standby joins its tier: it has booted and warmed up long ago. */
  join(host: Host): void {
    this.comeUp(host, false);
  }

  /** The host leaves its tier for good: its sessions move over `drainMs`, then it is absent. */
  remove(host: Host, drainMs: number, action: ActionRun): void {
    host.leaving = true;
    action.touch(host);
    if (host.isUp && drainMs > 0) this.drains.start(host, drainMs, action);
    else if (host.isAlive) this.leaveTier(host, action);
    else {
      if (host.bootEvent !== 0) this.fleet.engine.cancel(host.bootEvent, host.index);
      host.bootEvent = 0;
      host.changesAtMs = Infinity;
      this.fleet.setHostState(host, HostState.absent);
      this.release(host);
    }
  }

  /** Some of the tier's fields were changed: probes begin anew, and less memory may be too little. */
  rulesChanged(host: Host, changes: Readonly<Record<string, unknown>>): void {
    const { nowMs } = this.fleet.engine;
    if ('liveness' in changes) {
      this.liveness.stop(host);
      if (host.isAlive) this.liveness.start(host, nowMs);
    }
    if ('readiness' in changes) this.readiness.rulesChanged(host);
    if ('memory' in changes) this.memoryTaken(host);
  }

  /**
   * The host needs more memory than a moment ago. If it is too much it dies at
   * this instant, but in an event of its own: whoever calls is at work on its lists.
   */
  memoryTaken(host: Host): void {
    if (host.outOfMemoryEvent !== 0 || !host.isAlive || !host.isOutOfMemory) return;
    const { engine } = this.fleet;
    host.outOfMemoryEvent = engine.schedule(engine.nowMs, this.hostRunsOutOfMemory, host.index);
  }

  private onOutOfMemory(host: Host): void {
    host.outOfMemoryEvent = 0;
    this.kill(host, DeathCause.outOfMemory, DropCause.outOfMemory);
  }

  private onDrained(host: Host, action: ActionRun): void {
    if (host.leaving) this.leaveTier(host, action);
    else this.rebootNow(host, true, action, DropCause.drain);
  }

  private leaveTier(host: Host, action: ActionRun): void {
    this.takeDown(host, HostState.absent);
    this.dropSessions(host, DropCause.scale, action.loss, true);
    this.afterDown(host);
    this.release(host);
  }

  private rebootNow(host: Host, signsOff: boolean, action: ActionRun, cause: number): void {
    this.fleet.recorder?.hostRebooted(this.fleet.engine.nowMs, host.index);
    this.takeDown(host, HostState.rebooting);
    this.dropSessions(host, cause, action.loss, signsOff);
    this.afterDown(host);
  }

  /** The platform gave the host up, or its kernel did: it is killed and boots again. */
  private kill(host: Host, death: number, drop: number): void {
    const { fleet } = this;
    const loss = fleet.losses.ofHost('death', host, fleet.attempts);
    fleet.recorder?.hostDied(fleet.engine.nowMs, host.index, death);
    this.takeDown(host, HostState.down);
    this.dropSessions(host, drop, loss, false);
    this.afterDown(host, this.crashLoopMs(host), death === DeathCause.outOfMemory ? LEAST_DOWN_MS : 0);
  }

  /** Stops everything on the host. Its sessions are the caller's to drop. */
  private takeDown(host: Host, state: number): void {
    const { engine, path, attempts, clients } = this.fleet;
    host.frozenSinceMs = Math.min(host.stalledSinceMs(attempts), engine.nowMs);
    this.liveness.stop(host);
    this.readiness.stop(host);
    for (const event of [host.warmEvent, host.drainEvent, host.resumeEvent, host.outOfMemoryEvent])
      if (event !== 0) engine.cancel(event, host.index);
    host.warmEvent = 0;
    host.drainEvent = 0;
    host.resumeEvent = 0;
    host.outOfMemoryEvent = 0;
    host.drainedBy = null;
    host.changesAtMs = Infinity;
    this.fleet.setHostState(host, state);
    path.sweep(host, (session) => clients.reset(session));
  }

  /** What is left on a host that went down moves on; the host boots, after a delay, unless it left for good. */
  private afterDown(host: Host, delayMs = 0, leastMs = 0): void {
    eachSession(this.fleet, host, (session) => moveAway(this.fleet, session, host));
    this.fleet.stallMayBegin(host);
    if (host.state === HostState.absent) return;
    if (!host.leaving) {
      this.scheduleBoot(host, delayMs, leastMs);
      return;
    }
    // It died on its way out of the tier, and stays away.
    this.fleet.setHostState(host, HostState.absent);
    this.release(host);
  }

  private dropSessions(host: Host, cause: number, loss: number, signsOff: boolean): void {
    if (!host.rules.tier.holdsSessions) return;
    eachSession(this.fleet, host, (session) => {
      if (!signsOff) this.registrations.leaveBehind(session, host.tier);
      this.fleet.clients.drop(session, cause, loss);
    });
  }

  /** How long the platform waits before it boots a host that dies now: the longer the more often it died lately. */
  private crashLoopMs(host: Host): number {
    const { crashLoop } = host.rules.tier;
    if (crashLoop === null) return 0;
    const { firstMs, factor, longestMs, resetAfterMs } = crashLoop;
    if (this.fleet.engine.nowMs - host.upSinceMs >= resetAfterMs) host.deathsInARow = 0;
    const before = host.deathsInARow++;
    return before === 0 ? 0 : Math.min(longestMs, firstMs * power(factor, before - 1));
  }

  /** A host that is down from the start has been booting for a while, with so much left. */
  bootAmid(host: Host, leftMs: number): void {
    this.bootWithin(host, leftMs);
  }

  private scheduleBoot(host: Host, delayMs = 0, leastMs = 0): void {
    const bootMs = host.rules.boot.sample(this.bootLuck.at(host.luckKey, host.boots));
    this.bootWithin(host, Math.max(leastMs, delayMs + bootMs));
  }

  private bootWithin(host: Host, ms: number): void {
    const { engine } = this.fleet;
    host.boots++;
    host.changesAtMs = engine.nowMs + ms;
    host.bootEvent = engine.schedule(host.changesAtMs, this.hostBoots, host.index);
  }

  private onBooted(host: Host): void {
    const { factor, forMs } = host.rules.warmUp;
    host.bootEvent = 0;
    this.comeUp(host, forMs > 0 && factor !== 1);
  }

  private comeUp(host: Host, warms: boolean): void {
    const { fleet } = this;
    const { engine } = fleet;
    const nowMs = engine.nowMs;
    host.changesAtMs = Infinity;
    host.upSinceMs = nowMs;
    host.renewDisciplines();
    host.gate = host.rules.createAdmission();
    host.warmUntilMs = warms ? nowMs + host.rules.warmUp.forMs : nowMs;
    host.stallLoss = 0;
    host.ready = host.rules.tier.readiness === null;
    host.readySinceMs = nowMs;
    fleet.setHostState(host, warms ? HostState.warming : HostState.up);
    fleet.updateFrozen(host);
    if (warms) host.warmEvent = engine.schedule(host.warmUntilMs, this.hostIsWarm, host.index);
    this.liveness.start(host, nowMs);
    this.readiness.start(host, nowMs);
    adoptOrphans(fleet, host);
    if (host.rules.limitsMemory) this.memoryTaken(host);
    this.release(host);
  }

  private onWarm(host: Host): void {
    host.warmEvent = 0;
    if (host.state === HostState.warming) this.fleet.setHostState(host, HostState.up);
  }

  private onResumed(host: Host): void {
    const { fleet } = this;
    host.resumeEvent = 0;
    fleet.setHostState(host, fleet.engine.nowMs < host.warmUntilMs ? HostState.warming : HostState.up);
    fleet.updateFrozen(host);
    fleet.path.resume(host, fleet.engine.nowMs - host.pausedAtMs);
    this.release(host);
  }

  /** The actions that touched the host and waited for it are told that it is up, or gone for good. */
  private release(host: Host): void {
    const actions = host.touchedBy;
    host.touchedBy = [];
    for (const action of actions) action.settled();
  }
}

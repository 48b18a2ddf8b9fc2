/**
 * A host's life: reboots, crashes, pauses, drains, liveness probes, booting and
 * warming up, and what each does to its attempts and sessions. A host that
 * fails its liveness probes is killed and boots again; its sessions join the
 * storm: this makes the domino.
 */
import type { HandlerId } from '../engine/engine.ts';
import type { Stream } from '../engine/luck.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';
import type { Registrations } from './registrations.ts';
import type { ActionRun } from './timeline.ts';
import { DeathCause, DropCause, HostState } from './vocabulary.ts';

export class HostLife {
  private readonly fleet: Fleet;
  private readonly registrations: Registrations;
  private readonly bootLuck: Stream;
  private readonly probeLuck: Stream;
  private readonly drainLuck: Stream;
  private readonly hostBoots: HandlerId;
  private readonly hostIsWarm: HandlerId;
  private readonly hostHasDrained: HandlerId;
  private readonly hostResumes: HandlerId;
  private readonly probeTimesOut: HandlerId;
  private readonly sessionMoves: HandlerId;

  constructor(fleet: Fleet, registrations: Registrations) {
    this.fleet = fleet;
    this.registrations = registrations;
    this.bootLuck = fleet.stream('boot');
    this.probeLuck = fleet.stream('liveness phase');
    this.drainLuck = fleet.stream('drain');
    const { engine, hosts } = fleet;
    this.hostBoots = engine.register('host is up', (host) => this.onBooted(hosts[host]));
    this.hostIsWarm = engine.register('host is warm', (host) => this.onWarm(hosts[host]));
    this.hostHasDrained = engine.register('host has drained', (host) => this.onDrained(hosts[host]));
    this.hostResumes = engine.register('host resumes', (host) => this.onResumed(hosts[host]));
    this.probeTimesOut = engine.register('liveness probe times out', (host) => this.onProbe(hosts[host]), { deadline: true });
    this.sessionMoves = engine.register('session is asked to move', (session) => this.onMove(session));
  }

  /** Starts the probes of the hosts of the start, each at its own phase. */
  begin(): void {
    for (const host of this.fleet.hosts) {
      const liveness = host.rules.tier.liveness;
      if (liveness === null) continue;
      const phase = this.probeLuck.at(host.luckKey, 0).uniform() - 1;
      this.startProbes(host, phase * liveness.everyMs);
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
    if (options.drainMs > 0 && host.isUp) this.drain(host, options.drainMs, action);
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
    this.eachSession(host, (session) => {
      if (!host.rules.tier.holdsSessions) return;
      this.registrations.leaveBehind(session, host.tier);
      const noticeMs = keepalives?.failsMs(session, stalledMs) ?? Infinity;
      fleet.clients.dropUnaware(session, DropCause.crash, action.loss, noticeMs);
    });
    this.afterDown(host);
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
    this.fleet.setHostState(host, HostState.rebooting);
    this.scheduleBoot(host);
  }

  /** The host leaves its tier for good: its sessions move over `drainMs`, then it is absent. */
  remove(host: Host, drainMs: number, action: ActionRun): void {
    host.leaving = true;
    action.touch(host);
    if (host.isUp && drainMs > 0) this.drain(host, drainMs, action);
    else if (host.isAlive) this.leaveTier(host, action);
    else {
      if (host.bootEvent !== 0) this.fleet.engine.cancel(host.bootEvent, host.index);
      host.bootEvent = 0;
      host.changesAtMs = Infinity;
      this.fleet.setHostState(host, HostState.absent);
      this.release(host);
    }
  }

  /** Liveness may have been switched on, off or changed. */
  rulesChanged(host: Host): void {
    this.stopProbes(host);
    if (host.isAlive && host.rules.tier.liveness !== null) this.startProbes(host, this.fleet.engine.nowMs);
  }

  private drain(host: Host, drainMs: number, action: ActionRun): void {
    const { fleet } = this;
    const { engine, roster } = fleet;
    host.drainedBy = action;
    fleet.setHostState(host, HostState.draining);
    this.eachSession(host, (session) => {
      fleet.population.disconnected(session);
      const moment = this.drainLuck.at(roster.serial(session), roster.attemptNumber(session)).uniform();
      roster.dropTimer[session] = engine.schedule(engine.nowMs + moment * drainMs, this.sessionMoves, session);
    });
    host.changesAtMs = engine.nowMs + drainMs;
    host.drainEvent = engine.schedule(host.changesAtMs, this.hostHasDrained, host.index);
  }

  private onMove(session: number): void {
    const { clients, hosts, population, roster, tierCount } = this.fleet;
    roster.dropTimer[session] = 0;
    for (let tier = 0; tier < tierCount; tier++) {
      const index = roster.host[tier][session];
      const action = index < 0 ? null : hosts[index].drainedBy;
      if (action === null || hosts[index].state !== HostState.draining) continue;
      if (hosts[index].rules.tier.holdsSessions) {
        clients.drop(session, hosts[index].leaving ? DropCause.scale : DropCause.drain, action.loss);
        return;
      }
      this.moveAway(session, hosts[index]);
    }
    population.resumeFlaps(session);
  }

  private onDrained(host: Host): void {
    host.drainEvent = 0;
    const action = host.drainedBy;
    if (action === null) return;
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

  /** The platform gave the host up: it is killed and boots again. */
  private kill(host: Host): void {
    const { fleet } = this;
    const loss = fleet.losses.ofHost('death', host, fleet.attempts);
    fleet.recorder?.hostDied(fleet.engine.nowMs, host.index, DeathCause.liveness);
    this.takeDown(host, HostState.down);
    this.dropSessions(host, DropCause.killed, loss, false);
    this.afterDown(host);
  }

  /** Stops everything on the host. Its sessions are the caller's to drop. */
  private takeDown(host: Host, state: number): void {
    const { engine, path, attempts, clients } = this.fleet;
    host.frozenSinceMs = Math.min(host.stalledSinceMs(attempts), engine.nowMs);
    this.stopProbes(host);
    for (const event of [host.warmEvent, host.drainEvent, host.resumeEvent]) if (event !== 0) engine.cancel(event, host.index);
    host.warmEvent = 0;
    host.drainEvent = 0;
    host.resumeEvent = 0;
    host.drainedBy = null;
    host.changesAtMs = Infinity;
    this.fleet.setHostState(host, state);
    path.sweep(host, (session) => clients.reset(session));
  }

  /** What is left on a host that went down moves on; the host boots unless it left for good. */
  private afterDown(host: Host): void {
    this.eachSession(host, (session) => this.moveAway(session, host));
    this.fleet.stallMayBegin(host);
    if (host.state === HostState.absent) return;
    if (!host.leaving) {
      this.scheduleBoot(host);
      return;
    }
    // It died on its way out of the tier, and stays away.
    this.fleet.setHostState(host, HostState.absent);
    this.release(host);
  }

  private dropSessions(host: Host, cause: number, loss: number, signsOff: boolean): void {
    if (!host.rules.tier.holdsSessions) return;
    this.eachSession(host, (session) => {
      if (!signsOff) this.registrations.leaveBehind(session, host.tier);
      this.fleet.clients.drop(session, cause, loss);
    });
  }

  /** The session goes to another host of the tier that is up, if there is one. */
  private moveAway(session: number, host: Host): void {
    const { fleet } = this;
    let best: Host | null = null;
    for (const other of fleet.balancerOf(host.tier, host.pod).hosts)
      if (other !== host && other.isUp && (best === null || other.sessions < best.sessions)) best = other;
    if (best === null) return;
    fleet.detach(session, host.tier);
    fleet.attach(session, best);
  }

  /** Sessions that found no host up when theirs went down come to the first that is. */
  private adoptOrphans(host: Host): void {
    for (const other of this.fleet.balancerOf(host.tier, host.pod).hosts)
      if (!other.isAlive && other.sessions > 0) this.eachSession(other, (session) => this.moveAway(session, other));
  }

  /** Visits the host's sessions; the visit may take them off the host. */
  private eachSession(host: Host, visit: (session: number) => void): void {
    const next = this.fleet.roster.next[host.tier];
    for (let session = host.sessionHead; session >= 0; ) {
      const after = next[session];
      visit(session);
      session = after;
    }
  }

  private scheduleBoot(host: Host): void {
    const { engine } = this.fleet;
    const bootMs = host.rules.boot.sample(this.bootLuck.at(host.luckKey, host.boots));
    host.boots++;
    host.changesAtMs = engine.nowMs + bootMs;
    host.bootEvent = engine.schedule(host.changesAtMs, this.hostBoots, host.index);
  }

  private onBooted(host: Host): void {
    const { fleet } = this;
    const { engine } = fleet;
    const nowMs = engine.nowMs;
    const { factor, forMs } = host.rules.warmUp;
    const warms = forMs > 0 && factor !== 1;
    host.bootEvent = 0;
    host.changesAtMs = Infinity;
    host.upSinceMs = nowMs;
    host.queueing = host.rules.createQueueing();
    host.gate = host.rules.createAdmission();
    host.warmUntilMs = warms ? nowMs + forMs : nowMs;
    host.stallLoss = 0;
    fleet.setHostState(host, warms ? HostState.warming : HostState.up);
    fleet.updateFrozen(host);
    if (warms) host.warmEvent = engine.schedule(host.warmUntilMs, this.hostIsWarm, host.index);
    if (host.rules.tier.liveness !== null) this.startProbes(host, nowMs);
    this.adoptOrphans(host);
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

  private startProbes(host: Host, fromMs: number): void {
    host.probeStartMs = fromMs;
    host.probeNumber = 0;
    host.probeFailures = 0;
    this.scheduleProbe(host);
  }

  private stopProbes(host: Host): void {
    if (host.probeEvent !== 0) this.fleet.engine.cancel(host.probeEvent, host.index);
    host.probeEvent = 0;
  }

  private scheduleProbe(host: Host): void {
    const liveness = host.rules.tier.liveness;
    if (liveness === null) return;
    host.probeNumber++;
    const dueMs = host.probeStartMs + host.probeNumber * liveness.everyMs;
    host.probeEvent = this.fleet.engine.schedule(dueMs + liveness.timeoutMs, this.probeTimesOut, host.index);
  }

  private onProbe(host: Host): void {
    const liveness = host.rules.tier.liveness;
    host.probeEvent = 0;
    if (liveness === null) return;
    const dueMs = host.probeStartMs + host.probeNumber * liveness.everyMs;
    const failed = host.stalledSinceMs(this.fleet.attempts) <= dueMs;
    host.probeFailures = failed ? host.probeFailures + 1 : 0;
    if (host.probeFailures >= liveness.failures) this.kill(host);
    else this.scheduleProbe(host);
  }
}

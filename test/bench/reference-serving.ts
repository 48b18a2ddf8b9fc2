/**
 * The hosts of the reference storm: services, lines, boots, probes, stalls, and
 * whose sessions are where. When clients come is reference-storm.ts.
 */
import { ATTEMPT, BYTES, DEADLINE, DOUBLES, NUMBER, ReferenceFleet, STATE, VERSION, WORDS } from './reference-fleet.ts';
import { Agenda, type ReferenceHost } from './reference-parts.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const CONNECTED = 1;
export const WAITING = 2;
export const CONNECTING = 3;

/** An event's key is one of these times `SUBJECTS`, and its subject. */
export const Kind = { flap: 0, boot: 1, probe: 2, look: 3, keepalive: 4, lease: 5, act: 6 } as const;
export const SUBJECTS = 2 ** 26;

/** An open attempt that is served or handed over: its session and number, its first host or −1, and its place in that one's list. */
const FIELDS = 4;
const HIGHEST_LOAD = 0.99;

export abstract class ReferenceServing {
  readonly counts = {
    attempts: 0,
    connected: 0,
    timedOut: 0,
    reset: 0,
    open: 0,
    noHost: 0,
    admission: 0,
    staleRegistration: 0,
    deaths: 0,
    reboots: 0,
    drops: { reboot: 0, killed: 0, keepalive: 0, lease: 0, ambient: 0 },
  };
  protected nowMs = 0;
  protected readonly endMs: number;
  protected readonly fleet: ReferenceFleet;
  protected readonly services = new Agenda();
  protected readonly others = new Agenda();
  /** by slot: when its service ends, −1: it is free; and whose that is */
  protected readonly slotEndsMs: Float64Array;
  private readonly slotAttempt: Int32Array;
  private readonly slotHost: ReferenceHost[] = [];
  private attempts = new Int32Array(FIELDS * 1024);
  private attemptsUsed = 0;
  private readonly freeAttempts: number[] = [];
  private readonly inFlightLimit: number;
  private readonly warmUp: { readonly factor: number; readonly forMs: number };
  private readonly expiresMs: number;
  private readonly takesOverStale: readonly boolean[];

  constructor(scenario: Scenario, seed: string) {
    const [{ inFlightLimit, registry, warmUp }] = scenario.tiers;
    this.fleet = new ReferenceFleet(scenario, seed);
    this.endMs = scenario.clock.durationMs;
    this.inFlightLimit = inFlightLimit;
    this.warmUp = warmUp;
    this.expiresMs = registry?.expiresMs ?? 0;
    this.takesOverStale = scenario.clients.map((client) => client.takesOverStale);
    for (const host of this.fleet.hosts) for (let n = 0; n < host.slots; n++) this.slotHost.push(host);
    this.slotEndsMs = new Float64Array(this.slotHost.length).fill(-1);
    this.slotAttempt = new Int32Array(this.slotHost.length);
    this.fleet.eachAtStart(seed, (session, front, back) => {
      this.attach(session, front);
      this.attach(session, back);
      this.isConnected(session);
    });
    const { hosts, liveness, probeLuck } = this.fleet;
    for (const host of hosts)
      if (host.tier === 0) this.beginProbes(host, (probeLuck.at(host.luckKey, 0).uniform() - 1) * liveness.everyMs);
  }

  /** The session waits from now on, and knows then that it needs another attempt. */
  protected abstract retry(session: number, knowsMs: number): void;

  protected schedule(atMs: number, kind: number, subject: number): void {
    if (atMs < this.endMs) this.others.push(atMs, kind * SUBJECTS + subject);
  }

  /** Whether something has come between an event's entry and its instant. */
  protected isVoid(key: number, atMs: number): boolean {
    const { flapMs, hosts, watches } = this.fleet;
    const kind = Math.floor(key / SUBJECTS);
    const subject = key % SUBJECTS;
    if (kind === Kind.flap) return flapMs[subject] !== atMs;
    if (kind === Kind.probe) return hosts[subject].probeEndsMs !== atMs;
    if (kind === Kind.look) return hosts[subject].lookMs !== atMs;
    if (kind === Kind.keepalive || kind === Kind.lease) return watches[kind - Kind.keepalive].endsMs[subject] !== atMs;
    return false;
  }

  // --- attempts at hosts

  /** A host of the first tier takes an attempt in. */
  protected takeIn(host: ReferenceHost, session: number, number: number): void {
    if (host.line.length === 0 && this.canServe(host)) this.serve(host, this.openAttempt(session, number, host.index));
    else this.joinLine(host, session, number);
  }

  private joinLine(host: ReferenceHost, first: number, second: number): void {
    host.line.join(this.nowMs, first, second);
    if (host.line.length === 1) this.stallMayBegin(host);
  }

  private canServe(host: ReferenceHost): boolean {
    return host.isAlive && host.busy < host.slots && (host.tier === 1 || host.inFlight < this.inFlightLimit);
  }

  private openAttempt(session: number, number: number, host: number): number {
    const attempt = this.freeAttempts.pop() ?? this.attemptsUsed++;
    if (attempt * FIELDS === this.attempts.length) {
      const longer = new Int32Array(2 * this.attempts.length);
      longer.set(this.attempts);
      this.attempts = longer;
    }
    const at = attempt * FIELDS;
    this.attempts[at] = session;
    this.attempts[at + 1] = number;
    this.attempts[at + 2] = host;
    return attempt;
  }

  /** Whether its client still waits for it. */
  private isAwaited(session: number, number: number): boolean {
    const { bytes, records, words } = this.fleet;
    return (
      words[session * WORDS + NUMBER] === number &&
      bytes[session * BYTES + STATE] === CONNECTING &&
      this.nowMs <= records[session * DOUBLES + DEADLINE]
    );
  }

  private serve(host: ReferenceHost, attempt: number): void {
    const { serviceLuck, serviceTimes } = this.fleet;
    const { factor, forMs } = this.warmUp;
    const session = this.attempts[attempt * FIELDS];
    const draws = serviceLuck.at(this.fleet.serial(session), this.attempts[attempt * FIELDS + 1], host.tier);
    let stretch = 1 / (1 - Math.min(host.sessions / host.fullLoad, HIGHEST_LOAD));
    if (this.nowMs < host.warmUntilMs) stretch *= 1 + ((factor - 1) * (host.warmUntilMs - this.nowMs)) / forMs;
    const slot = host.freeSlots.pop() ?? -1;
    const endsMs = this.nowMs + serviceTimes[host.tier].sample(draws) * stretch;
    host.busy++;
    host.inFlight++;
    this.slotEndsMs[slot] = endsMs;
    this.slotAttempt[slot] = attempt;
    this.services.push(endsMs, slot);
  }

  private pull(host: ReferenceHost): void {
    const { line } = host;
    while (line.length > 0 && this.canServe(host)) {
      const { first, second } = line;
      line.leave();
      this.serve(host, host.tier === 1 ? first : this.openAttempt(first, second, host.index));
    }
  }

  protected endService(atMs: number): void {
    this.nowMs = atMs;
    const slot = this.services.nextKey;
    this.services.pop();
    const host = this.slotHost[slot];
    const attempt = this.slotAttempt[slot];
    this.freeSlot(host, slot);
    if (host.tier === 0) this.endFront(host, attempt);
    else this.endBack(host, attempt);
    this.pull(host);
  }

  private freeSlot(host: ReferenceHost, slot: number): void {
    this.slotEndsMs[slot] = -1;
    host.freeSlots.push(slot);
    host.busy--;
  }

  private endFront(host: ReferenceHost, attempt: number): void {
    const { bytes, lastPicked, pools, staleUntilMs } = this.fleet;
    const session = this.attempts[attempt * FIELDS];
    const isStale = staleUntilMs[session] > this.nowMs && !this.takesOverStale[bytes[session * BYTES + VERSION]];
    if (isStale && this.isAwaited(session, this.attempts[attempt * FIELDS + 1])) {
      host.inFlight--;
      this.freeAttempts.push(attempt);
      this.counts.staleRegistration++;
      this.retry(session, this.nowMs + this.fleet.networkMs);
      return;
    }
    this.attempts[attempt * FIELDS + 3] = host.handedOver.push(attempt) - 1;
    const last = pools.length - 1;
    lastPicked[last] = lastPicked[last] + 1 >= pools[last].length ? 0 : lastPicked[last] + 1;
    const back = pools[last][lastPicked[last]];
    if (back.line.length === 0 && this.canServe(back)) this.serve(back, attempt);
    else this.joinLine(back, attempt, 0);
  }

  private endBack(host: ReferenceHost, attempt: number): void {
    const { bytes, connectedMs, hosts, records, staleUntilMs } = this.fleet;
    const at = attempt * FIELDS;
    const session = this.attempts[at];
    const isAwaited = this.isAwaited(session, this.attempts[at + 1]);
    const front = this.attempts[at + 2] < 0 ? null : hosts[this.attempts[at + 2]];
    host.inFlight--;
    if (isAwaited && front !== null) {
      connectedMs[session] = this.nowMs;
      this.attach(session, front);
      this.attach(session, host);
    }
    if (front !== null) {
      const moved = front.handedOver.pop() ?? attempt;
      if (moved !== attempt) {
        front.handedOver[this.attempts[at + 3]] = moved;
        this.attempts[moved * FIELDS + 3] = this.attempts[at + 3];
      }
      front.inFlight--;
      this.pull(front);
    }
    this.freeAttempts.push(attempt);
    if (!isAwaited) return;
    this.counts.connected++;
    records[session * DOUBLES] = -1;
    bytes[session * BYTES + STATE] = CONNECTED;
    staleUntilMs[session] = 0;
    this.isConnected(session);
  }

  /** The network will end the connection that begins now. */
  private isConnected(session: number): void {
    const { bytes, flapLuck, flapMs, flapsPerSec, words } = this.fleet;
    bytes[session * BYTES + STATE] = CONNECTED;
    const draws = flapLuck.at(this.fleet.serial(session), words[session * WORDS + NUMBER], 0);
    flapMs[session] = this.nowMs + (-Math.log(draws.uniform()) / flapsPerSec[session]) * 1000;
    this.schedule(flapMs[session], Kind.flap, session);
  }

  // --- sessions on hosts

  private attach(session: number, host: ReferenceHost): void {
    const { hostOf, next, previous } = this.fleet;
    const { tier } = host;
    hostOf[tier][session] = host.index;
    next[tier][session] = host.firstSession;
    previous[tier][session] = -1;
    if (host.firstSession >= 0) previous[tier][host.firstSession] = session;
    host.firstSession = session;
    host.sessions++;
    this.loadChanges(host);
    if (host.isArmed) this.ask(tier, session, this.nowMs);
  }

  private detach(session: number, tier: number): void {
    const { hostOf, hosts, next, previous, watches } = this.fleet;
    const host = hosts[hostOf[tier][session]];
    const [after, before] = [next[tier][session], previous[tier][session]];
    if (before >= 0) next[tier][before] = after;
    else host.firstSession = after;
    if (after >= 0) previous[tier][after] = before;
    hostOf[tier][session] = -1;
    host.sessions--;
    this.loadChanges(host);
    watches[tier].endsMs[session] = 0;
  }

  private eachOn(host: ReferenceHost, visit: (session: number) => void): void {
    const next = this.fleet.next[host.tier];
    for (let session = host.firstSession; session >= 0;) {
      const after = next[session];
      visit(session);
      session = after;
    }
  }

  protected drop(session: number, cause: keyof ReferenceServing['counts']['drops']): void {
    const { flapMs, networkMs } = this.fleet;
    this.counts.drops[cause]++;
    this.detach(session, 0);
    this.detach(session, 1);
    flapMs[session] = 0;
    this.fleet.words[session * WORDS + ATTEMPT] = 0;
    this.retry(session, this.nowMs + networkMs);
  }

  // --- the life of a host

  private takeDown(host: ReferenceHost): void {
    const { hosts, networkMs, pools } = this.fleet;
    const { line, handedOver } = host;
    host.isAlive = false;
    host.probeEndsMs = NaN;
    host.lookMs = NaN;
    host.isArmed = false;
    pools[host.pod] = hosts.filter(({ isAlive, pod }) => isAlive && pod === host.pod);
    const reset = (session: number, number: number): void => {
      if (!this.isAwaited(session, number)) return;
      this.counts.reset++;
      this.retry(session, this.nowMs + networkMs);
    };
    for (; line.length > 0; line.leave()) reset(line.first, line.second);
    for (let slot = host.firstSlot; slot < host.firstSlot + host.slots; slot++) {
      if (this.slotEndsMs[slot] < 0) continue;
      const attempt = this.slotAttempt[slot];
      this.freeSlot(host, slot);
      reset(this.attempts[attempt * FIELDS], this.attempts[attempt * FIELDS + 1]);
      this.freeAttempts.push(attempt);
    }
    for (const attempt of handedOver) {
      this.attempts[attempt * FIELDS + 2] = -1;
      reset(this.attempts[attempt * FIELDS], this.attempts[attempt * FIELDS + 1]);
    }
    handedOver.length = 0;
    host.inFlight = 0;
  }

  private boots(host: ReferenceHost): void {
    host.bootsAtMs = this.nowMs + this.fleet.boot.sample(this.fleet.bootLuck.at(host.luckKey, host.boots++));
    this.schedule(host.bootsAtMs, Kind.boot, host.index);
  }

  protected reboot(host: ReferenceHost): void {
    if (!host.isAlive) return;
    this.counts.reboots++;
    this.takeDown(host);
    this.eachOn(host, (session) => this.drop(session, 'reboot'));
    this.boots(host);
  }

  private kill(host: ReferenceHost): void {
    this.counts.deaths++;
    this.takeDown(host);
    this.eachOn(host, (session) => {
      this.fleet.staleUntilMs[session] = this.nowMs + this.expiresMs;
      this.drop(session, 'killed');
    });
    this.boots(host);
  }

  protected comesUp(host: ReferenceHost): void {
    const { hosts, pools } = this.fleet;
    host.bootsAtMs = Infinity;
    host.isAlive = true;
    host.frozenMs = Infinity;
    host.warmUntilMs = this.nowMs + this.warmUp.forMs;
    pools[host.pod] = hosts.filter(({ isAlive, pod }) => isAlive && pod === host.pod);
    this.beginProbes(host, this.nowMs);
  }

  private beginProbes(host: ReferenceHost, fromMs: number): void {
    host.probesFromMs = fromMs;
    host.probes = 0;
    host.probeFailures = 0;
    this.nextProbe(host);
  }

  private nextProbe(host: ReferenceHost): void {
    const { everyMs, timeoutMs } = this.fleet.liveness;
    host.probeEndsMs = host.probesFromMs + ++host.probes * everyMs + timeoutMs;
    this.schedule(host.probeEndsMs, Kind.probe, host.index);
  }

  protected probeEnds(host: ReferenceHost): void {
    const { everyMs, failures } = this.fleet.liveness;
    const dueMs = host.probesFromMs + host.probes * everyMs;
    host.probeFailures = host.stalledMs <= dueMs ? host.probeFailures + 1 : 0;
    if (host.probeFailures >= failures) this.kill(host);
    else this.nextProbe(host);
  }

  // --- keepalives, which hosts answer beside their line, and leases, which wait in it

  private unansweredMs(host: ReferenceHost): number {
    return host.tier === 0 ? host.frozenMs : host.stalledMs;
  }

  private loadChanges(host: ReferenceHost): void {
    if (!host.isAlive) return;
    if (host.sessions < host.fullLoad) host.frozenMs = Infinity;
    else if (host.frozenMs === Infinity) {
      host.frozenMs = this.nowMs;
      this.stallMayBegin(host);
    }
  }

  private stallMayBegin(host: ReferenceHost): void {
    const sinceMs = this.unansweredMs(host);
    if (sinceMs === Infinity || !Number.isNaN(host.lookMs)) return;
    this.lookAt(host, Math.max(this.nowMs, sinceMs + this.fleet.watches[host.tier].timeoutMs));
  }

  private lookAt(host: ReferenceHost, atMs: number): void {
    host.lookMs = atMs;
    this.schedule(atMs, Kind.look, host.index);
  }

  protected look(host: ReferenceHost): void {
    const { timeoutMs } = this.fleet.watches[host.tier];
    const sinceMs = this.unansweredMs(host);
    host.lookMs = NaN;
    if (sinceMs + timeoutMs > this.nowMs) {
      host.isArmed = false;
      if (sinceMs < Infinity) this.lookAt(host, sinceMs + timeoutMs);
      return;
    }
    if (!host.isArmed) {
      host.isArmed = true;
      this.eachOn(host, (session) => this.ask(host.tier, session, sinceMs));
    }
    this.lookAt(host, this.nowMs + timeoutMs);
  }

  private ask(tier: number, session: number, fromMs: number): void {
    const watch = this.fleet.watches[tier];
    if (watch.endsMs[session] !== 0) return;
    this.askAt(tier, session, this.nextDueMs(tier, session, fromMs, this.nowMs));
  }

  private askAt(tier: number, session: number, dueMs: number): void {
    const watch = this.fleet.watches[tier];
    watch.dueMs[session] = dueMs;
    watch.endsMs[session] = dueMs + watch.timeoutMs;
    this.schedule(watch.endsMs[session], Kind.keepalive + tier, session);
  }

  private nextDueMs(tier: number, session: number, fromMs: number, notOverMs: number): number {
    const { connectedMs, watches } = this.fleet;
    const { everyMs, luck, timeoutMs } = watches[tier];
    const anchorMs =
      connectedMs[session] >= 0
        ? connectedMs[session]
        : (luck.at(this.fleet.serial(session), 0, tier).uniform() - 1) * everyMs;
    let k = Math.max(1, Math.floor((Math.max(fromMs, notOverMs - timeoutMs) - anchorMs) / everyMs));
    while (anchorMs + k * everyMs < fromMs || anchorMs + k * everyMs + timeoutMs < notOverMs) k++;
    return anchorMs + k * everyMs;
  }

  protected questionEnds(tier: number, session: number): void {
    const { hostOf, hosts, watches } = this.fleet;
    const { dueMs, endsMs, everyMs } = watches[tier];
    const host = hosts[hostOf[tier][session]];
    const due = dueMs[session];
    endsMs[session] = 0;
    if (this.unansweredMs(host) <= due) this.drop(session, tier === 0 ? 'keepalive' : 'lease');
    else if (host.isArmed)
      this.askAt(tier, session, this.nextDueMs(tier, session, due + everyMs / 2, due + everyMs / 2));
  }
}

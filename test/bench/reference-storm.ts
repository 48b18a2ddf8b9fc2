/**
 * The reference of the replay benchmark: apr26 and apr26-small by hand, for what
 * these two files use and nothing else, without metrics and without books. It
 * draws the same luck, so it must count the same attempts, refusals, timeouts
 * and deaths as the simulator, and how much faster it is says what generality
 * costs. When people act it is told, since that is a matter of metrics.
 *
 * What it saves: a timeout is no event (the client's next attempt, should this
 * one time out, is entered when this one is taken in, and is void if anything
 * comes between); an attempt that waits is two numbers in its host's ring;
 * attempts that are bound to be refused are worked off without events.
 */
import type { PolicySpec } from '../../src/policies/parameters.ts';
import type { TargetSpec } from '../../src/policies/targets.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ReferenceArrivals } from './reference-arrivals.ts';
import { ATTEMPT, BYTES, DEADLINE, DOUBLES, NUMBER, POD, STATE, VERSION, WORDS } from './reference-fleet.ts';
import { CONNECTING, Kind, ReferenceServing, SUBJECTS, WAITING } from './reference-serving.ts';

/** When an action of the scenario began. */
export interface Act {
  readonly name: string;
  readonly atMs: number;
}

/** What the current client waits at the least before it tries again; the fixed one may try at once. */
const LEAST_DELAY_MS = 1000;

export class ReferenceStorm extends ReferenceServing {
  private readonly acts: readonly Act[];
  private nextActMs = Infinity;
  /** the roll-out of the fix; Infinity: not yet */
  private rollOutMs = Infinity;
  private rollOutForMs = 0;
  /** attempts per second that a pod lets in; 0: all */
  private letInPerSec = 0;
  private readonly tokens: Float64Array;
  private readonly tokensAtMs: Float64Array;
  private readonly arrivals: readonly ReferenceArrivals[];
  private readonly refuseOne = (session: number, atMs: number): void => this.refuse(session, atMs);

  constructor(scenario: Scenario, seed: string, acts: readonly Act[]) {
    super(scenario, seed);
    this.acts = acts;
    this.tokens = new Float64Array(scenario.pods.length);
    this.tokensAtMs = new Float64Array(scenario.pods.length);
    this.arrivals = scenario.pods.map(
      () => new ReferenceArrivals(this.fleet.records, this.fleet.sessionCount / scenario.pods.length),
    );
    for (const [n, { atMs }] of acts.entries()) this.schedule(atMs, Kind.act, n);
    this.findNextAct();
  }

  run(): this {
    for (;;) {
      const serviceMs = this.nextServiceMs();
      const otherMs = this.nextOtherMs();
      const untilMs = Math.min(serviceMs, otherMs, this.endMs);
      const pod = this.podOfNextArrival(untilMs);
      if (pod >= 0) this.takeArrivals(pod, untilMs);
      else if (untilMs >= this.endMs) break;
      else if (serviceMs <= otherMs) this.endService(serviceMs);
      else this.onOther(otherMs);
    }
    const { bytes, records, sessionCount } = this.fleet;
    for (let session = 0; session < sessionCount; session++)
      if (bytes[session * BYTES + STATE] === CONNECTING)
        if (records[session * DOUBLES + DEADLINE] < this.endMs) this.counts.timedOut++;
        else this.counts.open++;
    return this;
  }

  private nextServiceMs(): number {
    const { services, slotEndsMs } = this;
    while (services.size > 0 && slotEndsMs[services.nextKey] !== services.nextMs) services.pop();
    return services.nextMs;
  }

  private nextOtherMs(): number {
    const { others } = this;
    while (others.size > 0 && this.isVoid(others.nextKey, others.nextMs)) others.pop();
    return others.nextMs;
  }

  /** The pod to which somebody comes first, before `untilMs`; −1: nobody does. */
  private podOfNextArrival(untilMs: number): number {
    const { arrivals } = this;
    const { records } = this.fleet;
    let first = -1;
    let firstMs = untilMs;
    for (let pod = 0; pod < arrivals.length; pod++) {
      const at = arrivals[pod];
      if (at.nextMs === Infinity || (at.nextMs < firstMs && records[at.nextSession * DOUBLES] !== at.nextMs))
        at.goOn(untilMs);
      if (at.nextMs < firstMs) {
        firstMs = at.nextMs;
        first = pod;
      }
    }
    return first;
  }

  private takeArrivals(pod: number, untilMs: number): void {
    const arrivals = this.arrivals[pod];
    const atMs = arrivals.nextMs;
    if (this.fleet.pools[pod].length === 0) this.workOffClosed(pod);
    else if (this.letInPerSec > 0 && this.letsInMs(pod) > atMs) this.workOffGated(pod, atMs, untilMs);
    else {
      const session = arrivals.nextSession;
      arrivals.take();
      this.arrive(session, atMs, pod);
    }
  }

  /** Nobody is up before then: each one's refusals follow each other by its own luck. */
  private workOffClosed(pod: number): void {
    const { fleet, counts } = this;
    const arrivals = this.arrivals[pod];
    let untilMs = Math.min(this.nextActMs, this.endMs);
    for (const host of fleet.hosts) if (host.pod === pod) untilMs = Math.min(untilMs, host.bootsAtMs);
    if (untilMs <= arrivals.nextMs) {
      const { nextMs, nextSession } = arrivals;
      arrivals.take();
      counts.noHost++;
      this.refuse(nextSession, nextMs);
      return;
    }
    for (; arrivals.nextMs < untilMs; arrivals.goOn(untilMs)) {
      const session = arrivals.nextSession;
      let atMs = arrivals.nextMs;
      arrivals.take();
      for (; atMs < untilMs; counts.noHost++) atMs = this.nextAfterRefusal(session, atMs);
      this.enter(session, atMs);
    }
  }

  /**
   * Until there is a token again everybody is refused, whoever it is: whole buckets in no order. Not beyond the first instant
   * at which somebody could come whose open attempt may still be answered, nor at which the pod's last host may have died.
   */
  private workOffGated(pod: number, fromMs: number, eventMs: number): void {
    const { fleet, counts } = this;
    const arrivals = this.arrivals[pod];
    let lastProbeMs = 0;
    for (const host of fleet.pools[pod]) lastProbeMs = Math.max(lastProbeMs, host.probeEndsMs);
    const leastDelayMs = fleet.networkMs + (this.rollOutMs === Infinity ? LEAST_DELAY_MS : 0);
    const untilMs = Math.min(
      this.letsInMs(pod),
      this.nextActMs,
      lastProbeMs,
      this.endMs,
      Math.max(eventMs, fromMs) + leastDelayMs,
    );
    do {
      const { nextMs, nextSession } = arrivals;
      arrivals.take();
      this.refuse(nextSession, nextMs);
      counts.admission++;
      if (arrivals.nextMs === Infinity) counts.admission += arrivals.takeBuckets(untilMs, this.refuseOne);
      if (arrivals.nextMs === Infinity) arrivals.goOn(untilMs);
    } while (arrivals.nextMs < untilMs);
  }

  /** Somewhat before the instant at which a pod's gate has a token again. */
  private letsInMs(pod: number): number {
    return this.tokensAtMs[pod] + ((1 - this.tokens[pod]) * 1000) / this.letInPerSec - 1e-6;
  }

  /** The session's next attempt is due then. */
  private enter(session: number, atMs: number): void {
    const { bytes, records } = this.fleet;
    records[session * DOUBLES] = atMs;
    this.arrivals[bytes[session * BYTES + POD]].enter(atMs, session);
  }

  private refuse(session: number, atMs: number): void {
    this.enter(session, this.nextAfterRefusal(session, atMs));
  }

  /** The session's attempt that comes then is refused: when its next one comes. */
  private nextAfterRefusal(session: number, atMs: number): number {
    this.beginAttempt(session);
    this.adopt(session, atMs);
    return this.retryMs(session, atMs + this.fleet.networkMs);
  }

  private beginAttempt(session: number): void {
    const { bytes, words } = this.fleet;
    if (bytes[session * BYTES + STATE] === CONNECTING) {
      this.counts.timedOut++;
      bytes[session * BYTES + STATE] = WAITING;
    }
    words[session * WORDS + NUMBER]++;
    words[session * WORDS + ATTEMPT]++;
    this.counts.attempts++;
  }

  /** The session's version, from now on. */
  private adopt(session: number, atMs: number): void {
    if (this.rollOutMs < Infinity) this.fleet.bytes[session * BYTES + VERSION] = this.versionAt(session, atMs);
  }

  private versionAt(session: number, atMs: number): number {
    const { adoptionLuck, bytes } = this.fleet;
    const version = bytes[session * BYTES + VERSION];
    if (version === 1 || atMs < this.rollOutMs) return version;
    return this.rollOutMs + adoptionLuck.at(this.fleet.serial(session), 0).uniform() * this.rollOutForMs <= atMs
      ? 1
      : 0;
  }

  /** When the next attempt comes of a session that knows then that it needs one. */
  private retryMs(session: number, knowsMs: number, version = this.fleet.bytes[session * BYTES + VERSION]): number {
    const { backoffLuck, backoffs, networkMs, words } = this.fleet;
    const draws = backoffLuck.at(this.fleet.serial(session), words[session * WORDS + NUMBER]);
    return knowsMs + backoffs[version].delayMs(words[session * WORDS + ATTEMPT] + 1, 0, draws) + networkMs;
  }

  private arrive(session: number, atMs: number, pod: number): void {
    const { bytes, lastPicked, networkMs, pools, records, timeoutMs, words } = this.fleet;
    this.nowMs = atMs;
    if (this.letInPerSec > 0) {
      const tokens = Math.min(1, this.tokens[pod] + ((atMs - this.tokensAtMs[pod]) * this.letInPerSec) / 1000);
      if (tokens < 1) {
        this.counts.admission++;
        this.refuse(session, atMs);
        return;
      }
      this.tokens[pod] = tokens - 1;
      this.tokensAtMs[pod] = atMs;
    }
    this.beginAttempt(session);
    const pool = pools[pod];
    lastPicked[pod] = lastPicked[pod] + 1 >= pool.length ? 0 : lastPicked[pod] + 1;
    const host = pool[lastPicked[pod]];
    const deadlineMs = atMs - networkMs + timeoutMs;
    bytes[session * BYTES + STATE] = CONNECTING;
    records[session * DOUBLES + DEADLINE] = deadlineMs;
    this.adopt(session, atMs);
    const number = words[session * WORDS + NUMBER];
    this.takeIn(host, session, number);
    this.enter(session, this.retryMs(session, deadlineMs, this.versionAt(session, deadlineMs)));
  }

  protected retry(session: number, knowsMs: number): void {
    this.fleet.bytes[session * BYTES + STATE] = WAITING;
    this.adopt(session, this.nowMs);
    this.enter(session, this.retryMs(session, knowsMs));
  }

  private onOther(atMs: number): void {
    const { flapMs, hosts } = this.fleet;
    this.nowMs = atMs;
    const kind = Math.floor(this.others.nextKey / SUBJECTS);
    const subject = this.others.nextKey % SUBJECTS;
    this.others.pop();
    if (kind === Kind.flap) {
      flapMs[subject] = 0;
      this.drop(subject, 'ambient');
    } else if (kind === Kind.boot) this.comesUp(hosts[subject]);
    else if (kind === Kind.probe) this.probeEnds(hosts[subject]);
    else if (kind === Kind.look) this.look(hosts[subject]);
    else if (kind === Kind.act) this.act(this.acts[subject].name);
    else this.questionEnds(kind - Kind.keepalive, subject);
  }

  private findNextAct(): void {
    this.nextActMs = Math.min(...this.acts.map(({ atMs }) => (atMs > this.nowMs ? atMs : Infinity)));
  }

  private act(name: string): void {
    const { scenario } = this.fleet;
    const actions = [...scenario.timeline, ...scenario.responders.flatMap(({ act }) => act)];
    const action = actions.find((one) => one.name === name);
    this.findNextAct();
    if (action?.action === 'reboot') {
      const { pods } = action.parameters.target as TargetSpec;
      for (const pod of pods) for (const host of this.fleet.hosts) if (host.pod === pod) this.reboot(host);
    } else if (action?.action === 'set') {
      const { admission } = action.parameters.change as { readonly admission: PolicySpec };
      this.letInPerSec = Number(admission.parameters.rate ?? 0);
      this.tokens.fill(1);
      this.tokensAtMs.fill(this.nowMs);
    } else if (action?.action === 'deploy') this.rollOut(Number(action.parameters.over));
    else throw new Error(`${name} is nothing that this reference does`);
  }

  /** What was foreseen of the next attempts of those who will time out may be otherwise from now on. */
  private rollOut(forMs: number): void {
    const { bytes, records, sessionCount } = this.fleet;
    this.rollOutMs = this.nowMs;
    this.rollOutForMs = forMs;
    for (let session = 0; session < sessionCount; session++) {
      const deadlineMs = records[session * DOUBLES + DEADLINE];
      if (bytes[session * BYTES + STATE] !== CONNECTING || deadlineMs <= this.nowMs) continue;
      const atMs = this.retryMs(session, deadlineMs, this.versionAt(session, deadlineMs));
      if (atMs !== records[session * DOUBLES]) this.enter(session, atMs);
    }
  }
}

/**
 * The recorder: hears from the model what happens, counts it, and reads the
 * fleet at each whole second. Counting is one addition to a typed array, since
 * attempts end by the tens of millions; nothing is allocated per call. The size
 * of the outage is integrated exactly, from change to change: sessions arrive
 * and drop into it, connect and leave out of it. Whether a session that leaves
 * was connected is not told, but by then the fleet knows. What is measured begins
 * at the instant that the scenario says, be it a whole second or not.
 */
import { larger } from '../engine/storage.ts';
import { disconnectedSessions } from '../model/state/gauges.ts';
import { noFleet, type FleetView, type LossKind, type Recorder } from '../model/state/recorder.ts';
import { AttemptEnd, attemptEnds, isAtWork, isUp, ServiceFor, Session } from '../model/state/vocabulary.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Happening } from './happenings.ts';
import { bucketOf, Histogram } from './histogram.ts';
import { HostFill } from './host-fill.ts';
import type { HostSeries } from './host-series.ts';
import { LossLedger } from './loss-ledger.ts';
import { isFailure, isLostAgain, TrafficHistory } from './pod-traffic.ts';
import { ReturnsByName } from './returns.ts';
import { SecondHistory } from './second-history.ts';
import * as tally from './tally.ts';
import { TierIntegrals } from './tier-integrals.ts';
import { TimeSeriesRows } from './time-series.ts';

export class MetricsRecorder implements Recorder {
  readonly scenario: Scenario;
  /** counters since the start, laid out by tally.ts */
  readonly counts: Float64Array;
  /** the counters at the start of the window that `measure` sets */
  readonly countsBefore: Float64Array;
  /** of the window only */
  readonly connectTimes = new Histogram();
  readonly waits: readonly Histogram[];
  readonly stays: readonly Histogram[];
  readonly ledger = new LossLedger();
  readonly traffic: TrafficHistory;
  readonly returns: ReturnsByName;
  readonly hostFill: HostFill;
  /** for whoever looks at hosts one by one */
  readonly hostSeries: HostSeries | null;
  readonly happenings: Happening[] = [];
  fleet: FleetView = noFleet;
  history: SecondHistory;
  rows: TimeSeriesRows;
  /** NaN until the window began */
  windowFromMs = NaN;
  endMs = NaN;
  private readonly rowWaits: readonly Histogram[];
  private readonly tiers: TierIntegrals;
  /** sessions that were disconnected when the window began */
  disconnectedBefore = 0;
  private disconnected = 0;
  private disconnectedSinceMs = 0;
  private readonly disconnectedIn: Float64Array;
  private endedAttempts = 0;
  /** what is told ahead of before then is counted at once: until then nobody looks at the counters */
  private readAtMs = 0;
  /** by reason, then by second and pod: attempts told ahead as refused in it */
  private readonly refusedIn: (Float64Array | undefined)[] = [];
  /** by reason, then by pod: those of them within the second in which the window begins, but before it does */
  private readonly refusedBeforeWindow: (Float64Array | undefined)[] = [];
  private hostWasUp = new Uint8Array(0);

  constructor(scenario: Scenario, hostSeries: HostSeries | null = null) {
    const tierCount = scenario.tiers.length;
    const histograms = (): Histogram[] => scenario.tiers.map(() => new Histogram());
    this.scenario = scenario;
    this.hostSeries = hostSeries;
    this.counts = tally.createTally(tierCount);
    this.countsBefore = tally.createTally(tierCount);
    this.waits = histograms();
    this.stays = histograms();
    this.rowWaits = histograms();
    this.disconnectedIn = new Float64Array(scenario.pods.length);
    this.traffic = new TrafficHistory(scenario.pods.length, tierCount);
    this.returns = new ReturnsByName(scenario);
    this.hostFill = new HostFill(tierCount);
    this.tiers = new TierIntegrals(this.counts, tierCount);
    this.history = new SecondHistory(noFleet);
    this.rows = new TimeSeriesRows(noFleet, scenario.measure.sampleEveryMs, this.history);
  }

  begin(fleet: FleetView): void {
    this.fleet = fleet;
    this.history = new SecondHistory(fleet);
    this.rows = new TimeSeriesRows(fleet, this.scenario.measure.sampleEveryMs, this.history);
    this.readDisconnected();
    this.readHostsUp();
    this.tiers.begin(fleet);
    if (this.scenario.measure.fromMs <= 0) this.beginWindow(0);
  }

  /** The sample at the instant from which is measured comes before the window begins; that at 0 is in it. */
  sample(atMs: number): void {
    const { fromMs } = this.scenario.measure;
    this.readAtMs = atMs < fromMs ? Math.min(atMs + 1000, fromMs) : atMs + 1000;
    this.settle(atMs);
    this.countRefusedIn(atMs / 1000 - 1);
    this.readDisconnected();
    const openAttempts = this.sumOverPods(Session.connecting);
    const startedAttempts = this.endedAttempts + openAttempts;
    this.history.take(atMs, this.counts[tally.LOST_SESSION_MS], startedAttempts);
    this.traffic.take(this.counts);
    this.hostFill.take(atMs, this.fleet);
    this.hostSeries?.take(atMs, this.fleet, this.counts, startedAttempts);
    this.rows.take(atMs, { counts: this.counts, waits: this.rowWaits, startedAttempts });
  }

  measureFrom(atMs: number): void {
    this.readAtMs = 1000 * (Math.floor(atMs / 1000) + 1);
    this.settle(atMs);
    this.refusedBeforeWindow.forEach((byPod, reason) =>
      byPod?.forEach((refused, pod) => this.countRefused(pod, reason, refused)),
    );
    this.beginWindow(atMs);
  }

  end(endMs: number): void {
    const lastMs = this.history.instantOf(this.history.length - 1);
    if (endMs % 1000 === 0 && !(lastMs >= endMs)) this.sample(endMs);
    this.settle(endMs);
    if (endMs % 1000 !== 0) this.countRefusedIn(Math.floor(endMs / 1000));
    this.returns.end();
    this.endMs = endMs;
  }

  arrived(nowMs: number, pod: number): void {
    this.counts[tally.ARRIVALS]++;
    this.disconnect(nowMs, pod, 1);
  }

  left(nowMs: number, pod: number): void {
    this.counts[tally.LEFT]++;
    this.disconnect(nowMs, pod, disconnectedSessions(this.fleet, pod) - this.disconnectedIn[pod]);
  }

  gaveUp(_nowMs: number, _pod: number, product: number, client: number): void {
    this.counts[tally.GAVE_UP]++;
    this.returns.gaveUp(product, client);
  }

  suppressed(): void {
    this.counts[tally.SUPPRESSED]++;
  }

  pageReloaded(_nowMs: number, _pod: number, cause: number): void {
    this.counts[tally.PAGE_RELOADS + cause]++;
  }

  dropped(nowMs: number, pod: number, cause: number, loss: number): void {
    this.counts[tally.DROPS + cause]++;
    this.ledger.dropped(loss);
    if (this.ledger.isOfStorm(loss)) this.traffic.storm[pod]++;
    this.traffic.lostAgain[pod] += isLostAgain[cause];
    this.disconnect(nowMs, pod, 1);
  }

  attemptEnded(_nowMs: number, pod: number, end: number, reason: number): void {
    this.counts[tally.ENDS + end]++;
    this.traffic.failed[pod] += isFailure[end];
    if (reason >= 0) this.counts[tally.REASONS + reason]++;
    if (end !== AttemptEnd.open) this.endedAttempts++;
  }

  refusedAhead(atMs: number, pod: number, reason: number): void {
    if (atMs < this.readAtMs) {
      this.countRefused(pod, reason, 1);
      return;
    }
    const pods = this.scenario.pods.length;
    const second = Math.floor(atMs / 1000);
    const { fromMs } = this.scenario.measure;
    if (atMs < fromMs && fromMs < 1000 * (second + 1)) {
      (this.refusedBeforeWindow[reason] ??= new Float64Array(pods))[pod]++;
      return;
    }
    const place = second * pods + pod;
    let refusedIn = (this.refusedIn[reason] ??= new Float64Array(1024 * pods));
    if (place >= refusedIn.length) {
      refusedIn = larger(refusedIn, new Float64Array(Math.max(place + 1, refusedIn.length * 2)));
      this.refusedIn[reason] = refusedIn;
    }
    refusedIn[place]++;
  }

  /** Counts the attempts told ahead whose second is now over. */
  private countRefusedIn(second: number): void {
    if (second < 0) return;
    const pods = this.scenario.pods.length;
    const first = second * pods;
    this.refusedIn.forEach((refusedIn, reason) => {
      for (let pod = 0; refusedIn !== undefined && pod < pods && first + pod < refusedIn.length; pod++)
        this.countRefused(pod, reason, refusedIn[first + pod]);
    });
  }

  private countRefused(pod: number, reason: number, refused: number): void {
    this.counts[tally.ENDS + AttemptEnd.rejected] += refused;
    this.counts[tally.REASONS + reason] += refused;
    this.endedAttempts += refused;
    this.traffic.failed[pod] += refused;
  }

  connected(
    nowMs: number,
    pod: number,
    connectTimeMs: number,
    reconnectTimeMs: number,
    product: number,
    client: number,
  ): void {
    this.disconnect(nowMs, pod, -1);
    this.traffic.connected[pod]++;
    this.connectTimes.add(connectTimeMs);
    if (reconnectTimeMs >= 0) this.returns.cameBack(product, client, reconnectTimeMs);
  }

  stillAway(awayMs: number, product: number, client: number): void {
    this.returns.stillAway(product, client, awayMs);
  }

  startsInTier(nowMs: number, tier: number): void {
    this.tiers.move(nowMs, tier, 1);
  }

  enteredTier(nowMs: number, tier: number): void {
    this.counts[tally.tierPlace(tier) + tally.ENTERED]++;
    this.tiers.move(nowMs, tier, 1);
  }

  abandonedInQueue(_nowMs: number, tier: number, enteredMs: number): void {
    if (enteredMs >= this.windowFromMs) this.counts[tally.tierPlace(tier) + tally.ABANDONED_IN_QUEUE]++;
  }

  serviceBegan(nowMs: number, tier: number, waitMs: number): void {
    this.tiers.serve(nowMs, tier, 1, 0);
    this.began(tier, waitMs);
  }

  abandonedServed(nowMs: number, tier: number, waitMs: number): void {
    this.tiers.serve(nowMs, tier, 1, 1);
    this.counts[tally.tierPlace(tier) + tally.BEGAN_FOR_NOBODY]++;
    this.began(tier, waitMs);
  }

  abandonedDiscarded(): void {
    // Unserved, it has not waited for anything; that its client left was told when it did.
  }

  abandonedInService(nowMs: number, tier: number): void {
    this.tiers.serve(nowMs, tier, 0, 1);
  }

  servicePaused(nowMs: number, tier: number, forNobody: boolean): void {
    this.tiers.serve(nowMs, tier, -1, forNobody ? -1 : 0);
  }

  serviceResumed(nowMs: number, tier: number, forNobody: boolean): void {
    this.tiers.serve(nowMs, tier, 1, forNobody ? 1 : 0);
  }

  leftTier(nowMs: number, tier: number, stayMs: number, serviceFor: number): void {
    this.stays[tier].add(stayMs);
    this.tiers.move(nowMs, tier, -1);
    if (serviceFor !== ServiceFor.none) this.tiers.serve(nowMs, tier, -1, serviceFor === ServiceFor.nobody ? -1 : 0);
  }

  hostRulesChanged(nowMs: number, host: number): void {
    this.tiers.hostChanged(nowMs, host);
  }

  hostChanged(nowMs: number, host: number, state: number): void {
    this.tiers.hostChanged(nowMs, host);
    const works = isAtWork(state);
    if (host >= this.hostWasUp.length) {
      const longer = new Uint8Array(2 * host + 1);
      longer.set(this.hostWasUp);
      this.hostWasUp = longer;
    }
    if (works && this.hostWasUp[host] === 0) this.happenings.push({ kind: 'up', atMs: nowMs, host });
    this.hostWasUp[host] = works ? 1 : 0;
  }

  hostDied(nowMs: number, host: number, cause: number): void {
    this.counts[tally.DEATHS + cause]++;
    this.happenings.push({ kind: 'died', atMs: nowMs, host, cause });
  }

  hostRebooted(nowMs: number, host: number): void {
    this.counts[tally.REBOOTS]++;
    this.happenings.push({ kind: 'rebooted', atMs: nowMs, host });
  }

  hostReady(nowMs: number, host: number, ready: boolean): void {
    this.happenings.push({ kind: ready ? 'ready' : 'unready', atMs: nowMs, host });
  }

  scaled(nowMs: number, name: string, fromHosts: number, toHosts: number): void {
    this.happenings.push({ kind: 'scaled', atMs: nowMs, name, fromHosts, toHosts });
  }

  hostEjected(nowMs: number, host: number, forMs: number, times: number): void {
    this.counts[tally.EJECTIONS]++;
    this.happenings.push({ kind: 'ejected', atMs: nowMs, host, forMs, times });
  }

  hostReadmitted(nowMs: number, host: number): void {
    this.happenings.push({ kind: 'readmitted', atMs: nowMs, host });
  }

  action(nowMs: number, name: string, title: string, byResponder: boolean, done: boolean): void {
    this.happenings.push({ kind: 'action', atMs: nowMs, name, title, byResponder, done });
  }

  aborted(nowMs: number, name: string, hostsLeft: number, disconnectedFraction: number): void {
    this.happenings.push({ kind: 'aborted', atMs: nowMs, name, hostsLeft, disconnectedFraction });
  }

  responder(nowMs: number, name: string, step: string): void {
    this.happenings.push({ kind: 'responder', atMs: nowMs, name, step });
  }

  loss(nowMs: number, loss: number, kind: LossKind, subject: string, parents: ReadonlyMap<number, number>): void {
    this.ledger.add(nowMs, loss, kind, subject, parents);
  }

  /** What was counted in the window, by a counter's place. */
  counted(place: number): number {
    return this.counts[place] - this.countsBefore[place];
  }

  /** Attempts that ended, by their ends, in the window. */
  attempts(): number {
    let sum = 0;
    for (let end = 0; end < attemptEnds.length; end++) sum += this.counted(tally.ENDS + end);
    return sum;
  }

  private began(tier: number, waitMs: number): void {
    const place = tally.tierPlace(tier);
    this.counts[place + tally.BEGAN]++;
    if (waitMs > 0) this.counts[place + tally.WAITED]++;
    const bucket = bucketOf(waitMs);
    this.waits[tier].addIn(bucket, waitMs);
    this.rowWaits[tier].addIn(bucket, waitMs);
  }

  private disconnect(nowMs: number, pod: number, change: number): void {
    this.integrateDisconnected(nowMs);
    this.disconnected += change;
    this.disconnectedIn[pod] += change;
  }

  private integrateDisconnected(nowMs: number): void {
    this.counts[tally.LOST_SESSION_MS] += this.disconnected * (nowMs - this.disconnectedSinceMs);
    this.disconnectedSinceMs = nowMs;
  }

  /** Brings the integrals up to an instant. */
  private settle(atMs: number): void {
    this.integrateDisconnected(atMs);
    this.tiers.settle(atMs);
  }

  private readDisconnected(): void {
    this.disconnected = 0;
    for (let pod = 0; pod < this.disconnectedIn.length; pod++) {
      this.disconnectedIn[pod] = disconnectedSessions(this.fleet, pod);
      this.disconnected += this.disconnectedIn[pod];
    }
  }

  private sumOverPods(state: number): number {
    let sum = 0;
    for (let pod = 0; pod < this.fleet.podNames.length; pod++) sum += this.fleet.sessions(pod, state);
    return sum;
  }

  private readHostsUp(): void {
    this.hostWasUp = new Uint8Array(this.fleet.hostCount);
    for (let host = 0; host < this.fleet.hostCount; host++)
      this.hostWasUp[host] = isUp(this.fleet.hostState(host)) ? 1 : 0;
  }

  /** All before `atMs` is history; averages and counts begin here. */
  private beginWindow(atMs: number): void {
    this.windowFromMs = atMs;
    this.disconnectedBefore = this.disconnected;
    this.countsBefore.set(this.counts);
    this.connectTimes.clear();
    this.returns.beginWindow();
    this.hostFill.clear();
    // What was seen at this very second is within the window.
    if (this.history.instantOf(this.history.length - 1) === atMs) this.hostFill.take(atMs, this.fleet);
    for (const histogram of [...this.waits, ...this.stays]) histogram.clear();
  }
}

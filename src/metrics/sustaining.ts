/**
 * Whether an overload sustains itself over a stretch of time: the sustaining
 * effect of metastable failures (Bronson et al., HotOS 2021), measured.
 *
 * Of the impacted pods' sessions so many *got back*: attempts that connected,
 * less the sessions that the overload took again meanwhile (hosts killed or out
 * of memory, keepalives and leases unanswered). So many *could have*: as many as
 * attempts were made, but no more than the hosts have places for, at what a
 * service for a client that waits takes, down or not. They are *kept out* while
 * fewer than half of those who could have got back did: the rest of the work
 * went to clients who had left, and attempts were refused or broken off. A fleet
 * whose clients come late by their own delays, or whose hosts serve all they
 * can, keeps nobody out, however long it takes.
 *
 * It is *sustained* if they are kept out and it gets no better: *easing* if the
 * disconnected share, or the backlog where most of the work goes to nobody and
 * no death clears it, falls from third to third of the stretch, and by a tenth in all.
 */
import { IMPACTED_FRACTION } from '../model/state/gauges.ts';
import type { FleetView } from '../model/state/recorder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Column } from './column.ts';
import type { FleetCurve } from './fleet-curve.ts';
import type { TrafficHistory } from './pod-traffic.ts';

const KEPT_OUT_BELOW = 0.5;
const EASING_BELOW = 0.9;
/** What hosts could serve is a sum of products: half of it to the last digit is half. */
const DIGITS = 1e-9;

/** `orderly`: nobody is kept out. */
export type Sustaining = 'sustained' | 'easing' | 'orderly';

export interface SustainingFacts {
  readonly scenario: Pick<Scenario, 'tiers' | 'pods'>;
  readonly fleet: FleetView;
  readonly curve: FleetCurve;
  readonly traffic: TrafficHistory;
  /** attempts that wait or are being served, by second */
  readonly openAttempts: Column;
  readonly deathsMs: readonly number[];
}

/** From one whole second to another, by their places. */
interface Stretch {
  readonly first: number;
  readonly last: number;
}

const grown = (column: Column, { first, last }: Stretch): number => column.at(last) - column.at(first);

/** What it was between two instants, which are whole seconds of the curve or lie between them. */
export function judgeStretch(facts: SustainingFacts, fromMs: number, untilMs: number): Sustaining {
  const { curve, traffic } = facts;
  const place = (atMs: number): number => Math.ceil((atMs - curve.firstMs) / 1000);
  const stretch = { first: place(fromMs), last: Math.min(place(untilMs), curve.fleet.length - 1) };
  const pods = impactedOver(curve, stretch);
  const sum = (of: (pod: number) => Column): number => pods.reduce((all, pod) => all + grown(of(pod), stretch), 0);
  const connected = sum((pod) => traffic.pods[pod].connected);
  const gotBack = connected - sum((pod) => traffic.pods[pod].lostAgain);
  const asked = connected + sum((pod) => traffic.pods[pod].failed);
  const couldHave = Math.min(asked, servable(facts, pods, stretch));
  if (couldHave === 0 || gotBack >= KEPT_OUT_BELOW * couldHave * (1 - DIGITS)) return 'orderly';
  return isEasing(facts, pods, stretch) ? 'easing' : 'sustained';
}

/** Pods that are impacted for half of the stretch or more. */
function impactedOver({ pods }: FleetCurve, { first, last }: Stretch): number[] {
  return pods.flatMap((shares, pod) => {
    let impacted = 0;
    for (let i = first; i <= last; i++) if (shares[i] > IMPACTED_FRACTION) impacted++;
    return 2 * impacted > last - first ? [pod] : [];
  });
}

/** Connects that the places of some pods' hosts, and of the shared ones, could serve: those of the tier that can serve the fewest. */
function servable({ scenario, fleet, traffic }: SustainingFacts, pods: readonly number[], stretch: Stretch): number {
  const whole = { first: 0, last: stretch.last };
  return scenario.tiers.reduce((least, { parallelism }, tier) => {
    const { services, awaitedMs, hostMs } = traffic.tiers[tier];
    const span = grown(services, stretch) > 0 ? stretch : whole;
    const serviceMs = grown(awaitedMs, span) / grown(services, span);
    // Of what nobody has been served by yet nothing is known.
    if (!(serviceMs > 0)) return least;
    return Math.min(least, (grown(hostMs, stretch) * parallelism * shareOfHosts(fleet, tier, pods)) / serviceMs);
  }, Infinity);
}

/** The share of a tier's hosts that serve these pods; all of a shared tier's. */
function shareOfHosts(fleet: FleetView, tier: number, pods: readonly number[]): number {
  let all = 0;
  let own = 0;
  for (let host = 0; host < fleet.hostCount; host++) {
    if (fleet.hostTier(host) !== tier) continue;
    const pod = fleet.hostPod(host);
    all++;
    if (pod < 0 || pods.includes(pod)) own++;
  }
  return all === 0 ? 0 : own / all;
}

function isEasing(
  { curve, traffic, openAttempts, deathsMs }: SustainingFacts,
  pods: readonly number[],
  stretch: Stretch,
): boolean {
  const share = (second: number): number => pods.reduce((sum, pod) => sum + curve.pods[pod][second], 0);
  if (falls(share, stretch)) return true;
  const [fromMs, untilMs] = [stretch.first, stretch.last].map((second) => curve.firstMs + second * 1000);
  if (deathsMs.some((atMs) => atMs >= fromMs && atMs < untilMs)) return false;
  const spent = (of: (tier: number) => Column): number =>
    traffic.tiers.reduce((sum, _, tier) => sum + grown(of(tier), stretch), 0);
  const isForNobody = spent((tier) => traffic.tiers[tier].abandonedMs) > spent((tier) => traffic.tiers[tier].awaitedMs);
  return isForNobody && falls((second) => openAttempts.at(second), stretch);
}

/** From third to third, and by a tenth or more in all. */
function falls(value: (second: number) => number, { first, last }: Stretch): boolean {
  const length = Math.max(1, Math.floor((last - first + 1) / 3));
  const middle = first + Math.floor((last - first + 1 - length) / 2);
  const [before, amid, after] = [first, middle, last - length + 1].map((from) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += value(from + i);
    return sum;
  });
  return before > amid && amid > after && after < EASING_BELOW * before;
}

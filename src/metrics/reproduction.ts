/**
 * The storm's effective reproduction number over time: further losses per loss. A loss is a session's, of its connection
 * or of its attempt, and sends it to try once more; so each attempt that ends is what a loss led to, and leads to further
 * ones: its own failing, and the drops that the load of attempts brings about (hosts that die or stall). Over the last
 * five minutes, in the pods that are impacted:
 *
 *     R = (attempts that failed + drops by deaths and stalls) / (attempts that failed + attempts that connected)
 *
 * It is the instantaneous number of epidemiology (Cori et al. 2013; Fraser 2007): the cases of now, without those that
 * came from outside (actions, usual drops, arrivals), over the infectious acts of now. R - 1 is the storm's own growth
 * of the disconnected per attempt: while nobody gets back it is 1 or more, and below 1 more get back than it drops. The
 * case number (Wallinga and Teunis 2004), what each loss causes later on, is what the tree of losses says of each, in
 * drops: where hardly anybody is left to drop, it says nothing of how long an outage goes on.
 */
import { IMPACTED_FRACTION } from '../model/state/gauges.ts';
import type { Episode } from './episodes.ts';
import type { FleetCurve } from './fleet-curve.ts';
import type { LossLedger } from './loss-ledger.ts';
import type { TrafficHistory } from './pod-traffic.ts';

export const REPRODUCTION_WINDOW_MS = 300_000;
const EVERY_MS = 10_000;
/** Standard deviations by which returns must exceed drops, both being counts, for it to be below 1 by more than chance. */
const CERTAIN = 2;

/** An instant from which it is no longer below 1 (upwards), or is. */
export interface Crossing {
  readonly atMs: number;
  readonly upwards: boolean;
}

export interface ReproductionCurve {
  readonly windowMs: number;
  readonly atMs: readonly number[];
  /** NaN where no attempt ended in an impacted pod within the window */
  readonly values: readonly number[];
  readonly crossings: readonly Crossing[];
}

/** Drops that each loss caused directly, by its number. */
export function causedDrops(ledger: LossLedger): Map<number, number> {
  const caused = new Map<number, number>();
  for (const loss of ledger.losses)
    for (const [parent, share] of loss.parents)
      caused.set(parent, (caused.get(parent) ?? 0) + share * ledger.dropsOf(loss.number));
  return caused;
}

interface Counts {
  readonly failed: Float64Array;
  readonly connected: Float64Array;
  readonly dropped: Float64Array;
}

export function reproductionCurve(traffic: TrafficHistory, curve: FleetCurve): ReproductionCurve {
  const { failed, connected, dropped } = countsInStorm(traffic, curve);
  const length = curve.fleet.length;
  const atMs: number[] = [];
  const values: number[] = [];
  const crossings: Crossing[] = [];
  let isBelow = true;
  for (let at = 0; at < length; at += EVERY_MS / 1000) {
    const from = Math.max(0, at - REPRODUCTION_WINDOW_MS / 1000);
    const [fails, returns, drops] = [failed, connected, dropped].map((sums) => sums[at] - sums[from]);
    const attempts = fails + returns;
    const nowMs = curve.firstMs + at * 1000;
    atMs.push(nowMs);
    values.push(attempts === 0 ? NaN : (fails + drops) / attempts);
    const isNowBelow = attempts === 0 || returns - drops > CERTAIN * Math.sqrt(returns + drops);
    if (isNowBelow !== isBelow) crossings.push({ atMs: nowMs, upwards: !isNowBelow });
    isBelow = isNowBelow;
  }
  return { windowMs: REPRODUCTION_WINDOW_MS, atMs, values, crossings };
}

/** How it was within an episode. */
export interface EpisodeReproduction {
  /** NaN if no attempt ended in an impacted pod */
  readonly max: number;
  /** the last instant from which it was below 1 until the end of the episode; null: it was not below at its end, or never at 1 */
  readonly turnedMs: number | null;
}

export function reproductionWithin(
  { atMs, values, crossings }: ReproductionCurve,
  { startedMs, resolvedMs }: Pick<Episode, 'startedMs' | 'resolvedMs'>,
): EpisodeReproduction {
  const isWithin = (instantMs: number): boolean => instantMs > startedMs && instantMs <= (resolvedMs ?? Infinity);
  const within = values.filter((value, at) => isWithin(atMs[at]) && !Number.isNaN(value));
  const max = within.length === 0 ? NaN : within.reduce((most, value) => Math.max(most, value));
  const last = crossings.filter((crossing) => isWithin(crossing.atMs)).at(-1);
  return { max, turnedMs: last === undefined || last.upwards ? null : last.atMs };
}

/** Sums since the start by second, of the seconds at whose start or end their pod was impacted. */
function countsInStorm({ pods }: TrafficHistory, curve: FleetCurve): Counts {
  const length = curve.fleet.length;
  const sums = {
    failed: new Float64Array(length),
    connected: new Float64Array(length),
    dropped: new Float64Array(length),
  };
  for (let at = 1; at < length; at++) {
    for (const of of ['failed', 'connected', 'dropped'] as const) sums[of][at] = sums[of][at - 1];
    pods.forEach(({ failed, connected, storm }, pod) => {
      if (Math.max(curve.pods[pod][at - 1], curve.pods[pod][at]) <= IMPACTED_FRACTION) return;
      sums.failed[at] += failed.at(at) - failed.at(at - 1);
      sums.connected[at] += connected.at(at) - connected.at(at - 1);
      sums.dropped[at] += storm.at(at) - storm.at(at - 1);
    });
  }
  return sums;
}

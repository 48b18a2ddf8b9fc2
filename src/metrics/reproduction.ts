/**
 * The storm's reproduction number over time: further drops caused per drop, over the drops of the last five
 * minutes. Each loss has its own: the drops of the losses that it caused, by their shares, per drop of its own;
 * the curve is their mean, each loss weighing as many drops as it had within the five minutes. At 1 each drop
 * replaces itself. Below 1 an outage can go on: of those who are away nobody drops. Ambient drops are not part of a storm and count neither as drops nor as caused ones. What a loss
 * of the last minutes of a run would still cause is not known: the curve is too low there, and `settledMs` says from where.
 */
import { LossLedger, type Loss } from './loss-ledger.ts';

export const REPRODUCTION_WINDOW_MS = 300_000;

/** An instant at which the curve passes 1, upwards or downwards. */
export interface Crossing {
  readonly atMs: number;
  readonly upwards: boolean;
}

export interface ReproductionCurve {
  readonly windowMs: number;
  readonly atMs: readonly number[];
  /** NaN where nobody dropped within the window */
  readonly values: readonly number[];
  readonly crossings: readonly Crossing[];
  /** until here five minutes were left for what a drop causes */
  readonly settledMs: number;
}

/** Drops that each loss caused directly, by its number. */
export function causedDrops(ledger: LossLedger): Map<number, number> {
  const caused = new Map<number, number>();
  for (const loss of ledger.losses)
    for (const [parent, share] of loss.parents)
      caused.set(parent, (caused.get(parent) ?? 0) + share * ledger.dropsOf(loss.number));
  return caused;
}

export function reproductionCurve(ledger: LossLedger, endMs: number, everyMs = LossLedger.bucketMs): ReproductionCurve {
  const caused = causedDrops(ledger);
  const isStorm = new Map(ledger.losses.map((loss: Loss) => [loss.number, loss.kind !== 'ambient']));
  const buckets = Math.floor(endMs / LossLedger.bucketMs) + 1;
  const dropped = new Float64Array(buckets);
  const fertile = new Float64Array(buckets);
  ledger.eachDrops((loss, bucket, drops) => {
    if (isStorm.get(loss) !== true || bucket >= buckets) return;
    dropped[bucket] += drops;
    fertile[bucket] += (drops / ledger.dropsOf(loss)) * (caused.get(loss) ?? 0);
  });
  const atMs: number[] = [];
  const values: number[] = [];
  for (let now = 0; now <= endMs; now += everyMs) {
    const until = Math.floor(now / LossLedger.bucketMs);
    const from = Math.max(0, until - REPRODUCTION_WINDOW_MS / LossLedger.bucketMs);
    let own = 0;
    let further = 0;
    for (let bucket = from; bucket < until; bucket++) {
      own += dropped[bucket];
      further += fertile[bucket];
    }
    atMs.push(now);
    values.push(own === 0 ? NaN : further / own);
  }
  const settledMs = Math.max(0, endMs - REPRODUCTION_WINDOW_MS);
  return { windowMs: REPRODUCTION_WINDOW_MS, atMs, values, crossings: crossingsOf(atMs, values), settledMs };
}

/** A storm that ends in silence (nobody drops any more) passes 1 downwards there, if it had not before. */
function crossingsOf(atMs: readonly number[], values: readonly number[]): Crossing[] {
  const crossings: Crossing[] = [];
  let above = false;
  values.forEach((value, at) => {
    const isAbove = value >= 1;
    if (isAbove !== above) crossings.push({ atMs: atMs[at], upwards: isAbove });
    above = isAbove;
  });
  return crossings;
}

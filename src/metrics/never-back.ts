/**
 * Sessions that dropped and had not come back when the run ended. Their times
 * to reconnect are not known: each is longer than it had been away. So a
 * statistic over all who dropped lies between what it would be if all the others
 * came back at once, and if they never did; what falls among them is longer than
 * so much, and no number.
 */
import type { EndedRun } from './ended-run.ts';
import { shareBelow, type Undecided } from './metric.ts';
import type { Returns } from './returns.ts';
import { clockText } from './unfinished.ts';

/** Of a product, a client version, or everybody with null; of one that is not kept apart, none are known. */
export function returnsOf({ recorder }: EndedRun, who: string | null): Returns | undefined {
  return recorder.returns.of(who);
}

/** `2,996 sessions had not come back when the run ended at 10:15`; empty if all had. */
export function neverBackInWords(ended: EndedRun, who: string | null = null): string {
  const count = returnsOf(ended, who)?.awayMs.length ?? 0;
  if (count === 0) return '';
  const grouped = count.toLocaleString('en-US');
  return `${grouped} ${count === 1 ? 'session' : 'sessions'} had not come back when the run ended at ${clockText(ended, ended.recorder.endMs)}`;
}

/** A statistic of the times to reconnect, who is still away counting as away for ever; NaN where it falls among these. */
export function reconnectTime({ times, awayMs }: Returns, part: string | null): number {
  if (awayMs.length === 0) return part === null || part === 'mean' ? times.mean : times.quantile(shareBelow(part));
  if (part === null || part === 'mean') return NaN;
  const rank = rankOf({ times, awayMs }, part);
  return rank > times.count ? NaN : times.quantile(rank / times.count);
}

/** What it may still turn out to be; null if nobody is missing, or it makes no difference. */
export function reconnectUndecided(ended: EndedRun, who: string | null, part: string | null): Undecided | null {
  const returns = returnsOf(ended, who);
  if (returns === undefined || returns.awayMs.length === 0) return null;
  const { times, awayMs } = returns;
  const reason = neverBackInWords(ended, who);
  if (part === null || part === 'mean') {
    const awaySum = awayMs.reduce((sum, away) => sum + away, 0);
    return { low: (times.sum + awaySum) / (times.count + awayMs.length), high: Infinity, reason };
  }
  const value = reconnectTime(returns, part);
  const low = leastOfRank(returns, rankOf(returns, part));
  const high = Number.isNaN(value) ? Infinity : value;
  return low === high ? null : { low, high, reason };
}

function rankOf({ times, awayMs }: Pick<Returns, 'times' | 'awayMs'>, part: string): number {
  return Math.max(1, Math.ceil(shareBelow(part) * (times.count + awayMs.length) - 1e-9));
}

/** The value of a rank among all times, if whoever is away came back at once. */
function leastOfRank({ times, awayMs }: Returns, rank: number): number {
  const ofTimes = (place: number): number => (place <= 0 ? 0 : times.quantile(place / times.count));
  const ofAway = (place: number): number => (place <= 0 ? 0 : awayMs[place - 1]);
  // Of the least so many, k are away: the more, the longer these have been, and the shorter the others took.
  let [fewest, most] = [Math.max(0, rank - times.count), Math.min(rank, awayMs.length)];
  while (fewest < most) {
    const k = Math.floor((fewest + most) / 2);
    if (ofAway(k + 1) <= ofTimes(rank - k)) fewest = k + 1;
    else most = k;
  }
  return Math.max(ofAway(fewest), ofTimes(rank - fewest));
}

/**
 * Sessions that dropped and had not come back when the run ended. Their times
 * to reconnect are not known, so statistics of those who did come back say
 * less than they seem to: each lies between what it would be if all the others
 * came back at once, and if they never did.
 */
import { dropCauses } from '../model/state/vocabulary.ts';
import type { EndedRun } from './ended-run.ts';
import type { Histogram } from './histogram.ts';
import { shareBelow, type Undecided } from './metric.ts';
import * as tally from './tally.ts';
import { clockText } from './unfinished.ts';

/** Disconnected at an end of the run: at its first sample, or its last. */
function disconnectedAt({ recorder: { history } }: EndedRun, index: number): number {
  return ['unaware', 'waiting', 'connecting', 'gaveUp'].reduce(
    (sum, state) => sum + history.column(`stateSessions.${state}`)!.at(index),
    0,
  );
}

/** How many; where sessions left meanwhile, or came for the first time, at most so many. */
export function neverBack(ended: EndedRun): number {
  const { recorder } = ended;
  if (recorder.history.length === 0) return 0;
  const drops = dropCauses.reduce((sum, _, cause) => sum + recorder.counts[tally.DROPS + cause], 0);
  const outstanding = disconnectedAt(ended, 0) + drops - recorder.reconnections;
  return Math.max(0, Math.min(disconnectedAt(ended, recorder.history.length - 1), outstanding));
}

/** `2,996 sessions had not come back when the run ended at 10:15`; empty if all had. */
export function neverBackInWords(ended: EndedRun): string {
  const count = neverBack(ended);
  if (count === 0) return '';
  const grouped = count.toLocaleString('en-US');
  return `${grouped} ${count === 1 ? 'session' : 'sessions'} had not come back when the run ended at ${clockText(ended, ended.recorder.endMs)}`;
}

/** What a statistic of the times to reconnect may still turn out to be; null if nobody is missing, or it makes no difference. */
export function reconnectUndecided(ended: EndedRun, times: Histogram, part: string | null): Undecided | null {
  const missing = neverBack(ended);
  if (missing === 0) return null;
  const [low, high] =
    part === null || part === 'mean' ? meanBounds(times, missing) : quantileBounds(times, missing, shareBelow(part));
  return low === high ? null : { low, high, reason: neverBackInWords(ended) };
}

function meanBounds({ count, sum }: Histogram, missing: number): readonly [number, number] {
  return [sum / (count + missing), Infinity];
}

function quantileBounds(times: Histogram, missing: number, q: number): readonly [number, number] {
  const rank = Math.max(1, Math.ceil(q * (times.count + missing) - 1e-9));
  const ofRank = (place: number): number => times.quantile(place / times.count);
  return [rank <= missing ? 0 : ofRank(rank - missing), rank > times.count ? Infinity : ofRank(rank)];
}

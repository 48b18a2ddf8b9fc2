/** Where what a library did and what its preset says part: each difference, in words. */
import { PLAYED_MS } from './play.ts';
import type { Attempt } from './world.ts';

/** Timers of whole ms, and a delay of 0 that takes 1. */
const TOLERANCE_MS = 8;

export function secondsOf(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
}

export interface Difference {
  /** 0: the very first */
  readonly attempt: number;
  readonly text: string;
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE_MS;

/** From the end of the attempt before, or from its start if it has none, to this one's start. */
const gapMs = (attempts: readonly Attempt[], i: number): number =>
  i === 0 ? attempts[0].startMs : attempts[i].startMs - (attempts[i - 1].endMs ?? attempts[i - 1].startMs);

/** How an attempt ended. */
function endText({ startMs, endMs, endedBy, upMs }: Attempt): string {
  if (endMs === null) return upMs === null ? 'held for ever' : 'connected for ever';
  const after = secondsOf(endMs - (upMs ?? startMs));
  if (upMs !== null) return `connected and ${endedBy === 'client' ? 'given up' : 'lost'} after ${after}`;
  return endedBy === 'client' ? `given up after ${after}` : `refused after ${after}`;
}

/** Whether this attempt, which has not ended, may yet end as the other did, after the time that was played. */
const mayYetEnd = (open: Attempt, ended: Attempt): boolean =>
  open.endMs === null && ended.endMs !== null && open.startMs + ended.endMs - ended.startMs > PLAYED_MS - TOLERANCE_MS;

function isSameEnd(a: Attempt, b: Attempt): boolean {
  if (mayYetEnd(a, b) || mayYetEnd(b, a)) return true;
  if ((a.upMs === null) !== (b.upMs === null) || a.endedBy !== b.endedBy) return false;
  return a.endMs === null || isNear(a.endMs - a.startMs, b.endMs! - b.startMs);
}

/**
 * Attempt by attempt: whether it is made, how long after the one before, and how it ends. How
 * many there are is compared only as far as both were played.
 */
export function differences(theirs: readonly Attempt[], ours: readonly Attempt[]): readonly Difference[] {
  const found: Difference[] = [];
  const both = Math.min(theirs.length, ours.length);
  for (let i = 0; i < both; i++) {
    const gaps = [gapMs(theirs, i), gapMs(ours, i)];
    if (!isNear(gaps[0], gaps[1]))
      found.push({ attempt: i, text: `made after ${secondsOf(gaps[0])}, not ${secondsOf(gaps[1])}` });
    if (!isSameEnd(theirs[i], ours[i]))
      found.push({ attempt: i, text: `${endText(theirs[i])}, not ${endText(ours[i])}` });
  }
  // Where attempts differ in length, so may their number in the same time.
  if (found.length === 0 && theirs.length !== ours.length)
    found.push({
      attempt: both,
      text: theirs.length > both ? `made after ${secondsOf(gapMs(theirs, both))}, not at all` : 'not made',
    });
  return found;
}

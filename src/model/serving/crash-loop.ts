/**
 * A platform that boots a host later the more often it died lately (Kubernetes'
 * CrashLoopBackOff): 0, first, first · factor, … up to the longest; a host that
 * was up for long enough begins anew.
 */
import { power } from '../../engine/power.ts';
import type { Host } from '../state/host.ts';

/** How long the platform waits before it boots a host that dies now; counts the death. */
export function crashLoopMs({ rules, times }: Host, nowMs: number): number {
  const { crashLoop } = rules.tier;
  if (crashLoop === null) return 0;
  const { firstMs, factor, longestMs, resetAfterMs } = crashLoop;
  if (nowMs - times.upSinceMs >= resetAfterMs) times.deathsInARow = 0;
  const before = times.deathsInARow++;
  return before === 0 ? 0 : Math.min(longestMs, firstMs * power(factor, before - 1));
}

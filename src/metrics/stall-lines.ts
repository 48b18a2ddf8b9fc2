/**
 * The story's lines of sessions that stall: their host of a tier is lost whose
 * leases move by work, and none has placed them anew. They are connected, so no
 * episode and no drop tells of them, and yet it is where such an outage begins.
 */
import type { EndedRun } from './ended-run.ts';
import { SECOND_MS } from './second-history.ts';
import type { Line } from './story-lines.ts';
import { percentText } from './value-text.ts';

/** Waves closer together than this are one line. */
const SAME_WAVE_MS = 600_000;

interface Wave {
  readonly fromMs: number;
  untilMs: number;
  most: number;
}

/** A line for each wave, with the greatest share at a whole second. */
export function stallLines({ recorder: { history }, scenario: { tiers } }: EndedRun): Line[] {
  const names = tiers.filter(({ lease }) => lease?.moves === 'attempt').map(({ name }) => name);
  if (names.length === 0) return [];
  const waves: Wave[] = [];
  const share = history.column('stalledFraction')!;
  for (let second = 0; second < history.length; second++) {
    const value = share.at(second);
    if (value === 0) continue;
    const atMs = history.instantOf(second);
    const last = waves.at(-1);
    if (last === undefined || atMs - last.untilMs > SAME_WAVE_MS) {
      // Looked at every second: what began them did so in the second before.
      waves.push({ fromMs: Math.max(0, atMs - SECOND_MS), untilMs: atMs, most: value });
    } else {
      last.untilMs = atMs;
      last.most = Math.max(last.most, value);
    }
  }
  return waves.map(({ fromMs, untilMs, most }): Line => ({
    atMs: fromMs,
    untilMs,
    rank: 1,
    text: `up to ${percentText(most)} of the sessions stall: connected, they wait for another host of ${names.join(' or ')}`,
  }));
}

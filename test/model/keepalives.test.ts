/**
 * Keepalives and leases without an event each, against a reference with one
 * event when each is due and one when its time is over: the same sessions drop
 * for the same cause at the same times. Those that drop at one instant may do so
 * in any order; but whoever is first tries first, and from there on two runs may
 * part, so they are compared up to the first such instant.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StallWatch, type WatchKind, type WatchRules } from '../../src/model/serving/stall-watch.ts';
import { Simulation } from '../../src/model/simulation.ts';
import type { Fleet } from '../../src/model/state/fleet.ts';
import { dropCauses } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { NaiveWatch } from './naive-watch.ts';
import { randomContent } from './random-scenario.ts';
import { silentRecorder } from './silent-recorder.ts';

/** How many random scenarios. */
const RUNS = Number(process.env.KEEPALIVE_RUNS ?? 60);

interface Told {
  readonly drops: { readonly atMs: number; readonly what: string; readonly cause: string }[];
  /** the sessions whose keepalives and leases fail, as they do */
  readonly failures: { readonly atMs: number; readonly session: number }[];
}

/** Each drop in words, in order of time. */
function dropsOf(scenario: Scenario, Kind: WatchKind): Told {
  const told: Told = { drops: [], failures: [] };
  const recorder = silentRecorder({
    dropped: (atMs, pod, code) => {
      const cause = dropCauses[code];
      told.drops.push({ atMs, what: `${atMs} ${pod} ${cause}`, cause });
    },
  });
  const watchKind = function (fleet: Fleet, rules: WatchRules) {
    const onFail = (session: number, loss: number): void => {
      told.failures.push({ atMs: fleet.engine.nowMs, session });
      rules.onFail(session, loss);
    };
    return new Kind(fleet, { ...rules, onFail });
  } as unknown as WatchKind;
  const simulation = new Simulation(scenario, { seed: 'keepalives', recorder, watchKind });
  simulation.run(scenario.clock.durationMs);
  told.drops.sort((a, b) => a.atMs - b.atMs || (a.what < b.what ? -1 : 1));
  return told;
}

/** The first instant at which others fail, or the same in another order; Infinity: there is none. */
function partingMs(one: Told['failures'], other: Told['failures']): number {
  const count = Math.min(one.length, other.length);
  for (let i = 0; i < count; i++)
    if (one[i].session !== other[i].session || one[i].atMs !== other[i].atMs)
      return Math.min(one[i].atMs, other[i].atMs);
  return Infinity;
}

describe('keepalives and leases', () => {
  it('drop the same sessions at the same times as one event per keepalive would', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(randomContent, (content) => {
        const scenario = scenarioOf(content);
        const naive = dropsOf(scenario, NaiveWatch);
        const quick = dropsOf(scenario, StallWatch);
        const untilMs = partingMs(quick.failures, naive.failures);
        const [ours, theirs] = [quick, naive].map(({ drops }) => drops.filter(({ atMs }) => atMs <= untilMs));
        const words = [ours, theirs].map((drops) => drops.map(({ what }) => what));
        expect(firstDifference(words[0], words[1])).toBeNull();
        // At the instant at which two runs part the same sessions have failed in both, in whatever order.
        const [our, their] = [quick, naive].map(({ failures }) =>
          failures.flatMap(({ atMs, session }) => (atMs <= untilMs ? [`${atMs} ${session}`] : [])).sort(),
        );
        expect(firstDifference(our, their)).toBeNull();
        for (const { cause } of ours) seen.set(cause, (seen.get(cause) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: 20230426 },
    );
    // The comparison means something only if keepalives and leases did fail.
    expect(seen.get('keepalive') ?? 0).toBeGreaterThan(50);
    expect(seen.get('lease') ?? 0).toBeGreaterThan(50);
  });
});

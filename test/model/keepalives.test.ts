/**
 * Keepalives and leases without an event each, against a reference with one
 * event when each is due and one when its time is over: the same sessions drop
 * for the same cause at the same times.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StallWatch, type WatchKind } from '../../src/model/serving/stall-watch.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { dropCauses } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../small-scenario.ts';
import { NaiveWatch } from './naive-watch.ts';
import { randomContent } from './random-scenario.ts';
import { silentRecorder } from './silent-recorder.ts';

/** How many random scenarios. */
const RUNS = Number(process.env.KEEPALIVE_RUNS ?? 60);

interface Drop {
  atMs: number;
  pod: number;
  cause: string;
}

function dropsOf(scenario: Scenario, watchKind: WatchKind): Drop[] {
  const drops: Drop[] = [];
  const recorder = silentRecorder({
    dropped: (atMs, pod, cause) => drops.push({ atMs, pod, cause: dropCauses[cause] }),
  });
  const simulation = new Simulation(scenario, { seed: 'keepalives', recorder, watchKind });
  simulation.run(scenario.clock.durationMs);
  // Simultaneous drops may come in any order.
  return drops.sort((a, b) => a.atMs - b.atMs || a.pod - b.pod || a.cause.localeCompare(b.cause));
}

describe('keepalives and leases', () => {
  it('drop the same sessions at the same times as one event per keepalive would', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(randomContent, (content) => {
        const scenario = scenarioOf(content);
        const naive = dropsOf(scenario, NaiveWatch);
        const quick = dropsOf(scenario, StallWatch);
        expect(quick).toEqual(naive);
        for (const { cause } of quick) seen.set(cause, (seen.get(cause) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: 20230426 },
    );
    // The comparison means something only if keepalives and leases did fail.
    expect(seen.get('keepalive') ?? 0).toBeGreaterThan(50);
    expect(seen.get('lease') ?? 0).toBeGreaterThan(50);
  });
});

/**
 * The short cuts of a run (refusals worked off ahead, timers on lanes, memory read
 * ahead) and what is measured of it are nothing to the run itself: against the reference, which
 * takes none, random scenarios give the same outcome, time series and events to
 * the last byte, and without metrics the same fingerprint.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endedRun } from '../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { notableEvents } from '../../src/metrics/notable-events.ts';
import { createOutcome } from '../../src/metrics/outcome.ts';
import { Simulation } from '../../src/model/simulation.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { withJitter } from '../model/scattered-clients.ts';
import { scenarioOf } from '../small-scenario.ts';
import { lawContent } from './law-scenario.ts';

const SEED = 'shortcuts/0';

interface Told {
  readonly lines: string[];
  readonly fingerprint: string;
  readonly events: number;
}

/** All that a run's files say, line by line. */
function measured(scenario: Scenario, shortcuts: boolean): Told {
  const recorder = new MetricsRecorder(scenario);
  const simulation = new Simulation(scenario, { seed: SEED, recorder, shortcuts, foresees: shortcuts });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  const fingerprint = simulation.fingerprint();
  const ended = endedRun(recorder, false);
  const run = { variant: 'baseline', seed: SEED, scenarioHash: '', fingerprint, complete: true, sameDay: true };
  const { atMs, columns, hostStates } = recorder.rows.series();
  const lines = [
    ...JSON.stringify(createOutcome(ended, { ...run, set: undefined }), null, 1).split('\n'),
    ...Object.entries({ atMs, ...columns }).map(([name, column]) => `${name} ${column.join(' ')}`),
    ...hostStates.labels.map((label, host) => `${label} ${hostStates.codes[host].join(' ')}`),
    ...notableEvents(ended).map((event) => JSON.stringify(event)),
  ];
  return { lines, fingerprint, events: simulation.eventCount };
}

function bareFingerprint(scenario: Scenario): string {
  const simulation = new Simulation(scenario, { seed: SEED, recorder: null });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  return simulation.fingerprint();
}

export function checkShortcuts(runs: number, seed: number): void {
  describe('short cuts', () => {
    it(`change nothing of what is told of ${runs} random scenarios`, { timeout: 600_000 }, () => {
      let saved = 0;
      fc.assert(
        fc.property(lawContent, (content) => {
          const scenario = scenarioOf(withJitter(content));
          const quick = measured(scenario, true);
          const reference = measured(scenario, false);
          expect(firstDifference(quick.lines, reference.lines)).toBeNull();
          expect(bareFingerprint(scenario)).toBe(quick.fingerprint);
          saved += reference.events - quick.events;
        }),
        { numRuns: runs, seed },
      );
      // The comparison means something only if some were taken.
      expect(saved).toBeGreaterThan(10 * runs);
    });
  });
}

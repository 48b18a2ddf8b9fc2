// The reproduction number of the small April day: 1 or more while the storm spreads and while all are out, below 1 from
// where the disconnected begin to fall for good.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario, simulate } from '../../src/cascade-sim.ts';
import { reproductionCurve, reproductionWithin } from '../../src/metrics/reproduction.ts';
import { formatClock } from '../../src/scenario/wall-clock.ts';

const file = 'scenarios/apr26-small.yaml';
const text = readFileSync(new URL(`../../${file}`, import.meta.url));

describe('the reproduction number of apr26-small', () => {
  it.each(['apr26-small', 'apr26-small/2', 'apr26-small/3'])(
    'falls below 1 within a minute of the last second at which all are out, with seed %s',
    async (seed) => {
      const { ended, outcome } = await simulate(loadScenario(text, { file }), { seed });
      const { recorder, episodes } = ended;
      const curve = reproductionCurve(recorder.traffic, ended.curve);
      const { atMs, values } = curve;
      expect(episodes.length).toBeGreaterThan(0);
      for (const [number, episode] of episodes.entries()) {
        const { peakMs, recoveringMs, resolvedMs } = episode;
        const untilMs = resolvedMs!;
        const lastOut = ended.curve.fleet.lastIndexOf(1, untilMs / 1000) * 1000;
        expect(lastOut).toBeGreaterThan(peakMs);
        const fellMs = reproductionWithin(curve, episode).turnedMs!;
        expect(outcome.episodes[number].turnedAt).toBe(formatClock(ended.scenario.clock, fellMs));
        expect(Math.abs(fellMs - lastOut)).toBeLessThanOrEqual(60_000);
        expect(fellMs).toBeLessThan(recoveringMs!);
        const between = (from: number, until: number): number[] =>
          values.filter((_, at) => atMs[at] >= from && atMs[at] <= until);
        // While all are out, whoever gets back is dropped again, be it some seconds later.
        const storm = between(peakMs, lastOut);
        expect(storm.reduce((sum, value) => sum + value, 0) / storm.length).toBeGreaterThan(1);
        expect(storm.filter((value) => value < 0.9999).length / storm.length).toBeLessThan(0.1);
        expect(Math.max(...between(fellMs, untilMs))).toBeLessThan(1);
      }
    },
  );
});

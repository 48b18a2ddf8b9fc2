// The reproduction number of the small April day: the first wave replaces its drops while it spreads. It says nothing of
// when the fleet recovers: by then, and in the whole second wave, the curve is below 1 though the outage goes on.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario, simulate } from '../../src/cascade-sim.ts';
import { reproductionCurve } from '../../src/metrics/reproduction.ts';

describe('the reproduction number of apr26-small', () => {
  it('hovers about 1 while the first wave spreads, and is below 1 long before the fleet recovers', async () => {
    const file = 'scenarios/apr26-small.yaml';
    const { ended } = await simulate(loadScenario(readFileSync(new URL(`../../${file}`, import.meta.url)), { file }));
    const { recorder, episodes } = ended;
    const { atMs, values, crossings } = reproductionCurve(recorder.ledger, recorder.endMs);
    const recoveringMs = episodes[0].recoveringMs!;
    const last = crossings.at(-1)!;
    expect(last.upwards).toBe(false);
    expect(last.atMs).toBeLessThanOrEqual(recoveringMs);
    const first = crossings[0].atMs;
    const storm = values.filter((_, at) => atMs[at] >= first && atMs[at] < last.atMs);
    // It passes 1 many times; its mean over that time is what is told here.
    expect(storm.reduce((sum, value) => sum + value, 0) / storm.length).toBeGreaterThan(0.95);
    expect(Math.max(...storm)).toBeGreaterThan(1);
    const after = values.filter((value, at) => atMs[at] >= recoveringMs && !Number.isNaN(value));
    expect(after.length).toBeGreaterThan(0);
    expect(Math.max(...after)).toBeLessThan(1);
  });
});

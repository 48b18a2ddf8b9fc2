// A measured series against a run that is told by hand: a triangle of 400 disconnected sessions over a minute up and a minute
// down. Early and late are told in time, too high by any time; noise within its deviation costs nothing; and a series that
// would agree anywhere has a base rate of one.
import { describe, expect, it } from 'vitest';
import { seriesReading, type SeriesAsked } from '../../src/metrics/series-readings.ts';
import { toldRun, waiting, type Script } from './told-run.ts';

const script: Record<number, Script[number]> = {};
for (let i = 0; i <= 120; i++) {
  const share = i <= 60 ? i / 60 : (120 - i) / 60;
  const count = Math.round(100 * share);
  script[300 + i] = waiting(count, count, count, count);
}
const run = toldRun(script, 900, { changes: { clock: { startMs: 0, durationMs: 900_000, timezone: 'UTC' } } });

/** The same curve, every ten seconds; a script's second is seen at the next. */
const curve = (bySec = 0): { atMs: number; value: number }[] =>
  Array.from({ length: 61 }, (_, i) => {
    const sec = 280 + 3 * i - 1 - bySec;
    const value = sec < 300 || sec > 420 ? 0 : sec <= 360 ? (sec - 300) / 60 : (420 - sec) / 60;
    return { atMs: (280 + 3 * i) * 1000, value: Math.round(100 * value) / 100 };
  });

const asked = (points: SeriesAsked['points'], more: Partial<SeriesAsked> = {}): SeriesAsked => ({
  name: 'lost',
  reference: { metric: 'disconnectedFraction', parts: [], variant: null, atMs: null },
  points,
  sd: 0.001,
  shiftMs: 0,
  ...more,
});
const missedMs = (points: SeriesAsked['points'], more: Partial<SeriesAsked> = {}): number | null => seriesReading(run, asked(points, more), true, 0).missedMs; // prettier-ignore

describe('a measured series', () => {
  it('of the run itself is not missed', () => {
    expect(missedMs(curve())).toBe(0);
  });

  it.each([-40, -7, 13, 60])('that comes %d s later is missed by so long, less what its clock may be off', (bySec) => {
    expect(Math.abs(missedMs(curve(bySec))! - Math.abs(bySec) * 1000)).toBeLessThanOrEqual(2000);
    expect(Math.abs(missedMs(curve(bySec), { shiftMs: 5000 })! - (Math.abs(bySec) * 1000 - 5000))).toBeLessThanOrEqual(2000); // prettier-ignore
  });

  it('that is higher than the run ever was is missed by any time, but for one point in fifty', () => {
    const spikes = (count: number) => curve().map((point, i) => (i >= 20 && i < 20 + count ? { ...point, value: 1.2 } : point)); // prettier-ignore
    expect(missedMs(spikes(1))).toBe(0);
    expect(missedMs(spikes(2))).toBe(Infinity);
    expect(missedMs(spikes(2), { sd: 0.4 })).toBe(0);
  });

  it('agrees within three of its deviations', () => {
    const high = curve().map(({ atMs, value }) => ({ atMs, value: value + 0.05 }));
    expect(missedMs(high, { sd: 0.02 })).toBe(0);
    // Before and after, nobody is lost: the nearest that agrees is on the slope.
    expect(missedMs(high, { sd: 0.01 })).toBeGreaterThan(15_000);
  });

  it('has as its base rate the share of shifts around the clock at which it would agree', () => {
    const rate = (points: SeriesAsked['points'], toleranceMs: number): number => seriesReading(run, asked(points), true, toleranceMs).baseRate; // prettier-ignore
    expect(rate([{ atMs: 0, value: 0 }], 120_000)).toBe(1);
    // Shifts are a sixtieth of fifteen minutes: of those within 40 s there are five, within 50 s seven.
    expect(rate(curve(), 40_000)).toBe(5 / 60);
    expect(rate(curve(), 50_000)).toBe(7 / 60);
  });

  it('is not told of a run that was cut', () => {
    expect(seriesReading(run, asked(curve()), false, 0)).toMatchObject({ holds: null, missedMs: null });
  });
});

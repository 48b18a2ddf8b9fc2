// Clock times on the axis: round ones, in the scenario's timezone.
import { describe, expect, it } from 'vitest';
import { clockAxisTitle, clockText, clockTicks } from '../../src/report/clock-axis.ts';
import {
  countText,
  durationTickText,
  percentText,
  roundDurationTicks,
  roundTicks,
} from '../../src/report/quantities.ts';

const minuteMs = 60_000;
const utc = { startMs: Date.UTC(2023, 3, 26, 16, 40), timezone: 'UTC' };

describe('the clock axis', () => {
  it('ticks at round clock times, not at round distances from the start', () => {
    const labels = clockTicks(utc, 300 * minuteMs, 12).map(({ label }) => label);
    expect(labels.slice(0, 3)).toEqual(['17:00', '17:30', '18:00']);
    expect(labels.length).toBeLessThanOrEqual(12);
  });

  it('shows seconds when the run is that short', () => {
    expect(clockTicks(utc, 60_000, 12).map(({ label }) => label)[1]).toBe('16:40:10');
  });

  it('tells the time of the timezone, past midnight too', () => {
    const kolkata = { ...utc, timezone: 'Asia/Kolkata' };
    expect(clockText(kolkata, 0)).toBe('22:10');
    expect(clockText(utc, 8 * 60 * minuteMs)).toBe('00:40');
    expect(clockTicks(kolkata, 300 * minuteMs, 12)[0].label).toBe('22:30');
    expect(clockAxisTitle(kolkata)).toBe('clock time, 26 April 2023 (Asia/Kolkata)');
  });
});

describe('quantities', () => {
  it('have round ticks', () => {
    expect(roundTicks(9_300, 6)).toEqual([0, 2000, 4000, 6000, 8000, 10000]);
    expect(roundTicks(0.3, 5)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(roundTicks(0, 5)).toEqual([0, 1]);
  });

  it('read well', () => {
    expect([countText(12_875.4), countText(2.3456)]).toEqual(['12,875', '2.35']);
    expect([percentText(0.921), percentText(0.0213), percentText(0.0004)]).toEqual(['92 %', '2.1 %', 'under 0.1 %']);
  });

  it.each([
    [0.5, '0 | 0.1 ms | 0.2 ms | 0.3 ms | 0.4 ms | 0.5 ms'],
    [870, '0 | 200 ms | 400 ms | 600 ms | 800 ms | 1 s'],
    [1_900, '0 | 500 ms | 1 s | 1.5 s | 2 s'],
    [23_100, '0 | 5 s | 10 s | 15 s | 20 s | 25 s'],
    [30_000, '0 | 5 s | 10 s | 15 s | 20 s | 25 s | 30 s'],
    [100_000, '0 | 30 s | 1 min | 1 min 30 s | 2 min'],
    [480_000, '0 | 2 min | 4 min | 6 min | 8 min'],
    [5_000_000, '0 | 15 min | 30 min | 45 min | 1 h | 1 h 15 min | 1 h 30 min'],
    [30_000_000, '0 | 2 h | 4 h | 6 h | 8 h | 10 h'],
    [400_000_000, '0 | 1 d | 2 d | 3 d | 4 d | 5 d'],
    [0, '0 | 1 s'],
    [NaN, '0 | 1 s'],
    [Infinity, '0 | 1 s'],
  ])('of durations up to %d ms have ticks that are round in the unit shown', (maxMs, labels) => {
    expect(roundDurationTicks(maxMs, 6).map(durationTickText).join(' | ')).toBe(labels);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallClock } from '../../src/scenario/context.ts';
import {
  epochMs,
  formatClock,
  isTimezone,
  parseDate,
  parseInstant,
  parseTimeOfDay,
} from '../../src/scenario/wall-clock.ts';

const incident = wallClock('2023-04-26', '16:30', '21:30', 'UTC')!;
const minutes = 60_000;

describe('the clock', () => {
  it('knows the epoch milliseconds of civil dates', () => {
    expect(incident).toEqual({ startMs: Date.UTC(2023, 3, 26, 16, 30), durationMs: 300 * minutes, timezone: 'UTC' });
  });

  it('agrees with the platform on every day of four centuries', () => {
    const days = fc.integer({ min: 0, max: 400 * 365 }).map((day) => new Date(Date.UTC(1900, 0, 1) + day * 86_400_000));
    const agrees = (day: Date): boolean =>
      epochMs(parseDate(day.toISOString().slice(0, 10))!, 0, 'UTC') === day.getTime();
    fc.assert(fc.property(days, agrees), { seed: 7, numRuns: 2000 });
  });

  it('refuses days and times that do not exist', () => {
    expect(['2023-02-29', '2024-13-01', '2023-4-26', '26.4.2023', 20230426].map(parseDate)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(parseDate('2024-02-29')).toEqual({ year: 2024, month: 2, day: 29 });
    expect(['24:00', '16:60', '9:30', '16.40', '16:40:61'].map(parseTimeOfDay)).toEqual([null, null, null, null, null]);
    expect(parseTimeOfDay('16:40:30.5')).toBe((16 * 60 + 40) * minutes + 30_500);
  });

  it('reads instants as clock times or as durations since the start', () => {
    expect(parseInstant('16:40', incident)).toBe(10 * minutes);
    expect(parseInstant('16:40:30', incident)).toBe(10.5 * minutes);
    expect(parseInstant('10m', incident)).toBe(10 * minutes);
    expect(parseInstant('16:30', incident)).toBe(0);
    expect(parseInstant('9:30', incident)).toMatchObject({ hint: 'two digits for the hour: "09:30"' });
  });

  it('means the next day by an end, or a time, before the start', () => {
    const night = wallClock('2023-12-31', '23:30', '00:30', 'UTC')!;
    expect(night.durationMs).toBe(60 * minutes);
    expect(parseInstant('00:10', night)).toBe(40 * minutes);
    expect(formatClock(night, 40 * minutes)).toBe('00:10:00');
  });

  it('reads and writes clock times of a zone, across the change to summer time', () => {
    const berlin = wallClock('2023-03-26', '01:00', '04:00', 'Europe/Berlin')!;
    expect(berlin.startMs).toBe(Date.UTC(2023, 2, 26, 0, 0));
    expect(berlin.durationMs).toBe(120 * minutes);
    expect(parseInstant('03:30', berlin)).toBe(90 * minutes);
    expect(formatClock(berlin, 90 * minutes)).toBe('03:30:00');
    expect(formatClock(berlin, 30 * minutes, 'minutes')).toBe('01:30');
  });

  it('means the first of an hour that comes twice', () => {
    const berlin = wallClock('2023-10-29', '01:00', '04:00', 'Europe/Berlin')!;
    expect(berlin.durationMs).toBe(240 * minutes);
    expect(parseInstant('02:30', berlin)).toBe(90 * minutes);
  });

  it('writes an instant as the clock time that it was read from', () => {
    for (const timezone of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
      const clock = wallClock('2023-04-26', '16:30', '23:59', timezone)!;
      for (const time of ['16:40:00', '17:19:30', '23:58:59'])
        expect(formatClock(clock, parseInstant(time, clock) as number)).toBe(time);
    }
    expect(formatClock(incident, 1234.5, 'exact')).toBe('16:30:01.234');
  });

  it('knows zones by their IANA names only', () => {
    expect([isTimezone('UTC'), isTimezone('Europe/Berlin'), isTimezone('Europe/Berlon'), isTimezone('')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is none if it ends where it starts', () => {
    expect(wallClock('2023-04-26', '16:30', '16:30', 'UTC')).toBeNull();
    expect(wallClock('2023-04-26', '16:30', '0s', 'UTC')).toBeNull();
    expect(wallClock('2023-04-26', '16:30', '48h', 'UTC')?.durationMs).toBe(48 * 60 * minutes);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatRate, parseDuration, parseFraction, parseRate } from '../../src/scenario/quantity.ts';

const run = { seed: 20230426, numRuns: 500 };

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1h30m', 5_400_000],
    ['1us', 0.001],
    ['1.1s', 1100],
    ['1.005s', 1005],
    ['0.5h', 1_800_000],
    ['1d', 86_400_000],
    ['2m5s250ms', 125_250],
    ['0s', 0],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([10, '10', '', '-5s', '10 s', '5x', '10s5m', '5s5s', '1e400s', null, true, 'none', '10S', '5m '])(
    'refuses %j',
    (value) => {
      expect(parseDuration(value)).toMatchObject({ expected: expect.stringContaining('duration') });
    },
  );

  it('says which unit is missing, unknown or negative', () => {
    expect(parseDuration(10)).toMatchObject({
      hint: 'missing unit; must be one of d | h | m | s | ms | us, like "10s"',
    });
    expect(parseDuration('5sec')).toMatchObject({ hint: 'unknown unit "sec"; must be one of d | h | m | s | ms | us' });
    expect(parseDuration('-5s')).toMatchObject({ hint: 'a duration cannot be negative' });
    expect(parseDuration('5m1h')).toMatchObject({ hint: 'the units must fall: hours, minutes, seconds' });
  });

  it.each([
    ['1000000d', null],
    ['1000000d1s', 'a duration of at most a million days'],
    ['9e999d', 'a duration of at most a million days'],
    ['0.001us', null],
    ['1e-300s', 'a duration of at least 0.001us, or 0s'],
    ['1e-400s', 'a duration of at least 0.001us, or 0s'],
    ['0e-400s', null],
  ])('%s is within what there may be, or told: %s', (text, expected) => {
    if (expected === null) expect(parseDuration(text)).toEqual(expect.any(Number));
    else expect(parseDuration(text)).toMatchObject({ expected });
  });

  it('are written so that they read as exactly the same number', () => {
    const durations = fc.oneof(
      fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
      fc.integer({ min: 0, max: 1e12 }),
      fc.integer({ min: 0, max: 1e6 }).map((seconds) => seconds * 1000),
      fc.integer({ min: 0, max: 5000 }).map((us) => us / 1000),
    );
    fc.assert(
      fc.property(durations, (ms) => parseDuration(formatDuration(ms)) === ms),
      run,
    );
  });

  it('are written as people write them', () => {
    expect([0, 0.001, 250, 1500, 10_000, 60_000, 5_400_000, 125_000, 90_500, Infinity].map(formatDuration)).toEqual([
      '0s',
      '1us',
      '250ms',
      '1.5s',
      '10s',
      '1m',
      '1h30m',
      '2m5s',
      '1m30.5s',
      'none',
    ]);
  });
});

describe('rates', () => {
  it('are per second, minute, hour or day', () => {
    expect([parseRate('70/s'), parseRate('4/min'), parseRate('2/h'), parseRate('1.5/d')]).toEqual([
      70,
      4 / 60,
      2 / 3600,
      1.5 / 86_400,
    ]);
  });

  it.each([70, '70', '-1/s', '70/week', '70 per s', '1e999/s'])('refuse %j', (value) => {
    expect(parseRate(value)).toMatchObject({ expected: expect.stringContaining('rate') });
  });

  it('are written so that they read as exactly the same number', () => {
    const rates = fc.oneof(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.integer({ min: 0, max: 100_000 }).map((perHour) => perHour / 3600),
    );
    fc.assert(
      fc.property(rates, (perSec) => parseRate(formatRate(perSec)) === perSec),
      run,
    );
    expect([70, 0.5, 2 / 3600, 4 / 60, 0].map(formatRate)).toEqual(['70/s', '0.5/s', '2/h', '4/min', '0/s']);
  });
});

describe('fractions', () => {
  it('are numbers from 0 to 1, or percentages', () => {
    expect([
      parseFraction(0.05),
      parseFraction('5 %'),
      parseFraction('5%'),
      parseFraction(1),
      parseFraction('0.1%'),
    ]).toEqual([0.05, 0.05, 0.05, 1, 0.001]);
  });

  it('beyond 1 are refused, and a percentage is suggested', () => {
    expect(parseFraction(5)).toMatchObject({ hint: 'did you mean "5 %"?' });
    expect(parseFraction('101%')).toHaveProperty('expected');
    expect(parseFraction(-0.1)).toHaveProperty('expected');
    expect(parseFraction('half')).toHaveProperty('expected');
  });
});

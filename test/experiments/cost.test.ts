// What a point costs: the sum that a user wrote, over the metrics of one run, computed by hand beside it.
import { describe, expect, it } from 'vitest';
import { isCost, readCost } from '../../src/experiments/cost.ts';

const record = { metrics: { hostHours: 12, sessionMinutesLost: 500, 'reconnectTime.p95': 90_000 } };

function costOf(text: string): { cost: number; hasTimes: boolean } {
  const read = readCost(text);
  if (!isCost(read)) throw new Error(`${text} is no cost`);
  return { cost: read.of(record as never), hasTimes: read.hasTimes };
}

describe('a cost', () => {
  it.each([
    ['hostHours', 12],
    ['hostHours * 0.4 + sessionMinutesLost * 0.02', 14.8],
    ['3 * hostHours - 1', 35],
  ])('of %s is computed', (text, cost) => {
    expect(costOf(text).cost).toBeCloseTo(cost, 10);
    expect(costOf(text).hasTimes).toBe(false);
  });

  it('counts lengths of time in seconds, and says so', () => {
    expect(costOf('reconnectTime.p95 * 2 + hostHours')).toEqual({ cost: 192, hasTimes: true });
  });
});

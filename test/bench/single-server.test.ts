// What the benchmark compares with SimPy is the queue that both are said to be.
import { expect, it } from 'vitest';
import { meanWaitMs, singleServer } from './single-server.ts';

it('the single server of the benchmark has the mean wait of M/M/1', async () => {
  const { customers, meanWaitMs: waitMs } = await singleServer(500, 1000, 100_000, 'bench');
  expect(customers / 100_000).toBeCloseTo(1, 1);
  // ρ/(μ − λ) is 1 ms; over 100,000 customers at ρ = 0.5 the mean's standard deviation is below 1 %.
  expect(meanWaitMs(500, 1000)).toBe(1);
  expect(Math.abs(waitMs - 1)).toBeLessThan(0.03);
});

// Where a story says that it is luck: over more replications than luck.test.ts runs.
import { describe, expect, it } from 'vitest';
import { collapses } from './collapses.ts';

describe('what is luck', () => {
  it('saves the first host back in about three runs of ten', async () => {
    // Of 20 runs with a probability of 0.7, 9 to 18 collapse with 99 % confidence.
    const count = await collapses('first-host-back.yaml', 'baseline', 20);
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(18);
  });
});

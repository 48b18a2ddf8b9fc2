// Where a story says that it is luck: over replications it goes either way, about as often as told; what takes
// more of them is in luck.full.test.ts.
import { describe, expect, it } from 'vitest';
import { collapses } from './collapses.ts';

describe('what is luck', () => {
  it('lets a reboot at peak go wrong with a long backoff, too, in some run of thirty', async () => {
    // Of 10 runs with a probability of 1/30, more than 3 collapse once in five thousand times.
    expect(await collapses('reboot-at-peak.yaml', 'full-jitter', 10)).toBeLessThanOrEqual(3);
  });
});

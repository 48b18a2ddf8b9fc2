// Where a story says that it is luck: over replications it goes either way, about as often as told.
import { describe, expect, it } from 'vitest';
import { runShipped } from './shipped-scenario.ts';

async function collapses(file: string, variant: string, replications: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < replications; i++) count += Number((await runShipped(file, variant, i)).outcome.metrics.collapse);
  return count;
}

describe('what is luck', () => {
  it('saves the first host back in about three runs of ten', async () => {
    // Of 20 runs with a probability of 0.7, 9 to 18 collapse with 99 % confidence.
    const count = await collapses('first-host-back.yaml', 'baseline', 20);
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(18);
  });

  it('lets a reboot at peak go wrong with a long backoff, too, in some run of thirty', async () => {
    // Of 10 runs with a probability of 1/30, more than 3 collapse once in five thousand times.
    expect(await collapses('reboot-at-peak.yaml', 'full-jitter', 10)).toBeLessThanOrEqual(3);
  });
});

// Where a story says that it is luck: over replications it goes either way, about as often as told.
import { describe, expect, it } from 'vitest';
import { runShipped } from './shipped-scenario.ts';

async function collapses(file: string, variant: string, replications: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < replications; i++) count += Number((await runShipped(file, variant, i)).outcome.metrics.collapse);
  return count;
}

describe('what is luck', () => {
  it('falls either way for socket.io, whose five seconds are on the edge', async () => {
    const count = await collapses('backoff-shootout.yaml', 'socket-io', 10);
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThanOrEqual(9);
  });

  it('saves the first host back in about three runs of ten', async () => {
    // Of 20 runs with a probability of 0.7, 9 to 18 collapse with 99 % confidence.
    const count = await collapses('first-host-back.yaml', 'baseline', 20);
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(18);
  });
});

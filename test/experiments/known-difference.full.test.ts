// A known answer: two M/M/c queues whose mean waits are known in closed form (Kleinrock 1975). In each of 100 seeds the
// variants are compared over 20 replications with the same luck; the 95 % interval of the difference of their mean
// waits must cover the true difference in at least 90 of them: fewer happen to a right interval once in 35 times.
import { expect, it } from 'vitest';
import { createComparison } from '../../src/experiments/comparison.ts';
import { replicate, type Replication } from '../../src/experiments/replication.ts';
import { Bootstrap } from '../../src/experiments/statistics.ts';
import { mmcWait } from '../oracles/closed-forms.ts';
import { comparedVariants } from './compared-scenario.ts';

const [perSec, meanServiceMs] = [25, 100];
const text = `
format: 1
name: two-queues
clock: { from: "00:00", to: 130s }
networkDelay: 0.01us
tiers: [{ name: api, hosts: 1, parallelism: 4, serviceTime: { exponential: ${meanServiceMs}ms } }]
products: [{ name: request, arrivals: ${perSec}/s, lifetime: 0s }]
clients: [{ name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }]
measure: { from: 10s }
variants: [{ name: five-servers, set: { tiers.api.parallelism: 5 } }]
`;
const wait = (servers: number): number => mmcWait(perSec / 1000, 1 / meanServiceMs, servers);

it('covers the true difference of two M/M/c waits', async () => {
  const truth = wait(5) - wait(4);
  const variants = comparedVariants(text);
  let covered = 0;
  const gains: number[] = [];
  for (let seed = 0; seed < 100; seed++) {
    const byVariant: Replication[][] = [[], []];
    for (const [v, variant] of variants.entries()) {
      for (let index = 0; index < 20; index++)
        byVariant[v].push(await replicate({ variant, index, seed: `mmc-${seed}/${index}`, until: 'end' }));
    }
    const waits = byVariant.map((rows) => rows.map(({ metrics }) => metrics['queueWait.api.mean']));
    const bootstrap = new Bootstrap(`mmc-${seed}`, 0.95);
    const paired = bootstrap.mean(waits[1].map((value, i) => value - waits[0][i]));
    const unpaired = bootstrap.meanDifference(waits[1], waits[0]);
    gains.push((paired.high - paired.low) / (unpaired.high - unpaired.low));
    if (paired.low <= truth && truth <= paired.high) covered++;
    if (seed === 0)
      expect(createComparison({ variants, byVariant, seed: 'mmc', until: 'end', complete: true }).n).toBe(20);
  }
  expect(covered, `covered ${covered} of 100`).toBeGreaterThanOrEqual(90);
  // The same arrivals and services in both: the interval is narrower than that of independent runs.
  expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toBeLessThan(0.9);
});

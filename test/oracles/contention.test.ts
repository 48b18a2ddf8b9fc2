// Services that slow each other, against processor sharing and the universal scalability law.
import { describe, expect, it } from 'vitest';
import { birthDeathMean, processorSharing, scalability } from './contention.ts';
import { checkCases } from './replicated-case.ts';
import { runLog, arrivingAt, seconds, tier, triesOnce } from '../model/run-log.ts';

describe('the closed forms', () => {
  it('agree where one is a case of the other', () => {
    // M/M/1-PS, and M/M/∞.
    expect(birthDeathMean(70, () => 100)).toBeCloseTo(0.7 / 0.3, 10);
    expect(birthDeathMean(70, (n) => 100 * n)).toBeCloseTo(0.7, 10);
  });
});

describe('contention', () => {
  checkCases([
    processorSharing('10ms', 0.5, { n: 12, length: '200s' }),
    scalability(80, { linear: 0.2, quadratic: 0.01 }, { n: 12, length: '200s' }),
  ]);
});

// By hand: services of 100 ms, which come at 51, 81 and so on.
describe('two services that share a host', () => {
  const connects = (contention: unknown, timeline: object[] = []): number[] =>
    runLog({
      clock: seconds(5),
      tiers: [tier({ parallelism: 10, contention })],
      products: [arrivingAt(1, 31)],
      clients: [triesOnce],
      timeline,
    }).connects.map(({ atMs }) => atMs);

  it('go on at half of their speed while both are there', () => {
    expect(connects('none')).toEqual([151, 181]);
    // The first has 70 left at 81, which takes until 221; the second then has 30 left.
    expect(connects({ linear: 1 })).toEqual([221, 251]);
    // s(2) = 1.5: 70 left take 105; then the second has had 70, and 30 are left.
    expect(connects({ linear: 0.5 })).toEqual([186, 216]);
    expect(connects({ quadratic: 0.25 })).toEqual([186, 216]);
  });

  it('stand still while their host does', () => {
    const pause = { name: 'pause', at: '100ms', action: 'pause', target: { tier: 'api' }, for: '1s' };
    expect(connects({ linear: 1 }, [pause])).toEqual([1221, 1251]);
  });

  it('are lost with their host, and those after them begin anew', () => {
    const restart = { name: 'restart', at: '100ms', action: 'restart-tier', tier: 'api' };
    expect(connects({ linear: 1 }, [restart])).toEqual([]);
  });
});

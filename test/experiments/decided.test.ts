// Runs that are cut once all is decided: what they say is what the whole run says, as far as they say it.
import { describe, expect, it } from 'vitest';
import { createComparison } from '../../src/experiments/comparison.ts';
import { comparableAfter } from '../../src/experiments/decided.ts';
import { replicate, type Replication, type Until } from '../../src/experiments/replication.ts';
import { comparedText, comparedVariants } from './compared-scenario.ts';

const longer = comparedText.replace('to: "10:22"', 'to: "10:45"');
const variants = comparedVariants(longer, ['longer-cap', 'impatient']);

async function both(variant: (typeof variants)[number], index: number): Promise<Record<Until, Replication>> {
  const task = { variant, index, seed: `d/${index}` };
  return { end: await replicate({ ...task, until: 'end' }), decided: await replicate({ ...task, until: 'decided' }) };
}

describe('a run until all is decided', () => {
  it('is cut ten calm minutes after the outage, and has found the same outage', async () => {
    const { end, decided } = await both(variants[0], 0);
    expect(end.ending).toBe('clock');
    expect(decided.ending).toBe('calm');
    expect(decided.endMs % 60_000).toBe(0);
    expect(decided.endMs - decided.metrics.timeToRecover).toBeGreaterThanOrEqual(600_000);
    expect(decided.endMs).toBeLessThan(end.endMs);
    for (const metric of ['collapse', 'timeToRecover', 'hostDeaths', 'peakDisconnectedFraction'])
      expect([metric, decided.metrics[metric]]).toEqual([metric, end.metrics[metric]]);
    // What a calm rest adds is small.
    expect(decided.metrics.sessionMinutesLost / end.metrics.sessionMinutesLost).toBeCloseTo(1, 2);
  });

  it('is cut once collapse is certain, fifteen minutes after the trigger ended, and says nothing but that', async () => {
    const { end, decided } = await both(variants[2], 0);
    expect(end.metrics.collapse).toBe(1);
    expect(decided.ending).toBe('collapsed');
    expect(decided.endMs).toBeLessThan(end.endMs);
    expect(Object.keys(decided.metrics)).toEqual(['collapse']);
    expect(decided.metrics.collapse).toBe(1);
  });

  it('is not cut as collapsed while what somebody did about it is ending it', async () => {
    // All hosts at once, and impatient clients: it sustains itself, until a limit ten minutes later lets them in, slowly.
    const helped = comparedText.replace('to: "10:22"', 'to: "11:00"').replace(
      'variants:',
      `responders:
  - name: operators
    detect: { when: "impactedPods >= 1", for: 1m }
    page: 8m
    act: [{ name: limit, action: set, tier: front, change: { admission: { policy: token-bucket, rate: RATE, burst: 1 } } }]
variants:`,
    );
    for (const [rate, ending, collapse] of [
      ['0.2/s', 'calm', 0],
      ['0.001/s', 'collapsed', 1],
    ] as const) {
      const { end, decided } = await both(comparedVariants(helped.replace('RATE', rate), ['impatient'])[1], 0);
      expect([end.metrics.collapse, decided.ending, decided.metrics.collapse]).toEqual([collapse, ending, collapse]);
    }
  });

  it('goes on while an action is to come, a host is down, or arrivals are to change', async () => {
    const late = longer.replace(
      'timeline:',
      'timeline:\n  - { name: late, at: "10:40", action: pause, target: { tier: front }, for: 1s }',
    );
    const change = longer.replace(
      'sessions: 90 }',
      'sessions: 90, arrivals: { schedule: [{ from: 0s, rate: 0/s }, { from: 40m, rate: 1/s }] } }',
    );
    const day = longer.replace(
      'sessions: 90 }',
      'lifetime: { exponential: 24h }, profile: [{ at: 0s, sessions: 90 }, { at: 40m, sessions: 92 }] }',
    );
    const gone = comparedVariants(longer, ['gone'])[1];
    for (const variant of [
      comparedVariants(late, [])[0],
      comparedVariants(change, [])[0],
      comparedVariants(day, [])[0],
      gone,
    ]) {
      expect((await replicate({ variant, index: 0, seed: 'd/0', until: 'decided' })).ending).toBe('clock');
    }
  });

  it('keeps of a calm run what its outage was, not what depends on its length', () => {
    expect(
      ['collapse', 'sessionMinutesLost', 'hostDeaths.liveness', 'hostHours', 'retryAmplification', 'attempts'].filter(
        (metric) => comparableAfter('calm', metric),
      ),
    ).toEqual(['collapse', 'sessionMinutesLost', 'hostDeaths.liveness']);
    expect(comparableAfter('clock', 'hostHours')).toBe(true);
  });

  it('makes a comparison that is sorted by the probability of collapse, and tells what was cut', async () => {
    const byVariant: Replication[][] = [];
    for (const variant of variants)
      byVariant.push([(await both(variant, 0)).decided, (await both(variant, 1)).decided]);
    const comparison = createComparison({ variants, byVariant, seed: 'd', until: 'decided', complete: true });
    const worst = comparison.variants.at(-1)!;
    expect([worst.name, worst.collapse.value, worst.cut]).toEqual(['impatient', 1, { collapsed: 2, calm: 0 }]);
    expect(worst.estimates.sessionMinutesLost.n).toBe(0);
    expect(worst.differences.sessionMinutesLost.n).toBe(0);
    expect(worst.curve).toBeNull();
    expect(comparison.variants[0].cut.calm).toBe(2);
    expect(comparison.variants[0].estimates.hostHours.n).toBe(0);
  });
});

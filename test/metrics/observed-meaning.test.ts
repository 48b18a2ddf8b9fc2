// What an observed row means: that a state begins, has begun or holds, and never one that comes after its post. Four pods of
// 100 sessions: two are impacted from 160 s on, all of them from 200 s to 400 s.
import { describe, expect, it } from 'vitest';
import { judgeObserved } from '../../src/metrics/observed.ts';
import { longestDelayMs } from '../../src/metrics/observed-window.ts';
import type { Observed } from '../../src/scenario/scenario.ts';
import { both, parsed, started, toldRun, waiting, type Script } from './told-run.ts';

const outage: Script = {
  100: both(started('maintenance'), waiting(60)),
  160: waiting(60, 30),
  200: waiting(90, 90, 90, 90),
  400: waiting(10, 10, 10, 10),
  500: waiting(0, 0, 0, 0),
};

function row(atSec: number, expression: string, more: Partial<Observed>): Observed {
  return {
    name: 'row',
    atMs: atSec * 1000,
    says: '',
    note: '',
    expect: parsed(expression, 'observed'),
    toleranceMs: 20_000,
    means: 'has-begun',
    untilMs: null,
    postedAfter: null,
    ...more,
  };
}

function missed(atSec: number, expression: string, more: Partial<Observed>): number | null {
  return judgeObserved(toldRun(outage, 900), row(atSec, expression, more)).missedMs;
}

const constant = { name: 'constant', parameters: { mean: 30_000 } };

describe('an observed row', () => {
  it('that means a beginning holds where the state begins, not while it goes on', () => {
    expect(missed(190, 'impactedPods == all', { means: 'begins' })).toBe(0);
    expect(missed(300, 'impactedPods == all', { means: 'has-begun' })).toBe(0);
    // It began at 201 s as seen at whole seconds: 79 s before the window.
    expect(missed(300, 'impactedPods == all', { means: 'begins' })).toBe(79_000);
    expect(missed(100, 'impactedPods == all', { means: 'begins' })).toBe(81_000);
  });

  it('of a state that never comes is missed by more than any time', () => {
    expect(missed(300, 'disconnectedFraction > 0.95', { means: 'begins' })).toBe(Infinity);
    expect(missed(300, 'disconnectedFraction > 0.95', { means: 'has-begun' })).toBe(Infinity);
  });

  it('that means an interval is missed by each second of it that is otherwise, its ends but for the tolerance', () => {
    const until = (sec: number): Partial<Observed> => ({ means: 'holds', untilMs: sec * 1000 });
    expect(missed(190, 'impactedPods == all', until(410))).toBe(0);
    expect(missed(190, 'impactedPods == all', until(550))).toBe(30_000);
    expect(missed(150, 'impactedPods == all', until(380))).toBe(31_000);
  });

  it('of a milestone that has begun may have done so at any time before', () => {
    const recovering = judgeObserved(toldRun(outage, 900), row(700, 'resolved', { means: 'has-begun' }));
    expect(recovering).toMatchObject({ holds: true, missedMs: 0 });
    expect(judgeObserved(toldRun(outage, 900), row(700, 'resolved', { means: 'begins' })).holds).toBe(false);
  });

  it('cannot be posted before the state that it tells, and not much later than people post', () => {
    const posted = (atSec: number): number | null =>
      missed(atSec, 'impactedPods == all', { means: 'begins', postedAfter: constant });
    expect([posted(200), posted(201), posted(231), posted(232)]).toEqual([1000, 0, 0, 1000]);
    // Without a post the tolerance goes both ways.
    expect(missed(185, 'impactedPods == all', { means: 'begins' })).toBe(0);
  });

  it('has a longest delay that 19 of 20 posts keep to', () => {
    const exponential = { name: 'exponential', parameters: { mean: 300_000 } };
    // −ln(0.05) · 300 s.
    expect(Math.abs(longestDelayMs(exponential) / 898_720 - 1)).toBeLessThan(0.05);
    expect(longestDelayMs(constant)).toBe(30_000);
  });
});

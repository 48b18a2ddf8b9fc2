// Whether a backoff is recognised from a dozen or two of its delays: every preset's by name, forms of the literature with
// numbers of their own by what they say.
import { describe, expect, it } from 'vitest';
import { effort, fitBackoff } from '../../../src/experiments/client-learning/backoff-fit.ts';
import { presetBackoffs } from '../../../src/experiments/client-learning/preset-backoffs.ts';
import { clientPresets } from '../../../src/policies/client-presets.ts';
import type { PolicySpec } from '../../../src/policies/parameters.ts';
import { scenarioOf } from '../../small-scenario.ts';
import { madeUpDelays } from './made-up-delays.ts';

describe('the backoffs of presets', () => {
  it.each(Object.keys(clientPresets))('are those that the loader makes of %s', (preset) => {
    const { backoff } = scenarioOf({ clients: [{ name: 'current', preset }] }).clients[0];
    expect(presetBackoffs.get(preset)).toEqual(backoff);
  });
});

describe('a fit', () => {
  // All of them, more often: backoff-fit.full.test.ts.
  const some = ['socket.io', 'phoenix', 'reconnecting-websocket', 'partysocket', 'centrifuge', 'nats'];
  it.each(some)('knows the backoff of %s again', (preset) => {
    const spec = presetBackoffs.get(preset)!;
    const fit = fitBackoff(madeUpDelays(spec, 1), { effort: effort.hurried });
    expect(fit.best.spec.policy).toBe(spec.policy);
    expect(fit.best.spec.parameters).toEqual(spec.parameters);
    expect(fit.within / fit.delays).toBeGreaterThan(0.8);
  });

  // [what it is, which parameters are within a fifth]
  const own: readonly (readonly [PolicySpec, readonly string[]])[] = [
    [{ policy: 'fixed', parameters: { delay: 2500, jitter: 0 } }, ['delay']],
    [{ policy: 'fixed', parameters: { delay: 2000, jitter: 1000 } }, ['delay', 'jitter']],
    [{ policy: 'exponential', parameters: { base: 500, cap: 8000, factor: 1.5 } }, ['base', 'cap', 'factor']],
    [{ policy: 'exponential', parameters: { base: 100, cap: 800, factor: 2 } }, ['base', 'cap', 'factor']],
    [{ policy: 'linear', parameters: { base: 1000, step: 500, cap: 4000 } }, ['base', 'step', 'cap']],
    [{ policy: 'equal-jitter', parameters: { base: 2000, cap: 20_000, factor: 2 } }, ['base', 'cap', 'factor']],
    [{ policy: 'full-jitter', parameters: { base: 500, cap: 10_000, factor: 2 } }, ['cap', 'factor']],
    [{ policy: 'none', parameters: {} }, []],
  ];

  it.each(own)('finds $policy with numbers of its own', (spec, close) => {
    const fit = fitBackoff(madeUpDelays(spec, 1));
    expect(fit.best.spec.policy).toBe(spec.policy);
    for (const name of close) {
      const ratio = (fit.best.spec.parameters[name] as number) / (spec.parameters[name] as number);
      if (spec.parameters[name] === 0) expect(fit.best.spec.parameters[name]).toBe(0);
      else expect(Math.abs(ratio - 1), `${name}: ${String(fit.best.spec.parameters[name])}`).toBeLessThan(0.2);
    }
  });

  it('says which parameters the delays do not decide, and leaves them at their defaults', () => {
    const short = madeUpDelays({ policy: 'exponential', parameters: { base: 200, cap: 60_000, factor: 2 } }, 1).filter(
      ({ number }) => number <= 5,
    );
    const { best, undecided } = fitBackoff(short);
    expect(best.spec).toEqual({ policy: 'exponential', parameters: { base: 200, cap: 30_000, factor: 2 } });
    expect(undecided).toEqual(['cap']);
  });

  it('takes a number for the round one that was set, though each delay is seen some milliseconds late', () => {
    const delays = madeUpDelays({ policy: 'fixed', parameters: { delay: 3000, jitter: 0 } }, 1);
    const late = delays.slice(0, 7).map((delay) => ({ ...delay, delayMs: delay.delayMs + 18 }));
    expect(fitBackoff(late).best.spec).toEqual({ policy: 'fixed', parameters: { delay: 3000, jitter: 0 } });
  });

  it('counts the delays that it does not say', () => {
    const delays = madeUpDelays({ policy: 'fixed', parameters: { delay: 1000, jitter: 0 } }, 1);
    const odd = delays.map((delay, i) => (i === 7 ? { ...delay, delayMs: 20_000 } : delay));
    const { best, within } = fitBackoff(odd, { effort: effort.hurried });
    expect(best.spec).toEqual({ policy: 'fixed', parameters: { delay: 1000, jitter: 0 } });
    expect(within).toBe(odd.length - 1);
  });

  it('believes a protocol more than a single delay', () => {
    const one = madeUpDelays(presetBackoffs.get('graphql-ws')!, 1).slice(0, 1);
    expect(fitBackoff(one, { likely: ['graphql-ws'] }).best.spec).toEqual(presetBackoffs.get('graphql-ws'));
  });
});

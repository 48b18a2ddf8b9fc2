// Every preset's backoff is known again by its delays, whatever its luck.
import { describe, expect, it } from 'vitest';
import { fitBackoff } from '../../../src/experiments/client-learning/backoff-fit.ts';
import { presetBackoffs } from '../../../src/experiments/client-learning/preset-backoffs.ts';
import { madeUpDelays } from './made-up-delays.ts';

const seeds = [1, 2, 3, 4, 5, 6];

describe('a fit', () => {
  it.each([...presetBackoffs])('knows the backoff of %s again', (_preset, spec) => {
    for (const seed of seeds) {
      const fit = fitBackoff(madeUpDelays(spec, seed));
      expect(fit.best.spec, `seed ${seed}`).toEqual(spec);
      expect(fit.within / fit.delays, `seed ${seed}`).toBeGreaterThan(0.8);
    }
  });
});

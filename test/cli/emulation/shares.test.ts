// Clients that do not say where they belong are shared out as evenly as it goes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shares } from '../../../src/cli/emulation/shares.ts';

describe('shares', () => {
  it('are kept closely at every moment, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const shares = new Shares(weights.map((share, place) => ({ name: `p${place}`, share })));
        const sum = weights.reduce((all, weight) => all + weight, 0);
        const given = weights.map(() => 0);
        for (let n = 1; n <= 200; n++) {
          given[shares.placeOf(null)]++;
          weights.forEach((weight, place) => {
            const due = n * (sum > 0 ? weight / sum : 1 / weights.length);
            // Whoever is served last has waited for all the others.
            expect(Math.abs(given[place] - due)).toBeLessThan(weights.length);
          });
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('are not for those who name a place, or one that there is not', () => {
    const shares = new Shares([
      { name: 'p1', share: 0.9 },
      { name: 'p2', share: 0.1 },
    ]);
    expect([shares.placeOf('p2'), shares.placeOf('p2'), shares.placeOf('p3'), shares.placeOf('')]).toEqual([
      1, 1, -1, -1,
    ]);
    expect(shares.placeOf(null)).toBe(0);
  });
});

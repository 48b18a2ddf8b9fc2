/**
 * Twenty incidents whose truth is known, calibrated at two minutes: the truth's
 * ranks are uniform, as far as twenty can tell. Two hundred, and coverage, are in
 * simulated-incidents.full.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { CHI_SQUARE_99, calibratedIncident, chiSquare } from './simulated-incidents.ts';

describe('twenty incidents whose truth is known', () => {
  it('are calibrated so that the ranks of the truth and of the worth are uniform', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => calibratedIncident(i, 120_000)));
    for (const i of [0, 1, 2, 3]) expect(chiSquare(all.map(({ ranks }) => ranks[i]))).toBeLessThan(CHI_SQUARE_99);
    // Ranks that are all alike would be told.
    expect(chiSquare(all.map(() => 9))).toBeGreaterThan(CHI_SQUARE_99);
  });
});

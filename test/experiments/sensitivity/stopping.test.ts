// When more draws would tell nothing new: not of too few runs, not while a row's share is known to less than five points, and
// not while the strongest five still change. Runs are made up.
import { describe, expect, it } from 'vitest';
import { BATCH, isMet, RANKED_FROM } from '../../../src/experiments/sensitivity/stopping.ts';
import type { Target } from '../../../src/experiments/sensitivity/targets.ts';
import { seededRandom } from '../../seeded-random.ts';

const targets: readonly Target[] = [
  { name: 'back', kind: 'row', unit: '', condition: null },
  { name: 'sessionMinutesLost', kind: 'figure', unit: '', condition: null },
];

interface MadeUp {
  readonly n: number;
  /** of the runs that hold */
  readonly share: number;
  /** what each of seven inputs weighs in what is lost, by the number of the run */
  readonly weights: (run: number) => readonly number[];
}

function runs({ n, share, weights }: MadeUp) {
  const random = seededRandom(7);
  return Array.from({ length: n }, (_, i) => {
    const point = Array.from({ length: 7 }, () => random());
    const lost = weights(i).reduce((sum, weight, k) => sum + weight * point[k], 0);
    const holds = Math.floor((i + 1) * share) > Math.floor(i * share) ? 1 : 0;
    return { point, record: { fingerprint: '', values: [holds, lost], missedMs: [] } };
  });
}

const steady = () => [64, 32, 16, 8, 4, 0, 0];

describe('draws until decided', () => {
  it('stop once there are enough, every share is known to five points, and the strongest five have stayed', () => {
    expect(isMet(runs({ n: 200, share: 0.99, weights: steady }), targets)).toBe(true);
  });

  it('go on while there are too few', () => {
    expect(isMet(runs({ n: RANKED_FROM - 1, share: 1, weights: steady }), targets)).toBe(false);
  });

  it('go on while a row could hold in five points more or less', () => {
    // Half of them: 1.96 · √(0.25 / n) is five points at 384.
    expect(isMet(runs({ n: 300, share: 0.5, weights: steady }), targets)).toBe(false);
    expect(isMet(runs({ n: 400, share: 0.5, weights: steady }), targets)).toBe(true);
  });

  it('go on while the last batches have brought others among the strongest five', () => {
    // From the last but one batch on, what was nothing weighs most.
    const n = 250;
    const turned = (i: number): readonly number[] => (i < n - 2 * BATCH ? steady() : [0, 0, 0, 0, 0, 500, 300]);
    expect(isMet(runs({ n, share: 0.99, weights: turned }), targets)).toBe(false);
  });
});

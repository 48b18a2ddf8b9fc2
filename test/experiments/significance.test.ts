// P-values against numbers counted by hand and published ones, and against what they promise: among variants that do
// not differ, any star at all in no more than one comparison of twenty.
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { known, medianEstimate, type Bounds } from '../../src/experiments/median-interval.ts';
import { certainNMin, discordanceP, holm, signFlipP, signTestP } from '../../src/experiments/significance.ts';

const unknown: Bounds = { least: -Infinity, most: Infinity };

describe('the sign-flip test', () => {
  it('counts the signs that give as great a sum', () => {
    // Of ±1 ±2 ±3: |sum| ≥ 6 in 2 of 8, ≥ 4 in 4 of 8.
    expect(signFlipP([1, 2, 3], 's')).toBe(2 / 8);
    expect(signFlipP([-1, 2, 3], 's')).toBe(4 / 8);
    expect(signFlipP([5, NaN, 5, 5, 5, 5, 5], 's')).toBe(2 / 64);
    expect(signFlipP([0, 0], 's')).toBe(1);
    expect(signFlipP([NaN], 's')).toBe(1);
  });

  // Darwin's maize, fifteen pairs: Fisher (1935, §21) counts 863 of 32,768 signs whose sum is at least 314 on one side.
  it("gives Fisher's own count for Darwin's plants", () => {
    const eighths = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signFlipP(eighths, 's')).toBeCloseTo((2 * 863) / 32_768, 12);
  });

  it('with random signs is near the exact one, never zero, and the same again', () => {
    const values = Array.from({ length: 20 }, (_, i) => 1 + (i % 3));
    expect(signFlipP(values, 's')).toBe(1 / 10_000);
    const mixed = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48, 0, 0, 0];
    // Zeros change nothing. Three standard errors of 9,999 draws: 0.0067.
    expect(Math.abs(signFlipP(mixed, 's') - (2 * 863) / 32_768)).toBeLessThan(0.0067);
    expect(signFlipP(mixed, 's')).toBe(signFlipP([...mixed], 's'));
  });
});

describe('the sign test', () => {
  it('takes zeros and unknown signs for the other side', () => {
    const up = (n: number): Bounds[] => Array.from({ length: n }, () => known(3));
    expect(signTestP(up(6))).toBeCloseTo(2 / 64, 14);
    expect(signTestP([...up(6), known(0)])).toBeCloseTo((2 * 8) / 128, 14);
    expect(signTestP([...up(6), unknown])).toBeCloseTo((2 * 8) / 128, 14);
    expect(signTestP([unknown, unknown])).toBe(1);
    expect(signTestP([])).toBe(1);
  });

  it("agrees with the median's interval on whether zero is excluded", () => {
    const luck = new Stream('dual', 'signs');
    for (let round = 0; round < 300; round++) {
      luck.at(round, 0);
      const n = 6 + Math.floor(luck.uniform() * 20);
      const shift = luck.uniform();
      const values = Array.from({ length: n }, () => known(Math.round(4 * (luck.uniform() - shift))));
      const { low, high } = medianEstimate(values, 0.95);
      expect([round, signTestP(values) <= 0.05]).toEqual([round, low > 0 || high < 0]);
    }
  });
});

describe("McNemar's test", () => {
  it('looks at the replications that differ, and counts undecided ones against the difference', () => {
    const differences = [...Array.from({ length: 8 }, () => known(-1)), ...Array.from({ length: 12 }, () => known(0))];
    expect(discordanceP(differences)).toBeCloseTo(2 / 256, 14);
    expect(discordanceP([...differences, { least: -1, most: 0 }])).toBeCloseTo((2 * 10) / 512, 14);
    expect(discordanceP([known(0), known(0)])).toBe(1);
  });
});

describe("Holm's correction", () => {
  it('multiplies the smallest by all, the next by one less, and never falls', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([0.01, NaN, 0.04])).toEqual([0.02, NaN, 0.04]);
    expect(holm([0.01, 0.02], 10)).toEqual([0.1, 0.18]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });

  it('says how many replications a star takes', () => {
    expect([1, 6, 14].map((count) => certainNMin(count, 0.95))).toEqual([6, 8, 10]);
    for (const count of [1, 6, 14]) {
      const n = certainNMin(count, 0.95);
      const same = (many: number): number =>
        signFlipP(
          Array.from({ length: many }, () => 1),
          's',
        ) * count;
      expect([same(n) <= 0.05, same(n - 1) <= 0.05]).toEqual([true, false]);
    }
  });
});

/** Values of a replication near a cliff: most are small, some are a hundred times as large. */
function nearTheCliff(luck: Stream): number {
  return luck.uniform() < 0.25 ? 1000 + 200 * luck.uniform() : 10 * -Math.log(luck.uniform());
}

describe('among ten variants that do not differ from the baseline', () => {
  // 400 comparisons; a right correction stars something in at most 5 % of them, plus three standard errors: 8.3 %.
  it.each([8, 12])(
    'a star falls in no more than one of twenty comparisons, with n = %i; without a correction in many',
    (n) => {
      const luck = new Stream('null', `draws ${n}`);
      let [corrected, bare] = [0, 0];
      for (let round = 0; round < 400; round++) {
        luck.at(round, n);
        const sample = (): number[] => Array.from({ length: n }, () => nearTheCliff(luck));
        const baseline = sample();
        const ps = Array.from({ length: 10 }, () =>
          signFlipP(
            sample().map((value, i) => value - baseline[i]),
            'null',
          ),
        );
        if (holm(ps).some((p) => p <= 0.05)) corrected++;
        if (ps.some((p) => p <= 0.05)) bare++;
      }
      expect(corrected / 400).toBeLessThanOrEqual(0.083);
      expect(bare / 400).toBeGreaterThan(0.12);
    },
  );
});

// What a comparison says of made-up replications: of open and undecided runs, of many variants, of few replications,
// and of those that had not ended.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/experiments/statistics.ts';
import type { VariantResult, Comparison } from '../../src/experiments/comparison.ts';
import { madeUp, times, type MadeUpRun } from './made-up-replications.ts';

const variant = ({ variants }: Comparison, name: string): VariantResult => variants.find((one) => one.name === name)!;

describe('an outage that was open when its run ended', () => {
  const open = (openMs: number): MadeUpRun => ({ length: Infinity, openMs });

  it('is never the shorter one, though it was seen for a shorter time', () => {
    // Late outages: the variant's began five minutes before the end, the baseline's took half an hour.
    const comparison = madeUp([times(20, () => ({ length: 1_800_000 })), times(20, () => open(300_000))]);
    const { estimates, differences } = variant(comparison, 'variant-1');
    expect(estimates.timeToRecover).toMatchObject({
      value: NaN,
      least: 300_000,
      most: Infinity,
      open: 20,
      low: 300_000,
      high: Infinity,
    });
    expect(differences.timeToRecover).toMatchObject({
      value: NaN,
      least: -1_500_000,
      most: Infinity,
      high: Infinity,
      excludesZero: false,
      isCertain: false,
    });
  });

  it('is certainly longer than what is over sooner, and says more than what', () => {
    const { differences } = variant(
      madeUp([times(20, () => ({ length: 60_000 })), times(20, () => open(300_000))]),
      'variant-1',
    );
    expect(differences.timeToRecover).toMatchObject({
      value: NaN,
      least: 240_000,
      most: Infinity,
      low: 240_000,
      high: Infinity,
      isCertain: true,
    });
    const turned = variant(
      madeUp([times(20, () => open(300_000)), times(20, () => ({ length: 60_000 }))]),
      'variant-1',
    );
    expect(turned.differences.timeToRecover).toMatchObject({
      least: -Infinity,
      most: -240_000,
      low: -Infinity,
      high: -240_000,
      isCertain: true,
    });
  });

  it('says nothing of another that is open too, unless it is the same run', () => {
    const comparison = madeUp([times(20, () => open(2_400_000)), times(20, () => open(300_000))]);
    expect(variant(comparison, 'variant-1').differences.timeToRecover).toMatchObject({
      value: NaN,
      least: -Infinity,
      most: Infinity,
      isCertain: false,
    });
    expect(variant(comparison, 'baseline').differences.timeToRecover).toMatchObject({
      value: 0,
      low: 0,
      high: 0,
      isCertain: false,
    });
  });

  it('never has a star that the true lengths would not have, whatever they are', () => {
    const run = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), fc.boolean());
    const asSeen = ([length, until, isCut]: [number, number, boolean]): MadeUpRun =>
      isCut && until < length ? open(until) : { length };
    let stars = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(run, run), { minLength: 6, maxLength: 12 }),
        fc.integer({ min: -25, max: 25 }),
        (pairs, shift) => {
          const shifted = pairs.map(([a, [length, ...rest]]): (typeof pairs)[number] => [
            a,
            [Math.max(0, length + shift), ...rest],
          ]);
          const told = madeUp([shifted.map(([a]) => asSeen(a)), shifted.map(([, b]) => asSeen(b))]);
          const truth = madeUp([shifted.map(([a]) => ({ length: a[0] })), shifted.map(([, b]) => ({ length: b[0] }))]);
          const [seen, real] = [told, truth].map((one) => variant(one, 'variant-1').differences.timeToRecover);
          if (!seen.isCertain) return;
          stars++;
          expect([real.isCertain, Math.sign(real.value)]).toEqual([true, seen.low > 0 ? 1 : -1]);
        },
      ),
      { seed: 20230426, numRuns: 150 },
    );
    expect(stars).toBeGreaterThan(5);
  });
});

describe('a run whose collapse is undecided', () => {
  const comparison = madeUp([
    times(20, (i) => ({ collapse: i < 2 ? NaN : i < 5 ? 1 : 0, lost: i < 2 ? 9999 : 10 })),
    times(20, () => ({ collapse: 0 })),
  ]);

  it('bounds the probability from both sides', () => {
    const { collapse } = variant(comparison, 'baseline');
    expect(collapse).toMatchObject({ value: NaN, least: 0.15, most: 0.25, count: 3, undecided: 2, n: 20 });
    expect([collapse.low, collapse.high]).toEqual([wilson(3, 20, 0.95).low, wilson(5, 20, 0.95).high]);
    expect(variant(comparison, 'variant-1').collapse).toMatchObject({
      value: 0,
      least: 0,
      most: 0,
      count: 0,
      undecided: 0,
    });
  });

  it('is among those without collapse no more than among those with it', () => {
    expect(variant(comparison, 'baseline').withoutCollapse.sessionMinutesLost).toMatchObject({ value: 10, n: 15 });
  });

  it('makes no difference certain that it might undo', () => {
    const against = (undecided: number): boolean =>
      variant(
        madeUp([times(20, (i) => ({ collapse: i < undecided ? NaN : 1 })), times(20, () => ({ collapse: 0 }))]),
        'variant-1',
      ).collapseDifference.isCertain;
    expect([against(0), against(5), against(20)]).toEqual([true, true, false]);
  });

  it('comes after what is known to be better, where variants are sorted by it', () => {
    const sorted = madeUp([times(6, () => ({ collapse: NaN })), times(6, (i) => ({ collapse: i < 2 ? 1 : 0 }))], {
      until: 'decided',
    });
    expect(sorted.variants.map(({ name }) => name)).toEqual(['variant-1', 'baseline']);
  });
});

/** Losses around a mean, with luck that is the baseline's too. */
const around = (centre: number, spread = 1): MadeUpRun[] =>
  times(20, (i) => ({ lost: centre + 40 * Math.sin(i) + spread * Math.cos(5 * i) }));

describe('stars', () => {
  it('are corrected for all variants of a column, and say for how many', () => {
    // Alone its P is about 0.03: certain among one, not among ten.
    const slight = times(20, (i) => ({ lost: 100 - 2.6 + 10 * Math.cos(7 * i * i) * 0.5 }));
    const baseline = times(20, () => ({ lost: 100 }));
    const alone = madeUp([baseline, slight]);
    const among = madeUp([baseline, slight, ...times(9, (v) => times(20, (i) => ({ lost: 100 + Math.sin(i + v) })))]);
    const { p } = variant(alone, 'variant-1').differences.sessionMinutesLost;
    expect(p).toBeLessThan(0.05);
    expect([alone.correctedFor, among.correctedFor]).toEqual([1, 10]);
    expect(variant(among, 'variant-1').differences.sessionMinutesLost).toMatchObject({
      p,
      pCorrected: Math.min(1, 10 * p),
      isCertain: 10 * p <= 0.05,
    });
    expect(variant(alone, 'variant-1').differences.sessionMinutesLost.isCertain).toBe(true);
  });

  it('need five replications for an interval, and more for any certainty', () => {
    const four = madeUp([times(4, () => ({ lost: 1000 })), times(4, () => ({ lost: 1 }))]);
    expect(variant(four, 'variant-1').differences.sessionMinutesLost).toMatchObject({
      value: -999,
      low: NaN,
      high: NaN,
      excludesZero: false,
      isCertain: false,
    });
    expect(variant(four, 'variant-1').collapse).toMatchObject({ value: 0, low: NaN, high: NaN });
    const six = madeUp([times(6, () => ({ lost: 1000 })), times(6, () => ({ lost: 1 }))]);
    expect(variant(six, 'variant-1').differences.sessionMinutesLost).toMatchObject({
      low: -999,
      high: -999,
      p: 2 / 64,
      isCertain: true,
    });
  });

  it('hold variants against another than the baseline, if asked', () => {
    const comparison = madeUp([around(500), around(300), around(100)], { against: 'variant-1' });
    expect(comparison.against).toBe('variant-1');
    expect(
      comparison.variants.map(({ name, differences }) => [name, Math.round(differences.sessionMinutesLost.value)]),
    ).toEqual([
      ['variant-2', -200],
      ['variant-1', 0],
      ['baseline', 200],
    ]);
  });
});

describe('the best variant', () => {
  it('is held against each of the others, paired, and names those that it cannot be told from', () => {
    const { best } = madeUp([around(500), around(100), around(100.1, 3), around(300)]);
    expect(best).toMatchObject({ name: 'variant-1', indistinguishable: ['variant-2'], rivals: 2, pairs: 6 });
    // Their intervals overlap by far, and yet the same luck tells them apart.
    const apart = madeUp([around(500), around(100), around(104)]);
    const [first, second] = ['variant-1', 'variant-2'].map((name) => variant(apart, name).estimates.sessionMinutesLost);
    expect(first.high).toBeGreaterThan(second.low);
    expect(apart.best).toMatchObject({ name: 'variant-1', indistinguishable: [] });
  });

  it('is none where none is certainly better', () => {
    expect(madeUp([around(100), around(99.9, 9)]).best).toBeNull();
    expect(madeUp([around(100), around(500)]).best).toBeNull();
  });
});

describe('a comparison that was ended early', () => {
  it('has what there is of each variant, differences of what both have, and tells who has nothing', () => {
    const runs = [
      [{ lost: 100 }, { lost: 200 }, null],
      [{ lost: 10 }, null, { lost: 30 }],
      [null, null, null],
    ];
    const comparison = madeUp(runs, { complete: false, asked: 3 });
    expect([comparison.n, comparison.asked, comparison.complete]).toEqual([0, 3, false]);
    expect(comparison.variants.map(({ name, n }) => [name, n])).toEqual([
      ['variant-1', 2],
      ['baseline', 2],
      ['variant-2', 0],
    ]);
    expect(variant(comparison, 'variant-1').estimates.sessionMinutesLost).toMatchObject({ value: 20, n: 2 });
    expect(variant(comparison, 'variant-1').differences.sessionMinutesLost).toMatchObject({ value: -90, n: 1 });
    expect(variant(comparison, 'variant-2')).toMatchObject({ curve: null, collapse: { value: NaN, n: 0 } });
    expect(comparison.best).toBeNull();
  });
});

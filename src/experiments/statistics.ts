/**
 * Statistics of replications. Probabilities: Wilson's score interval (JASA 22,
 * 1927). Means and medians: the percentile bootstrap (Efron 1979), its levels
 * widened as Hesterberg recommends for few values ("What teachers should know
 * about the bootstrap", 2015, §5.3): an interval of level 1 − α reaches from the
 * quantile Φ(−√(n/(n−1))·t) of the resampled means, t that of Student with n − 1
 * degrees of freedom, since the plain percentile interval of 20 values is 5 % too
 * narrow. No assumption is made about the shape of the values: outcomes near a
 * cliff are bimodal. Values may be Infinity (an outage that is still open), of
 * which medians make sense, but no means. NaN stands for no value, and is left out.
 */
import { Stream } from '../engine/luck.ts';
import { power } from '../engine/power.ts';

/** A figure and how sure it is. All NaN where there are no values; too few have no interval: its ends are NaN. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** how many values it was made of */
  readonly n: number;
}

/** Resamples of each interval. */
export const RESAMPLES = 4000;

/** Fewer values get no interval: what it would promise, nobody could hold. */
export const INTERVAL_N_MIN = 5;

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length === 0 ? NaN : sum / values.length;
}

/** The quantile `q` of ascending values, interpolated between neighbours; between two equal ones, infinite ones too, it is that one. */
export function quantileOfSorted(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  // From an infinite value nothing leads to a finite one.
  return a === b || place === below || a === -Infinity ? a : a + (place - below) * (b - a);
}

export function quantile(values: ArrayLike<number>, q: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), q);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** P(Z ≤ z) of a standard normal, from the error function of Abramowitz & Stegun 7.1.26: right to 1.5e-7. */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = (polynomial * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** The quantile of a standard normal, 0 < p < 1, by P. J. Acklam's rational approximations (2003): right to 1.2e-9 of itself. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    const above =
      ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
      2.938163982698783;
    return (
      above /
      ((((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  const above =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  return (
    (above * q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}

/** The two-sided quantile of Student's t, by the expansion of Abramowitz & Stegun 26.7.5: right to 1 % from 3 degrees of freedom on. */
export function tQuantile(freedom: number, level: number): number {
  const z = normalQuantile((1 + level) / 2);
  const z2 = z * z;
  const terms = [
    (z * (z2 + 1)) / 4,
    (z * ((5 * z2 + 16) * z2 + 3)) / 96,
    (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384,
    (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / power(freedom, i + 1), z);
}

/** Wilson's interval of a probability: `count` of `n` times it happened. */
export function wilson(count: number, n: number, level: number): Estimate {
  if (n === 0) return { value: NaN, low: NaN, high: NaN, n };
  const z = normalQuantile((1 + level) / 2);
  const p = count / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // What never or always happened ends exactly at 0 or 1.
  return { value: p, low: count === 0 ? 0 : centre - half, high: count === n ? 1 : centre + half, n };
}

/** The share of the resampled figures that lies below the interval, for n values. */
function tailShare(n: number, level: number): number {
  return normalCdf(-Math.sqrt(n / (n - 1)) * tQuantile(n - 1, level));
}

const noNumbers: readonly number[] = [];

/**
 * The intervals of one experiment. Which values each resample draws is luck
 * keyed by the seed and their number alone: equal values get equal intervals,
 * whoever they belong to, and the same experiment the same ones.
 */
export class Bootstrap {
  readonly level: number;
  readonly seed: string;
  private readonly drawn = new Map<string, Uint32Array>();

  constructor(seed: string, level: number) {
    this.seed = seed;
    this.level = level;
  }

  mean(values: readonly number[]): Estimate {
    return this.estimate(values, (sample) => mean(sample));
  }

  median(values: readonly number[]): Estimate {
    return this.estimate(values, (sample) => quantileOfSorted(sample.sort(), 0.5));
  }

  /** The difference of two means whose values are not paired: both are resampled, each for itself. */
  meanDifference(values: readonly number[], others: readonly number[]): Estimate {
    const [a, b] = [present(values), present(others)];
    const n = Math.min(a.length, b.length);
    if (n < INTERVAL_N_MIN) return { value: n === 0 ? NaN : mean(a) - mean(b), low: NaN, high: NaN, n };
    const first = this.resampled(a, 'values', (sample) => mean(sample));
    const second = this.resampled(b, 'others', (sample) => mean(sample));
    return this.between(
      mean(a) - mean(b),
      first.map((one, i) => one - second[i]),
      n,
    );
  }

  private estimate(values: readonly number[], figure: (sample: Float64Array) => number): Estimate {
    const there = present(values);
    const n = there.length;
    if (n === 0) return { value: NaN, low: NaN, high: NaN, n };
    // Without scatter there is nothing to resample, and no rounding may make up a difference.
    const isOne = there.every((one) => one === there[0]);
    const value = isOne ? there[0] : figure(Float64Array.from(there));
    if (n < INTERVAL_N_MIN) return { value, low: NaN, high: NaN, n };
    if (isOne) return { value, low: value, high: value, n };
    return this.between(value, this.resampled(there, 'values', figure), n);
  }

  private between(value: number, figures: Float64Array, n: number): Estimate {
    if (n < INTERVAL_N_MIN) return { value, low: NaN, high: NaN, n };
    const sorted = figures.sort();
    const tail = tailShare(n, this.level);
    return { value, low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail), n };
  }

  private resampled(
    values: readonly number[],
    purpose: string,
    figure: (sample: Float64Array) => number,
  ): Float64Array {
    const n = values.length;
    const places = this.places(n, purpose);
    const sample = new Float64Array(n);
    const figures = new Float64Array(RESAMPLES);
    for (let round = 0; round < RESAMPLES; round++) {
      for (let i = 0; i < n; i++) sample[i] = values[places[round * n + i]];
      figures[round] = figure(sample);
    }
    return figures;
  }

  /** Which of n values each resample draws. */
  private places(n: number, purpose: string): Uint32Array {
    const key = `${purpose} ${n}`;
    let places = this.drawn.get(key);
    if (places === undefined) {
      const luck = new Stream(this.seed, `bootstrap ${purpose}`);
      places = new Uint32Array(RESAMPLES * n);
      for (let round = 0; round < RESAMPLES; round++) {
        luck.at(n, round);
        for (let i = 0; i < n; i++) places[round * n + i] = Math.floor(luck.uniform() * n);
      }
      this.drawn.set(key, places);
    }
    return places;
  }
}

function present(values: readonly number[]): readonly number[] {
  return values.length === 0 ? noNumbers : values.filter((value) => !Number.isNaN(value));
}

/** Whether an interval lies wholly on one side of zero. */
export function excludesZero({ low, high }: Estimate): boolean {
  return low > 0 || high < 0;
}

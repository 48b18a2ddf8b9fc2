/**
 * A histogram of durations with 256 buckets to each power of two, so that a
 * quantile is off by at most 1/512 of itself (below 0.2 %), whatever it is.
 * Count, sum, least and greatest are exact. A value's bucket is read off the
 * bits of its floating-point form: no logarithm, no luck, no allocation. The
 * layout is that of HdrHistogram (Tene), on doubles instead of integers.
 */
import { power } from '../engine/power.ts';

const SUB_BUCKETS = 256;
/** 2^−10 ms, a microsecond; anything shorter counts as 0. */
const LEAST_EXPONENT = -10;
/** 2^40 ms, 34 years; anything longer counts as that. */
const GREATEST_EXPONENT = 40;
const BUCKETS = (GREATEST_EXPONENT - LEAST_EXPONENT) * SUB_BUCKETS + 2;
const LEAST = power(2, LEAST_EXPONENT);
const GREATEST = power(2, GREATEST_EXPONENT);

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** Which of the two words holds the exponent: 1 where the low byte comes first. */
const HIGH = words[1] === 0 ? 0 : 1;
/** The high word of a double holds 11 bits of exponent and 20 of fraction; 8 of these pick the sub-bucket. */
const OFFSET = (1023 + LEAST_EXPONENT) * SUB_BUCKETS;

/** The bucket of a value ≥ 0; bucket 0 is zero. */
export function bucketOf(value: number): number {
  if (value < LEAST) return 0;
  if (value >= GREATEST) return BUCKETS - 1;
  double[0] = value;
  return (words[HIGH] >>> 12) - OFFSET + 1;
}

/** The middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const position = bucket - 1;
  const octave = power(2, Math.floor(position / SUB_BUCKETS) + LEAST_EXPONENT);
  return octave * (1 + ((position % SUB_BUCKETS) + 0.5) / SUB_BUCKETS);
}

export class Histogram {
  count = 0;
  sum = 0;
  private least = Infinity;
  private greatest = -Infinity;
  private readonly buckets = new Uint32Array(BUCKETS);

  add(value: number): void {
    this.addIn(bucketOf(value), value);
  }

  /** `add` for a value whose bucket is known already. */
  addIn(bucket: number, value: number): void {
    this.buckets[bucket]++;
    this.count++;
    this.sum += value;
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }

  /** `add` of so many zeros. */
  addZeros(count: number): void {
    if (count === 0) return;
    this.buckets[0] += count;
    this.count += count;
    this.least = 0;
    if (this.greatest < 0) this.greatest = 0;
  }

  clear(): void {
    if (this.count === 0) return;
    this.buckets.fill(0, bucketOf(this.least), bucketOf(this.greatest) + 1);
    this.count = 0;
    this.sum = 0;
    this.least = Infinity;
    this.greatest = -Infinity;
  }

  /** NaN of nothing. */
  get mean(): number {
    return this.count === 0 ? NaN : this.sum / this.count;
  }

  /**
   * The least value that at least the fraction `q` of all does not exceed, 0 < q ≤ 1; NaN of nothing. It is looked for from
   * the nearer end: a row of the time series asks for the 95th percentile of waits that reach from nothing to a minute.
   */
  quantile(q: number): number {
    if (this.count === 0) return NaN;
    const rank = Math.max(1, Math.ceil(q * this.count - 1e-9));
    if (rank >= this.count) return this.greatest;
    const bucket = 2 * rank < this.count ? this.bucketFromBelow(rank) : this.bucketFromAbove(this.count - rank);
    return Math.min(this.greatest, Math.max(this.least, middleOf(bucket)));
  }

  /** The first bucket up to which there are so many values. */
  private bucketFromBelow(rank: number): number {
    let bucket = bucketOf(this.least);
    for (let seen = this.buckets[bucket]; seen < rank; seen += this.buckets[bucket]) bucket++;
    return bucket;
  }

  /** The same: the last bucket above which there are no more than so many. */
  private bucketFromAbove(most: number): number {
    let bucket = bucketOf(this.greatest);
    for (let seen = this.buckets[bucket]; seen <= most; seen += this.buckets[bucket]) bucket--;
    return bucket;
  }
}

/**
 * The least value at which a mean over worlds meets its bound. A mean has no
 * threshold in a single world, so the range is bisected as a whole: at each value
 * that is tried, worlds are added until its mean is certainly on one side. What is
 * looked at is the excess over the bound, replication by replication: at most
 * nothing if the target is met.
 *
 * Error: Student's t, its share of alpha split evenly over all values that a
 * bisection can try and over all looks at each (Bonferroni). That is exact for
 * normal values and good for others after some dozen worlds, but no method can vouch
 * for a mean of values that nothing bounds (Bahadur and Savage, Ann. Math. Stat. 27,
 * 1956): a disaster in one world of a hundred does not show in fifty. So the answer
 * must still be one if a further world fared as badly there as the worst did at the
 * nearest value that fails.
 *
 * On which side it holds is told by the paired differences of both ends, which met
 * the same luck. One value more is tried on each side of the answer, by luck; if it
 * is certainly on the other side, the range is not monotone, and every value is tried.
 */
import { Stream } from '../../engine/luck.ts';
import type { Bounds } from '../median-interval.ts';
import { tQuantile } from '../statistics.ts';
import type { Looks } from './proportion.ts';
import { Stopped, wavesUpTo, type Probe } from './rounds.ts';

/** Excesses over the bound, in the order of the questions; NaN: a run has no value; null: it was stopped. */
export type AskExcess = (probes: readonly Probe[]) => Promise<readonly Bounds[] | null>;

export interface MeanRequest {
  readonly valueCount: number;
  readonly alpha: number;
  /** whether it holds from some value on (true) or up to one (false); null: to be found out */
  readonly rises: boolean | null;
  /** worlds at most; with one look, exactly so many */
  readonly worlds: number;
  readonly looks: Looks;
  readonly grid?: boolean;
  readonly seed: string;
}

/** Of the excess; NaN where nothing is known. */
export interface ValueMean {
  readonly n: number;
  readonly mean: number;
  /** where it certainly lies, at the level of the verdict */
  readonly low: number;
  readonly high: number;
  /** runs without a value */
  readonly missing: number;
}

export interface MeanResult {
  readonly complete: boolean;
  readonly method: 'bisected means' | 'grid';
  readonly rises: boolean;
  readonly sideFound: boolean;
  readonly n: number;
  readonly meets: number | null;
  readonly misses: number | null;
  readonly estimate: number | null;
  readonly isDecided: boolean;
  readonly verdicts: readonly (boolean | null)[];
  readonly means: readonly ValueMean[];
  readonly alphaEach: number;
  readonly isMonotone: boolean;
  readonly runs: number;
  readonly gridRuns: number;
}

const FIRST_LOOK = 10;
/** Looks cost certainty, so there are few. */
const LOOK_GROWTH = 1.5;
const EXTRA_VALUES = 2;

interface Moments {
  readonly n: number;
  readonly mean: number;
  /** of the mean */
  readonly error: number;
}

function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const square = values.reduce((sum, one) => sum + (one - mean) * (one - mean), 0);
  return { n, mean, error: n < 2 ? Infinity : Math.sqrt(square / (n - 1) / n) };
}

/** How many values a bisection of so many tries at most. */
function bisections(count: number): number {
  let tries = 0;
  for (let left = count; left > 0; left = left >> 1) tries++;
  return tries;
}

class MeanSearch {
  private readonly request: MeanRequest;
  private readonly ask: AskExcess;
  private readonly waves: readonly number[];
  /** by value, in the order of the worlds */
  private readonly excesses: Bounds[][];
  private readonly verdicts: (boolean | null)[];
  private readonly alphaEach: number;
  private rises = true;
  private sideFound = false;
  private isGrid: boolean;
  private isMonotone = true;
  private complete = true;

  constructor(request: MeanRequest, ask: AskExcess) {
    this.request = request;
    this.ask = ask;
    const { valueCount, looks, worlds, alpha } = request;
    this.waves = looks === 'once' ? [worlds] : wavesUpTo(worlds, Math.min(FIRST_LOOK, worlds), LOOK_GROWTH);
    this.excesses = Array.from({ length: valueCount }, () => []);
    this.verdicts = Array.from({ length: valueCount }, () => null);
    this.isGrid = request.grid === true;
    const tried = this.isGrid ? valueCount : Math.min(valueCount, bisections(valueCount) + EXTRA_VALUES);
    this.alphaEach = alpha / tried / this.waves.length;
  }

  async run(): Promise<MeanResult> {
    try {
      await this.findSide();
      if (!this.isGrid) {
        await this.bisect();
        await this.confirm();
        await this.lookBeside();
      }
      if (this.isGrid) for (let place = 0; place < this.count; place++) await this.decide(place);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.complete = false;
    }
    return this.result();
  }

  private get count(): number {
    return this.request.valueCount;
  }

  private valueAt(place: number): number {
    return this.rises ? place : this.count - 1 - place;
  }

  /** Has the first n worlds asked at some values. */
  private async reach(values: readonly number[], n: number): Promise<void> {
    const probes = values.flatMap((value) => {
      const has = this.excesses[value].length;
      return Array.from({ length: Math.max(0, n - has) }, (_, i) => ({ world: has + i, value }));
    });
    if (probes.length === 0) return;
    const answers = await this.ask(probes);
    if (answers === null) throw new Stopped();
    probes.forEach(({ value, world }, i) => (this.excesses[value][world] = answers[i]));
  }

  private async findSide(): Promise<void> {
    const last = this.count - 1;
    await this.reach([0, last], this.waves[0]);
    // What is open at one end says least by the other.
    const known = ({ least, most }: Bounds): number => (Number.isFinite(most) ? most : least);
    const rise = this.excesses[last].reduce((sum, one, i) => sum + known(this.excesses[0][i]) - known(one), 0);
    this.sideFound = this.request.rises === null && rise !== 0 && !Number.isNaN(rise);
    this.rises = this.request.rises ?? !(rise < 0);
  }

  /** The mean of a value's first worlds, and where it certainly lies. With one more world that fared as `worst`, if that is given. */
  private meanAt(value: number, worst: number | null = null): ValueMean {
    const all = this.excesses[value];
    const there = all.filter(({ least }) => !Number.isNaN(least));
    const missing = all.length - there.length;
    const more = worst === null ? [] : [worst];
    const most = momentsOf([...there.map((one) => one.most), ...more]);
    const least = momentsOf([...there.map((one) => one.least), ...more]);
    if (most.n < 2) return { n: all.length, mean: NaN, low: NaN, high: NaN, missing };
    const t = tQuantile(most.n - 1, 1 - 2 * this.alphaEach);
    const mean = least.mean === most.mean ? most.mean : NaN;
    return { n: all.length, mean, low: least.mean - t * least.error, high: most.mean + t * most.error, missing };
  }

  private verdictAt(value: number, worst: number | null = null): boolean | null {
    const { low, high, missing } = this.meanAt(value, worst);
    // What has no value does not meet a target.
    if (missing > 0) return false;
    return high <= 0 ? true : low > 0 ? false : null;
  }

  /** Adds worlds until the value is certainly on one side, or there are no more. */
  private async decide(place: number, worst: number | null = null): Promise<boolean | null> {
    const value = this.valueAt(place);
    this.verdicts[value] = null;
    for (const n of this.waves) {
      if (n < this.excesses[value].length) continue;
      await this.reach([value], n);
      this.verdicts[value] = this.verdictAt(value, worst);
      if (this.verdicts[value] !== null) break;
    }
    return this.verdicts[value];
  }

  /** The first place that `isHigh` is true of, all after it being so. */
  private async firstPlace(low: number, high: number, isHigh: (place: number) => Promise<boolean>): Promise<number> {
    while (low < high) {
      const mid = (low + high) >> 1;
      if (await isHigh(mid)) high = mid;
      else low = mid + 1;
    }
    return low;
  }

  private async bisect(): Promise<void> {
    const known = new Map<number, boolean | null>();
    const verdict = async (place: number): Promise<boolean | null> => {
      if (!known.has(place)) known.set(place, await this.decide(place));
      return known.get(place)!;
    };
    const meets = await this.firstPlace(0, this.count, async (place) => (await verdict(place)) === true);
    await this.firstPlace(0, meets, async (place) => (await verdict(place)) !== false);
    // The ends have been asked anyway.
    for (const place of [0, this.count - 1]) this.verdicts[this.valueAt(place)] ??= this.verdictAt(this.valueAt(place));
  }

  private places(is: boolean): number[] {
    return this.verdicts.flatMap((_, place) => (this.verdicts[this.valueAt(place)] === is ? [place] : []));
  }

  /** Whether the answer would still be one after one more world as bad as the worst at the nearest value that fails. */
  private async confirm(): Promise<void> {
    for (let first = this.places(true)[0]; first !== undefined; first = this.places(true)[0]) {
      const below = this.places(false)
        .filter((place) => place < first)
        .at(-1);
      if (below === undefined) return;
      const worst = Math.max(...this.excesses[this.valueAt(below)].map(({ most }) => most));
      if (!(worst < Infinity) || (await this.decide(first, worst)) === true) return;
      const next = this.places(true)[0];
      if (next === undefined && first + 1 < this.count) await this.decide(first + 1, worst);
    }
  }

  /** Tries one value more on each side. */
  private async lookBeside(): Promise<void> {
    const luck = new Stream(this.request.seed, 'extra probes');
    const [meets, misses] = [this.places(true)[0] ?? this.count, this.places(false).at(-1) ?? -1];
    const sides = [
      Array.from({ length: Math.max(0, misses) }, (_, place) => place),
      Array.from({ length: Math.max(0, this.count - meets - 1) }, (_, i) => meets + 1 + i),
    ];
    for (const [side, all] of sides.entries()) {
      const places = all.filter((place) => this.excesses[this.valueAt(place)].length === 0);
      const place = places[Math.floor(luck.at(0, side).uniform() * places.length)];
      if (place === undefined) continue;
      await this.reach([this.valueAt(place)], this.waves[0]);
      this.verdicts[this.valueAt(place)] = this.verdictAt(this.valueAt(place));
    }
    const [holds, fails] = [this.places(true), this.places(false)];
    this.isMonotone = holds.length === 0 || fails.length === 0 || holds[0] > fails[fails.length - 1];
    this.isGrid ||= !this.isMonotone;
  }

  private result(): MeanResult {
    const holds = this.places(true);
    const meets = holds.length === 0 ? null : holds[0];
    const below = this.places(false).filter((place) => meets === null || place < meets);
    const misses = below.length === 0 ? null : below[below.length - 1];
    const isNext = this.isGrid ? below.length === (meets ?? this.count) : (misses ?? -1) === (meets ?? this.count) - 1;
    const means = this.excesses.map((_, value) => this.meanAt(value));
    const estimate = means.findIndex((_, place) => means[this.valueAt(place)].mean <= 0);
    const toValue = (place: number | null): number | null => (place === null || place < 0 ? null : this.valueAt(place));
    return {
      complete: this.complete,
      method: this.isGrid ? 'grid' : 'bisected means',
      rises: this.rises,
      sideFound: this.sideFound,
      n: Math.max(...this.excesses.map((all) => all.length)),
      meets: toValue(meets),
      misses: toValue(misses),
      estimate: toValue(estimate),
      isDecided: this.complete && isNext,
      verdicts: this.verdicts,
      means,
      alphaEach: this.alphaEach,
      isMonotone: this.isMonotone,
      runs: this.excesses.reduce((sum, all) => sum + all.length, 0),
      gridRuns: this.count * this.gridWorlds([meets, misses]),
    };
  }

  /** Worlds that one look needs, by Student's t as well, for what was said of the answer and its neighbour. */
  private gridWorlds(places: readonly (number | null)[]): number {
    const needed = places.flatMap((place) => {
      if (place === null) return [];
      const { n, mean, error } = momentsOf(this.excesses[this.valueAt(place)].map(({ most }) => most));
      const says = (worlds: number): boolean =>
        Math.abs(mean) >= (tQuantile(worlds - 1, 1 - this.request.alpha) * error * Math.sqrt(n)) / Math.sqrt(worlds);
      let worlds = 5;
      while (worlds < n && !says(worlds)) worlds++;
      return [worlds];
    });
    return needed.length === 0 ? Math.max(...this.excesses.map((all) => all.length)) : Math.max(...needed);
  }
}

/** Searches for it; a world is never asked twice for the same value. */
export function searchMean(request: MeanRequest, ask: AskExcess): Promise<MeanResult> {
  return new MeanSearch(request, ask).run();
}

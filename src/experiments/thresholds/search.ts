/**
 * The least value at which the worlds that fail are at most a stated share, from
 * each world's threshold (world.ts) instead of every value in every world.
 *
 * The first worlds are asked at places all over the range, which tells on which
 * side it holds, and then bisected. Of further worlds only what matters is asked:
 * at the place below the answer, and at the answer if they fail there; as the
 * estimate moves, what is missing there is asked. All questions of a round are
 * put together, and which they are depends on answers alone, never on the order
 * in which these came.
 *
 * Error: the answer is wrong only if a share that is more than p passed for at
 * most p, or the other way round. Shares fall from place to place, in every sum of
 * worlds as well, so each can happen first at one place alone, next to the true
 * answer: half of alpha for each is enough, however many places there are.
 *
 * Worlds without a threshold are looked for: in the first ten worlds, and in each
 * tenth after them, one place more is asked on each side, by luck. Those that are
 * found are asked everywhere and count as they answer. Where they are more than a
 * tenth of those looked at, every place is asked in every world, and none speaks for
 * another: then each has alpha shared by all places.
 */
import { Stream } from '../../engine/luck.ts';
import { fixedNumber, isAtMost, isMoreThan, type Looks } from './proportion.ts';
import { World, type Answer } from './world.ts';

export interface Probe {
  readonly world: number;
  /** index of the value */
  readonly value: number;
}

/** Answers in the order of the questions; null: it was stopped. */
export type Ask = (probes: readonly Probe[]) => Promise<readonly Answer[] | null>;

export interface ThresholdRequest {
  readonly valueCount: number;
  /** the share of worlds that may fail */
  readonly share: number;
  readonly alpha: number;
  /** whether it holds from some value on (true) or up to one (false); null: to be found out */
  readonly rises: boolean | null;
  /** worlds at most; with one look, exactly so many */
  readonly worlds: number;
  readonly looks: Looks;
  /** every world's threshold in full, for the curve of all values */
  readonly whole: boolean;
  /** every value in every world */
  readonly grid?: boolean;
  /** for the places that are asked in addition */
  readonly seed: string;
  /** where a world's threshold may lie, as an index of a value */
  readonly guess?: (world: number) => number | null;
}

/** What is known of a value. */
export interface ValueShare {
  /** worlds that speak for it: the first ones, all of which do */
  readonly n: number;
  readonly failed: number;
  /** ended too soon to say */
  readonly undecided: number;
}

export interface ThresholdResult {
  readonly complete: boolean;
  readonly method: 'thresholds' | 'grid';
  readonly rises: boolean;
  /** whether the answers themselves told on which side it holds */
  readonly sideFound: boolean;
  /** worlds */
  readonly n: number;
  /** the value that certainly meets the target, nearest to those that do not; null: none does for certain */
  readonly meets: number | null;
  /** the last value that certainly does not, on the other side; null: none */
  readonly misses: number | null;
  /** by the shares as they are: the first value that meets it; null: none */
  readonly estimate: number | null;
  /** no value in between: either they are neighbours, or all or none of the range meets it */
  readonly isDecided: boolean;
  /** of each value that certainly does, and certainly does not */
  readonly verdicts: readonly (boolean | null)[];
  readonly shares: readonly ValueShare[];
  /** first value that holds, by world; null: none, or it has no threshold */
  readonly thresholds: readonly (number | null)[];
  readonly alphaEach: number;
  readonly looked: { readonly worlds: number; readonly broken: number };
  /** questions that were asked */
  readonly runs: number;
  /** what every value in as many worlds as one look needs takes */
  readonly gridRuns: number;
}

const PILOT_WORLDS = 5;
const PILOT_PLACES = 5;
const LOOKED_AT_FIRST = 10;
const LOOKED_AT_EACH = 10;
export const BROKEN_SHARE_MAX = 0.1;
const WAVE_GROWTH = 1.25;

/** Thrown within a search whose questions nobody answers any more. */
export class Stopped extends Error {}

/** How many worlds there are at each look. */
export function wavesUpTo(worlds: number, first: number, growth: number): number[] {
  const waves: number[] = [];
  for (let n = first; n < worlds; n = Math.max(n + first, Math.ceil(n * growth))) waves.push(n);
  return [...waves, worlds];
}

function spread(count: number, of: number): number[] {
  if (of <= count) return Array.from({ length: of }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (of - 1)) / (count - 1)));
}

class Search {
  private readonly request: ThresholdRequest;
  private readonly ask: Ask;
  private readonly worlds: World[] = [];
  private readonly luck: Stream;
  private rises = true;
  private sideFound = false;
  private isGrid: boolean;
  private complete = true;
  /** by place, not by value */
  private estimate = 0;
  private hasEstimate = false;

  constructor(request: ThresholdRequest, ask: Ask) {
    this.request = request;
    this.ask = ask;
    this.luck = new Stream(request.seed, 'extra probes');
    this.isGrid = request.grid === true;
  }

  async run(): Promise<ThresholdResult> {
    const { worlds, looks } = this.request;
    try {
      const waves = wavesUpTo(worlds, Math.min(PILOT_WORLDS, worlds), WAVE_GROWTH);
      await this.pilot(waves[0]);
      // The first worlds tell where to ask the others first.
      for (const n of looks === 'once' ? [...new Set([waves[0], worlds])] : waves) {
        await this.settle(n);
        await this.bracket();
        if (looks === 'any-time' && this.isDecided()) break;
        if (n === worlds) await this.widen();
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.complete = false;
    }
    return this.result();
  }

  private get placeCount(): number {
    return this.request.valueCount;
  }

  private valueAt(place: number): number {
    return this.rises ? place : this.placeCount - 1 - place;
  }

  private async put(questions: readonly { readonly world: World; readonly place: number }[]): Promise<void> {
    if (questions.length === 0) return;
    const answers = await this.ask(
      questions.map(({ world, place }) => ({ world: world.number, value: this.valueAt(place) })),
    );
    if (answers === null) throw new Stopped();
    questions.forEach(({ world, place }, i) => world.hear(place, answers[i]));
  }

  /** Asks the first worlds all over the range, and finds out on which side it holds. */
  private async pilot(count: number): Promise<void> {
    const values = spread(this.isGrid ? this.placeCount : PILOT_PLACES, this.placeCount);
    const probes = Array.from({ length: count }, (_, world) => values.map((value) => ({ world, value }))).flat();
    const answers = await this.ask(probes);
    if (answers === null) throw new Stopped();
    const at = (world: number, value: number): number =>
      Number(answers[world * values.length + values.indexOf(value)] === true);
    let rise = 0;
    for (let world = 0; world < count; world++) rise += at(world, this.placeCount - 1) - at(world, 0);
    this.sideFound = this.request.rises === null && rise !== 0;
    this.rises = this.request.rises ?? rise >= 0;
    for (let number = 0; number < count; number++) this.worlds.push(new World(number, this.placeCount));
    probes.forEach(({ world, value }, i) => this.worlds[world].hear(this.valueAt(value), answers[i]));
  }

  private isLookedAt({ number }: World): boolean {
    return number < LOOKED_AT_FIRST || number % LOOKED_AT_EACH === 0;
  }

  private placeGuess({ number }: World): number | null {
    const value = this.request.guess?.(number) ?? null;
    if (value !== null) return this.valueAt(value);
    return this.hasEstimate ? this.estimate : null;
  }

  /** Brings the worlds up to n, those of them bisected that are to be, and looks for ones without a threshold. */
  private async settle(n: number): Promise<void> {
    for (let number = this.worlds.length; number < n; number++) this.worlds.push(new World(number, this.placeCount));
    await this.bisect();
    await this.put(this.worlds.filter((world) => this.isLookedAt(world)).flatMap((world) => this.extra(world)));
    // Who contradicted itself is asked everywhere.
    await this.bisect();
    const { worlds, broken } = this.looked();
    if (!this.isGrid && worlds >= Math.min(LOOKED_AT_FIRST, this.request.worlds) && broken > BROKEN_SHARE_MAX * worlds)
      this.isGrid = true;
    if (this.isGrid)
      await this.put(
        this.worlds.flatMap((world) => world.unasked(0, this.placeCount).map((place) => ({ world, place }))),
      );
  }

  private async bisect(): Promise<void> {
    if (this.isGrid) return;
    const { whole } = this.request;
    for (;;) {
      const questions = this.worlds.flatMap((world) => {
        if (world.isBroken) return world.unasked(0, this.placeCount).map((place) => ({ world, place }));
        if (!whole && !this.isLookedAt(world)) return [];
        const place = world.next(this.placeGuess(world));
        return place === null ? [] : [{ world, place }];
      });
      if (questions.length === 0) return;
      await this.put(questions);
    }
  }

  private readonly lookedInto = new Set<World>();

  private extra(world: World): { world: World; place: number }[] {
    if (this.lookedInto.has(world)) return [];
    this.lookedInto.add(world);
    return world.unaskedSides().flatMap((places, side) => {
      this.luck.at(world.number, side);
      const place = places[Math.floor(this.luck.uniform() * places.length)];
      return place === undefined ? [] : [{ world, place }];
    });
  }

  private looked(): { worlds: number; broken: number } {
    const looked = this.isGrid ? this.worlds : [...this.lookedInto];
    return { worlds: looked.length, broken: looked.filter(({ isBroken }) => isBroken).length };
  }

  /** Asks at a place whom nothing else speaks for; who contradicts itself by that, everywhere. */
  private async know(place: number): Promise<void> {
    for (;;) {
      const silent = this.worlds.filter((world) => world.at(place) === undefined);
      if (silent.length === 0) return;
      await this.put(
        silent.flatMap((world) =>
          (world.isBroken ? world.unasked(0, this.placeCount) : [place]).map((one) => ({ world, place: one })),
        ),
      );
    }
  }

  /** Of the first worlds, all of which say something of it. */
  private shareAt(place: number): ValueShare {
    let [n, failed, undecided] = [0, 0, 0];
    for (const world of this.worlds) {
      const answer = world.at(place);
      if (answer === undefined) break;
      n++;
      if (answer === false) failed++;
      else if (answer === null) undecided++;
    }
    return { n, failed, undecided };
  }

  private isWithin(place: number): boolean {
    const { n, failed, undecided } = this.shareAt(place);
    return failed + undecided <= this.request.share * n;
  }

  /** Finds the place at which the share that fails, as it is, comes within the target, and has all worlds speak there and just below. */
  private async bracket(): Promise<void> {
    if (this.isGrid) {
      const first = Array.from({ length: this.placeCount }, (_, place) => place).find((place) => this.isWithin(place));
      this.estimate = first ?? this.placeCount;
      return;
    }
    let place = this.estimate;
    if (this.lookedInto.size === this.worlds.length || this.request.whole) place = this.startingPlace();
    for (let steps = 0; steps <= 2 * this.placeCount; steps++) {
      // Who holds below holds here as well, and need not be asked.
      if (place > 0) await this.know(place - 1);
      if (place < this.placeCount) await this.know(place);
      if (place < this.placeCount && !this.isWithin(place)) place++;
      else if (place > 0 && this.isWithin(place - 1)) place--;
      else break;
    }
    this.estimate = place;
    this.hasEstimate = true;
  }

  private startingPlace(): number {
    const sorted = this.worlds.map(({ threshold }) => threshold).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((1 - this.request.share) * sorted.length) - 1))];
  }

  private get alphaEach(): number {
    return this.isGrid ? this.request.alpha / this.placeCount : this.request.alpha / 2;
  }

  /** Whether a place certainly meets the target (true), certainly does not (false). */
  private verdict(place: number): boolean | null {
    const { share, looks, worlds } = this.request;
    const { n, failed, undecided } = this.shareAt(place);
    // One look is one at the number of worlds that was fixed.
    if (n === 0 || (looks === 'once' && n < worlds)) return null;
    if (isAtMost(failed + undecided, n, share, this.alphaEach, looks)) return true;
    return isMoreThan(failed, n, share, this.alphaEach, looks) ? false : null;
  }

  private isDecided(): boolean {
    if (this.isGrid) return this.bounds().isDecided;
    const [below, here] = [this.estimate - 1, this.estimate];
    return (below < 0 || this.verdict(below) === false) && (here === this.placeCount || this.verdict(here) === true);
  }

  /** At the end: as far from the answer as it takes to be certain, on both sides. */
  private async widen(): Promise<void> {
    if (this.isGrid) return;
    for (let place = this.estimate; place < this.placeCount; place++) {
      await this.know(place);
      if (this.verdict(place) === true) break;
    }
    for (let place = this.estimate - 1; place >= 0; place--) {
      await this.know(place);
      if (this.verdict(place) === false) break;
    }
  }

  private bounds(): { meets: number | null; misses: number | null; isDecided: boolean } {
    const verdicts = Array.from({ length: this.placeCount }, (_, place) => this.verdict(place));
    const first = verdicts.indexOf(true);
    const before = first < 0 ? verdicts : verdicts.slice(0, first);
    const last = before.lastIndexOf(false);
    // Of a grid no place speaks for another.
    const decided = this.isGrid ? before.every((one) => one === false) : last === before.length - 1;
    return { meets: first < 0 ? null : first, misses: last < 0 ? null : last, isDecided: decided };
  }

  private result(): ThresholdResult {
    const { valueCount, looks, worlds } = this.request;
    const byValue = <T>(of: (place: number) => T): T[] =>
      Array.from({ length: valueCount }, (_, value) => of(this.valueAt(value)));
    const { meets, misses, isDecided } = this.bounds();
    // What is certain of one value is of all on its side.
    const verdictOf = (place: number): boolean | null =>
      this.isGrid || (place < (meets ?? valueCount) && place > (misses ?? -1))
        ? this.verdict(place)
        : place >= (meets ?? valueCount);
    const toValue = (place: number | null): number | null =>
      place === null || place >= valueCount ? null : this.valueAt(place);
    return {
      complete: this.complete,
      method: this.isGrid ? 'grid' : 'thresholds',
      rises: this.rises,
      sideFound: this.sideFound,
      n: looks === 'once' && this.complete ? worlds : this.worlds.length,
      meets: toValue(meets),
      misses: toValue(misses),
      estimate: toValue(this.estimate),
      isDecided: this.complete && isDecided,
      verdicts: byValue(verdictOf),
      shares: byValue((place) => this.shareAt(place)),
      thresholds: this.worlds.map((world) => (world.isBroken ? null : toValue(world.threshold))),
      alphaEach: this.alphaEach,
      looked: this.looked(),
      runs: this.worlds.reduce((sum, { asked }) => sum + asked, 0),
      gridRuns: valueCount * this.gridWorlds(),
    };
  }

  /** Worlds that one look needs for what was said, at the answer and below it. */
  private gridWorlds(): number {
    const { share, alpha, looks, whole } = this.request;
    if (looks === 'once' || whole || !this.isDecided()) return this.worlds.length;
    const needed = [this.estimate - 1, this.estimate].flatMap((place) => {
      if (place < 0 || place >= this.placeCount) return [];
      const { n, failed } = this.shareAt(place);
      return [fixedNumber(failed / n, share, alpha / 2) ?? n];
    });
    return Math.max(...needed);
  }
}

/** Searches for it; a world is never asked twice for the same value. */
export function searchThreshold(request: ThresholdRequest, ask: Ask): Promise<ThresholdResult> {
  return new Search(request, ask).run();
}

/**
 * The least value at which the worlds that fail are at most a stated share, from
 * each world's threshold (world.ts) instead of every value in every world.
 *
 * The first worlds are asked at places all over the range, which tells on which
 * side it holds, and then bisected, as is each twentieth after them. Further worlds are
 * run at two places alone: at the answer, and just below it. Each of the two is asked
 * until it is certain, and no longer; as the estimate moves, the next one is asked.
 * All questions of a round are put together, and which they are depends on answers
 * alone, never on the order in which these came.
 *
 * Error: at the answer and just below it a world counts by its own run there. That it
 * holds just below says nothing of the answer, and that it fails at the answer nothing
 * of the place below: the one would make answers too kind, the other could make the
 * place below fail, and so the answer greater than need be. The answer is wrong only
 * if a share of more than p passed for at most p, or the other way round. Where no
 * world contradicts itself, shares fall from place to place in every sum of worlds as
 * well, so each can happen first at one place alone, next to the true answer: half of
 * alpha for each is enough. Once a world was seen to contradict itself, alpha is
 * shared by all places (Bonferroni), whatever they are like.
 *
 * Worlds without a threshold are looked for: in those that are bisected, two places
 * more are asked on each side, the one next to the threshold and one by luck; and
 * all that were run on both sides of the answer may contradict themselves there.
 * Where they are more than a tenth of the former, or certainly more than a tenth of
 * the latter, or a place certainly fails above one that certainly holds, every place
 * is asked in every world.
 */
import { Stream } from '../../engine/luck.ts';
import { isMoreThan } from './proportion.ts';
import { spread, Stopped, wavesUpTo, type Probe } from './rounds.ts';
import { Verdicts, type Sought } from './verdicts.ts';
import type { Answer, World } from './world.ts';
import { Worlds, type Contradictions, type ValueShare } from './worlds.ts';

/** Answers in the order of the questions; null: it was stopped. */
export type Ask = (probes: readonly Probe[]) => Promise<readonly Answer[] | null>;

export interface ThresholdRequest extends Sought {
  /** whether it holds from some value on (true) or up to one (false); null: to be found out */
  readonly rises: boolean | null;
  /** every world's threshold in full, for the curve of all values */
  readonly whole: boolean;
  /** every value in every world */
  readonly grid?: boolean;
  /** for the places that are asked in addition */
  readonly seed: string;
  /** where a world's threshold may lie, as an index of a value */
  readonly guess?: (world: number) => number | null;
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
  /** worlds in which one place more was asked on each side of the threshold; of a grid, all */
  readonly looked: Contradictions;
  /** worlds that were run at the answer and just below it, as far as both are known */
  readonly beside: Contradictions;
  /** questions that were asked */
  readonly runs: number;
  /** what every value in as many worlds as one look needs takes */
  readonly gridRuns: number;
}

const PILOT_WORLDS = 5;
const PILOT_PLACES = 5;
const LOOKED_AT_FIRST = 10;
const LOOKED_AT_EACH = 20;
const BROKEN_SHARE_MAX = 0.1;
const WAVE_GROWTH = 1.15;

class Search {
  private readonly request: ThresholdRequest;
  private readonly ask: Ask;
  private readonly waves: readonly number[];
  private readonly worlds: Worlds;
  private readonly verdicts: Verdicts;
  private readonly luck: Stream;
  private rises = true;
  private sideFound = false;
  private complete = true;
  /** by place, not by value */
  private estimate = 0;
  private hasEstimate = false;
  private readonly lookedInto = new Set<World>();
  /** places at which worlds were asked for the sake of a verdict */
  private readonly tried = new Set<number>();

  constructor(request: ThresholdRequest, ask: Ask) {
    this.request = request;
    this.ask = ask;
    this.waves = wavesUpTo(request.worlds, Math.min(PILOT_WORLDS, request.worlds), WAVE_GROWTH);
    this.worlds = new Worlds(request.valueCount);
    this.verdicts = new Verdicts(request, this.worlds, request.grid === true);
    this.luck = new Stream(request.seed, 'extra probes');
  }

  async run(): Promise<ThresholdResult> {
    const { worlds, looks } = this.request;
    try {
      await this.pilot(this.waves[0]);
      // The first worlds tell where to ask the others first.
      for (const n of looks === 'once' ? [...new Set([this.waves[0], worlds])] : this.waves) {
        this.worlds.reach(n);
        // Whoever is bisected then mostly has its threshold already.
        if (this.hasEstimate && !this.verdicts.isGrid && !this.request.whole)
          await this.advance(this.around(this.estimate), n);
        await this.settle();
        await this.bracket(n);
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

  private get places(): number[] {
    return Array.from({ length: this.placeCount }, (_, place) => place);
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
    questions.forEach(({ world, place }, i) => this.worlds.hear(world, place, answers[i]));
  }

  /** Asks the first worlds all over the range, and finds out on which side it holds. */
  private async pilot(count: number): Promise<void> {
    const values = spread(this.verdicts.isGrid ? this.placeCount : PILOT_PLACES, this.placeCount);
    const probes = Array.from({ length: count }, (_, world) => values.map((value) => ({ world, value }))).flat();
    const answers = await this.ask(probes);
    if (answers === null) throw new Stopped();
    const at = (world: number, value: number): number =>
      Number(answers[world * values.length + values.indexOf(value)] === true);
    let rise = 0;
    for (let world = 0; world < count; world++) rise += at(world, this.placeCount - 1) - at(world, 0);
    this.sideFound = this.request.rises === null && rise !== 0;
    this.rises = this.request.rises ?? rise >= 0;
    this.worlds.reach(count);
    probes.forEach(({ world, value }, i) => this.worlds.hear(this.worlds.all[world], this.valueAt(value), answers[i]));
  }

  private isLookedAt({ number }: World): boolean {
    return number < LOOKED_AT_FIRST || number % LOOKED_AT_EACH === 0;
  }

  /** Whether its threshold is looked for. */
  private isBisected(world: World): boolean {
    return this.request.whole || this.isLookedAt(world);
  }

  private placeGuess({ number }: World): number | null {
    const value = this.request.guess?.(number) ?? null;
    if (value !== null) return this.valueAt(value);
    return this.hasEstimate ? this.estimate : null;
  }

  /** Has the worlds bisected that are to be, and looks for ones without a threshold. */
  private async settle(): Promise<void> {
    await this.bisect();
    await this.put(this.worlds.all.filter((world) => this.isLookedAt(world)).flatMap((world) => this.extra(world)));
    // Who contradicted itself is asked everywhere.
    await this.bisect();
    await this.fallBack();
  }

  private unaskedAnywhere(worlds: readonly World[]): { world: World; place: number }[] {
    return worlds.flatMap((world) => world.unasked(0, this.placeCount).map((place) => ({ world, place })));
  }

  /** Asks every place in every world, if a threshold cannot be what worlds have. */
  private async fallBack(): Promise<void> {
    const { worlds, alpha } = this.request;
    const [looked, beside] = [this.looked(), this.beside()];
    this.verdicts.isGrid ||=
      (looked.worlds >= Math.min(LOOKED_AT_FIRST, worlds) && looked.broken > BROKEN_SHARE_MAX * looked.worlds) ||
      // Beside the answer nothing is inferred, so that a doubt does no harm there.
      isMoreThan(beside.broken, beside.worlds, BROKEN_SHARE_MAX, alpha, 'any-time') ||
      this.verdicts.contradict();
    if (this.verdicts.isGrid) await this.put(this.unaskedAnywhere(this.worlds.all));
  }

  private async bisect(): Promise<void> {
    if (this.verdicts.isGrid) return;
    for (;;) {
      const questions = this.worlds.all
        .filter((world) => this.isBisected(world))
        .flatMap((world) => {
          if (world.isBroken) return this.unaskedAnywhere([world]);
          const place = world.next(this.placeGuess(world));
          return place === null ? [] : [{ world, place }];
        });
      if (questions.length === 0) return;
      await this.put(questions);
    }
  }

  private extra(world: World): { world: World; place: number }[] {
    if (this.lookedInto.has(world)) return [];
    this.lookedInto.add(world);
    return world.unaskedSides().flatMap((places, side) => {
      const next = places[side === 0 ? places.length - 1 : 0];
      const anywhere = places[Math.floor(this.luck.at(world.number, side).uniform() * places.length)];
      return [...new Set([next, anywhere])].filter((one) => one !== undefined).map((place) => ({ world, place }));
    });
  }

  private looked(): Contradictions {
    const looked = this.verdicts.isGrid ? this.worlds.all : [...this.lookedInto];
    return { worlds: looked.length, broken: looked.filter(({ isBroken }) => isBroken).length };
  }

  private beside(): Contradictions {
    const { estimate } = this;
    return this.hasEstimate && estimate > 0 && estimate < this.placeCount
      ? this.worlds.besideAt(estimate)
      : { worlds: 0, broken: 0 };
  }

  /** Runs worlds at some places, each until it is certain, or the first n were. */
  private async advance(places: readonly number[], n: number): Promise<void> {
    places.forEach((place) => this.tried.add(place));
    // With one look, all are needed anyway; else a place that was not asked yet catches up in few rounds.
    const first = this.request.looks === 'once' ? n : this.waves[0];
    for (let wave = first, last = 0; wave > last; [last, wave] = [wave, Math.min(n, 2 * wave)]) {
      const open = places.filter((place) => this.verdicts.at(place) === null);
      await this.put(
        this.worlds.all
          .slice(0, wave)
          .flatMap((world) =>
            open.filter((place) => world.saidAt(place) === undefined).map((place) => ({ world, place })),
          ),
      );
    }
    // Who contradicted itself by that is asked everywhere, if its threshold speaks for other places.
    await this.bisect();
  }

  private isWithin(place: number): boolean {
    const verdict = this.verdicts.at(place);
    if (verdict !== null) return verdict;
    const { n, failed, undecided } = this.shareAt(place);
    return failed + undecided <= this.request.share * n;
  }

  /** Finds the place at which the share that fails, as it is, comes within the target, and has worlds run there and just below. */
  private async bracket(n: number): Promise<void> {
    if (!this.verdicts.isGrid && !this.request.whole) await this.walk(n);
    // Every place is known of every world.
    if (this.verdicts.isGrid || this.request.whole) {
      const first = this.places.find((place) => this.isWithin(place));
      this.estimate = first ?? this.placeCount;
    }
    this.hasEstimate = true;
    if (this.request.whole && this.request.looks === 'any-time') await this.advance(this.around(this.estimate), n);
  }

  /** A place and the one below it. */
  private around(place: number): number[] {
    return [place - 1, place].filter((one) => one >= 0 && one < this.placeCount);
  }

  private async walk(n: number): Promise<void> {
    let place = this.estimate;
    if (this.lookedInto.size === this.worlds.all.length) place = this.startingPlace();
    for (let steps = 0; steps <= 2 * this.placeCount; steps++) {
      await this.advance(this.around(place), n);
      if (place < this.placeCount && !this.isWithin(place)) place++;
      else if (place > 0 && this.isWithin(place - 1)) place--;
      else break;
    }
    this.estimate = place;
    this.hasEstimate = true;
    await this.fallBack();
  }

  private startingPlace(): number {
    const sorted = this.worlds.all.map(({ threshold }) => threshold).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((1 - this.request.share) * sorted.length) - 1))];
  }

  private isDecided(): boolean {
    if (this.verdicts.isGrid) return this.verdicts.bounds().isDecided;
    const [below, here] = [this.estimate - 1, this.estimate];
    return (
      (below < 0 || this.verdicts.at(below) === false) && (here === this.placeCount || this.verdicts.at(here) === true)
    );
  }

  /** At the end: as far from the answer as it takes to be certain, on both sides. */
  private async widen(): Promise<void> {
    if (this.verdicts.isGrid) return;
    await this.widenTo(this.places.slice(this.estimate), true);
    await this.widenTo(this.places.slice(0, this.estimate).reverse(), false);
    await this.fallBack();
  }

  private async widenTo(places: readonly number[], is: boolean): Promise<void> {
    for (const place of places) {
      // Of a whole curve it is known beforehand where it is worth asking.
      if (this.request.whole && this.verdicts.on(this.shareAt(place)) !== is) continue;
      await this.advance([place], this.request.worlds);
      if (this.verdicts.at(place) === is) break;
    }
  }

  /** What is told of a place: of where a verdict was sought, its runs; of others, what the worlds' thresholds say. */
  private shareAt(place: number): ValueShare {
    if (this.verdicts.isGrid || (this.tried.has(place) && !this.request.whole)) return this.worlds.ownShare(place);
    return this.worlds.toldShare(place, (world) => this.isBisected(world));
  }

  private result(): ThresholdResult {
    const { valueCount, looks, worlds } = this.request;
    const byValue = <T>(of: (place: number) => T): T[] =>
      Array.from({ length: valueCount }, (_, value) => of(this.valueAt(value)));
    const { meets, misses, isDecided } = this.verdicts.bounds();
    const verdicts = this.verdicts.everywhere();
    const toValue = (place: number | null): number | null =>
      place === null || place >= valueCount ? null : this.valueAt(place);
    return {
      complete: this.complete,
      method: this.verdicts.isGrid ? 'grid' : 'thresholds',
      rises: this.rises,
      sideFound: this.sideFound,
      n: looks === 'once' && this.complete ? worlds : this.worlds.all.length,
      meets: toValue(meets),
      misses: toValue(misses),
      estimate: toValue(this.estimate),
      isDecided: this.complete && isDecided,
      verdicts: byValue((place) => verdicts[place]),
      shares: byValue((place) => this.shareAt(place)),
      thresholds: this.worlds.all.map((world) => (world.isBroken ? null : toValue(world.threshold))),
      alphaEach: this.verdicts.alphaEach,
      looked: this.looked(),
      beside: this.beside(),
      runs: this.worlds.all.reduce((sum, { asked }) => sum + asked, 0),
      gridRuns: valueCount * this.gridWorlds(),
    };
  }

  /** Worlds that one look needs for what was said, at the answer and below it. */
  private gridWorlds(): number {
    const { looks, whole } = this.request;
    if (looks === 'once' || whole || !this.isDecided()) return this.worlds.all.length;
    return this.verdicts.worldsForOneLook(this.around(this.estimate));
  }
}

/** Searches for it; a world is never asked twice for the same value. */
export function searchThreshold(request: ThresholdRequest, ask: Ask): Promise<ThresholdResult> {
  return new Search(request, ask).run();
}

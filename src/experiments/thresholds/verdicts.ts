/**
 * Which places certainly meet the target, and which certainly do not, by the worlds
 * that were run there; and how the error is shared by them, for which search.ts has
 * the reasons.
 */
import { fixedNumber, isAtMost, isMoreThan, type Looks } from './proportion.ts';
import type { ValueShare, Worlds } from './worlds.ts';

export interface Sought {
  readonly valueCount: number;
  /** the share of worlds that may fail */
  readonly share: number;
  readonly alpha: number;
  /** worlds at most; with one look, exactly so many */
  readonly worlds: number;
  readonly looks: Looks;
}

export interface PlaceBounds {
  /** the first place that certainly meets it; null: none does */
  readonly meets: number | null;
  /** the last before it that certainly does not */
  readonly misses: number | null;
  /** no place in between */
  readonly isDecided: boolean;
}

export class Verdicts {
  private readonly sought: Sought;
  private readonly worlds: Worlds;
  /** every place is asked in every world, and none speaks for another */
  isGrid: boolean;

  constructor(sought: Sought, worlds: Worlds, isGrid: boolean) {
    this.sought = sought;
    this.worlds = worlds;
    this.isGrid = isGrid;
  }

  get alphaEach(): number {
    const { alpha, valueCount } = this.sought;
    const isShared = this.isGrid || this.worlds.areBroken;
    return alpha / (isShared ? Math.max(2, valueCount) : 2);
  }

  /** Whether a share certainly meets the target (true), certainly does not (false). */
  on({ n, failed, undecided }: ValueShare): boolean | null {
    const { share, looks, worlds } = this.sought;
    // One look is one at the number of worlds that was fixed.
    if (n === 0 || (looks === 'once' && n < worlds)) return null;
    if (isAtMost(failed + undecided, n, share, this.alphaEach, looks)) return true;
    return isMoreThan(failed, n, share, this.alphaEach, looks) ? false : null;
  }

  at(place: number): boolean | null {
    return this.on(this.worlds.ownShare(place));
  }

  private all(): (boolean | null)[] {
    return Array.from({ length: this.sought.valueCount }, (_, place) => this.at(place));
  }

  /** A place certainly holds, and one further up certainly fails. */
  contradict(): boolean {
    const all = this.all();
    const holds = all.indexOf(true);
    return holds >= 0 && all.lastIndexOf(false) > holds;
  }

  bounds(): PlaceBounds {
    const all = this.all();
    const first = all.indexOf(true);
    const before = first < 0 ? all : all.slice(0, first);
    const last = before.lastIndexOf(false);
    // Of a grid no place speaks for another.
    const isDecided = this.isGrid ? before.every((one) => one === false) : last === before.length - 1;
    return { meets: first < 0 ? null : first, misses: last < 0 ? null : last, isDecided };
  }

  /** Of every place, also by others: as far as shares fall from place to place, what is certain of one is of all on its side. */
  everywhere(): (boolean | null)[] {
    const { meets, misses } = this.bounds();
    return this.all().map((own, place) => {
      if (this.isGrid || own !== null) return own;
      if (place > (meets ?? Infinity)) return true;
      return place < (misses ?? -1) ? false : null;
    });
  }

  /** Worlds that one look, fixed beforehand, would need to be as sure of these places. */
  worldsForOneLook(places: readonly number[]): number {
    const needed = places.map((place) => {
      const { n, failed } = this.worlds.ownShare(place);
      return fixedNumber(failed / n, this.sought.share, this.alphaEach) ?? n;
    });
    return Math.max(...needed);
  }
}

/**
 * What one world has said so far. A world is a seed: the same luck at every
 * value of what is varied. Places are the values in the order from the side that
 * fails to the side that holds, so that a world that is as they nearly all are
 * has one threshold: it fails below, and holds from there on. An answer for one
 * place then speaks for all on its side of it. A world that contradicts itself
 * (it holds here, and fails further up) has no threshold, and speaks for nothing
 * but the places at which it was asked.
 */

/** Whether a run met the target; null: it ended too soon to say. */
export type Answer = boolean | null;

export class World {
  readonly number: number;
  private readonly placeCount: number;
  private readonly answers = new Map<number, Answer>();
  /** the last place that failed, −1 without any; the first that held, `placeCount` without any */
  private failsUpTo = -1;
  private holdsFrom: number;

  constructor(number: number, placeCount: number) {
    this.number = number;
    this.placeCount = placeCount;
    this.holdsFrom = placeCount;
  }

  get asked(): number {
    return this.answers.size;
  }

  /** It holds at some place, and fails further up. */
  get isBroken(): boolean {
    return this.holdsFrom < this.failsUpTo;
  }

  /** What it said there itself; undefined: it was not asked. */
  saidAt(place: number): Answer | undefined {
    return this.answers.get(place);
  }

  hear(place: number, answer: Answer): void {
    this.answers.set(place, answer);
    if (answer === true) this.holdsFrom = Math.min(this.holdsFrom, place);
    if (answer === false) this.failsUpTo = Math.max(this.failsUpTo, place);
  }

  /** What is known of a place: its answer, or what another place's says of it; undefined: nothing yet. */
  at(place: number): Answer | undefined {
    if (this.isBroken) return this.answers.get(place);
    if (place <= this.failsUpTo) return false;
    return place >= this.holdsFrom ? true : this.answers.get(place);
  }

  /** The place to ask next for the threshold, nearest to `guess` first if there is one; null: it is known. */
  next(guess: number | null): number | null {
    if (this.isBroken) return this.unasked(0, this.placeCount)[0] ?? null;
    const open = this.unasked(this.failsUpTo + 1, this.holdsFrom);
    if (open.length === 0) return null;
    // A good guess is confirmed by two answers: at the threshold, and just below it.
    const near = guess === null ? [] : [guess - 1, guess].filter((place) => open.includes(place));
    return near[0] ?? open[(open.length - 1) >> 1];
  }

  /** The first place from which on it holds, as far as is known; `placeCount`: nowhere. */
  get threshold(): number {
    return this.holdsFrom;
  }

  /** Places at which a threshold would be contradicted, and that nobody has asked: below it, and from it on. */
  unaskedSides(): readonly (readonly number[])[] {
    return [this.unasked(0, this.failsUpTo), this.unasked(this.holdsFrom + 1, this.placeCount)];
  }

  unasked(from: number, to: number): number[] {
    const places: number[] = [];
    for (let place = from; place < to; place++) if (!this.answers.has(place)) places.push(place);
    return places;
  }
}

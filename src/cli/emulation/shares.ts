/**
 * Who gets what where a client does not say: pods and products by their shares,
 * as evenly as they go, so that it needs no luck. The next one is the one that
 * is furthest behind its share.
 */

export interface Share {
  readonly name: string;
  readonly share: number;
}

export class Shares {
  private readonly of: readonly Share[];
  private readonly given: number[];
  private total = 0;

  constructor(of: readonly Share[]) {
    const sum = of.reduce((all, { share }) => all + share, 0);
    this.of = of.map(({ name, share }) => ({ name, share: sum > 0 ? share / sum : 1 / of.length }));
    this.given = of.map(() => 0);
  }

  /** The place of that name, −1 if there is none; without a name the next one's. */
  placeOf(name: string | null): number {
    if (name !== null) return this.of.findIndex((one) => one.name === name);
    this.total++;
    const behind = this.of.map(({ share }, place) => share * this.total - this.given[place]);
    const place = behind.indexOf(Math.max(...behind));
    this.given[place]++;
    return place;
  }
}

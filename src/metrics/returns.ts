/**
 * Who comes back after a drop, and how long it takes: the times of those who
 * came, and how long those had been away at the end of the run who did not. Of
 * all, and kept apart by product and by client version (the one that a session
 * has when it comes back, or at the end) where the scenario has several.
 */
import type { Scenario } from '../scenario/scenario.ts';
import { Histogram } from './histogram.ts';

/** Of more products or versions than this none are kept apart: each has a histogram. */
const MOST_KEPT_APART = 64;

export class Returns {
  /** in the measured window */
  readonly times = new Histogram();
  /** times a session stopped trying, since the start, and until the window began */
  gaveUp = 0;
  gaveUpBefore = 0;
  /** in ms, at the end of the run; the shortest first once it has ended */
  awayMs: number[] = [];
}

export class ReturnsByName {
  readonly all = new Returns();
  private readonly products: readonly Returns[];
  private readonly clients: readonly Returns[];
  private readonly byName = new Map<string, Returns>();

  constructor(scenario: Pick<Scenario, 'products' | 'clients'>) {
    this.products = this.keptApart(scenario.products);
    this.clients = this.keptApart(scenario.clients);
  }

  /** Of a product or a client version; of everybody with null. Undefined: not kept apart. */
  of(name: string | null): Returns | undefined {
    return name === null ? this.all : this.byName.get(name);
  }

  /** Those that are kept apart. */
  get names(): readonly string[] {
    return [...this.byName].filter(([, returns]) => returns !== this.all).map(([name]) => name);
  }

  cameBack(product: number, client: number, awayMs: number): void {
    this.note(product, client, ({ times }) => times.add(awayMs));
  }

  stillAway(product: number, client: number, awayMs: number): void {
    this.note(product, client, (returns) => returns.awayMs.push(awayMs));
  }

  gaveUp(product: number, client: number): void {
    this.note(product, client, (returns) => returns.gaveUp++);
  }

  /** Of everybody, and of those who are kept apart. */
  private note(product: number, client: number, take: (returns: Returns) => void): void {
    take(this.all);
    if (this.products.length > 0) take(this.products[product]);
    if (this.clients.length > 0) take(this.clients[client]);
  }

  beginWindow(): void {
    for (const each of [this.all, ...this.products, ...this.clients]) {
      each.times.clear();
      each.gaveUpBefore = each.gaveUp;
    }
  }

  end(): void {
    for (const each of [this.all, ...this.products, ...this.clients]) each.awayMs.sort((a, b) => a - b);
  }

  /** A version that is called as a product is not kept apart: the name means the product. */
  private keptApart(named: readonly { readonly name: string }[]): Returns[] {
    // The only one there is needs no histogram of its own.
    if (named.length === 1 && !this.byName.has(named[0].name)) this.byName.set(named[0].name, this.all);
    if (named.length < 2 || named.length > MOST_KEPT_APART) return [];
    return named.map(({ name }) => {
      const returns = new Returns();
      if (!this.byName.has(name)) this.byName.set(name, returns);
      return returns;
    });
  }
}

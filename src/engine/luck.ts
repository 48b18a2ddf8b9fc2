/**
 * Luck: every random number belongs to an owner and is keyed, never taken from
 * a shared sequence. `seedrandom` turns "runSeed/purpose" into a 128-bit key,
 * and a counter-based hash turns (key, owner, number, index) into a draw. Two
 * variants of a scenario so give the same session the same jitter, whatever
 * happens around it, and no generator is stored per session.
 *
 * The hash is two rounds of the 32-bit finalizer of MurmurHash3 (Appleby,
 * public domain) over the key words and the counters; the statistical tests
 * of the streams check uniformity and independence of neighbouring owners.
 */
import seedrandom from 'seedrandom';

/** A source of uniform draws in the open interval (0, 1), one after another. */
export interface Draws {
  uniform(): number;
}

const TWO_POW_MINUS_32 = 2 ** -32;
const TWO_POW_MINUS_53 = 2 ** -53;

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The draws of one purpose ("backoff", "service", …). `at(owner, number)`
 * points the stream at one owner's n-th occasion; `uniform()` then yields that
 * occasion's draws. One object serves all owners, so nothing is allocated.
 */
export class Stream implements Draws {
  readonly purpose: string;
  private readonly key0: number;
  private readonly key1: number;
  private readonly key2: number;
  private owner = 0;
  private number = 0;
  private part = 0;
  private state0 = 0;
  private state1 = 0;
  private index = 0;

  constructor(seed: string, purpose: string) {
    const generator = seedrandom(`${seed}/${purpose}`);
    this.purpose = purpose;
    this.key0 = generator.int32();
    this.key1 = generator.int32();
    this.key2 = generator.int32();
  }

  /**
   * Points the stream at occasion (owner, number, part); all are 32-bit integers.
   * Nothing is computed before the first draw: a constant, or a balancer that
   * takes turns, is pointed at its luck as well and never asks for it.
   */
  at(owner: number, number: number, part = 0): this {
    this.owner = owner;
    this.number = number;
    this.part = part;
    this.index = 0;
    return this;
  }

  /** The next draw of this occasion, uniform in (0, 1) with 53 bits. */
  uniform(): number {
    if (this.index === 0) this.begin();
    const step = Math.imul(++this.index, 0x9e3779b9);
    const high = mix((this.state0 + step) | 0) >>> 0;
    const low = mix((this.state1 ^ high) + step) >>> 0;
    // 32 high bits and 21 low bits; half a step up keeps 0 out.
    return high * TWO_POW_MINUS_32 + ((low >>> 11) + 0.5) * TWO_POW_MINUS_53;
  }

  private begin(): void {
    const a = mix(this.owner ^ this.key0);
    const b = mix((a + this.number) ^ this.key1);
    this.state0 = mix((b + Math.imul(this.part + 1, 0x9e3779b9)) ^ this.key2);
    this.state1 = a ^ Math.imul(b, 0x2c1b3c6d);
  }
}

/**
 * The keys of a group of owners that are only counted: sessions, by what they
 * belong to. The n-th of a purpose has the same key whoever else there is, so
 * its luck is its own. Within one purpose no two keys are equal; across two
 * purposes they are as rarely as any two 32-bit hashes, and two such owners
 * would merely be equally lucky.
 */
export class OwnerKeys {
  private readonly key0: number;
  private readonly key1: number;
  private given = 0;

  constructor(seed: string, purpose: string) {
    const generator = seedrandom(`${seed}/${purpose}`);
    this.key0 = generator.int32();
    this.key1 = generator.int32();
  }

  /** The key of the next owner; any 32-bit integer. */
  next(): number {
    return mix(this.given++ ^ this.key0) ^ this.key1;
  }
}

/** The places of named things in the order of their names, so that luck that is shared out among them does not depend on theirs. */
export function inOrderOfNames(things: readonly { readonly name: string }[]): number[] {
  return things.map((_, place) => place).sort((a, b) => (things[a].name < things[b].name ? -1 : 1));
}

/**
 * A sequential stream, for what has no owner (arrivals). The n-th draw is
 * keyed by n, so it is still repeatable from the seed alone.
 */
export class SequentialStream implements Draws {
  private readonly stream: Stream;
  private drawn = 0;

  constructor(seed: string, purpose: string) {
    this.stream = new Stream(seed, purpose);
  }

  uniform(): number {
    return this.stream.at(this.drawn++, 0).uniform();
  }
}

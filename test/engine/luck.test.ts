// Luck: uniform, and independent from one owner, occasion, purpose or seed to the next one. n = 131,072 draws or
// pairs in each test; a test fails at a probability below 1e-4 (statistics.ts). Some 60 such tests are below.
import { describe, expect, it } from 'vitest';
import { SequentialStream, Stream } from '../../src/engine/luck.ts';
import { chiSquared, correlation, evenPairs, LEVEL } from './statistics.ts';

const N = 2 ** 17;

/** n draws, the i-th by `draw(i)`. */
function column(draw: (i: number) => number): Float64Array {
  return Float64Array.from({ length: N }, (_, i) => draw(i));
}

const stream = (purpose = 'service', seed = 'luck/0'): Stream => new Stream(seed, purpose);

/** The first draw of occasions that differ in one thing: what a run takes one after another. */
const sequences: readonly (readonly [string, (luck: Stream) => (i: number) => number])[] = [
  ['owners', (luck) => (i) => luck.at(i, 1).uniform()],
  ['occasions of one owner', (luck) => (i) => luck.at(7, i).uniform()],
  ['parts (tiers) of one occasion', (luck) => (i) => luck.at(7, 1, i).uniform()],
  ['a few occasions of many owners', (luck) => (i) => luck.at(i >> 3, i & 7).uniform()],
  ['hosts, whose keys are far apart', (luck) => (i) => luck.at((i >> 4) * 65_536 + (i & 15), 0).uniform()],
  [
    'draws of one occasion',
    (luck) => {
      luck.at(7, 1);
      return () => luck.uniform();
    },
  ],
  [
    'arrivals, a sequential stream',
    () => {
      const arrivals = new SequentialStream('luck/0', 'arrivals');
      return () => arrivals.uniform();
    },
  ],
];

describe('draws', () => {
  it.each(sequences)('are uniform over %s', (_, sequence) => {
    const values = column(sequence(stream()));
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    // The leading bits, and the bits below them down to the 32nd, where a second word begins.
    for (const scale of [1, 2 ** 10, 2 ** 20, 2 ** 30]) {
      const counts = new Float64Array(1024);
      for (const value of values) counts[Math.floor(((value * scale) % 1) * 1024)]++;
      expect(chiSquared(counts, N / 1024)).toBeGreaterThan(LEVEL);
    }
  });

  it.each(sequences)('are independent of the one before, over %s', (_, sequence) => {
    const values = column(sequence(stream()));
    for (const lag of [1, 2, 8]) {
      const [earlier, later] = [values.subarray(0, N - lag), values.subarray(lag)];
      expect(correlation(earlier, later)).toBeGreaterThan(LEVEL);
      expect(evenPairs(earlier, later, 32)).toBeGreaterThan(LEVEL);
    }
  });
});

describe('the luck of the same owner', () => {
  const first = (luck: Stream, number = 1, part = 0) => column((i) => luck.at(i, number, part).uniform());
  const pairs: readonly (readonly [string, Float64Array, Float64Array])[] = [
    ['two purposes', first(stream('service')), first(stream('backoff'))],
    ['two seeds', first(stream('service', 'luck/0')), first(stream('service', 'luck/1'))],
    ['two occasions', first(stream(), 1), first(stream(), 2)],
    ['two parts', first(stream(), 1, 0), first(stream(), 1, 1)],
    ['its first draw and its second', first(stream()), column((i) => secondOf(i))],
    ['the next occasion of the owner before', first(stream(), 1), column((i) => shifted.at(i + 1, 0).uniform())],
  ];

  it.each(pairs)('is independent between %s', (_, xs, ys) => {
    expect(correlation(xs, ys)).toBeGreaterThan(LEVEL);
    expect(evenPairs(xs, ys, 32)).toBeGreaterThan(LEVEL);
  });
});

const second = stream();
const shifted = stream();
function secondOf(owner: number): number {
  second.at(owner, 1).uniform();
  return second.uniform();
}

describe('an owner', () => {
  it('draws the same whatever else is drawn', () => {
    const alone = stream();
    const crowded = stream();
    for (let owner = 0; owner < 1000; owner++) {
      alone.at(owner, 3, 1);
      const own = [alone.uniform(), alone.uniform(), alone.uniform()];
      for (let other = 0; other < owner % 5; other++) crowded.at(other, owner).uniform();
      crowded.at(owner, 3, 1);
      expect([crowded.uniform(), crowded.uniform(), crowded.uniform()]).toEqual(own);
    }
  });

  it('draws the same however often it is asked', () => {
    const luck = stream();
    const once = luck.at(5, 2).uniform();
    luck.uniform();
    expect(luck.at(5, 2).uniform()).toBe(once);
    expect(stream().at(5, 2).uniform()).toBe(once);
  });

  it('has other luck for another purpose, seed, occasion or part', () => {
    const draws = [
      stream().at(5, 2).uniform(),
      stream('backoff').at(5, 2).uniform(),
      stream('service', 'luck/1').at(5, 2).uniform(),
      stream().at(5, 3).uniform(),
      stream().at(5, 2, 1).uniform(),
      stream().at(6, 2).uniform(),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });
});

describe('luck', () => {
  // The figures of the README, and those that CI compares (test/scenarios/baseline.json), hold for these draws only.
  it('is the same in every version', () => {
    const luck = stream();
    expect([luck.at(0, 0).uniform(), luck.uniform(), luck.at(7, 1).uniform(), luck.uniform()]).toEqual([
      0.6497475046646635, 0.7316945174765428, 0.9384339692858883, 0.57112119401844,
    ]);
    expect([luck.at(7, 1, 2).uniform(), luck.at(66_000_000, 3, 1).uniform()]).toEqual([
      0.5303024718689624, 0.2783593883015027,
    ]);
    const arrivals = new SequentialStream('luck/0', 'arrivals');
    expect([arrivals.uniform(), arrivals.uniform(), arrivals.uniform()]).toEqual([
      0.8377269850080171, 0.3499913550262386, 0.5622820131928208,
    ]);
  });
});

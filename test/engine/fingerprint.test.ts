// The fingerprint: another one for whatever else happens, and the same however what happened is told.
import { describe, expect, it } from 'vitest';
import { Fingerprint } from '../../src/engine/fingerprint.ts';
import { seededRandom } from '../seeded-random.ts';

type Happened = readonly [atMs: number, kind: number, who: number, detail: number];

function fingerprintOf(all: readonly Happened[]): string {
  const fingerprint = new Fingerprint();
  for (const one of all) fingerprint.add(...one);
  return fingerprint.toString();
}

const three: readonly Happened[] = [
  [1, 0, 1, 0],
  [2, 1, 2, 5],
  [3, 0, 3, 0],
];

describe('the fingerprint', () => {
  it('is sixteen digits, and another one with each thing that happens', () => {
    expect(fingerprintOf(three)).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([0, 1, 2, 3].map((count) => fingerprintOf(three.slice(0, count)))).size).toBe(4);
    expect(fingerprintOf([...three, three[0]])).not.toBe(fingerprintOf(three));
  });

  it('is the same in whichever order it is told', () => {
    expect(fingerprintOf([three[2], three[0], three[1]])).toBe(fingerprintOf(three));
  });

  it('is another for another instant, kind, owner or detail, and if two change places', () => {
    const others: readonly Happened[][] = [
      [[1 + 2 ** -52, 0, 1, 0]],
      [[1.5, 0, 1, 0]],
      [[2, 0, 1, 0]],
      [[1, 1, 1, 0]],
      [[1, 2, 1, 0]],
      [[1, 0, 2, 0]],
      [[1, 0, -1, 0]],
      [[1, 0, 1, 1]],
      [[1, 0, 1, -1]],
      [[1, 0, 1, 256]],
      [[1, 0, 0, 1]],
    ].map((changed) => [...(changed as unknown as Happened[]), three[1], three[2]]);
    const swapped: readonly Happened[][] = [
      [[2, 0, 1, 0], [1, 1, 2, 5], three[2]],
      [[1, 0, 2, 0], [2, 1, 1, 5], three[2]],
      [[1, 0, 1, 5], [2, 1, 2, 0], three[2]],
      [[3, 0, 1, 0], three[1], [1, 0, 3, 0]],
    ];
    const all = [three, ...others, ...swapped];
    expect(new Set(all.map((each) => fingerprintOf(each))).size).toBe(all.length);
  });

  it('tells a hundred thousand neighbouring happenings apart, in either half', () => {
    const random = seededRandom(1);
    const halves = [new Set<string>(), new Set<string>()];
    for (let n = 0; n < 100_000; n++) {
      const told = fingerprintOf([[Math.floor(random() * 64), n & 7, (n >> 3) & 1023, n >> 13]]);
      halves[0].add(told.slice(0, 8));
      halves[1].add(told.slice(8));
    }
    // Of n random words of 32 bits n²/2³³ are met twice: one or two here; equal times are some more.
    for (const half of halves) expect(half.size).toBeGreaterThan(99_980);
  });
});

// The time left, on a clock that a test turns: whatever is cheap or dear first, what is told as the least is no more
// than the truth, what is told as an estimate is near it, and none is told before every variant has been seen.
import { describe, expect, it } from 'vitest';
import { TimeLeft, type TimeEstimate } from '../../src/experiments/time-left.ts';

interface Told extends TimeEstimate {
  readonly trueMs: number;
  readonly ended: number;
}

/** Runs all tasks, so many of each variant, round by round, and asks each second, and whenever a run ends. */
function told(
  costsMs: readonly number[],
  rounds: number,
  jobs: number,
  foreseenMs?: ReadonlyMap<string, number>,
): Told[] {
  const names = costsMs.map((_, v) => `v${v}`);
  const queue = Array.from({ length: rounds }, (_, round) =>
    names.map((name, v) => ({ key: `${name}-${round}`, name, costMs: costsMs[v] })),
  ).flat();
  const timeLeft = new TimeLeft(jobs, foreseenMs);
  const waiting = new Map(names.map((name) => [name, rounds]));
  const underWay = new Map<string, { name: string; endMs: number; startMs: number }>();
  const rows: (TimeEstimate & { atMs: number; ended: number })[] = [];
  let [nowMs, ended] = [0, 0];
  const fill = (): void => {
    while (underWay.size < jobs && queue.length > 0) {
      const { key, name, costMs } = queue.shift()!;
      waiting.set(name, waiting.get(name)! - 1);
      timeLeft.started(key, name, nowMs);
      underWay.set(key, { name, startMs: nowMs, endMs: nowMs + costMs });
    }
  };
  fill();
  while (underWay.size > 0) {
    rows.push({ ...timeLeft.estimate(waiting, nowMs), atMs: nowMs, ended });
    nowMs = Math.min(nowMs + 1000, ...[...underWay.values()].map(({ endMs }) => endMs));
    for (const [key, { startMs, endMs }] of underWay) {
      timeLeft.progressed(key, (nowMs - startMs) / (endMs - startMs));
      if (endMs > nowMs) continue;
      timeLeft.finished(key, nowMs);
      underWay.delete(key);
      ended++;
    }
    fill();
  }
  return rows.map(({ atMs, ...row }) => ({ ...row, trueMs: nowMs - atMs }));
}

const cheapFirst = [...Array.from({ length: 10 }, () => 1000), ...Array.from({ length: 4 }, () => 20_000)];

describe.each([
  ['cheap ones first', cheapFirst],
  ['dear ones first', cheapFirst.toReversed()],
  ['all alike', Array.from({ length: 14 }, () => 5000)],
])('with %s', (_, costs) => {
  const rows = told(costs, 20, 2);

  it('tells no least that is more than the truth', () => {
    for (const { leastMs, trueMs } of rows) expect(leastMs).toBeLessThanOrEqual(trueMs + 1);
  });

  it('tells an estimate from when each variant has been seen, and it is right', () => {
    const first = rows.findIndex(({ usualMs }) => usualMs !== null);
    expect(rows[first].ended).toBeGreaterThanOrEqual(costs.length);
    expect(rows[first].ended).toBeLessThan(2 * costs.length + 2);
    for (const { usualMs, trueMs, unseen } of rows.slice(first)) {
      expect(unseen).toBe(0);
      expect(usualMs!).toBeGreaterThan(0.9 * trueMs - 2000);
      expect(usualMs!).toBeLessThan(1.1 * trueMs + 20_000);
    }
    for (const { usualMs, unseen } of rows.slice(0, first)) expect([usualMs, unseen > 0]).toEqual([null, true]);
  });

  it('tells a least that soon is more than a fourteenth, once a dear one is under way', () => {
    const seen = rows.find(({ ended }) => ended >= costs.length - 1)!;
    expect(seen.leastMs).toBeGreaterThan(seen.trueMs / 4);
  });
});

describe('what was foreseen', () => {
  it('is an estimate from the start, and is corrected by what runs do cost', () => {
    // Foreseen in the right proportion, at a third of the truth.
    const foreseen = new Map(cheapFirst.map((ms, v) => [`v${v}`, ms / 3]));
    const rows = told(cheapFirst, 20, 2, foreseen);
    expect(rows[0].usualMs! / rows[0].trueMs).toBeCloseTo(1 / 3, 1);
    const later = rows.find(({ ended }) => ended >= 2)!;
    expect(later.usualMs! / later.trueMs).toBeGreaterThan(0.85);
    expect(later.usualMs! / later.trueMs).toBeLessThan(1.15);
    expect(later.ratio).toBeCloseTo(3, 1);
  });

  it('gives way where a run has taken longer already, and where it goes on as it has', () => {
    const timeLeft = new TimeLeft(1, new Map([['a', 1000]]));
    timeLeft.started('a-0', 'a', 0);
    timeLeft.progressed('a-0', 0.1);
    const { ratio, projectedMs, leastMs } = timeLeft.estimate(new Map([['a', 3]]), 5000);
    expect([ratio, projectedMs, leastMs]).toEqual([50, 45_000 + 3 * 50_000, 3 * 5000]);
  });
});

// The reproduction number over time, worked out by hand on a storm of one action and three deaths.
import { describe, expect, it } from 'vitest';
import { LossLedger } from '../../src/metrics/loss-ledger.ts';
import { causedDrops, reproductionCurve } from '../../src/metrics/reproduction.ts';

function drop(ledger: LossLedger, loss: number, atMs: number, times: number): void {
  for (let i = 0; i < times; i++) ledger.dropped(loss, atMs);
}

/**
 * The action drops 10 at 1:00. Half of what the first host dies of comes of it (8 drops at 1:30), the rest of
 * nobody; of the second host's (4 drops at 2:00) a quarter is the action's and three quarters the first host's.
 * So the action caused 0.5 · 8 + 0.25 · 4 = 5 by 10, the first host 0.75 · 4 = 3 by 8, the second none by 4.
 */
function smallStorm(): LossLedger {
  const ledger = new LossLedger();
  drop(ledger, 0, 30_000, 100);
  ledger.add(60_000, 1, 'action', 'reboot', new Map());
  drop(ledger, 1, 60_000, 10);
  ledger.add(90_000, 2, 'death', 'p1/api/0', new Map([[1, 0.5], [0, 0.5]])); // prettier-ignore
  drop(ledger, 2, 90_000, 8);
  ledger.add(120_000, 3, 'death', 'p1/api/1', new Map([[1, 0.25], [2, 0.75]])); // prettier-ignore
  drop(ledger, 3, 120_000, 4);
  return ledger;
}

describe('the reproduction number over time', () => {
  it('is further drops per drop, over the drops of the last five minutes', () => {
    const { atMs, values } = reproductionCurve(smallStorm(), 600_000);
    const at = (ms: number): number => values[atMs.indexOf(ms)];
    expect(at(60_000)).toBeNaN();
    expect(at(70_000)).toBeCloseTo(5 / 10, 12);
    expect(at(100_000)).toBeCloseTo((5 + 3) / (10 + 8), 12);
    expect(at(130_000)).toBeCloseTo((5 + 3 + 0) / (10 + 8 + 4), 12);
    expect(at(370_000)).toBeCloseTo((3 + 0) / (8 + 4), 12);
    expect(at(410_000)).toBe(0);
    expect(at(430_000)).toBeNaN();
  });

  it('counts what each loss caused, and nothing of usual traffic among the drops of the storm', () => {
    const caused = causedDrops(smallStorm());
    expect(caused.get(1)).toBeCloseTo(5, 12);
    expect(caused.get(2)).toBeCloseTo(3, 12);
    expect(caused.get(3)).toBeUndefined();
    // Half of the first death is nobody's; the 100 drops of usual traffic take no part.
    expect(caused.get(0)).toBeCloseTo(4, 12);
    expect(reproductionCurve(smallStorm(), 50_000).values.every(Number.isNaN)).toBe(true);
  });

  it('weighs a loss that drops over a long time where its drops were', () => {
    const ledger = new LossLedger();
    ledger.add(0, 1, 'action', 'reboot', new Map());
    drop(ledger, 1, 5_000, 6);
    drop(ledger, 1, 400_000, 4);
    ledger.add(410_000, 2, 'death', 'h', new Map([[1, 1]]));
    drop(ledger, 2, 410_000, 20);
    const { atMs, values } = reproductionCurve(ledger, 800_000);
    expect(values[atMs.indexOf(10_000)]).toBe(2);
    expect(values[atMs.indexOf(350_000)]).toBeNaN();
    expect(values[atMs.indexOf(420_000)]).toBeCloseTo((4 * 2) / (4 + 20), 12);
  });

  it('says when it passed 1, in both directions, and from where on it is not settled', () => {
    const ledger = new LossLedger();
    ledger.add(60_000, 1, 'action', 'reboot', new Map());
    drop(ledger, 1, 60_000, 2);
    ledger.add(100_000, 2, 'death', 'h', new Map([[1, 1]]));
    drop(ledger, 2, 100_000, 6);
    const { crossings, settledMs } = reproductionCurve(ledger, 900_000);
    expect(crossings).toEqual([
      { atMs: 70_000, upwards: true },
      { atMs: 110_000, upwards: false },
    ]);
    expect(settledMs).toBe(600_000);
  });
});

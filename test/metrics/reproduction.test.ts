// The storm's reproduction number, on storms small enough to be worked out by hand: one that is simulated, one that is
// told to the recorder; and what each loss caused.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { LossLedger } from '../../src/metrics/loss-ledger.ts';
import {
  causedDrops,
  reproductionCurve,
  reproductionWithin,
  type ReproductionCurve,
} from '../../src/metrics/reproduction.ts';
import { AttemptEnd, DropCause } from '../../src/model/state/vocabulary.ts';
import { scenarioOf } from '../small-scenario.ts';
import { toldRun, waiting, type Script } from './told-run.ts';

const at = ({ atMs, values }: ReproductionCurve, second: number): number => values[atMs.indexOf(1000 * second)];

function curveOf(script: Script, seconds: number): ReproductionCurve {
  const { recorder, curve } = toldRun(script, seconds);
  return reproductionCurve(recorder.traffic, curve);
}

type Tell = Script[number];

const failing =
  (times: number, pod = 0): Tell =>
  (_fleet, recorder, atMs) => {
    for (let i = 0; i < times; i++) recorder.attemptEnded(atMs, pod, AttemptEnd.timedOut, -1);
  };
const returning =
  (times: number, pod = 0): Tell =>
  (_fleet, recorder, atMs) => {
    for (let i = 0; i < times; i++) recorder.connected(atMs, pod, 100, 1000, 0, 0);
  };
const dropping =
  (times: number, loss: number, pod = 0): Tell =>
  (_fleet, recorder, atMs) => {
    for (let i = 0; i < times; i++) recorder.dropped(atMs, pod, DropCause.killed, loss);
  };
const all =
  (...parts: Tell[]): Tell =>
  (...given) =>
    parts.forEach((part) => part(...given));
const none = new Map<number, number>();

describe('the reproduction number of a storm that is simulated', () => {
  // One host serves one in four seconds, for whom it does so or for nobody. It is down from 1:00 to 1:12. Its four
  // sessions try at 1:05 and 1:10, and are refused: 8. At 1:15 all four wait; by 1:25 two have been served (1:19, 1:23)
  // and two have timed out. These try at 1:30; the host is free again at 1:31, having served two who had left, and they
  // are in at 1:35 and 1:39.
  const tier = {
    name: 'api',
    hosts: 1,
    parallelism: 1,
    serviceTime: '4s',
    boot: '12s',
    abandonedWorkCost: 1,
    holdsSessions: true,
  };
  const scenario = scenarioOf({
    networkDelay: '1ms',
    tiers: [tier],
    products: [{ name: 'chat', sessions: 4 }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '5s' }, connectTimeout: '10s' }],
    timeline: [{ name: 'maintenance', at: '00:01', action: 'reboot', target: { tier: 'api' } }],
  });

  it('is what failed, per attempt', async () => {
    const run = await runScenario(scenario, { seed: 's', variant: 'baseline', scenarioHash: '', withMetrics: true });
    const { recorder, curve } = run.ended;
    const reproduction = reproductionCurve(recorder.traffic, curve);
    expect(at(reproduction, 60)).toBeNaN();
    expect(at(reproduction, 80)).toBe(8 / (8 + 1));
    expect(at(reproduction, 90)).toBe((8 + 2) / (8 + 2 + 2));
    expect(at(reproduction, 100)).toBe((8 + 2) / (8 + 2 + 4));
    // By then the first four attempts are five minutes ago; then the first eight, and whoever got in first.
    expect(at(reproduction, 370)).toBe((4 + 2) / (4 + 2 + 4));
    expect(at(reproduction, 380)).toBe(2 / (2 + 3));
    expect(at(reproduction, 400)).toBeNaN();
  });
});

describe('the reproduction number of a storm that is told', () => {
  it('counts failed attempts and the drops of deaths, per attempt that ended, over five minutes', () => {
    const curve = curveOf(
      {
        0: waiting(50),
        5: all(failing(30), returning(10)),
        15: all(failing(20), (_fleet, recorder, atMs) => recorder.loss(atMs, 1, 'death', 'h', none)),
        16: dropping(40, 1),
      },
      400,
    );
    expect(at(curve, 10)).toBe(30 / 40);
    expect(at(curve, 20)).toBe((30 + 20 + 40) / (30 + 20 + 10));
    expect(at(curve, 310)).toBe((20 + 40) / 20);
    expect(at(curve, 320)).toBeNaN();
  });

  it('takes neither what an action dropped, nor usual drops, as brought about by the storm', () => {
    const curve = curveOf(
      {
        0: all(waiting(50), (_fleet, recorder, atMs) => recorder.loss(atMs, 1, 'action', 'kill', none)),
        5: all(failing(30), returning(10), dropping(7, 1), dropping(3, 0)),
      },
      20,
    );
    expect(at(curve, 10)).toBe(30 / 40);
  });

  it('looks at impacted pods only, since others get back as ever', () => {
    const curve = curveOf({ 0: waiting(50, 0), 5: all(failing(30, 0), returning(10, 0), returning(500, 1)) }, 20);
    expect(at(curve, 10)).toBe(30 / 40);
  });

  it('is 1 while nobody gets back and nobody is left to drop, which is not below 1', () => {
    const { values, crossings } = curveOf({ 0: waiting(100, 100, 100, 100), 5: failing(200) }, 20);
    expect(values.slice(1)).toEqual([1, 1]);
    expect(crossings).toEqual([{ atMs: 10_000, upwards: true }]);
  });

  it('is below 1 once more get back than drop by more than the chance of counts', () => {
    // 4 of 100 is just what may be chance, 5 is not: 5 > 2 · √5.
    const crossings = (returned: number): ReproductionCurve['crossings'] =>
      curveOf({ 0: waiting(100), 5: failing(200), 15: all(failing(100 - returned), returning(returned)) }, 30)
        .crossings;
    expect(crossings(4)).toEqual([{ atMs: 10_000, upwards: true }]);
    expect(crossings(5)).toEqual([
      { atMs: 10_000, upwards: true },
      { atMs: 20_000, upwards: false },
    ]);
  });
});

describe('the reproduction number within an episode', () => {
  const curve: ReproductionCurve = {
    windowMs: 300_000,
    atMs: [0, 10_000, 20_000, 30_000, 40_000],
    values: [NaN, 1.5, 1, 0.5, NaN],
    crossings: [
      { atMs: 10_000, upwards: true },
      { atMs: 30_000, upwards: false },
    ],
  };

  it('has its greatest value, and the instant from which it was below 1 for good', () => {
    expect(reproductionWithin(curve, { startedMs: 5000, resolvedMs: 35_000 })).toEqual({ max: 1.5, turnedMs: 30_000 });
    expect(reproductionWithin(curve, { startedMs: 5000, resolvedMs: null })).toEqual({ max: 1.5, turnedMs: 30_000 });
    expect(reproductionWithin(curve, { startedMs: 15_000, resolvedMs: 25_000 })).toEqual({ max: 1, turnedMs: null });
    expect(reproductionWithin(curve, { startedMs: 5000, resolvedMs: 25_000 })).toEqual({ max: 1.5, turnedMs: null });
    expect(reproductionWithin(curve, { startedMs: 35_000, resolvedMs: null })).toEqual({ max: NaN, turnedMs: null });
  });
});

describe('what a loss caused', () => {
  it('is the drops of the losses below it, by their shares', () => {
    // The action drops 10, the first host 8, half of them owed to the action; the second 4, a quarter owed to the
    // action and the rest to the first.
    const ledger = new LossLedger();
    const add = (number: number, drops: number, parents: readonly (readonly [number, number])[]): void => {
      ledger.add(1000 * number, number, number === 1 ? 'action' : 'death', `loss ${number}`, new Map(parents));
      for (let i = 0; i < drops; i++) ledger.dropped(number);
    };
    add(1, 10, []);
    add(2, 8, [[1, 0.5], [0, 0.5]]); // prettier-ignore
    add(3, 4, [[1, 0.25], [2, 0.75]]); // prettier-ignore
    const caused = causedDrops(ledger);
    expect(caused.get(1)).toBeCloseTo(0.5 * 8 + 0.25 * 4, 12);
    expect(caused.get(2)).toBeCloseTo(0.75 * 4, 12);
    expect(caused.get(3)).toBeUndefined();
    expect(caused.get(0)).toBeCloseTo(0.5 * 8, 12);
  });
});

// Instants off a whole second: what is exact there, and what means the whole second before.
import { describe, expect, it } from 'vitest';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { metricCatalogue, metricValue } from '../../src/metrics/catalogue.ts';
import { ranCase } from '../cases/ran-case.ts';
import { scenarioOf } from '../small-scenario.ts';

async function ran(fields: Readonly<Record<string, unknown>>): Promise<RunResult> {
  const scenario = scenarioOf(fields);
  return runScenario(scenario, { seed: scenario.seed, variant: 'baseline', scenarioHash: '', withMetrics: true });
}

/** A request every millisecond, each served in one. */
const requests = {
  clock: { date: '2023-04-26', from: '00:00', to: '1900ms' },
  networkDelay: '1us',
  tiers: [{ name: 'api', hosts: 1, parallelism: 100, serviceTime: '1ms' }],
  products: [{ name: 'request', arrivals: { process: 'constant', rate: '1000/s' }, lifetime: '0s' }],
  clients: [{ name: 'once', backoff: 'none', connectTimeout: 'none', giveUp: { after: 1, then: 'leave' } }],
};

describe('the measured window', () => {
  it('begins at its instant, and all that is counted does', async () => {
    const { metrics } = (await ranCase('truth/fault-measure-from.yaml')).outcome;
    expect([metrics.arrivals, metrics.goodput, metrics.hostHours]).toEqual([
      400,
      1000,
      Number((0.4 / 3600).toPrecision(6)),
    ]);
    expect(metrics.utilisation).toBeCloseTo(1 / 100, 4);
    // One attempt was under way: it is of a session that was disconnected when the window began.
    expect([metrics.attempts, metrics.retryAmplification]).toEqual([401, 1]);
  });

  it('has no mean of whole seconds where it has none, and says so', async () => {
    const { outcome, ended } = await ranCase('truth/fault-measure-from.yaml');
    for (const name of [
      'hostsUp',
      'peakDisconnectedFraction',
      'peakImpactedPods',
      'attemptsPerSecondPeak',
      'attemptsPeakAt',
    ]) {
      expect([name, outcome.metrics[name]]).toEqual([name, null]);
      expect(metricValue(ended, { metric: name, parts: [], variant: null, atMs: null }).reason).toBe(
        'the measured window has no whole second',
      );
    }
  });

  it('takes whole seconds from the first one in it', async () => {
    const { metrics } = (
      await ran({
        ...requests,
        clock: { date: '2023-04-26', from: '00:00', to: '4500ms' },
        measure: { from: '1001ms' },
      })
    ).outcome;
    // The second from 2 to 3 s is the first whole one; what arrives at its very end is of the next.
    expect([metrics.attemptsPerSecondPeak, metrics.attemptsPeakAt]).toEqual([1000, '00:00:02']);
    expect(metrics.arrivals).toBe(3499);
  });

  it('makes no fraction of anything but a fraction', async () => {
    const { metrics } = (await ranCase('attack/window-fraction.json')).outcome;
    const fractions = Object.entries(metrics).filter(
      ([name]) => metricCatalogue[name.split('.')[0]].unit === 'fraction',
    );
    expect(fractions.length).toBeGreaterThan(8);
    for (const [name, value] of fractions)
      expect([name, value === null || (Number(value) >= 0 && Number(value) <= 1)]).toEqual([name, true]);
  });
});

describe('a clock that ends off a whole second', () => {
  it('is simulated and counted to its end, and sampled until its last whole second', async () => {
    const { outcome, series, ended } = await ran(requests);
    expect([outcome.metrics.arrivals, outcome.metrics.hostHours]).toEqual([1899, Number((1.9 / 3600).toPrecision(6))]);
    expect([ended.recorder.history.length, [...series.atMs]]).toEqual([2, [0]]);
  });
});

describe('rates of arrivals', () => {
  it('change at their instants', async () => {
    const schedule = [
      { from: '0s', rate: '0/s' },
      { from: '1250ms', rate: '1000/s' },
      { from: '1450ms', rate: '0/s' },
    ];
    const run = ran({
      ...requests,
      products: [{ name: 'request', arrivals: { process: 'constant', schedule }, lifetime: '0s' }],
    });
    expect((await run).outcome.metrics.arrivals).toBe(200);
  });
});

describe('actions and responders', () => {
  it('act at their instants, and look at whole seconds', async () => {
    const { ended } = await ran({
      clock: { date: '2023-04-26', from: '00:00', to: '20s' },
      tiers: [{ name: 'api', hosts: 2, parallelism: 1, serviceTime: '100ms', boot: '5s', holdsSessions: true }],
      products: [{ name: 'chat', sessions: 20 }],
      clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '4s' } }],
      timeline: [{ name: 'maintenance', at: '1250ms', action: 'reboot', target: { tier: 'api', hosts: [1] } }],
      responders: [
        {
          name: 'people',
          detect: { when: 'disconnectedFraction > 0.2', for: '500ms' },
          from: '1300ms',
          page: '100ms',
          act: [{ name: 'restart', action: 'restart-tier', tier: 'api' }],
        },
      ],
    });
    const told = ended.recorder.happenings.flatMap((one) =>
      one.kind === 'responder'
        ? [`${one.step} ${one.atMs}`]
        : one.kind === 'action' && !one.done
          ? [`${one.name} ${one.atMs}`]
          : [],
    );
    // Seen at 2 s, and half a second later at 3 s.
    expect(told).toEqual([
      'maintenance 1250',
      'detected 3000',
      'paged 3100',
      'engaged 3100',
      'diagnosed 3100',
      'restart 3100',
    ]);
  });
});

describe('an instant between two whole seconds', () => {
  /** All sessions of one pod wait from 10.4 s on. */
  const outage = {
    clock: { date: '2023-04-26', from: '00:00', to: '20500ms' },
    tiers: [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms', boot: '1h', holdsSessions: true }],
    products: [{ name: 'chat', sessions: 20 }],
    timeline: [{ name: 'maintenance', at: '10400ms', action: 'reboot', target: { tier: 'api' } }],
  };
  const at = (metric: string, atMs: number) => ({ metric, parts: [], variant: null, atMs });

  it('means the one before, to whoever asks for a gauge', async () => {
    const { ended } = await ran(outage);
    const values = [10_400, 10_999, 11_000, 11_001, 20_000, 20_500].map(
      (atMs) => metricValue(ended, at('impactedPods', atMs)).value,
    );
    expect(values).toEqual([0, 0, 1, 1, 1, 1]);
    expect(metricValue(ended, at('impactedPods', 20_501))).toMatchObject({
      value: NaN,
      reason: 'the run does not reach this instant',
    });
  });

  it.each([
    ['11500ms', 'impactedPods == 1', true],
    ['10900ms', 'impactedPods == 1', false],
    ['10900ms', 'impactedPods == 0', true],
    ['11900ms', 'started', true],
    ['10900ms', 'started', false],
    ['12s', 'started at 11999ms', true],
  ])('observed at %s, %s: %s', async (atText, condition, holds) => {
    const observed = [
      { name: 'row', at: atText, says: 'it was seen', expect: condition, means: 'has-begun', tolerance: '0s' },
    ];
    expect((await ran({ ...outage, observed })).outcome.observed[0].holds).toBe(holds);
  });

  it('is read so in expectations too', async () => {
    const expected = ['impactedPods at 10999ms == 0', 'impactedPods at 11s == 1', 'impactedPods at 10999ms == 1'];
    expect((await ran({ ...outage, expect: expected })).outcome.expectations.map(({ holds }) => holds)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

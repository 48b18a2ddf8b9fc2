// Clients that stop waiting, and the work for nobody that they leave behind: counted where it happens and when.
import { describe, expect, it } from 'vitest';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { ranCase } from '../cases/ran-case.ts';
import { scenarioOf } from '../small-scenario.ts';

async function ran(fields: Readonly<Record<string, unknown>>): Promise<RunResult['outcome']['metrics']> {
  const result = await runScenario(scenarioOf(fields), {
    seed: 'abandoned',
    variant: 'baseline',
    scenarioHash: '',
    withMetrics: true,
  });
  return result.outcome.metrics;
}

const clock = (to: string) => ({ date: '2023-04-26', from: '00:00', to });
/** One attempt a second, from 1 s on, of clients who wait for two seconds and then go. */
const visitors = {
  networkDelay: '1ms',
  products: [{ name: 'request', arrivals: { process: 'constant', rate: '1/s' }, lifetime: '0s' }],
  clients: [{ name: 'once', backoff: 'none', connectTimeout: '2s', giveUp: { after: 1, then: 'leave' } }],
};

describe('clients that stop waiting in a queue', () => {
  it('count though no host ever comes to their attempts', async () => {
    const { metrics } = (await ranCase('truth/fault-abandoned-in-queue.yaml')).outcome;
    // Those that leave at the very instant of the reboot are reset by it.
    expect(metrics.abandonedInQueueFraction).toBe(Number((3499 / 3999).toPrecision(6)));
    expect(metrics['abandonedInQueueFraction.api']).toBeCloseTo(0.875, 4);
  });

  it('count at the tier where they wait, not where their attempts come to later', async () => {
    const { metrics } = (await ranCase('truth/fault-abandoned-in-queue-second-tier.yaml')).outcome;
    expect(metrics['abandonedInQueueFraction.front']).toBeCloseTo(0.75, 3);
    expect(metrics['abandonedInQueueFraction.back']).toBe(0);
  });

  it('count when they leave, not when the host discards their attempts', async () => {
    // The first is served for 9.5 s; of the others that come until 9 s those of the first 7 s have left by the end.
    const tiers = [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '9500ms', abandonedWorkCost: 0 }];
    const metrics = await ran({ clock: clock('9500ms'), tiers, ...visitors });
    expect(metrics['abandonedInQueueFraction.api']).toBe(Number((6 / 9).toPrecision(6)));
  });

  it('count once, whatever makes them leave: a reload of the page, and a host that loses what it handed over', async () => {
    const tiers = [
      { name: 'front', hosts: 1, parallelism: 1, serviceTime: '1ms', boot: '1h' },
      { name: 'back', hosts: 1, parallelism: 1, serviceTime: '20s' },
    ];
    const timeline = [{ name: 'maintenance', at: '3500ms', action: 'reboot', target: { tier: 'front' } }];
    const patient = { ...visitors, clients: [{ ...visitors.clients[0], connectTimeout: 'none' }] };
    // Of three that came, the first is being served and two wait.
    const metrics = await ran({ clock: clock('10s'), tiers, timeline, ...patient });
    expect([metrics['abandonedInQueueFraction.front'], metrics['abandonedInQueueFraction.back']]).toEqual([
      0,
      Number((2 / 3).toPrecision(6)),
    ]);
  });
});

describe('work for nobody', () => {
  const tiers = [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '4s', boot: '1h' }];
  // One comes at 1.001 s, and leaves at 3 s.
  const one = {
    ...visitors,
    products: [
      {
        name: 'request',
        arrivals: {
          process: 'constant',
          schedule: [
            { from: '0s', rate: '1/s' },
            { from: '1s', rate: '0/s' },
          ],
        },
        lifetime: '0s',
      },
    ],
  };

  it('is what is spent after the client left', async () => {
    const metrics = await ran({ clock: clock('10s'), tiers, ...one });
    expect(metrics.abandonedWorkFraction).toBe(Number((2.001 / 4).toPrecision(5)));
    expect(metrics.utilisation).toBe(0.4);
  });

  it('is not what a dead host would have spent', async () => {
    const timeline = [{ name: 'maintenance', at: '4s', action: 'reboot', target: { tier: 'api' } }];
    const metrics = await ran({ clock: clock('10s'), tiers, timeline, ...one });
    expect(metrics.abandonedWorkFraction).toBeCloseTo(1 / 2.999, 5);
    expect(metrics.utilisation).toBeCloseTo(2.999 / 4, 5);
  });

  it('is not the time for which a paused host stands still', async () => {
    // It stands still from 2 to 5 s, while the client leaves, and serves nobody from then to 8.001 s.
    const timeline = [{ name: 'freeze', at: '2s', action: 'pause', target: { tier: 'api' }, for: '3s' }];
    const metrics = await ran({ clock: clock('10s'), tiers, timeline, ...one });
    expect(metrics.abandonedWorkFraction).toBeCloseTo(3.001 / 4, 5);
    expect(metrics.utilisation).toBeCloseTo(4 / 7, 5);
  });
});

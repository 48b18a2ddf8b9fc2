// A run that starts amid an outage: what is owed to the start, and to nobody else.
import { describe, expect, it } from 'vitest';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { scenarioOf } from '../small-scenario.ts';

async function ran(fields: Readonly<Record<string, unknown>>): Promise<RunResult> {
  return runScenario(scenarioOf(fields), { seed: 'start', variant: 'baseline', scenarioHash: '', withMetrics: true });
}

const fleet = {
  clock: { date: '2023-04-26', from: '00:00', to: '5m' },
  tiers: [
    {
      name: 'api',
      hosts: 2,
      parallelism: 1,
      serviceTime: '500ms',
      boot: '20s',
      holdsSessions: true,
      liveness: { every: '5s', timeout: '2s', failures: 2, answered: 'in-queue' },
    },
  ],
  products: [{ name: 'chat', sessions: 200 }],
  clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: '4s' }],
};

describe('what a run starts with', () => {
  it('is to blame for the deaths of hosts that its sessions drown, in whole', async () => {
    const { events, ended } = await ran({ ...fleet, start: { disconnected: 0.9 } });
    const deaths = events.filter(({ kind }) => kind === 'hostDied');
    expect(deaths.length).toBeGreaterThan(0);
    expect(deaths[0].detail.because).toBe('100 % the start');
    const { losses } = ended.recorder.ledger;
    expect(losses.filter(({ kind }) => kind === 'start')).toMatchObject([{ number: 1, atMs: 0, subject: 'the start' }]);
    for (const { roots } of losses)
      expect([...roots.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('is to blame for what its queues do', async () => {
    const { events } = await ran({ ...fleet, start: { queued: { api: 60 } } });
    expect(events.find(({ kind }) => kind === 'hostDied')?.detail.because).toBe('100 % the start');
  });

  it('is no drop of anybody, and is counted among those that had to connect', async () => {
    const { outcome } = await ran({
      ...fleet,
      tiers: [{ ...fleet.tiers[0], liveness: 'none', parallelism: 100 }],
      start: { disconnected: 0.5 },
    });
    const { drops, attempts, retryAmplification } = outcome.metrics;
    expect([drops, attempts, retryAmplification]).toEqual([0, 100, 1]);
  });

  it('is not there where nothing is amiss', async () => {
    const { ended } = await ran({
      ...fleet,
      timeline: [{ name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api' } }],
    });
    expect(ended.recorder.ledger.losses.slice(0, 2).map(({ kind, number }) => [kind, number])).toEqual([
      ['ambient', 0],
      ['action', 1],
    ]);
    expect(ended.recorder.ledger.losses.some(({ kind }) => kind === 'start')).toBe(false);
  });

  it('has spread to nowhere yet', async () => {
    const { outcome } = await ran({ ...fleet, pods: 2, start: { disconnected: 0.5 } });
    expect([outcome.metrics.spreadPods, outcome.metrics.peakImpactedPods]).toEqual([0, 2]);
  });
});

describe('a roll-out that reloads pages', () => {
  it('is to blame for its drops', async () => {
    const clients = [fleet.clients[0], { ...fleet.clients[0], name: 'fixed' }];
    const timeline = [{ name: 'fix', at: '10s', action: 'deploy', client: 'fixed', over: '20s', reload: true }];
    const { outcome, ended } = await ran({
      ...fleet,
      clients: [
        { ...clients[0], share: 1 },
        { ...clients[1], share: 0 },
      ],
      timeline,
    });
    const { ledger } = ended.recorder;
    const fix = ledger.losses.find(({ kind, subject }) => kind === 'action' && subject === 'fix');
    expect([ledger.dropsOf(0), ledger.dropsOf(fix!.number)]).toEqual([0, outcome.metrics['drops.reload']]);
  });
});

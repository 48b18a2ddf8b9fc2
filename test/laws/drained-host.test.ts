// A host that drains may be killed or crash before it is done: what was foreseen of it no longer holds.
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { HostState } from '../../src/model/state/vocabulary.ts';
import { silentRecorder } from '../model/silent-recorder.ts';
import { scenarioOf } from '../small-scenario.ts';

const client = { name: 'current', backoff: { policy: 'fixed', delay: '700ms' }, connectTimeout: '3s' };

describe('a host that goes down while it drains', () => {
  it('lets clients in as soon as it is up again, though its drain was foreseen to last longer', () => {
    // All 40 sessions are over what the host can hold, so that its probes fail; it drains for two minutes.
    const scenario = scenarioOf({
      clock: { from: '00:00', to: '2m' },
      tiers: [
        {
          name: 'api',
          hosts: 1,
          parallelism: 4,
          serviceTime: '10ms',
          boot: '3s',
          holdsSessions: true,
          sessionsAtFullLoad: 20,
          liveness: { every: '4s', timeout: '2s', failures: 2, answered: 'in-queue' },
        },
      ],
      products: [{ name: 'chat', sessions: 40, arrivals: '1/s' }],
      clients: [client],
      timeline: [
        {
          name: 'drain',
          at: '1s',
          action: 'reboot',
          target: { tier: 'api' },
          order: { policy: 'rolling', drain: '2m' },
        },
      ],
    });
    const connectedAtMs = (shortcuts: boolean): number[] => {
      const connected: number[] = [];
      const recorder = silentRecorder({ connected: (nowMs) => connected.push(nowMs) });
      new Simulation(scenario, { seed: 'drain/0', recorder, shortcuts }).run(scenario.clock.durationMs);
      return connected.sort((a, b) => a - b);
    };
    const quick = connectedAtMs(true);
    expect(quick.length).toBeGreaterThan(40);
    expect(quick).toEqual(connectedAtMs(false));
  });

  it.each(['crash', 'reboot'])('does not come back if it was to leave: %s', (action) => {
    const scenario = scenarioOf({
      clock: { from: '00:00', to: '2m' },
      tiers: [{ name: 'api', hosts: 2, parallelism: 4, serviceTime: '10ms', boot: '3s', holdsSessions: true }],
      products: [{ name: 'chat', sessions: 10 }],
      clients: [client],
      timeline: [
        { name: 'fewer', at: '1s', action: 'scale', tier: 'api', hosts: 1, drain: '1m' },
        { name: 'bad-luck', at: '5s', action, target: { tier: 'api', hosts: [2] } },
      ],
    });
    const over: string[] = [];
    const recorder = silentRecorder({ action: (_nowMs, name, _title, _byResponder, done) => done && over.push(name) });
    const simulation = new Simulation(scenario, { seed: 'drain/0', recorder });
    simulation.run(scenario.clock.durationMs);
    expect([0, 1].map((host) => simulation.fleet.hostState(host))).toEqual([HostState.up, HostState.absent]);
    expect(over.sort()).toEqual(['bad-luck', 'fewer']);
  });
});

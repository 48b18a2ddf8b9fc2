// Attempts that are refused ahead of their time stop at the next intervention, also at one of that very instant which
// has yet to act: here a responder that looks at 21 s, after an action of 21 s and an attempt that arrives then.
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { silentRecorder } from '../model/silent-recorder.ts';
import { scenarioOf } from '../small-scenario.ts';

const scenario = scenarioOf({
  clock: { from: '00:00', to: '2m' },
  tiers: [{ name: 'api', hosts: 1, parallelism: 8, serviceTime: '10ms', boot: '60s', holdsSessions: true }],
  products: [{ name: 'chat', sessions: 10 }],
  // An attempt arrives every 1.1 s after the drop at 10 s: delay and network there and back.
  clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' } }],
  timeline: [
    { name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api' } },
    { name: 'quicker-boots', at: '11s', action: 'set', tier: 'api', change: { boot: '2s' } },
    { name: 'nothing', at: '21s', action: 'set', tier: 'api', change: { parallelism: 8 } },
  ],
  responders: [
    {
      name: 'operators',
      from: '21s',
      detect: { when: 'disconnectedFraction > 0.5' },
      act: [{ name: 'more-hosts', action: 'scale', tier: 'api', hosts: 2 }],
    },
  ],
});

function connectedAtMs(shortcuts: boolean): number[] {
  const connected: number[] = [];
  const recorder = silentRecorder({ connected: (nowMs) => connected.push(nowMs) });
  new Simulation(scenario, { seed: 'foresight/0', recorder, shortcuts }).run(120_000);
  return connected;
}

describe('refusals told ahead', () => {
  it('do not reach past an intervention that is due at the same instant', () => {
    // The new host is up at 23 s; the attempts after it arrive at 10 s + 12 · 1.1 s.
    expect(connectedAtMs(true)[0]).toBeCloseTo(23_210, 6);
    expect(connectedAtMs(true)).toEqual(connectedAtMs(false));
  });
});

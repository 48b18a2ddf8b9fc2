// What `sim emulate` says that it does not play: everything that a real client does itself or that no server can see, and
// nothing else.
import { describe, expect, it } from 'vitest';
import { emulated } from '../../../src/cli/emulation/emulated-scenario.ts';
import { actions } from '../../../src/policies/actions.ts';
import { scenarioOf } from '../../small-scenario.ts';

const tier = { name: 'gateway', hosts: 2, parallelism: 1, serviceTime: '100ms' };
const responder = (name: string, when: string, fields: object = {}): object => ({
  name,
  detect: { when, for: '10s' },
  act: [{ name: `${name}-acts`, after: name, action: 'restart-tier', tier: 'gateway' }],
  ...fields,
});

describe('what is left out of a scenario', () => {
  it('is little where there is little to leave out', () => {
    const { scenario, leftOut } = emulated(scenarioOf({ tiers: [tier] }));
    expect(leftOut.map((text) => text.split(/[: (]/)[0])).toEqual(['products', 'clients', 'networkDelay']);
    expect(scenario.responders).toEqual([]);
  });

  it('names each action that acts on clients, and none that acts on hosts', () => {
    const timeline = [
      { name: 'act-deploy', at: '1s', action: 'deploy', client: 'current' },
      { name: 'act-lose-network', at: '1s', action: 'lose-network', for: '1s' },
      { name: 'act-add-arrivals', at: '1s', action: 'add-arrivals', product: 'chat', rate: '1/s', for: '1s' },
      { name: 'act-reboot', at: '1s', action: 'reboot', target: { tier: 'gateway' } },
      { name: 'act-crash', at: '1s', action: 'crash', target: { tier: 'gateway' } },
      { name: 'act-kill', at: '1s', action: 'kill', target: { tier: 'gateway' } },
      { name: 'act-start', at: '1s', action: 'start-hosts', target: { tier: 'gateway' } },
      { name: 'act-refuse', at: '1s', action: 'refuse-attempts', target: { tier: 'gateway' }, for: '1s' },
      { name: 'act-close', at: '1s', action: 'close-connections', target: { tier: 'gateway' } },
      { name: 'act-pause', at: '1s', action: 'pause', target: { tier: 'gateway' }, for: '1s' },
      { name: 'act-scale', at: '1s', action: 'scale', tier: 'gateway', hosts: 3 },
      { name: 'act-set', at: '1s', action: 'set', tier: 'gateway', change: { parallelism: 2 } },
      { name: 'act-restart-tier', at: '1s', action: 'restart-tier', tier: 'gateway' },
      { name: 'act-shed-logins', at: '1s', action: 'shed-logins', tier: 'gateway', for: '1s' },
    ];
    // One that is new has to be thought about here.
    expect(timeline.map(({ action }) => action).sort()).toEqual(Object.keys(actions).sort());
    const text = emulated(scenarioOf({ tiers: [tier], timeline })).leftOut.join('\n');
    expect(text).toContain('act-deploy, act-lose-network, act-add-arrivals: acts on clients');
    expect(text.match(/act-[\w-]+/g)).toHaveLength(3);
    expect(text).toContain('who comes back: known only of clients with a name');
  });

  it('are the responders that look at those who are away, with what waits for them', () => {
    const { scenario, leftOut } = emulated(
      scenarioOf({
        tiers: [tier],
        responders: [
          responder('sees-clients', 'disconnectedFraction > 0.1'),
          responder('sees-queues', 'queueLength > 5'),
        ],
        timeline: [
          { name: 'then', after: 'sees-clients', action: 'restart-tier', tier: 'gateway' },
          { name: 'and-then', after: 'then', action: 'restart-tier', tier: 'gateway' },
          { name: 'after-queues', after: 'sees-queues', action: 'restart-tier', tier: 'gateway' },
        ],
      }),
    );
    expect(scenario.responders.map(({ name }) => name)).toEqual(['sees-queues']);
    expect(leftOut).toContain('responder sees-clients: looks at clients who are away, whom no server sees');
    expect(leftOut).toContain('then, and-then: waits for what is left out');
  });

  it('is said of fields that ask what only a simulated client tells', () => {
    const text = emulated(
      scenarioOf({
        tiers: [
          { ...tier, reloadedWork: 2 },
          { ...tier, name: 'auth', registry: { expires: '30s' } },
        ],
        start: { disconnected: '50%' },
        products: [{ name: 'chat', sessions: 2000 }],
        timeline: [
          {
            name: 'careful',
            at: '1s',
            action: 'reboot',
            target: { tier: 'gateway' },
            order: { policy: 'rolling', batch: 1, interval: '10s', abortAbove: '20%' },
          },
        ],
      }),
    ).leftOut.join('\n');
    for (const says of [
      'instead of 2,000 sessions of chat',
      'start.disconnected:',
      'auth: played behind gateway, but by the model',
      'who comes back:',
      'reloaded pages:',
      'calmBelow and abortAbove:',
    ])
      expect(text).toContain(says);
  });
});

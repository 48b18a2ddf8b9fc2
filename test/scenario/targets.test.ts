// Zones in targets, and targets instead of a tier: what they mean in the model, and what is said of those that mean nothing.
import { describe, expect, it } from 'vitest';
import { meantCount, meantHosts } from '../../src/policies/targets.ts';
import { changedText, loaded, problemsOf } from './scenario-text.ts';

/** The small scenario with eight hosts in three zones: 1, 4, 7 and 2, 5, 8 and 3, 6. */
function withTarget(target: string, zones = 3): string {
  return changedText(['hosts: 8', `hosts: 8\n    zones: ${zones}`], ['{ tier: api, pods: [1] }', target]);
}
const withAction = (action: string): string =>
  changedText(['action: crash, target: { tier: store }', `action: ${action}`]);

describe('a target with zones', () => {
  const target = (text: string): unknown => loaded(withTarget(text)).scenario.timeline[0].parameters.target;

  it('numbers them from 1 in the file and from 0 in the model', () => {
    expect(target('{ tier: api, zones: [1, 3] }')).toEqual({ tier: 'api', pods: [0, 1, 2, 3], zones: [0, 2] });
    expect(target('{ tier: api, zones: all }')).toEqual({ tier: 'api', pods: [0, 1, 2, 3] });
  });

  it('means of its zones hosts by number, how many, or which share', () => {
    expect(target('{ tier: api, zones: [2], hosts: [5] }')).toMatchObject({ zones: [1], hosts: [4] });
    expect(target('{ tier: api, zones: [2], hosts: 2 }')).toMatchObject({ hosts: [1, 4] });
    expect(target('{ tier: api, zones: [2, 3], hosts: "60%" }')).toMatchObject({ hosts: [1, 2, 4] });
  });

  it.each([
    ['{ tier: api, zones: [4] }', 'zones.1', 'a zone from 1 to 3', null],
    ['{ tier: api, zones: [1, 1] }', 'zones.2', 'each zone once', null],
    ['{ tier: api, zones: [] }', 'zones', 'a list of zones by number, or all', null],
    ['{ tier: api, zones: 2 }', 'zones', 'a list of zones by number, or all', null],
    ['{ tier: store, zones: [2] }', 'zones.1', 'zone 1', 'zones: 3 in the tier'],
    ['{ tier: api, zones: [3], hosts: 3 }', 'hosts', 'from 1 to 2 hosts', null],
    ['{ tier: api, zones: [3], hosts: [4] }', 'hosts.1', 'a host in the zones', 'zone ((n − 1) mod zones) + 1'],
    ['{ tier: api, zones: [3], hosts: [9] }', 'hosts.1', 'a host from 1 to 8', 'no such host'],
    ['{ tier: api, zones: [3], hosts: "10%" }', 'hosts', 'a share of at least one of 2 hosts', 'no host'],
  ])('%s is told with its place', (written, path, expected, hint) => {
    const [problem, ...others] = problemsOf(withTarget(written));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ path: `timeline.maintenance.target.${path}`, expected });
    if (hint !== null) expect(problem.hint).toContain(hint);
  });

  it('has no zone without a host, in a scaled fleet neither', () => {
    expect(problemsOf(withTarget('{ tier: api }', 9))).toMatchObject([
      { path: 'tiers.api.zones', expected: 'at most as many zones as the tier has hosts, which is 8', found: '9' },
    ]);
    const scaled = withTarget('{ tier: api, zones: [1] }').replace('pods: 4', 'scale: { hosts: 0.5 }\npods: 4');
    expect(loaded(scaled).scenario.timeline[0].parameters.target).toMatchObject({ zones: [0] });
  });
});

describe('hosts that a target means', () => {
  it('are as even by zone as can be, and add up', () => {
    for (let hosts = 1; hosts <= 12; hosts++)
      for (let zones = 1; zones <= hosts; zones++) {
        const counts = Array.from({ length: zones }, (_, zone) => meantCount({ zones: [zone] }, hosts, zones));
        expect(counts.reduce((sum, one) => sum + one, 0)).toBe(hosts);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    expect(meantHosts({ zones: [1], hosts: [0, 1, 4] }, 3)(4)).toBe(true);
    expect(meantHosts({ zones: [1], hosts: [0, 1, 4] }, 3)(0)).toBe(false);
  });
});

describe('a target in zones that there are not', () => {
  it('is told so once, and not of how many hosts there are in them', () => {
    for (const hosts of ['1', '"50%"', '[1]'])
      expect(problemsOf(withAction(`crash, target: { tier: api, zones: [7], hosts: ${hosts} }`))).toMatchObject([
        { path: 'timeline.second.target.zones.1', found: '7' },
      ]);
  });
});

describe('an action that names a tier or hosts', () => {
  it('has the tier and the pods of its target', () => {
    const { parameters } = loaded(
      withAction('set, target: { tier: api, pods: [2], hosts: 1 }, change: { parallelism: 2 }'),
    ).scenario.timeline[1];
    expect(parameters).toEqual({
      tier: 'api',
      pods: [1],
      target: { tier: 'api', pods: [1], hosts: [0] },
      change: { parallelism: 2 },
    });
  });

  it('names one of them', () => {
    expect(problemsOf(withAction('shed-logins, for: 1m'))).toMatchObject([
      { path: 'timeline.second.tier', expected: 'a tier, or a target', found: 'neither' },
    ]);
    expect(problemsOf(withAction('shed-logins, for: 1m, tier: api, target: { tier: api }'))).toMatchObject([
      { path: 'timeline.second.tier', expected: 'a tier and pods, or a target', found: 'both' },
    ]);
    expect(problemsOf(withAction('set, pods: [1], target: { tier: api }, change: { parallelism: 2 }'))).toMatchObject([
      { path: 'timeline.second.pods', found: 'both' },
    ]);
  });

  it.each(['balancing: random', 'checks: { every: 1s }', 'panic: 50%', 'retryAfter: { delay: 1s }', 'ejection: none'])(
    'changes nothing of the balancer for some hosts: %s',
    (change) => {
      const key = change.split(':')[0];
      expect(problemsOf(withAction(`set, target: { tier: api, hosts: 1 }, change: { ${change} }`))).toMatchObject([
        { path: `timeline.second.change.${key}`, expected: 'a field of hosts' },
      ]);
      // All hosts of a pod are the tier there.
      expect(problemsOf(withAction(`set, target: { tier: api, pods: [1] }, change: { ${change} }`))).toEqual([]);
    },
  );

  it('puts a gate at hosts, and none of the balancer', () => {
    const gate = (per: string): string =>
      withAction(
        `set, target: { tier: api, hosts: 1 }, change: { admission: { policy: token-bucket, rate: 4/s, per: ${per} } }`,
      );
    expect(problemsOf(gate('host'))).toEqual([]);
    expect(problemsOf(gate('balancer'))).toMatchObject([
      { path: 'timeline.second.change.admission', expected: 'a gate per host', hint: 'per: host' },
    ]);
  });

  it('changes a part of a block as of the tier that its target names', () => {
    const text = changedText(
      ['    balancing: round-robin', '    queue: { discipline: lifo, limit: 9 }'],
      [
        'action: crash, target: { tier: store }',
        'action: set, target: { tier: api, hosts: 1 }, change: { queue: { limit: 3 } }',
      ],
    );
    expect(loaded(text).scenario.timeline[1].parameters.change).toMatchObject({
      queue: { discipline: { policy: 'lifo' }, limit: 3 },
    });
  });
});

// The library by its own name, as it was built: it loads, simulates and compares. The example in docs/library.md is run by test/docs.
import { describe, expect, it } from 'vitest';
import { compare, loadScenario, ScenarioError, simulate } from 'cascade-sim';

describe('the library', () => {
  it('loads, simulates and compares', async () => {
    const scenario = loadScenario(`
format: 1
name: small-storm
clock: { from: "10:00", to: "10:30" }
tiers:
  - { name: front, hosts: 3, parallelism: 2, serviceTime: { exponential: 100ms }, boot: 60s, holdsSessions: true }
products: [{ name: chat, sessions: 60 }]
clients: [{ name: current, backoff: { policy: fixed, delay: 1s } }]
timeline:
  - { name: maintenance, at: "10:05", action: reboot, target: { tier: front } }
variants:
  - { name: full-jitter, set: { clients.current.backoff: { policy: full-jitter, base: 1s, cap: 30s } } }
  - { name: rolling, set: { timeline.maintenance.order: { policy: rolling, batch: 1, interval: 2m } } }
`);
    const { outcome } = await simulate(scenario, { variant: 'full-jitter', seed: 'small-storm/3' });
    const comparison = await compare(scenario, { replications: 5, jobs: 2 });
    for (const { estimates, collapse } of comparison.variants) {
      const { value, low, high } = estimates.sessionMinutesLost;
      expect([low <= value, value <= high]).toEqual([true, true]);
      // The clock ends more than 15 minutes after the last action, so each run can tell.
      expect(collapse.value).toBe(0);
    }
    expect(outcome.metrics.collapse).toBe(0);
    expect(outcome.variant).toBe('full-jitter');
    expect(outcome.seed).toBe('small-storm/3');
    expect(outcome.metrics.peakDisconnectedFraction).toBe(1);
    expect(comparison.n).toBe(5);
    expect(comparison.variants.map(({ name }) => name).sort()).toEqual(['baseline', 'full-jitter', 'rolling']);
    expect(comparison.variants[0].name).toBe('rolling');
    const again = comparison.variants.find(({ name }) => name === 'full-jitter')!.replications[3];
    expect(again.fingerprint).toBe(outcome.fingerprint);
  });

  it('tells what is wrong with a scenario, and where', () => {
    const wrong = (): unknown => loadScenario('format: 1\nname: x\nclock: { from: "10:00", to: "9 o\'clock" }\n');
    expect(wrong).toThrow(ScenarioError);
    expect(wrong).toThrow(/scenario\.yaml:3:/);
  });

  it('refuses to compare nothing', async () => {
    const scenario = loadScenario(
      'format: 1\nname: x\nclock: { from: "10:00", to: 1m }\ntiers: [{ name: a, hosts: 1, parallelism: 1, serviceTime: 1ms }]\nproducts: [{ name: p }]\nclients: [{ name: c, backoff: none }]\n',
    );
    await expect(compare(scenario, { replications: 0 })).rejects.toThrow('at least 1');
    await expect(compare(scenario, { variants: ['none'] })).rejects.toThrow(ScenarioError);
  });
});

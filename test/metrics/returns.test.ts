// Who gets back in, and who does not: apart by product and by client version.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { ReturnsByName } from '../../src/metrics/returns.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';

/** Two products and two versions; the one gives up at once, for good, when it is refused, and the other tries on. */
const two = `
format: 1
name: two
clock: { from: "10:00", to: "10:10" }
tiers: [{ name: api, hosts: 2, parallelism: 8, serviceTime: 10ms, holdsSessions: true, boot: 30s }]
products: [{ name: chat, sessions: 600 }, { name: talk, sessions: 200 }]
clients:
  - { name: old, share: 0.25, backoff: { policy: fixed, delay: 1s }, giveUp: { after: 3, then: stay } }
  - { name: new, share: 0.75, backoff: { policy: fixed, delay: 5s } }
timeline: [{ name: deploy, at: "10:01", action: reboot, target: { tier: api } }]
expect:
  - "neverBack.old == neverBack"
  - "reconnectTime.new.p99 < 40s"
  - "reconnectTime.talk.p50 >= 30s"
  - "gaveUp.new == 0"
  - "reconnectTime.old.p50 > 8m"
`;

async function ran(text: string): Promise<Outcome> {
  const loaded = loadScenario({ file: 'two.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  const { scenario, variant, hash } = loaded;
  return (await runScenario(scenario, { seed: 'two', variant, scenarioHash: hash, withMetrics: true })).outcome;
}

describe('results by product and by client version', () => {
  it('say who came back and who did not, add up, and can be expected', async () => {
    const { metrics, censored, reasons, expectations } = await ran(two);
    const count = (name: string): number => Number(metrics[name]);
    expect(count('neverBack')).toBeGreaterThan(100);
    for (const name of ['neverBack', 'cameBack', 'gaveUp'])
      for (const [one, other] of [
        ['chat', 'talk'],
        ['old', 'new'],
      ])
        // prettier-ignore
        expect(count(`${name}.${one}`) + count(`${name}.${other}`), name).toBe(count(name));
    expect(count('cameBack') + count('neverBack')).toBe(count('drops'));
    expect([metrics['reconnectTime.old.p50'], metrics['neverBack.new']]).toEqual([null, 0]);
    expect(censored['reconnectTime.old.p50'].atMs).toBeCloseTo(540_000, -1);
    expect(reasons['reconnectTime.old.p50']).toBe(
      `${count('neverBack')} sessions had not come back when the run ended at 10:10`,
    );
    expect(expectations.map(({ holds }) => holds)).toEqual([true, true, true, true, true]);
  });

  it('are those of all where there is only one, and then not listed', async () => {
    const one = two
      .replace(', { name: talk, sessions: 200 }', '')
      .replace('"reconnectTime.talk.p50 >= 30s"', '"reconnectTime.chat.p50 == reconnectTime.p50"');
    const { metrics, expectations } = await ran(one);
    expect(Object.keys(metrics).filter((name) => name.includes('.chat'))).toEqual([]);
    expect(expectations[2].holds).toBe(true);
  });

  it('mean the product where a version has the same name', () => {
    const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));
    const returns = new ReturnsByName({ products: named('a', 'b'), clients: named('b', 'c') } as never);
    returns.cameBack(0, 0, 1000);
    expect([returns.names, returns.of('b')?.times.count]).toEqual([['a', 'b', 'c'], 0]);
  });

  it('are not kept apart for more of them than anybody would look at', () => {
    const clients = Array.from({ length: 65 }, (_, i) => ({ name: `c${i}` }));
    expect(new ReturnsByName({ products: [], clients } as never).names).toEqual([]);
  });
});

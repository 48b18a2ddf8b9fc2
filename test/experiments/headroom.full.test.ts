// A plan whose target is the headroom: each of its runs takes some more.
import { describe, expect, it } from 'vitest';
import { loadScenario, plan } from '../../src/cascade-sim.ts';
import { domino } from './domino.ts';

describe('the headroom', () => {
  it('is a plan’s target', { timeout: 300_000 }, async () => {
    // 380 sessions take eight hosts of fifty; three of eleven are 27 %, and four of twelve 33 %.
    const { answers } = await plan(loadScenario(domino({})), {
      vary: 'tiers.front.hosts=9..13',
      target: 'headroom >= 30% in 80%',
      replications: 30,
    });
    expect(answers[0]).toMatchObject({ state: 'decided', value: { value: '12' }, neighbour: { value: '11' } });
  });
});

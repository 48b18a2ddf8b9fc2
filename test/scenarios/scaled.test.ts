// A scaled fleet has the same story as the fleet that it is made of: its milestones are no more than two minutes off. The
// incident as a whole is compared with its own tenth in apr26.full.test.ts.
import { describe, expect, it } from 'vitest';
import { missedRows, runShipped } from './shipped-scenario.ts';
import { strayed } from './milestones.ts';

const TWO_MINUTES_MS = 120_000;
const base = 'storm-recovers.yaml';
const two = ['timeline.maintenance.target.hosts=2'];

describe('a storm', () => {
  it.each([
    ['five times the hosts', ['scale.sessions=5', 'scale.hosts=5']],
    ['hosts of five times the size', ['scale.sessions=5', 'scale.hostSize=5']],
    ['hosts of half the size', ['scale.sessions=0.5', 'scale.hostSize=0.5']],
    ['half the hosts', ['scale.sessions=0.5', 'scale.hosts=0.5']],
  ])('with %s comes and goes at the same times', async (_, scale) => {
    const [whole, scaled] = [
      await runShipped(base, 'baseline', null, two),
      await runShipped(base, 'baseline', null, [...two, ...scale]),
    ];
    expect(whole.ended.episodes).toHaveLength(1);
    expect(strayed(whole, scaled, TWO_MINUTES_MS)).toEqual([]);
  });
});

describe('the incident at a tenth of its sessions and with hosts of a tenth', () => {
  it('meets every observed row, in two metastable waves that the same actions end', async () => {
    const small = await runShipped('apr26.json', 'baseline', null, ['scale.sessions=0.1', 'scale.hostSize=0.1']);
    expect(missedRows(small)).toEqual([]);
    expect(small.outcome.episodes.map(({ metastable, endedBy }) => [metastable, endedBy])).toEqual([
      [true, 'limit-connects'],
      [true, 'deploy-fix'],
    ]);
  });
});

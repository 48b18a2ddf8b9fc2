// A scaled fleet has the same story as the fleet that it is made of: its milestones are no more than two minutes off. The
// incident is scaled in scaled.full.test.ts, and as a whole compared with its own tenth in apr26.full.test.ts.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/experiments/run.ts';
import { runShipped } from './shipped-scenario.ts';
import { strayed } from './milestones.ts';

const TWO_MINUTES_MS = 120_000;
const base = 'storm-recovers.yaml';
const two = ['timeline.maintenance.target.hosts=2'];

describe('a storm', () => {
  let whole: RunResult;
  beforeAll(async () => {
    whole = await runShipped(base, 'baseline', null, two);
  });

  it.each([
    ['five times the hosts', ['scale.sessions=5', 'scale.hosts=5']],
    ['hosts of five times the size', ['scale.sessions=5', 'scale.hostSize=5']],
    ['hosts of half the size', ['scale.sessions=0.5', 'scale.hostSize=0.5']],
    ['half the hosts', ['scale.sessions=0.5', 'scale.hosts=0.5']],
  ])('with %s comes and goes at the same times', async (_, scale) => {
    const scaled = await runShipped(base, 'baseline', null, [...two, ...scale]);
    expect(whole.ended.episodes).toHaveLength(1);
    expect(strayed(whole, scaled, TWO_MINUTES_MS)).toEqual([]);
  });
});

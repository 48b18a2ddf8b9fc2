// The incident at full scale, with the file's own seed: what happened, and what the remedies would have changed.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/experiments/run.ts';
import { strayed } from './milestones.ts';
import { brokenExpectations, missedRows, runExpected, runShipped } from './shipped-scenario.ts';

const file = 'apr26.json';

describe('scenarios/apr26.json', () => {
  let runs: ReadonlyMap<string, RunResult>;
  let incident: RunResult;
  let remedied: RunResult;
  beforeAll(async () => {
    runs = await runExpected(file);
    incident = runs.get('baseline')!;
    remedied = runs.get('all-remediations') ?? (await runShipped(file, 'all-remediations'));
  });

  it('meets every observed row', () => {
    expect(missedRows(incident)).toEqual([]);
    expect(incident.outcome.observed.filter(({ holds }) => holds === true)).toHaveLength(9);
  });

  it('scripts at most five of them', () => {
    expect(incident.outcome.observed.filter(({ kind }) => kind === 'scripted').length).toBeLessThanOrEqual(5);
  });

  it('is a domino: more hosts died than were rebooted', () => {
    const { metrics } = incident.outcome;
    expect(metrics.hostDeaths).toBeGreaterThan(Number(metrics.hostReboots));
  });

  it('reaches every pod in the first wave, from a trigger that touched only some', () => {
    const [first] = incident.ended.episodes;
    const touched = incident.ended.scenario.timeline.filter(
      ({ when }) => 'atMs' in when && when.atMs <= first.allPodsMs!,
    );
    const pods = new Set(touched.flatMap(({ parameters }) => (parameters.target as { pods: number[] }).pods));
    expect(first.allPodsMs).not.toBeNull();
    expect(pods.size).toBeLessThan(incident.ended.scenario.pods.length);
    expect(incident.outcome.metrics.spreadPods).toBeGreaterThan(0);
  });

  it('comes in two waves, both of which outlive their trigger and need somebody to end them', () => {
    const { episodes } = incident.outcome;
    expect(episodes.map(({ metastable }) => metastable)).toEqual([true, true]);
    expect(episodes.map(({ endedBy }) => endedBy)).toEqual(['limit-connects', 'deploy-fix']);
  });

  it('passes its milestones within five minutes of those of its copy at a tenth', async () => {
    const small = (await runShipped('apr26-small.yaml')).ended.episodes;
    expect(small).toHaveLength(incident.ended.episodes.length);
    for (const [i, episode] of incident.ended.episodes.entries())
      for (const milestone of ['startedMs', 'allPodsMs', 'peakMs', 'recoveringMs', 'resolvedMs'] as const)
        expect(Math.abs(episode[milestone]! - small[i][milestone]!), `${milestone} of episode ${i + 1}`).toBeLessThan(
          5 * 60_000,
        );
  });

  it('with all remedies does not reach all pods, and is over within ten minutes', () => {
    const { peakImpactedPods, timeToRecover } = remedied.outcome.metrics;
    expect(peakImpactedPods).toBeLessThan(8);
    expect(timeToRecover).toBeLessThan(600_000);
  });

  it.each([0.1, 0.2])('has its milestones within two minutes in a fleet of %d of its size', async (part) => {
    const small = await runShipped(file, 'baseline', null, [`scale.sessions=${part}`, `scale.hostSize=${part}`]);
    expect(strayed(incident, small, 120_000)).toEqual([]);
  });

  it('meets every expectation, those on variants included', () => expect(brokenExpectations(file, runs)).toEqual([]));
});

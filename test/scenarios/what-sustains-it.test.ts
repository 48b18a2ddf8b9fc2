// What sustains the metastable storm: the end of each variant, over replications, for the file's own seed could be luck.
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/experiments/run.ts';
import { runShipped } from './shipped-scenario.ts';

const file = 'what-sustains-it.yaml';
const replications = [0, 1];
const FREEZE_ENDS_MS = 150_000;

async function replicate(variant: string): Promise<RunResult[]> {
  return Promise.all(replications.map((replication) => runShipped(file, variant, replication)));
}

/** When everybody is back, in minutes after the freeze; Infinity if that never happens. */
function minutesLater({ ended }: RunResult): number {
  const [episode] = ended.episodes;
  return episode.resolvedMs === null ? Infinity : (episode.resolvedMs - FREEZE_ENDS_MS) / 60_000;
}

const collapses = (runs: readonly RunResult[]): unknown => runs.map(({ outcome }) => outcome.metrics.collapse);
const peaks = (runs: readonly RunResult[]): unknown =>
  runs.map(({ outcome }) => outcome.metrics.peakDisconnectedFraction);
const never = replications.map(() => Infinity);
const all = replications.map(() => 1);
const none = replications.map(() => 0);

describe('the storm, once everybody is disconnected and the trigger is gone,', () => {
  it.each(['baseline', 'short-cap', 'long-queue'])('goes on in %s', async (variant) => {
    const runs = await replicate(variant);
    expect(peaks(runs)).toEqual(all);
    expect(collapses(runs)).toEqual(all);
    expect(runs.map(minutesLater)).toEqual(never);
    for (const { outcome } of runs) expect(outcome.metrics.hostDeaths).toBe(0);
  });

  it.each([
    ['discards-abandoned', 1],
    ['newest-first', 1],
    ['long-cap', 4],
    ['patient-clients', 2],
    ['short-queue', 1],
  ])('ends in %s, within %i min', async (variant, minutes) => {
    const runs = await replicate(variant);
    expect(peaks(runs)).toEqual(all);
    expect(collapses(runs)).toEqual(none);
    for (const run of runs) expect(minutesLater(run)).toBeLessThan(minutes);
  });

  it('goes on in short-queue-and-kills, one host killed after the other', async () => {
    const runs = await replicate('short-queue-and-kills');
    expect(collapses(runs)).toEqual(all);
    expect(runs.map(minutesLater)).toEqual(never);
    for (const { outcome } of runs) expect(outcome.metrics['hostDeaths.liveness']).toBeGreaterThan(20);
  });

  it('ends in kills-turned-off soon after that, and no host is killed any more', async () => {
    for (const { ended } of await replicate('kills-turned-off')) {
      const turnedOffMs = ended.actions.find(({ name }) => name === 'no-more-kills')!.startedMs;
      const deaths = ended.recorder.happenings.filter(({ kind }) => kind === 'died');
      expect(deaths.length).toBeGreaterThan(10);
      expect(deaths.filter(({ atMs }) => atMs > turnedOffMs)).toEqual([]);
      expect(ended.episodes[0].resolvedMs).toBeGreaterThan(turnedOffMs);
      expect(ended.episodes[0].resolvedMs! - turnedOffMs).toBeLessThan(3 * 60_000);
    }
  });
});

// One assumption at a time, ended before all of it was run: what has been run is told, and of the rest nothing is said.
import { describe, expect, it } from 'vitest';
import { DrawSpace } from '../../../src/experiments/sensitivity/draw-space.ts';
import { oneAtATime, type OneAtATime } from '../../../src/experiments/sensitivity/one-at-a-time.ts';
import { targetsOf } from '../../../src/experiments/sensitivity/targets.ts';
import { vocabulary } from '../../../src/metrics/catalogue.ts';
import { openScenario } from '../../../src/scenario/load.ts';

const text = `
format: 1
name: lost
clock: { from: "09:00", to: "09:10" }
tiers: [{ name: api, hosts: 4, parallelism: 1, serviceTime: 50ms, sessionsAtFullLoad: 400, holdsSessions: true, boot: 1m }]
products: [{ name: chat, sessions: 40 }]
clients: [{ name: current, backoff: { policy: fixed, delay: 2s }, resetAfter: 0s }]
timeline: [{ name: reboot, at: "09:01", action: reboot, target: { tier: api }, order: all-at-once }]
expect: ["sessionMinutesLost < 60"]
assumptions:
  - { path: clients.current.resetAfter, range: [0s, 60s], why: a fixed delay knows no reset }
  - { path: tiers.api.boot, range: [30s, 4m], why: decides when they are back }
`;

/** Ended as soon as so many runs are done. */
async function ended(after: number): Promise<OneAtATime> {
  const opened = openScenario({ file: 'lost.yaml', text }, vocabulary);
  const loaded = opened.load();
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { all } = targetsOf(loaded.scenario, []);
  const controller = new AbortController();
  return oneAtATime(
    new DrawSpace(opened, loaded, [], []),
    { seed: 'x', targets: all },
    {
      jobs: 1,
      signal: controller.signal,
      onProgress: (done) => {
        if (done >= after) controller.abort();
      },
    },
  );
}

const verdicts = ({ knobs }: OneAtATime): Record<string, string> =>
  Object.fromEntries(knobs.map(({ assumption, verdict }) => [assumption.path, verdict]));

describe('one at a time', () => {
  it('that has run all of it says what decides and what has no effect', async () => {
    const whole = await ended(Infinity);
    expect([whole.complete, whole.runs]).toEqual([true, 4]);
    expect(verdicts(whole)).toEqual({ 'tiers.api.boot': 'decides', 'clients.current.resetAfter': 'no effect' });
  });

  it.each([1, 2, 3])('that was ended after %i runs calls nothing dead of which an end was not run', async (after) => {
    const early = await ended(after);
    expect([early.complete, early.runs, early.base === null]).toEqual([false, after, false]);
    const [reset, boot] = [verdicts(early)['clients.current.resetAfter'], verdicts(early)['tiers.api.boot']];
    expect([reset, boot]).toEqual([after < 2 ? 'not run' : 'no effect', 'not run']);
    const states = early.knobs.flatMap(({ sides }) => sides.map(({ state }) => state));
    expect(states.filter((state) => state === 'unrun')).toHaveLength(4 - after);
  });
});

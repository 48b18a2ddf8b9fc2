// When a scenario's actions are over, as far as that is known before a run, and whether the clock is long enough then. What was
// foreseen is held against runs.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/experiments/run.ts';
import { plannedSpans, shortClock } from '../../src/experiments/short-clock.ts';
import { scenarioOf } from '../small-scenario.ts';

const tiers = [{ name: 'api', hosts: 4, parallelism: 2, serviceTime: '1ms', boot: '90s', holdsSessions: true }];
const reboot = { name: 'reboot', at: '10m', action: 'reboot', target: { tier: 'api' } };

function scenario(timeline: readonly object[], more: Readonly<Record<string, unknown>> = {}) {
  return scenarioOf({
    clock: { from: '00:00', to: '60m' },
    tiers,
    pods: 2,
    products: [{ name: 'chat', sessions: 40 }],
    timeline,
    ...more,
  });
}

const minutes = (timeline: readonly object[]) =>
  plannedSpans(scenario(timeline)).map(({ name, startMs, endMs }) => [name, startMs / 60_000, endMs / 60_000]);

describe('how long actions take', () => {
  it.each([
    ['a reboot until its hosts are up', [reboot], [['reboot', 10, 11.5]]],
    // Eight hosts of two pods, one every two minutes after the first, each drained for half a minute.
    [
      'a rolling one',
      [{ ...reboot, order: { policy: 'rolling', batch: 1, interval: '2m', drain: '30s' } }],
      [['reboot', 10, 26]],
    ],
    [
      'a rolling one of some hosts of a pod',
      [
        {
          ...reboot,
          target: { tier: 'api', pods: [2], hosts: [1, 3] },
          order: { policy: 'rolling', batch: 1, interval: '2m' },
        },
      ],
      [['reboot', 10, 13.5]],
    ],
    ['one pod after the other', [{ ...reboot, order: { policy: 'by-pod', interval: '5m' } }], [['reboot', 10, 16.5]]],
    ['a pause', [{ name: 'gc', at: '5m', action: 'pause', target: { tier: 'api' }, for: '3m' }], [['gc', 5, 8]]],
    [
      'what comes after another',
      [reboot, { name: 'next', after: 'reboot', by: '1m', action: 'crash', target: { tier: 'api' } }],
      [
        ['reboot', 10, 11.5],
        ['next', 12.5, 14],
      ],
    ],
  ])('%s', async (_, timeline, expected) => {
    expect(minutes(timeline)).toEqual(expected);
    const { ended } = await runScenario(scenario(timeline), {
      seed: 's',
      variant: 'baseline',
      scenarioHash: '',
      withMetrics: true,
    });
    expect(ended.actions.map(({ name, startedMs, doneMs }) => [name, startedMs / 60_000, doneMs / 60_000])).toEqual(
      expected,
    );
  });

  it('is not known of what waits for a responder', () => {
    const responders = [
      {
        name: 'people',
        detect: { when: 'impactedPods >= 1' },
        act: [{ name: 'fix', action: 'restart-tier', tier: 'api' }],
      },
    ];
    expect(
      plannedSpans(
        scenario([reboot, { name: 'next', after: 'people', action: 'crash', target: { tier: 'api' } }], { responders }),
      ).map(({ name }) => name),
    ).toEqual(['reboot']);
  });
});

describe('the clock', () => {
  const short = (to: string, expectation: string, timeline: readonly object[] = [reboot]) => {
    const one = scenario(timeline, { clock: { from: '00:00', to }, expect: [expectation] });
    const found = shortClock(one, one.expect[0]);
    return found === null ? null : [found.neededMs / 60_000, found.after?.name ?? null];
  };

  it('must reach to a quarter of an hour after the last action, to the second', () => {
    expect(short('26m29s', 'collapse == 0')).toEqual([26.5, 'reboot']);
    expect(short('26m30s', 'collapse == 0')).toBeNull();
    expect(short('26m29s', 'drops > 0')).toBeNull();
    expect(short('14m', 'collapse == 0', [])).toEqual([15, null]);
  });

  it('need only reach to the first collapse that can show, where nothing but one is asked for', () => {
    const later = [reboot, { ...reboot, name: 'later', at: '50m' }];
    expect(short('55m', 'collapse == 1', later)).toBeNull();
    expect(short('55m', 'collapse > 0.5', later)).toBeNull();
    expect(short('55m', 'collapse == 0', later)).toEqual([66.5, 'later']);
    // The second comes before the quarter of an hour after the first is over.
    expect(short('40m', 'collapse == 1', [reboot, { ...reboot, name: 'soon', at: '25m' }])).toEqual([41.5, 'soon']);
  });
});

// Whole runs: the real loader, model and metrics, on a small pod that is rebooted at peak.
import { describe, expect, it } from 'vitest';
import { runScenario, type RunOptions, type RunResult } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { endedRun } from '../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { eventsJsonLines } from '../../src/metrics/notable-events.ts';
import { createOutcome, outcomeJson } from '../../src/metrics/outcome.ts';
import { story } from '../../src/metrics/story.ts';
import { timeSeriesCsv } from '../../src/metrics/time-series.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../small-scenario.ts';

const rebootAtPeak = `
format: 1
name: reboot-at-peak
title: Two of eight hosts rebooted, clients retry every second
story: The storm of the sessions that dropped.
clock: { date: 2023-04-26, from: "16:30", to: "17:10" }
pods: 2
tiers:
  - name: front
    scope: pod
    hosts: 4
    parallelism: 4
    serviceTime: { exponential: 60ms }
    sessionsAtFullLoad: 500
    queue: { discipline: fifo, limit: none }
    balancing: round-robin
    boot: { uniform: [90s, 150s] }
    liveness: { every: 10s, timeout: 8s, failures: 3, answered: in-queue }
    holdsSessions: true
products:
  - { name: chat, sessions: 2000 }
clients:
  - name: current
    backoff: { policy: fixed, delay: 1s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }
timeline:
  - name: maintenance
    at: "16:35"
    action: reboot
    target: { tier: front, pods: [1] }
observed:
  - { name: impact, at: "16:36", says: a pod is impacted, expect: "impactedPods >= 1", means: has-begun, tolerance: 2m }
  - { name: over, at: "16:50", says: resolved, expect: "resolved", means: begins, tolerance: 20m }
expect:
  - "drops.reboot == 1000"
`;

function load(text: string): { scenario: Scenario; hash: string } {
  const loaded = loadScenario({ file: 'reboot-at-peak.yaml', text }, vocabulary);
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => JSON.stringify(problem)).join('\n'));
  return loaded;
}

const { scenario, hash } = load(rebootAtPeak);
const common = { seed: 'run/0', variant: 'baseline', scenarioHash: hash, withMetrics: true } as const;

function run(options: Partial<RunOptions> = {}): Promise<RunResult> {
  return runScenario(scenario, { ...common, ...options, withMetrics: true });
}

describe('a run', () => {
  it('tells the outage from the reboot to its end', async () => {
    const { outcome, ended, series, complete, endMs } = await run();
    expect([complete, endMs]).toEqual([true, 2_400_000]);
    expect(outcome.metrics['drops.reboot']).toBe(1000);
    expect(outcome.metrics.hostReboots).toBe(4);
    expect(outcome.episodes[0].startedAt).toBe('16:35:01');
    expect(outcome.expectations).toEqual([
      { expression: 'drops.reboot == 1000', value: 1000, unit: 'count', holds: true },
    ]);
    expect(outcome.observed[0]).toMatchObject({ holds: true, simulated: 1, since: '16:35:01', kind: 'scripted' });
    expect(series.atMs).toHaveLength(481);
    expect(story(ended).length).toBeGreaterThanOrEqual(5);
    expect(story(ended).length).toBeLessThanOrEqual(25);
  });

  it('is the same twice, to the byte, and another with another seed', async () => {
    const files = ({ outcome, series, events }: RunResult): string[] => [
      outcomeJson(outcome),
      timeSeriesCsv(series, scenario.clock),
      eventsJsonLines(events, scenario.clock),
    ];
    const first = await run();
    expect(files(await run())).toEqual(files(first));
    expect((await run({ seed: 'run/1' })).fingerprint).not.toBe(first.fingerprint);
  });

  it('is the same without metrics', async () => {
    const bare = await runScenario(scenario, { ...common, withMetrics: false });
    const { fingerprint, eventCount, attemptCount } = await run();
    expect([bare.fingerprint, bare.eventCount, bare.attemptCount]).toEqual([fingerprint, eventCount, attemptCount]);
    expect('outcome' in bare).toBe(false);
  });

  it('tells how far it is, up to the end', async () => {
    const fractions: number[] = [];
    await run({ onProgress: (fraction) => fractions.push(fraction) });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('stops when it is told to, and says that it is not complete', async () => {
    const { outcome, complete, endMs, ended } = await run({ shouldStop: () => true });
    expect(complete).toBe(false);
    expect(outcome.complete).toBe(false);
    expect(endMs).toBeLessThan(2_400_000);
    expect(ended.recorder.endMs).toBe(endMs);
  });
});

describe('a run in slices', () => {
  // Measured from within a second that has events before and after.
  const { scenario: timed, hash: timedHash } = load(
    rebootAtPeak.replace('name: reboot-at-peak', 'name: measured\nmeasure: { from: "16:36:30" }'),
  );

  /** All that a run tells, in pieces of so many events at most. */
  function inPieces(of: Scenario, eventsMax: number, withMetrics: boolean): unknown {
    const recorder = withMetrics ? new MetricsRecorder(of) : null;
    const simulation = new Simulation(of, { seed: 'pieces', recorder });
    const endMs = of.clock.durationMs;
    // Counted, and judged at the end: there are hundreds of thousands of pieces.
    let [late, long] = [0, 0];
    for (let untilMs = 1000; untilMs <= endMs; untilMs += 1000) {
      let [before, done] = [simulation.eventCount, false];
      while (!done) {
        done = simulation.run(untilMs, eventsMax);
        if (simulation.nowMs > untilMs) late++;
        if (!done && simulation.eventCount - before > eventsMax) long++;
        before = simulation.eventCount;
      }
      expect(simulation.nowMs).toBe(untilMs);
    }
    expect({ late, long }, 'unless refusals were worked off').toEqual({ late: 0, long: 0 });
    simulation.finish();
    const ended = recorder === null ? null : endedRun(recorder, false);
    const common = {
      variant: 'baseline',
      seed: 'pieces',
      scenarioHash: timedHash,
      fingerprint: simulation.fingerprint(),
      complete: true,
      sameDay: true,
    };
    return [
      simulation.fingerprint(),
      simulation.eventCount,
      simulation.attemptCount,
      ended && outcomeJson(createOutcome(ended, common)),
      recorder && timeSeriesCsv(recorder.rows.series(), of.clock),
    ];
  }

  it.each([3, 1000])('of %i events is the run in one go, to the byte', (eventsMax) => {
    for (const withMetrics of [true, false])
      expect(inPieces(timed, eventsMax, withMetrics)).toEqual(inPieces(timed, Infinity, withMetrics));
  });

  it('is stopped within a simulated second', async () => {
    // A hundred thousand events and more in the first second of the outage.
    const storm = scenarioOf({
      networkDelay: '0.005ms',
      tiers: [
        { name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms', boot: { constant: '24h' }, holdsSessions: true },
      ],
      products: [{ name: 'chat', sessions: 5000 }],
      clients: [{ name: 'current', backoff: 'none', giveUp: { after: 1_000_000, then: 'stay' } }],
      timeline: [{ name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api' } }],
    });
    let breaks = 0;
    const { complete, endMs, outcome } = await runScenario(storm, {
      seed: 's',
      variant: 'baseline',
      scenarioHash: '',
      withMetrics: true,
      shouldStop: () => ++breaks > 10,
    });
    expect([complete, outcome.complete]).toEqual([false, false]);
    expect(endMs).toBeGreaterThan(10_000);
    expect(endMs % 1000).not.toBe(0);
    // It was asked for the last time when it was told to stop.
    expect(breaks).toBe(11);
  });
});

describe('a run that is interrupted', () => {
  it('leaves every expectation undecided, and says until when it came', async () => {
    const text = rebootAtPeak.replace(
      '  - "drops.reboot == 1000"',
      '  - "drops.reboot == 1000"\n  - "collapse == 0"\n  - "hostDeaths >= 0"',
    );
    let asked = 0;
    const { scenario, hash } = load(text);
    const { outcome, complete, endMs } = await runScenario(scenario, {
      seed: 's',
      variant: 'baseline',
      scenarioHash: hash,
      withMetrics: true,
      shouldStop: () => ++asked > 1,
    });
    expect([complete, outcome.complete, outcome.metrics.collapse]).toEqual([false, false, null]);
    expect(endMs).toBeLessThan(scenario.clock.durationMs);
    expect(outcome.expectations.map(({ holds }) => holds)).toEqual([null, null, null]);
    expect(outcome.reasons.collapse).toMatch(
      /^the run was interrupted at 16:\d\d(:\d\d)?, and what would have come after could change it$/,
    );
  });
});

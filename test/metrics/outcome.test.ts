// Outcomes, observed rows and expectations of runs that are told by hand: four pods of 100 sessions, whose
// shares of the disconnected are drawn second by second.
import { describe, expect, it } from 'vitest';
import { allValues, metricCatalogue, metricValue, valueAt, vocabulary } from '../../src/metrics/catalogue.ts';
import { judge } from '../../src/metrics/judgement.ts';
import { spreadPods, touchedPods, type EndedRun } from '../../src/metrics/ended-run.ts';
import { eventsJsonLines, notableEvents } from '../../src/metrics/notable-events.ts';
import { judgeObserved } from '../../src/metrics/observed.ts';
import { createOutcome, outcomeJson } from '../../src/metrics/outcome.ts';
import { story } from '../../src/metrics/story.ts';
import { gauges } from '../../src/model/state/gauges.ts';
import { DeathCause, DropCause } from '../../src/model/state/vocabulary.ts';
import type { MetricCondition } from '../../src/scenario/expression.ts';
import type { Observed, Scenario, TimelineAction } from '../../src/scenario/scenario.ts';
import { blankScenario, FakeFleet } from './fake-fleet.ts';
import { both, parsed, started, toldRun, waiting, type Script } from './told-run.ts';

const identity = {
  variant: 'baseline',
  seed: 'apr26/3',
  scenarioHash: 'abc',
  fingerprint: 'def',
  complete: true,
  sameDay: true,
};

function told(script: Script, seconds: number, changes: Partial<Scenario> = {}): EndedRun {
  return toldRun(script, seconds, { changes });
}

function row(atSec: number, expression: string | null, toleranceSec = 300): Observed {
  const expected = expression === null ? null : parsed(expression, 'observed');
  return {
    name: 'row',
    atMs: atSec * 1000,
    says: 'what was said',
    expect: expected,
    toleranceMs: toleranceSec * 1000,
    note: '',
    means: expected === null ? null : expected.kind === 'milestone' ? 'begins' : 'has-begun',
    untilMs: null,
    postedAfter: null,
  };
}

function reboot(name: string, pods: number[], assumed = true): TimelineAction {
  const parameters = { target: { tier: 'front', pods } };
  return { name, title: name, when: { atMs: 0 }, action: 'reboot', parameters, assumed };
}

const outage: Script = {
  100: both(started('maintenance'), waiting(60)),
  160: waiting(60, 30),
  200: waiting(90, 90, 90, 90),
  400: waiting(10, 10, 10, 10),
  500: waiting(0, 0, 0, 0),
};

describe('an observed state', () => {
  it('holds if it is true at some second within its tolerance, and began where that span began', () => {
    const verdict = judgeObserved(told(outage, 900), row(450, 'impactedPods == all', 60));
    expect(verdict).toMatchObject({ holds: true, simulated: 4, sinceMs: 201_000, kind: 'predicted' });
  });

  it('holds by the span nearest to its time, and is told with the value that holds', () => {
    const ended = told({ 100: waiting(50), 200: waiting(0), 290: waiting(50), 310: waiting(0) }, 900);
    const verdict = judgeObserved(ended, row(320, 'impactedPods == 1', 300));
    expect(verdict).toMatchObject({ holds: true, simulated: 1, sinceMs: 291_000 });
  });

  it('fails where it is true only outside of its tolerance', () => {
    expect(judgeObserved(told(outage, 900), row(600, 'impactedPods == all', 60))).toMatchObject({
      holds: false,
      simulated: 0,
      sinceMs: null,
    });
  });

  it('may compare with another gauge, and with a part', () => {
    const verdict = judgeObserved(
      told(outage, 900),
      row(180, 'disconnectedFraction.p1 > 1.5 * disconnectedFraction.p2', 5),
    );
    expect(verdict).toMatchObject({ holds: true, simulated: 0.6, sinceMs: 101_000 });
  });
});

describe('an observed milestone', () => {
  it('holds if that of some episode falls within the tolerance', () => {
    const ended = told({ ...outage, 1200: waiting(50), 1300: waiting(0) }, 2000);
    expect(judgeObserved(ended, row(520, 'resolved'))).toMatchObject({
      holds: true,
      simulated: 501_000,
      isInstant: true,
    });
    expect(judgeObserved(ended, row(1350, 'resolved', 60))).toMatchObject({ holds: true, simulated: 1_301_000 });
    expect(judgeObserved(ended, row(900, 'resolved', 60))).toMatchObject({ holds: false });
  });

  it('is without a value where there is none', () => {
    expect(judgeObserved(told({}, 400), row(100, 'resolved'))).toMatchObject({
      holds: false,
      simulated: NaN,
      sinceMs: null,
    });
  });
});

describe('a row', () => {
  const kindOf = (script: Script, changes: Partial<Scenario>): string =>
    judgeObserved(told(script, 2000, changes), row(1000, 'impactedPods == all')).kind;
  const laterOutage: Script = { 900: waiting(90, 90, 90, 90) };

  it('is scripted if an assumed action began in the ten minutes before its state', () => {
    const timeline = { timeline: [reboot('maintenance', [0])] };
    expect(kindOf({ 301: started('maintenance'), ...laterOutage }, timeline)).toBe('scripted');
    expect(kindOf({ 300: started('maintenance'), ...laterOutage }, timeline)).toBe('predicted');
  });

  it('is predicted if that action was published', () => {
    expect(
      kindOf({ 850: started('maintenance'), ...laterOutage }, { timeline: [reboot('maintenance', [0], false)] }),
    ).toBe('predicted');
  });

  it('is scripted by whatever a responder did', () => {
    expect(kindOf({ 850: started('admit', true), ...laterOutage }, {})).toBe('scripted');
  });

  it('is only on record without a condition', () => {
    expect(judgeObserved(told({}, 400), row(100, null))).toMatchObject({ kind: 'record', holds: null });
  });
});

describe('an expectation', () => {
  const judged = (text: string, variant = 'baseline') =>
    judge(told(outage, 900), parsed(text, 'expect') as MetricCondition, variant);

  it('compares a value of the run', () => {
    expect(judged('episodes == 1')).toEqual({ value: 1, holds: true, reason: null });
    expect(judged('timeToRecover < 5m')).toMatchObject({ value: 400_000, holds: false });
    expect(judged('peakImpactedPods == all')).toMatchObject({ holds: true });
  });

  it('compares a gauge at an instant', () => {
    expect(judged('impactedPods at 16:33 == 2')).toMatchObject({ value: 2, holds: true });
    expect(judged('impactedPods at 17:29 == 2')).toEqual({
      value: NaN,
      holds: false,
      reason: 'the run does not reach this instant',
    });
  });

  it('fails without a value, and says why', () => {
    expect(judged('reconnectTime.p95 < 30s')).toEqual({ value: NaN, holds: false, reason: 'nobody reconnected' });
  });

  it('is left undecided where it needs another variant', () => {
    expect(judged('sessionMinutesLost@fixed < 0.5 * sessionMinutesLost')).toMatchObject({
      holds: null,
      reason: 'it needs fixed, and this run is baseline',
    });
    expect(judged('collapse == 1', 'fixed')).toMatchObject({
      holds: null,
      reason: 'it needs baseline, and this run is fixed',
    });
  });

  it('is never met by an outage that is open', () => {
    const ended = told({ 100: waiting(60) }, 900);
    const verdict = judge(ended, parsed('timeToRecover < 10h', 'expect') as MetricCondition, 'baseline');
    expect(verdict).toMatchObject({ value: Infinity, holds: false, reason: null });
    const { metrics, units, censored, reasons } = createOutcome(ended, identity);
    expect([metrics.timeToRecover, units.timeToRecover, censored.timeToRecover]).toEqual([
      null,
      'ms',
      { atMs: 799_000 },
    ]);
    expect(reasons.timeToRecover).toBe('the episode of 16:31:41 is open when the run ends at 16:45');
  });
});

describe('the catalogue', () => {
  it('reads every value that it lists by its name as well', () => {
    const ended = told(outage, 900, { timeline: [reboot('maintenance', [0])] });
    for (const [name, value] of Object.entries(allValues(ended))) {
      const [metric, ...parts] = name.split('.');
      expect([name, metricValue(ended, { metric, parts, variant: null, atMs: null }).value]).toEqual([name, value]);
    }
  });

  it('has every gauge of the model, with a value at each instant', () => {
    const ended = told(outage, 900);
    for (const name of Object.keys(gauges)) {
      expect(vocabulary.metrics[name].gauge).toBe(true);
      expect(
        valueAt(ended, { metric: name, parts: [], variant: null, atMs: null }, 300_000).value,
      ).toBeGreaterThanOrEqual(0);
    }
  });

  it('says of each metric what it means, and why it may have no value', () => {
    const ended = told({}, 0);
    for (const [name, metric] of Object.entries(metricCatalogue)) {
      expect(metric.help.length).toBeGreaterThan(5);
      const { value, reason } = metricValue(ended, { metric: name, parts: [], variant: null, atMs: null });
      expect([name, Number.isNaN(value), reason]).toEqual([name, reason !== null, reason]);
      expect(reason).not.toBe('it has no value');
    }
  });
});

describe('the pods that an action touches', () => {
  it('are those of its target, or all if it names none', () => {
    const scenario = blankScenario(new FakeFleet(4, 1));
    expect(touchedPods(scenario, reboot('one', [2]))).toEqual([2]);
    const deploy = { ...reboot('fix', []), action: 'deploy', parameters: { client: 'fixed' } };
    expect(touchedPods(scenario, deploy)).toEqual([0, 1, 2, 3]);
    const change = { ...reboot('admit', []), action: 'set', parameters: { tier: 'front', pods: [], change: {} } };
    expect(touchedPods(scenario, change)).toEqual([0, 1, 2, 3]);
  });

  it('are none where it means a shared tier', () => {
    const scenario = blankScenario(new FakeFleet(4, 1));
    const shared = { ...scenario, tiers: [{ ...scenario.tiers[0], scope: 'shared' as const }] };
    expect(touchedPods(shared, reboot('shared', [0]))).toEqual([]);
  });

  it('are no spread, but the others are that were impacted before any action reached them', () => {
    const timeline = [reboot('maintenance', [0]), reboot('the-rest', [2, 3])];
    const ended = told({ ...outage, 150: started('the-rest') }, 900, { timeline });
    expect(spreadPods(ended)).toBe(1);
  });
});

describe('the log and the story', () => {
  const domino: Script = {
    ...outage,
    100: (fleet, recorder, atMs) => {
      recorder.action(atMs, 'maintenance', 'the front is rebooted', false, false);
      recorder.loss(atMs, 1, 'action', 'maintenance', new Map());
      recorder.hostRebooted(atMs, 0);
      for (let i = 0; i < 60; i++) recorder.dropped(atMs, 0, DropCause.reboot, 1);
      fleet.setWaiting(0, 60);
    },
    150: (_fleet, recorder, atMs) => recorder.action(atMs, 'maintenance', 'the front is rebooted', false, true),
    180: (_fleet, recorder, atMs) => {
      recorder.loss(atMs, 2, 'death', 'p2/front/1', new Map([[1, 1]]));
      recorder.hostDied(atMs, 1, DeathCause.liveness);
      for (let i = 0; i < 40; i++) recorder.dropped(atMs, 1, DropCause.killed, 2);
      recorder.hostDied(atMs + 500, 2, DeathCause.liveness);
    },
  };

  it('say who died of what, and through whom', () => {
    const death = notableEvents(told(domino, 900)).find(
      ({ kind, subject }) => kind === 'hostDied' && subject === 'p2/front/1',
    );
    expect(death?.text).toBe(
      'p2/front/1 was killed: it failed its liveness probes; its open attempts came of 100 % maintenance',
    );
    expect(death?.detail).toEqual({
      tier: 'front',
      pod: 'p2',
      cause: 'liveness',
      drops: 40,
      because: '100 % maintenance',
    });
  });

  it('are in the order of time, one line each, with clock times', () => {
    const ended = told(domino, 900);
    const lines = eventsJsonLines(notableEvents(ended), ended.scenario.clock).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { at: string; atMs: number; kind: string });
    expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(events[0]).toMatchObject({ at: '16:31:40', kind: 'actionStarted' });
    expect(events.filter(({ kind }) => kind === 'milestone')).toHaveLength(7);
  });

  it('is told in few lines, deaths in one', () => {
    const lines = story(told(domino, 900));
    expect(lines).toEqual([
      '16:30        400 sessions are connected, in 4 pods',
      '16:31        the front is rebooted (60 sessions drop)',
      '16:31        p1 is impacted: an episode begins',
      '16:32        the trigger is over',
      '16:32        2 pods are impacted',
      '16:33        2 hosts are killed by liveness in p2, p3',
      '16:33        all 4 pods are impacted',
      '16:33        the peak: 90 % of the sessions are disconnected',
      '16:36        the fleet is recovering by itself',
      expect.stringMatching(/^16:38 {8}resolved after 6m40s: [\d,]+ session-minutes lost, 2 hosts died$/),
      '16:45        the run ends with 400 sessions connected',
    ]);
  });

  it('is never longer than a screen, whatever there is to tell', () => {
    const script: Record<number, Script[number]> = {};
    for (let episode = 0; episode < 12; episode++) {
      script[400 * episode + 50] = both(started(`restart-${episode}`, true), waiting(20 + episode, 20));
      script[400 * episode + 90] = waiting(0, 0);
    }
    const lines = story(told(script, 4900));
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(lines.join('\n')).toContain('8 smaller episodes begin');
  });
});

describe('outcome.json', () => {
  it('has its keys in their order, clock times, rounded numbers, and null where there is no value', () => {
    const text = outcomeJson(createOutcome(told(outage, 900, { observed: [row(180, 'impactedPods >= 2')] }), identity));
    const outcome = JSON.parse(text) as Record<string, never>;
    expect(Object.keys(outcome)).toEqual([
      'tool',
      'format',
      'scenario',
      'variant',
      'set',
      'seed',
      'scenarioHash',
      'fingerprint',
      'complete',
      'metrics',
      'units',
      'reasons',
      'censored',
      'episodes',
      'observed',
      'expectations',
    ]);
    expect(outcome.episodes[0]).toMatchObject({
      startedAt: '16:31:41',
      allPodsAt: '16:33:21',
      resolvedAt: '16:38:21',
      metastable: false,
      endedBy: 'itself',
    });
    expect(outcome.observed[0]).toEqual({
      name: 'row',
      at: '16:33:00',
      says: 'what was said',
      expect: 'impactedPods >= 2',
      simulated: 2,
      unit: 'count',
      since: '16:32:41',
      holds: true,
      kind: 'predicted',
    });
    expect(outcome.metrics['connectTime.p95']).toBeNull();
    expect(text).not.toMatch(/\d\.\d{7}/);
  });
});

// What a run ended too soon to say: no value, with the reason, and expectations on it are undecided unless whatever
// may come gives the same answer. Runs are told by hand; they begin at 16:30, and metastableAfter is 15 minutes.
import { describe, expect, it } from 'vitest';
import { allReadings, metricValue } from '../../src/metrics/catalogue.ts';
import { judge, type Verdict } from '../../src/metrics/judgement.ts';
import type { EndedRun } from '../../src/metrics/ended-run.ts';
import { judgeObserved } from '../../src/metrics/observed.ts';
import { createOutcome } from '../../src/metrics/outcome.ts';
import { story } from '../../src/metrics/story.ts';
import { DropCause, Session } from '../../src/model/state/vocabulary.ts';
import type { MetricCondition } from '../../src/scenario/expression.ts';
import { begun, both, parsed, started, toldRun, waiting, type Script } from './told-run.ts';

const identity = { variant: 'baseline', seed: 's', scenarioHash: 'h', fingerprint: 'f', complete: true, sameDay: true };
const AFTER = 900;

const judged = (ended: EndedRun, text: string): Verdict => judge(ended, parsed(text) as MetricCondition, 'baseline');
const holds = (ended: EndedRun, text: string): boolean | null => judged(ended, text).holds;
const collapse = (ended: EndedRun): number =>
  metricValue(ended, { metric: 'collapse', parts: [], variant: null, atMs: null }).value;

/** From 100 s on 60 of 400 are disconnected, because of an action that is over at once. */
const outage: Script = { 100: both(started('maintenance'), waiting(60)) };

describe('a run that ends before the quarter of an hour is over', () => {
  const ended = toldRun(outage, 600);

  it('has no collapse, and says until when it would have had to go on', () => {
    const { metrics, reasons, episodes } = createOutcome(ended, identity);
    expect([metrics.collapse, episodes[0].metastable]).toEqual([null, null]);
    expect(reasons.collapse).toBe(
      'the episode of 16:31:41 is open when the run ends at 16:40; whether it outlives its trigger shows at 16:46:41: the clock must run at least 6m41s longer',
    );
  });

  it('decides no expectation on it but those that hold either way', () => {
    expect(
      [
        'collapse == 0',
        'collapse == 1',
        'collapse < 0.5',
        'collapse != 1',
        'collapse <= 1',
        'collapse > 1',
        'collapse == 2',
      ].map((text) => holds(ended, text)),
    ).toEqual([null, null, null, null, true, false, false]);
    expect(judged(ended, 'collapse == 0').reason).toMatch(/^the episode of 16:31:41 is open/);
  });

  it('is decided by the very second at which the quarter of an hour is over, and not by one before', () => {
    // The episode is seen at 101 s; the action was over at 100 s, so that it counts from its own start.
    expect(collapse(toldRun(outage, 101 + AFTER, { fails: true }))).toBe(1);
    expect(collapse(toldRun(outage, 101 + AFTER))).toBe(0);
    expect(collapse(toldRun(outage, 100 + AFTER, { fails: true }))).toBeNaN();
    const outlives = (seconds: number): boolean | null => holds(toldRun(outage, seconds), 'outlivesTrigger == 1');
    expect([outlives(101 + AFTER), outlives(100 + AFTER)]).toEqual([true, null]);
  });

  it('is told as such in the story', () => {
    // An action that is over within the episode.
    const within = toldRun(
      {
        100: both(begun('reboot'), waiting(60)),
        130: (_fleet, recorder, atMs) => recorder.action(atMs, 'reboot', '', false, true),
      },
      600,
    );
    expect(story(within).join('\n')).toContain(
      'the trigger is over; the run ends too soon to see whether the outage outlives it, which shows at 16:47:10',
    );
  });

  it('cannot be told how long it must be while an action is under way', () => {
    const endless = toldRun({ 100: both(begun('endless'), waiting(60)) }, 3000);
    expect(createOutcome(endless, identity).reasons.collapse).toBe(
      'the episode of 16:31:41 is open when the run ends at 17:20, and endless is not over then: whether it outlives that cannot be told',
    );
  });
});

describe('a collapse', () => {
  it('is 1 as soon as one episode is metastable, whatever else is undecided', () => {
    const script = { ...outage, 1300: waiting(0), 1700: both(started('again'), waiting(60)) };
    const ended = toldRun(script, 1800, { fails: true });
    expect(ended.episodes.map(({ metastable }) => metastable)).toEqual([true, null]);
    expect(collapse(ended)).toBe(1);
    expect(holds(ended, 'collapse == 0')).toBe(false);
  });

  it('is undecided if an earlier outage was none, and a later one is open', () => {
    const ended = toldRun({ ...outage, 200: waiting(0), 1700: both(started('again'), waiting(60)) }, 1800);
    expect(ended.episodes.map(({ metastable }) => metastable)).toEqual([false, null]);
    expect(collapse(ended)).toBeNaN();
  });

  it('is 0 where nobody is there to be disconnected, and where nothing happens', () => {
    expect(collapse(toldRun({ 100: started('maintenance') }, 600, { sessionsPerPod: 0 }))).toBe(0);
    expect(collapse(toldRun({}, 0))).toBe(0);
  });
});

describe('an outage that may be over when the run ends', () => {
  const ended = toldRun({ ...outage, 160: waiting(0) }, 400);

  it('is not told as one that goes on, but as calm for too short a time', () => {
    expect(story(ended).at(-1)).toBe(
      '16:36        the run ends with 400 sessions connected; nobody is disconnected any more from 16:32:41 on, and the run ends too soon for the five calm minutes that end an outage',
    );
    const { episodes, reasons } = createOutcome(ended, identity);
    expect(episodes[0]).toMatchObject({ resolvedAt: null, calmFrom: '16:32:41', metastable: null });
    expect(reasons.collapse).toContain('the clock must run at least 1m longer');
    // And it is so: a clock that much longer decides it.
    expect(collapse(toldRun({ ...outage, 160: waiting(0) }, 460))).toBe(0);
    expect(collapse(toldRun({ ...outage, 160: waiting(0) }, 459))).toBeNaN();
  });

  it('lasted for certain until the calm only', () => {
    expect(createOutcome(ended, identity).censored.timeToRecover).toEqual({ atMs: 60_000 });
    expect(holds(ended, 'timeToRecover > 2m')).toBeNull();
    expect(holds(ended, 'timeToRecover > 59s')).toBe(true);
  });
});

describe('an outage that is open', () => {
  const ended = toldRun(outage, 700);

  it('is longer than any bound, but longer only for certain than the run shows it', () => {
    expect(
      [
        'timeToRecover < 5m',
        'timeToRecover < 10h',
        'timeToRecover > 5m',
        'timeToRecover > 2h',
        'timeToRecover >= 2h',
        'timeToRecover != 2h',
      ].map((text) => holds(ended, text)),
    ).toEqual([false, false, true, null, null, null]);
  });

  it('is larger than the run shows it, but two of the same clock compare as it shows both', () => {
    // 60 sessions for 599 s, from 16:31:41 to the end.
    const lost = allReadings(ended).sessionMinutesLost.value;
    expect(lost).toBeCloseTo(600, -1);
    expect(
      [
        'sessionMinutesLost < 10000',
        'sessionMinutesLost > 500',
        'sessionMinutesLost < 500',
        'sessionMinutesLost > 1.1 * sessionMinutesLost',
        'sessionMinutesLost < 1.1 * sessionMinutesLost',
      ].map((text) => holds(ended, text)),
    ).toEqual([null, true, false, false, true]);
    expect(judged(ended, 'sessionMinutesLost < 10000').reason).toBe(
      'the episode of 16:31:41 is open when the run ends at 16:41:40',
    );
    expect(holds(toldRun({ ...outage, 160: waiting(0) }, 700), 'sessionMinutesLost < 10000')).toBe(true);
  });

  it('may still be resolved, or recover, after the end of the run, and not before', () => {
    expect(holds(ended, 'resolved < 16:35')).toBe(false);
    expect(holds(ended, 'resolved < 17:00')).toBeNull();
    // It may never be: so nothing holds for certain.
    expect(holds(ended, 'resolved > 16:35')).toBeNull();
    expect(holds(ended, 'allPods < 16:40')).toBe(false);
    expect(holds(ended, 'allPods < 16:50')).toBeNull();
    expect(judged(ended, 'resolved < 17:00').reason).toBe(
      'the episode of 16:31:41 is open when the run ends at 16:41:40',
    );
    expect(judged(toldRun({}, 700), 'resolved < 17:00')).toMatchObject({ holds: false, reason: 'there was no outage' });
  });

  it('is an episode, however short it was so far', () => {
    expect(holds(toldRun({ 699: waiting(60) }, 700), 'episodes == 0')).toBe(false);
  });
});

describe('a run that was interrupted', () => {
  it('decides nothing that could still have changed', () => {
    const ended = toldRun(outage, 300, { interrupted: true });
    for (const text of [
      'collapse == 0',
      'episodes == 1',
      'drops == 0',
      'timeToRecover < 5m',
      'hostDeaths < 1',
      'impactedPods at 17:00 == 0',
    ])
      expect([text, judged(ended, text)]).toEqual([
        text,
        expect.objectContaining({
          holds: null,
          reason: 'the run was interrupted at 16:35, and what would have come after could change it',
        }),
      ]);
    expect(createOutcome(ended, { ...identity, complete: false }).metrics).toMatchObject({
      collapse: null,
      episodes: 1,
    });
  });

  it('has no collapse even where there was no outage yet', () => {
    expect(collapse(toldRun({}, 300, { interrupted: true }))).toBeNaN();
  });

  it('has decided what is past: a collapse that is certain, and what was at an instant', () => {
    const ended = toldRun(outage, 1100, { interrupted: true });
    expect(holds(ended, 'outlivesTrigger == 1')).toBe(true);
    expect(holds(ended, 'impactedPods at 16:33 == 1')).toBe(true);
    // Before the first action nobody knows what is usual, by which the end of an episode is measured.
    const before = toldRun({ 100: waiting(60) }, 1100, {
      interrupted: true,
      fails: true,
      changes: { timeline: [{ name: 'later' } as never] },
    });
    expect(collapse(before)).toBeNaN();
  });

  it('has collapsed for certain once somebody did something about it, but not while it could still end by itself', () => {
    const stuck = { interrupted: true, fails: true };
    const acted = toldRun({ ...outage, 1100: started('page', true) }, 1101, stuck);
    const verdicts = ['collapse == 1', 'collapse == 0'].map((text) => holds(acted, text));
    expect([collapse(acted), ...verdicts]).toEqual([1, true, false]);
    expect(collapse(toldRun(outage, 1101, stuck))).toBeNaN();
  });
});

describe('what triggered an episode', () => {
  it('is the last action that had begun before it', () => {
    const ended = toldRun({ 20: started('first'), ...outage }, 600);
    expect(ended.episodes[0].trigger).toBe('maintenance');
  });

  it('is none of what came later, and what responders did', () => {
    const ended = toldRun({ 50: started('page', true), 60: waiting(60), 100: started('maintenance') }, 2000, {
      fails: true,
    });
    expect(ended.episodes[0]).toMatchObject({ trigger: null, triggerEndedMs: null, metastable: true });
    expect(story(ended).join('\n')).toContain(
      '16:31        p1 is impacted: an episode begins, before anything was done to the fleet',
    );
    expect(story(ended).join('\n')).not.toContain('trigger');
    const { episodes, reasons } = createOutcome(ended, identity);
    expect(episodes[0]).toMatchObject({ trigger: null, triggerEndedAt: null, metastable: true });
    expect(reasons.triggerEnded).toBe('the episode began before anything was done to the fleet');
  });

  it('is none if the pods were impacted at the very instant of the action: a sample is taken before it', () => {
    expect(toldRun({ 100: waiting(60), 101: started('late') }, 600).episodes[0].trigger).toBeNull();
    expect(toldRun({ 100: both(started('in-time'), waiting(60)) }, 600).episodes[0].trigger).toBe('in-time');
  });

  it('is nothing where nothing was done', () => {
    expect(story(toldRun({ 60: waiting(60) }, 2000)).join('\n')).toContain(
      'an episode begins, though nothing was done to the fleet',
    );
  });
});

describe('times to reconnect', () => {
  /** 40 drop at 100 s; those in `back` come back after so many seconds each. */
  function reconnecting(back: readonly number[]): EndedRun {
    const script: Record<number, Script[number]> = {
      100: (fleet, recorder, atMs) => {
        for (let i = 0; i < 40; i++) recorder.dropped(atMs, 0, DropCause.reboot, 0);
        fleet.setWaiting(0, 40);
      },
    };
    back.forEach((seconds, i) => {
      const before = script[100 + seconds];
      script[100 + seconds] = both(before ?? (() => undefined), (fleet, recorder, atMs) => {
        fleet.move(0, Session.waiting, Session.connected);
        recorder.connected(atMs, 0, 10, seconds * 1000 + i / 1000, 0, 0);
      });
    });
    script[600] = (_fleet, recorder) => {
      for (let i = back.length; i < 40; i++) recorder.stillAway(500_000, 0, 0);
    };
    return toldRun(script, 600);
  }

  it('count who never came back against what they would show', () => {
    const ended = reconnecting(Array.from({ length: 10 }, () => 5));
    const readings = allReadings(ended);
    expect(readings.neverBack.value).toBe(30);
    // A quarter came back within 5 s: p20 is that, whatever becomes of the others; p50 is longer than these were away.
    expect(holds(ended, 'reconnectTime.p20 < 30s')).toBe(true);
    expect([holds(ended, 'reconnectTime.p50 < 30s'), holds(ended, 'reconnectTime.p50 < 9m')]).toEqual([false, null]);
    const { metrics, censored, reasons } = createOutcome(ended, identity);
    expect([metrics['reconnectTime.p50'], censored['reconnectTime.p50']]).toEqual([null, { atMs: 500_000 }]);
    expect([metrics['reconnectTime.mean'], censored['reconnectTime.mean']]).toEqual([null, { atMs: 376_250 }]);
    expect(reasons['reconnectTime.p95']).toBe('30 sessions had not come back when the run ended at 16:40');
  });

  it('are certain where all came back, or too few are missing to matter', () => {
    expect(holds(reconnecting(Array.from({ length: 40 }, () => 5)), 'reconnectTime.p99 < 30s')).toBe(true);
    const all = reconnecting(Array.from({ length: 39 }, () => 5));
    expect([
      holds(all, 'reconnectTime.p95 < 30s'),
      holds(all, 'reconnectTime.p99 < 9m'),
      holds(all, 'reconnectTime.mean < 30s'),
    ]).toEqual([true, null, null]);
  });

  it('have a greatest that is known where all came back, and may only grow where some did not', () => {
    const all = reconnecting(Array.from({ length: 40 }, (_, i) => (i === 17 ? 25 : 5)));
    // The eighteenth comes back 17 µs after the second, and the greatest is exact.
    expect(allReadings(all)['reconnectTime.max'].value).toBe(25_000.017);
    expect([holds(all, 'reconnectTime.max < 26s'), holds(all, 'reconnectTime.max <= 25s')]).toEqual([true, false]);
    const some = reconnecting([5, 25, 5]);
    expect([holds(some, 'reconnectTime.max < 9m'), holds(some, 'reconnectTime.max < 25s')]).toEqual([null, false]);
    expect(holds(some, 'reconnectTime.max >= 25s')).toBe(true);
  });

  it('are undecided, not good and not bad, where nobody came back', () => {
    expect(holds(reconnecting([]), 'reconnectTime.p50 < 9m')).toBeNull();
    expect(holds(reconnecting([]), 'reconnectTime.p50 > 8m')).toBe(true);
    expect(holds(toldRun({}, 600), 'reconnectTime.p50 < 30s')).toBe(false);
  });
});

describe('an observed row', () => {
  const row = (atSec: number, text: string, toleranceSec = 60) => ({
    name: 'row',
    atMs: atSec * 1000,
    says: '',
    expect: parsed(text, 'observed'),
    toleranceMs: toleranceSec * 1000,
    note: '',
    means: text === 'resolved' ? ('begins' as const) : ('has-begun' as const),
    untilMs: null,
    postedAfter: null,
  });

  it('whose tolerance the run does not live to see is not reached, unless it holds already', () => {
    const ended = toldRun(outage, 400);
    expect(judgeObserved(ended, row(380, 'impactedPods == 0'))).toMatchObject({ holds: null, kind: 'unreached' });
    expect(judgeObserved(ended, row(380, 'impactedPods == 1'))).toMatchObject({ holds: true });
    expect(judgeObserved(ended, row(340, 'impactedPods == 0'))).toMatchObject({ holds: false });
    expect(judgeObserved(ended, row(390, 'resolved'))).toMatchObject({ holds: null, kind: 'unreached' });
  });

  it('does not judge a run that does not claim to be the day', () => {
    const ended = toldRun(outage, 600, {
      changes: { observed: [row(300, 'impactedPods == 0'), { ...row(300, 'impactedPods == 0'), expect: null }] },
    });
    const rowsOf = (sameDay: boolean) =>
      createOutcome(ended, { ...identity, sameDay }).observed.map(({ holds: verdict, kind, simulated }) => [
        verdict,
        kind,
        simulated,
      ]);
    expect(rowsOf(true)).toEqual([
      [false, 'predicted', 1],
      [null, 'record', null],
    ]);
    expect(rowsOf(false)).toEqual([
      [null, 'counterfactual', 1],
      [null, 'record', null],
    ]);
  });
});

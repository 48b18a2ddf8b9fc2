// Episodes on curves drawn by hand: shares of the disconnected, second by second.
import { describe, expect, it } from 'vitest';
import { findEpisodes, type Episode, type EpisodeAction } from '../../src/metrics/episodes.ts';
import type { Sustaining } from '../../src/metrics/sustaining.ts';

const MINUTE = 60;

/** A curve for each pod: pieces of so many seconds at a share. */
type Pieces = readonly (readonly [seconds: number, share: number])[];

function podCurve(pieces: Pieces): Float64Array {
  return Float64Array.from(pieces.flatMap(([seconds, share]) => Array.from({ length: seconds }, () => share)));
}

function action(name: string, fromSec: number, toSec: number, more: Partial<EpisodeAction> = {}): EpisodeAction {
  return {
    name,
    title: '',
    byResponder: false,
    startedMs: fromSec * 1000,
    doneMs: toSec * 1000,
    dropsSessions: true,
    ...more,
  };
}

function episodesOf(
  pods: readonly Pieces[],
  actions: readonly EpisodeAction[] = [],
  deathsMs: readonly number[] = [],
  sustaining: (fromMs: number, untilMs: number) => Sustaining = () => 'sustained',
): Episode[] {
  const curves = pods.map(podCurve);
  const fleet = curves[0].map((_, i) => curves.reduce((sum, curve) => sum + curve[i], 0) / curves.length);
  const lostSessionMs = new Float64Array(fleet.length);
  // 600 sessions.
  for (let i = 1; i < fleet.length; i++) lostSessionMs[i] = lostSessionMs[i - 1] + 600_000 * fleet[i - 1];
  return findEpisodes({
    curve: { firstMs: 0, fleet, pods: curves, lostSessionMs },
    actions,
    deathsMs,
    metastableAfterMs: 15 * MINUTE * 1000,
    sustaining,
  });
}

const sec = (atMs: number | null): number | null => (atMs === null ? null : atMs / 1000);

describe('an episode', () => {
  it('is none while every pod stays at five per cent', () => {
    expect(episodesOf([[[600, 0.05]], [[600, 0]]])).toEqual([]);
  });

  it('begins with the first impacted pod and is resolved where five calm minutes begin', () => {
    const [episode, ...others] = episodesOf(
      [
        [
          [100, 0],
          [200, 0.4],
          [50, 0.03],
          [1000, 0],
        ],
      ],
      [action('reboot', 100, 130)],
    );
    expect(others).toEqual([]);
    expect([sec(episode.startedMs), sec(episode.resolvedMs)]).toEqual([100, 350]);
    expect(episode.peakDisconnectedFraction).toBe(0.4);
    expect(sec(episode.peakMs)).toBe(100);
    expect(episode.endedBy).toBe('itself');
  });

  it('counts what is usual before the first action as calm', () => {
    const noisy = episodesOf(
      [
        [
          [100, 0.02],
          [60, 0.5],
          [600, 0.025],
        ],
      ],
      [action('reboot', 100, 130)],
    );
    expect(sec(noisy[0].resolvedMs)).toBe(160);
    const quiet = episodesOf(
      [
        [
          [100, 0],
          [60, 0.5],
          [600, 0.025],
        ],
      ],
      [action('reboot', 100, 130)],
    );
    expect(quiet[0].resolvedMs).toBeNull();
  });

  it('stays one while its pods flap around the threshold', () => {
    const flaps: Pieces = Array.from(
      { length: 20 },
      () =>
        [
          [30, 0.3],
          [120, 0],
        ] as const,
    ).flat();
    const episodes = episodesOf([[[60, 0], ...flaps, [600, 0]]], [action('reboot', 60, 90)]);
    expect(episodes).toHaveLength(1);
    expect(sec(episodes[0].resolvedMs)).toBe(60 + 19 * 150 + 30);
  });

  it('is followed by another if a pod is impacted after the calm', () => {
    const episodes = episodesOf(
      [
        [
          [60, 0],
          [60, 0.3],
          [300, 0],
          [60, 0.2],
          [400, 0],
        ],
      ],
      [action('reboot', 60, 90)],
    );
    expect(episodes.map(({ startedMs }) => sec(startedMs))).toEqual([60, 420]);
  });

  it('is open if the calm is shorter than five minutes when the run ends', () => {
    const [episode] = episodesOf(
      [
        [
          [60, 0],
          [60, 0.3],
          [299, 0],
        ],
      ],
      [action('reboot', 60, 90)],
    );
    expect([episode.resolvedMs, episode.recoveringMs, episode.endedBy]).toEqual([null, null, 'open']);
    const [closed] = episodesOf(
      [
        [
          [60, 0],
          [60, 0.3],
          [300, 0],
        ],
      ],
      [action('reboot', 60, 90)],
    );
    expect(sec(closed.resolvedMs)).toBe(120);
  });

  it('knows when each number of pods, and all of them, were impacted at once', () => {
    const [episode] = episodesOf([
      [
        [100, 0],
        [500, 0.5],
        [600, 0],
      ],
      [
        [200, 0],
        [50, 0.5],
        [950, 0],
      ],
      [
        [300, 0],
        [300, 0.5],
        [600, 0],
      ],
    ]);
    expect(episode.podsImpactedMs.map(sec)).toEqual([100, 200]);
    expect(episode.allPodsMs).toBeNull();
    const [all] = episodesOf([
      [
        [100, 0],
        [500, 0.5],
        [600, 0],
      ],
      [
        [150, 0],
        [450, 0.5],
        [600, 0],
      ],
    ]);
    expect(sec(all.allPodsMs)).toBe(150);
  });

  it('recovers from the second on from which it stays at three quarters of its peak', () => {
    const curve: Pieces = [
      [60, 0],
      [60, 0.8],
      [60, 0.5],
      [60, 0.7],
      [60, 0.6],
      [60, 0.3],
      [600, 0],
    ];
    const [episode] = episodesOf([curve], [action('reboot', 60, 90)]);
    expect(sec(episode.recoveringMs)).toBe(240);
  });

  it('counts its deaths and the session-minutes lost in it', () => {
    const [episode] = episodesOf(
      [
        [
          [60, 0],
          [120, 0.5],
          [600, 0],
        ],
      ],
      [action('reboot', 60, 90)],
      [30_000, 60_000, 179_999, 180_000],
    );
    expect(episode.hostDeaths).toBe(2);
    expect(episode.sessionMinutesLost).toBeCloseTo(600 * 0.5 * 2, 9);
  });

  it('counts the deaths that began it, in the second before they were seen', () => {
    const pieces: Pieces = [
      [60, 0],
      [120, 0.5],
      [600, 0],
    ];
    const deathsOf = (...deathsMs: number[]): number => episodesOf([pieces], [], deathsMs)[0].hostDeaths;
    expect([deathsOf(58_999), deathsOf(59_000), deathsOf(59_500, 60_000)]).toEqual([0, 1, 2]);
  });

  it('is ended by the last thing that was done before it recovered, but not by what made it worse', () => {
    const curve: Pieces = [
      [60, 0],
      [600, 0.8],
      [60, 0.1],
      [600, 0],
    ];
    const done = [
      action('reboot', 59, 90),
      action('more-reboots', 400, 430),
      action('admit', 300, 300, { byResponder: true }),
      action('page', 61, 61, { byResponder: true }),
      action('too-late', 700, 700, { byResponder: true }),
    ];
    expect(episodesOf([curve], done)[0].endedBy).toBe('admit');
    expect(episodesOf([curve], [...done, action('switch', 350, 350, { dropsSessions: false })])[0].endedBy).toBe(
      'switch',
    );
  });
});

const outage = (seconds: number, after = 600): Pieces => [
  [60, 0],
  [seconds, 0.5],
  [after, 0],
];
const reboot = action('reboot', 59, 180);

describe('an outage that outlives its trigger', () => {
  it('is unresolved a quarter of an hour after it', () => {
    const [episode] = episodesOf([outage(30 * MINUTE)], [reboot]);
    expect([episode.outlivesTrigger, sec(episode.triggerEndedMs)]).toEqual([true, 180]);
  });

  it('is not one that is over before, to the second', () => {
    expect(episodesOf([outage(120 + 15 * MINUTE)], [reboot])[0].outlivesTrigger).toBe(false);
    expect(episodesOf([outage(121 + 15 * MINUTE)], [reboot])[0].outlivesTrigger).toBe(true);
  });

  it('is undecided if the run ends sooner', () => {
    const [episode] = episodesOf([outage(10 * MINUTE, 0)], [reboot]);
    expect([episode.outlivesTrigger, episode.resolvedMs]).toEqual([null, null]);
    expect(episodesOf([outage(20 * MINUTE, 0)], [reboot])[0].outlivesTrigger).toBe(true);
    // The calm that has begun by the end of the run may have been the resolution.
    expect(episodesOf([outage(10 * MINUTE, 200)], [reboot])[0].outlivesTrigger).toBeNull();
  });

  it('waits for the last of several actions', () => {
    const more = action('more', 10 * MINUTE, 20 * MINUTE);
    const [episode] = episodesOf([outage(30 * MINUTE)], [reboot, more]);
    expect([episode.outlivesTrigger, sec(episode.triggerEndedMs)]).toEqual([false, 20 * MINUTE]);
  });

  it('is seen before a later action that comes after the quiet quarter of an hour', () => {
    const more = action('more', 20 * MINUTE, 40 * MINUTE);
    const [episode] = episodesOf([outage(45 * MINUTE)], [reboot, more]);
    expect([episode.outlivesTrigger, sec(episode.triggerEndedMs)]).toEqual([true, 180]);
  });

  it('is not looked for in what responders do', () => {
    const [episode] = episodesOf(
      [outage(25 * MINUTE)],
      [reboot, action('fix', 10 * MINUTE, 24 * MINUTE, { byResponder: true })],
    );
    expect([episode.outlivesTrigger, sec(episode.triggerEndedMs)]).toEqual([true, 180]);
  });

  it('is undecided while an action goes on', () => {
    const [episode] = episodesOf([outage(40 * MINUTE, 0)], [action('endless', 59, Infinity)]);
    expect([episode.outlivesTrigger, episode.triggerEndedMs]).toEqual([null, null]);
  });

  it('is none that no action began: there was nothing to outlive', () => {
    const [episode] = episodesOf([outage(20 * MINUTE)]);
    expect([episode.outlivesTrigger, episode.triggerEndedMs]).toEqual([false, null]);
    expect(episodesOf([outage(20 * MINUTE, 0)])[0].outlivesTrigger).toBe(false);
  });
});

describe('metastability', () => {
  const stretches: (readonly [number, number])[] = [];
  /** Which stretches are looked at, in seconds, and what is made of them. */
  const judged = (
    pieces: Pieces,
    actions: readonly EpisodeAction[],
    sustaining: Sustaining | ((fromSec: number, untilSec: number) => Sustaining),
  ): [boolean | null, boolean] => {
    stretches.length = 0;
    const [{ metastable, isEasing }] = episodesOf([pieces], actions, [], (fromMs, untilMs) => {
      stretches.push([fromMs / 1000, untilMs / 1000]);
      return typeof sustaining === 'string' ? sustaining : sustaining(fromMs / 1000, untilMs / 1000);
    });
    return [metastable, isEasing];
  };
  const AFTER = 15 * MINUTE;

  it('is an overload that sustains itself as the run ends, and nothing that comes back in order', () => {
    expect(judged(outage(30 * MINUTE, 0), [reboot], 'sustained')).toEqual([true, false]);
    expect(stretches).toEqual([[59 + 30 * MINUTE - AFTER, 59 + 30 * MINUTE]]);
    expect(judged(outage(30 * MINUTE, 0), [reboot], 'orderly')).toEqual([false, false]);
  });

  it('is undecided while it eases, and until it has lasted for so long after its trigger', () => {
    expect(judged(outage(30 * MINUTE, 0), [reboot], 'easing')).toEqual([null, true]);
    expect(judged(outage(16 * MINUTE, 0), [reboot], 'sustained')).toEqual([null, false]);
    expect(stretches).toEqual([]);
    expect(judged(outage(17 * MINUTE + 1, 0), [reboot], 'sustained')).toEqual([true, false]);
  });

  it('would stay so though it may be recovering as the run ends, if it had sustained itself until then', () => {
    const outlasts = (pieces: Pieces): boolean => episodesOf([pieces], [reboot])[0].outlastsTurn;
    const down = (minutes: number, share: number): readonly [number, number] => [minutes * MINUTE, share];
    const [calm, tail] = [[60, 0] as const, down(2, 0.5)];
    expect(outlasts([calm, down(30, 0.9)])).toBe(true);
    expect(outlasts([calm, down(30, 0.9), tail])).toBe(true);
    // It turned after sixteen minutes, of which the trigger took two.
    expect(outlasts([calm, down(16, 0.9), tail])).toBe(false);
    expect(episodesOf([[calm, down(16, 0.9), tail]], [reboot])[0].metastable).toBe(true);
  });

  it('is seen before whatever somebody did about it, though that ended it', () => {
    const fix = action('fix', 30 * MINUTE, 31 * MINUTE, { byResponder: true });
    const until30 = (_: number, untilSec: number): Sustaining => (untilSec <= 30 * MINUTE ? 'sustained' : 'orderly');
    expect(judged(outage(35 * MINUTE), [reboot, fix], until30)).toEqual([true, false]);
    expect(stretches[0]).toEqual([15 * MINUTE, 30 * MINUTE]);
  });

  it('is not seen before what was done too soon to tell', () => {
    const fix = action('fix', 17 * MINUTE, 18 * MINUTE, { byResponder: true });
    expect(
      judged(outage(25 * MINUTE), [reboot, fix], (_, untilSec) => (untilSec <= 17 * MINUTE ? 'sustained' : 'easing')),
    ).toEqual([false, false]);
  });

  it('is one that luck ends, but not one that eased until it was over', () => {
    expect(judged(outage(30 * MINUTE), [reboot], 'sustained')).toEqual([true, false]);
    expect(stretches).toEqual([[60 + 30 * MINUTE - AFTER, 60 + 30 * MINUTE]]);
    expect(judged(outage(30 * MINUTE), [reboot], 'easing')).toEqual([false, false]);
    // So far as the run shows, where its calm is too short to resolve it.
    expect(judged(outage(30 * MINUTE, 100), [reboot], 'sustained')).toEqual([true, false]);
    expect(judged(outage(30 * MINUTE, 100), [reboot], 'easing')).toEqual([null, false]);
  });

  it('looks only where the timeline has been quiet for so long', () => {
    const more = action('more', 20 * MINUTE, 40 * MINUTE);
    expect(judged(outage(50 * MINUTE, 0), [reboot, more], 'sustained')).toEqual([true, false]);
    expect(stretches).toEqual([[5 * MINUTE, 20 * MINUTE]]);
    const sooner = action('more', 10 * MINUTE, 40 * MINUTE);
    expect(judged(outage(50 * MINUTE, 0), [reboot, sooner], 'sustained')).toEqual([null, false]);
    expect(stretches).toEqual([]);
  });

  it('needs no trigger', () => {
    expect(judged(outage(20 * MINUTE, 0), [], 'sustained')).toEqual([true, false]);
    expect(judged(outage(10 * MINUTE), [], 'sustained')).toEqual([false, false]);
  });
});

// A host's load, stretch, memory and stalls by their formulas, and which of its states mean what.
import { describe, expect, it } from 'vitest';
import type { Attempts } from '../../src/model/state/attempts.ts';
import { Host } from '../../src/model/state/host.ts';
import { compileTier } from '../../src/model/state/tier-rules.ts';
import { hostStates } from '../../src/model/state/vocabulary.ts';
import { scenarioOf } from '../small-scenario.ts';
import { tier } from './run-log.ts';

/** When the attempt at the head of the line came. */
const HEAD_CAME_MS = 700;
const attempts = { enteredMs: () => HEAD_CAME_MS } as unknown as Attempts;

function hostOf(fields: Readonly<Record<string, unknown>> = {}, place: Readonly<Record<string, number>> = {}): Host {
  const { tiers, products } = scenarioOf({ tiers: [tier(fields)] });
  return new Host(
    { index: 3, tier: 1, pod: 2, number: 4, label: 'p3/api/5', ...place },
    compileTier(tiers[0], products),
    attempts,
  );
}

describe('a host', () => {
  it('is where it was put, up since the start, with nothing on it', () => {
    const {
      index,
      tier: tierIndex,
      pod,
      number,
      label,
      isUp,
      isAlive,
      isKnown,
      queueLength,
      busy,
      sessions,
      stall: { frozenSinceMs },
    } = hostOf();
    expect({ index, tierIndex, pod, number, label }).toEqual({
      index: 3,
      tierIndex: 1,
      pod: 2,
      number: 4,
      label: 'p3/api/5',
    });
    expect([isUp, isAlive, isKnown, queueLength, busy, sessions, frozenSinceMs]).toEqual([
      true,
      true,
      true,
      0,
      0,
      0,
      Infinity,
    ]);
  });

  it('has luck of its own, among all hosts of all pods and tiers', () => {
    const keys = [0, 1, 2].flatMap((tierIndex) =>
      [-1, 0, 1, 99].flatMap((pod) =>
        [0, 1, 9999].map((number) => hostOf({}, { tier: tierIndex, pod, number }).luckKey),
      ),
    );
    expect(new Set(keys).size).toBe(36);
    expect(keys.every((key) => Number.isSafeInteger(key) && key >= 0)).toBe(true);
  });

  it('is of its tier, alive, up or known to be in service by its state', () => {
    const are = (what: 'isUp' | 'isAlive' | 'isInTier' | 'isKnown', leaving = false): string[] =>
      hostStates.filter((_, state) => {
        const host = hostOf();
        host.state = state;
        host.times.isLeaving = leaving;
        return host[what];
      });
    expect(are('isUp')).toEqual(['up', 'warming']);
    expect(are('isAlive')).toEqual(['up', 'warming', 'paused', 'draining']);
    expect(are('isInTier')).toEqual(['up', 'warming', 'paused', 'draining', 'rebooting', 'down']);
    expect(are('isKnown')).toEqual(['up', 'warming', 'paused', 'rebooting', 'down']);
    expect(are('isKnown', true)).toEqual([]);
  });
});

describe('the background load', () => {
  it('is the sessions’ share of a full load, and the work of the last second’s refusals per slot', () => {
    const host = hostOf({ sessionsAtFullLoad: 40, refusalWork: '20ms', parallelism: 4 });
    host.sessions = 10;
    expect(host.backgroundLoad()).toBe(0.25);
    host.refusals.lastSecond = 60;
    // 60 · 20 ms of 4 · 1000 ms.
    expect(host.backgroundLoad()).toBeCloseTo(0.25 + 0.3, 12);
  });

  it('stretches a service by 1/(1 − u), u being 0.99 at the most', () => {
    const host = hostOf({ sessionsAtFullLoad: 40 });
    const stretched = [0, 20, 30, 40, 400].map((sessions) => {
      host.sessions = sessions;
      return host.stretch(1000);
    });
    [1, 2, 4, 100, 100].forEach((factor, i) => expect(stretched[i]).toBeCloseTo(factor, 9));
  });

  it('stretches it further while the host warms up, less and less', () => {
    const host = hostOf({ sessionsAtFullLoad: 40, warmUp: { factor: 3, for: '20s' } });
    host.warmUntilMs = 50_000;
    expect([30_000, 40_000, 45_000, 50_000, 60_000].map((nowMs) => host.stretch(nowMs))).toEqual([3, 2, 1.5, 1, 1]);
    host.sessions = 20;
    expect(host.stretch(40_000)).toBe(4);
  });
});

describe('memory', () => {
  it('runs out when sessions and open attempts need more than there is', () => {
    const host = hostOf({ memory: { limit: 50, perSession: 2, perAttempt: 10 } });
    host.sessions = 10;
    host.openCount = 3;
    expect(host.isOutOfMemory).toBe(false);
    host.sessions = 11;
    expect(host.isOutOfMemory).toBe(true);
    host.sessions = 0;
    host.openCount = 6;
    expect(host.isOutOfMemory).toBe(true);
  });

  it('without a limit never does', () => {
    const host = hostOf();
    host.sessions = 1e9;
    expect(host.isOutOfMemory).toBe(false);
  });
});

describe('a stall', () => {
  it('is none while nobody waits, unless the host is frozen', () => {
    const host = hostOf();
    expect(host.stalledSinceMs(attempts)).toBe(Infinity);
    host.stall.frozenSinceMs = 400;
    expect(host.stalledSinceMs(attempts)).toBe(400);
  });

  it('of a host that serves the oldest lasts since that came', () => {
    const host = hostOf();
    host.queueLength = 1;
    host.stall.lastStartMs = 900;
    expect([host.stallRule, host.stalledSinceMs(attempts)]).toEqual(['oldest-first', HEAD_CAME_MS]);
    host.stall.frozenSinceMs = 400;
    expect(host.stalledSinceMs(attempts)).toBe(400);
  });

  it.each([{ queue: { discipline: 'lifo' } }, { resumedFirst: true }])(
    'of another lasts since a service began, or since somebody waits: %j',
    (fields) => {
      const host = hostOf(fields);
      host.queueLength = 1;
      host.stall.queueSinceMs = 300;
      host.stall.lastStartMs = 200;
      expect([host.stallRule, host.stalledSinceMs(attempts)]).toEqual(['since-last-start', 300]);
      host.stall.lastStartMs = 900;
      expect(host.stalledSinceMs(attempts)).toBe(900);
    },
  );
});

describe('disciplines', () => {
  it('are new after a boot, for both lines, and those of the rules', () => {
    const host = hostOf();
    const before = [host.line.discipline, host.resumedLine.discipline];
    host.rules = hostOf({ queue: { discipline: 'lifo' } }).rules;
    host.renewDisciplines();
    expect([host.line, host.resumedLine].map(({ discipline }) => discipline.stall)).toEqual([
      'since-last-start',
      'since-last-start',
    ]);
    expect(before.map(({ stall }) => stall)).toEqual(['oldest-first', 'oldest-first']);
    expect(host.line.discipline).not.toBe(host.resumedLine.discipline);
  });
});

// The recorder, told by hand what a model would tell it.
import { describe, expect, it } from 'vitest';
import { SimulationError } from '../../src/engine/simulation-error.ts';
import { allValues, metricValue } from '../../src/metrics/catalogue.ts';
import { endedRun } from '../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import {
  AttemptEnd,
  DeathCause,
  DropCause,
  HostState,
  RejectReason,
  ServiceFor,
  Session,
} from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { blankScenario, FakeFleet } from './fake-fleet.ts';

function begun(fleet: FakeFleet, changes: Partial<Scenario> = {}): MetricsRecorder {
  const recorder = new MetricsRecorder(blankScenario(fleet, changes));
  recorder.begin(fleet);
  recorder.sample(0);
  return recorder;
}

/** Samples each second from `fromSec` until `toSec`, both included. */
function sampleThrough(recorder: MetricsRecorder, fromSec: number, toSec: number): void {
  for (let second = fromSec; second <= toSec; second++) recorder.sample(second * 1000);
}

function values(recorder: MetricsRecorder, endMs: number): Record<string, number> {
  recorder.end(endMs);
  return allValues(endedRun(recorder));
}

const noParents = new Map<number, number>();

describe('the size of the outage', () => {
  it('is the exact integral of the disconnected, not that of the samples', () => {
    const fleet = new FakeFleet(1, 100);
    const recorder = begun(fleet);
    // Ten drop at 250 ms; four are back at 600 ms: within one second.
    fleet.move(0, Session.connected, Session.waiting, 10);
    for (let i = 0; i < 10; i++) recorder.dropped(250, 0, DropCause.ambient, 0);
    fleet.move(0, Session.waiting, Session.connected, 4);
    for (let i = 0; i < 4; i++) recorder.connected(600, 0, 100, 350, 0, 0);
    sampleThrough(recorder, 1, 2);
    fleet.move(0, Session.waiting, Session.connected, 6);
    for (let i = 0; i < 6; i++) recorder.connected(2500, 0, 100, 2250, 0, 0);
    sampleThrough(recorder, 3, 4);
    expect(values(recorder, 4000).sessionMinutesLost).toBeCloseTo((10 * 350 + 6 * 1900) / 60_000, 12);
  });

  it('takes out the disconnected that leave, but not the connected', () => {
    const fleet = new FakeFleet(2, 100);
    const recorder = begun(fleet);
    fleet.move(1, Session.connected, Session.waiting, 2);
    for (let i = 0; i < 2; i++) recorder.dropped(100, 1, DropCause.ambient, 0);
    fleet.move(1, Session.waiting, Session.gone);
    recorder.left(300, 1);
    fleet.move(1, Session.connected, Session.gone);
    recorder.left(500, 1);
    sampleThrough(recorder, 1, 1);
    expect(values(recorder, 1000).sessionMinutesLost).toBeCloseTo((2 * 200 + 700) / 60_000, 12);
  });

  it('counts arrivals until they are connected', () => {
    const fleet = new FakeFleet(1, 0);
    const recorder = begun(fleet);
    fleet.admitted++;
    fleet.counts[0][Session.connecting]++;
    recorder.arrived(400, 0);
    fleet.move(0, Session.connecting, Session.connected);
    recorder.connected(900, 0, 500, -1, 0, 0);
    const all = (sampleThrough(recorder, 1, 1), values(recorder, 1000));
    expect([all.sessionMinutesLost, all.arrivals, all['connectTime.p50'], all['reconnectTime.p50']]).toEqual([
      500 / 60_000,
      1,
      500,
      NaN,
    ]);
  });
});

describe('conservation', () => {
  it('is checked at every sample', () => {
    const fleet = new FakeFleet(2, 10);
    const recorder = begun(fleet);
    fleet.counts[1][Session.waiting]++;
    expect(() => recorder.sample(1000)).toThrow(SimulationError);
    expect(() => new FakeFleet(1, 1) && begunWithLostSession()).toThrow(/sum to 9 at 0 ms, but 10 were admitted/);
  });

  function begunWithLostSession(): void {
    const fleet = new FakeFleet(1, 10);
    fleet.counts[0][Session.connected]--;
    begun(fleet);
  }

  it('refuses samples that are not one second apart', () => {
    const recorder = begun(new FakeFleet(1, 10));
    expect(() => recorder.sample(2000)).toThrow(/a sample at 2000 ms, expected at 1000 ms/);
  });
});

describe('a tier', () => {
  function served(): MetricsRecorder {
    const recorder = begun(new FakeFleet(1, 0));
    recorder.enteredTier(0, 0);
    recorder.serviceBegan(0, 0, 0);
    recorder.enteredTier(100, 0);
    recorder.leftTier(400, 0, 400, ServiceFor.client);
    recorder.serviceBegan(400, 0, 300);
    recorder.abandonedInService(500, 0);
    recorder.leftTier(600, 0, 500, ServiceFor.nobody);
    recorder.enteredTier(600, 0);
    recorder.abandonedInQueue(650, 0, 600);
    recorder.abandonedDiscarded();
    recorder.leftTier(700, 0, 100, ServiceFor.none);
    recorder.enteredTier(800, 0);
    sampleThrough(recorder, 1, 2);
    return recorder;
  }

  it('has its attempts as an exact mean over time', () => {
    // 400 + 500 + 100 ms, and one from 800 ms to the end.
    expect(values(served(), 2000)['openAttempts.front']).toBeCloseTo((400 + 500 + 100 + 1200) / 2000, 12);
  });

  it('tells who waited, who was too late, and what work was for nobody', () => {
    const all = values(served(), 2000);
    expect(all['waitedFraction.front']).toBe(1 / 2);
    expect(all['abandonedInQueueFraction.front']).toBe(1 / 4);
    expect(all['abandonedWorkFraction.front']).toBeCloseTo(100 / 600, 12);
    expect(all['queueWait.front.mean']).toBe(150);
    expect(all['stay.front.mean']).toBeCloseTo(1000 / 3, 12);
  });

  it('costs the hosts that exist, and is used as far as those that are up are', () => {
    const fleet = new FakeFleet(2, 0);
    const recorder = begun(fleet);
    recorder.enteredTier(0, 0);
    recorder.serviceBegan(0, 0, 0);
    sampleThrough(recorder, 1, 1);
    recorder.leftTier(1500, 0, 1500, ServiceFor.client);
    sampleThrough(recorder, 2, 4);
    fleet.hosts[1].state = HostState.down;
    recorder.hostChanged(4500, 1, HostState.down);
    sampleThrough(recorder, 5, 9);
    fleet.hosts[1].state = HostState.absent;
    recorder.hostChanged(9250, 1, HostState.absent);
    sampleThrough(recorder, 10, 14);
    const all = values(recorder, 15_000);
    expect(all['hostHours.front']).toBeCloseTo((15 + 9.25) / 3600, 12);
    expect(all['utilisation.front']).toBeCloseTo(1.5 / (2 * (15 + 4.5)), 12);
  });

  it('does not serve while its host is paused', () => {
    const recorder = begun(new FakeFleet(1, 0));
    recorder.enteredTier(0, 0);
    recorder.serviceBegan(0, 0, 0);
    recorder.servicePaused(300, 0, false);
    recorder.serviceResumed(1700, 0, true);
    recorder.leftTier(2000, 0, 2000, ServiceFor.nobody);
    sampleThrough(recorder, 1, 2);
    const all = values(recorder, 2000);
    expect(all['abandonedWorkFraction.front']).toBeCloseTo(0.5, 12);
    expect(all['utilisation.front']).toBeCloseTo(0.6 / 4, 12);
  });

  it('is never used by more than all of it, were its parallelism lowered under its services', () => {
    const fleet = new FakeFleet(1, 0);
    fleet.parallelism = 1;
    const recorder = begun(fleet);
    for (let i = 0; i < 3; i++) {
      recorder.enteredTier(0, 0);
      recorder.serviceBegan(0, 0, 0);
    }
    sampleThrough(recorder, 1, 2);
    expect(values(recorder, 2000)['utilisation.front']).toBe(1);
  });
});

describe('the measured window', () => {
  it('leaves out what came before it, of counts, times and integrals alike', () => {
    const fleet = new FakeFleet(1, 100);
    const recorder = begun(fleet, { measure: { fromMs: 10_000, sampleEveryMs: 5000 } });
    fleet.setWaiting(0, 50);
    for (let i = 0; i < 50; i++) recorder.dropped(0, 0, DropCause.reboot, 1);
    recorder.attemptEnded(500, 0, AttemptEnd.rejected, RejectReason.noHost);
    recorder.connected(9999, 0, 7, 9, 0, 0);
    fleet.setWaiting(0, 49);
    recorder.hostDied(9999, 0, DeathCause.liveness);
    sampleThrough(recorder, 1, 10);
    recorder.measureFrom(10_000);
    recorder.attemptEnded(10_000, 0, AttemptEnd.timedOut, -1);
    recorder.attemptEnded(10_000, 0, AttemptEnd.connected, -1);
    recorder.connected(10_000, 0, 100, 200, 0, 0);
    fleet.setWaiting(0, 48);
    sampleThrough(recorder, 11, 20);
    const all = values(recorder, 20_000);
    expect([all.drops, all.attempts, all.rejected, all.hostDeaths]).toEqual([0, 2, 0, 0]);
    expect([all['connectTime.mean'], all.goodput]).toEqual([100, 0.1]);
    expect(all.sessionMinutesLost).toBeCloseTo((48 * 10) / 60, 12);
    // The episode is that of the whole run.
    expect(all.episodes).toBe(1);
  });

  it('begins at its instant, be it off a whole second, for refusals told ahead too', () => {
    const fleet = new FakeFleet(1, 10);
    const recorder = begun(fleet, { measure: { fromMs: 1500, sampleEveryMs: 5000 } });
    for (const atMs of [400, 1499, 1499, 1500, 1999, 2000, 2000]) recorder.refusedAhead(atMs, 0, RejectReason.noHost);
    sampleThrough(recorder, 1, 1);
    recorder.enteredTier(1400, 0);
    recorder.measureFrom(1500);
    // The one came before, and says nothing of those that come.
    recorder.abandonedInQueue(1600, 0, 1400);
    recorder.enteredTier(1700, 0);
    recorder.abandonedInQueue(1800, 0, 1700);
    recorder.enteredTier(1900, 0);
    sampleThrough(recorder, 2, 2);
    const all = values(recorder, 2500);
    expect([all['rejected.noHost'], all.attempts]).toEqual([4, 4]);
    expect(all['abandonedInQueueFraction.front']).toBe(1 / 2);
    expect(all['openAttempts.front']).toBeCloseTo((1000 + 800 + 600) / 1000, 12);
    expect([recorder.counts[0], all.attemptsPerSecondPeak]).toEqual([0, NaN]);
  });

  it('has no value at all if the run was stopped before', () => {
    const figures = (): ReturnType<typeof endedRun> => {
      const recorder = begun(new FakeFleet(1, 10), { measure: { fromMs: 60_000, sampleEveryMs: 5000 } });
      recorder.hostDied(500, 0, DeathCause.crash);
      sampleThrough(recorder, 1, 3);
      recorder.end(3000);
      return endedRun(recorder);
    };
    const { hostDeaths, 'disconnectedFraction.p1': share, sessions, episodes } = allValues(figures());
    expect([hostDeaths, share, sessions, episodes]).toEqual([NaN, NaN, 10, 0]);
    expect(metricValue(figures(), { metric: 'hostDeaths', parts: [], variant: null, atMs: null }).reason).toMatch(
      /^the run ended before the window/,
    );
  });
});

describe('attempts', () => {
  it('are counted by end and reason, and per drop and arrival', () => {
    const fleet = new FakeFleet(1, 100);
    const recorder = begun(fleet);
    for (let i = 0; i < 2; i++) recorder.dropped(10, 0, DropCause.killed, 1);
    for (let i = 0; i < 5; i++)
      recorder.attemptEnded(20, 0, AttemptEnd.rejected, i < 3 ? RejectReason.noHost : RejectReason.queueFull);
    recorder.attemptEnded(30, 0, AttemptEnd.timedOut, -1);
    fleet.setWaiting(0, 2);
    sampleThrough(recorder, 1, 1);
    recorder.attemptEnded(1000, 0, AttemptEnd.open, -1);
    const all = values(recorder, 1000);
    expect([all.attempts, all['attempts.rejected'], all['attempts.open']]).toEqual([7, 5, 1]);
    expect([all['rejected.noHost'], all['rejected.queueFull'], all.rejected]).toEqual([3, 2, 5]);
    expect(all.retryAmplification).toBe(3.5);
  });

  it('are amplified per session that was disconnected when the window began, too', () => {
    const fleet = new FakeFleet(1, 100);
    fleet.setWaiting(0, 3);
    const recorder = begun(fleet);
    recorder.dropped(10, 0, DropCause.ambient, 0);
    fleet.setWaiting(0, 4);
    for (let i = 0; i < 12; i++) recorder.attemptEnded(20, 0, AttemptEnd.rejected, RejectReason.noHost);
    sampleThrough(recorder, 1, 1);
    expect(values(recorder, 1000).retryAmplification).toBe(3);
  });

  it('have their busiest second by when they began, not by when they ended', () => {
    const fleet = new FakeFleet(1, 100);
    const recorder = begun(fleet);
    fleet.counts[0] = [80, 0, 0, 20, 0, 0];
    sampleThrough(recorder, 1, 1);
    fleet.counts[0] = [75, 0, 25, 0, 0, 0];
    for (let i = 0; i < 20; i++) recorder.attemptEnded(1500, 0, AttemptEnd.timedOut, -1);
    for (let i = 0; i < 5; i++) recorder.attemptEnded(1600, 0, AttemptEnd.rejected, 0);
    sampleThrough(recorder, 2, 5);
    const all = values(recorder, 5000);
    expect([all.attemptsPerSecondPeak, all.attemptsPeakAt]).toEqual([20, 0]);
    const { columns } = recorder.rows.series();
    expect([...columns['attemptsPerSec.started']]).toEqual([0, 5]);
    expect([...columns['attemptsPerSec.timedOut']]).toEqual([0, 4]);
  });
});

describe('losses', () => {
  it('say how many drops each drop caused', () => {
    const recorder = begun(new FakeFleet(1, 1000));
    recorder.loss(100, 1, 'action', 'maintenance', noParents);
    for (let i = 0; i < 100; i++) recorder.dropped(100, 0, DropCause.reboot, 1);
    recorder.loss(
      200,
      2,
      'death',
      'p1/front/1',
      new Map([
        [1, 0.75],
        [0, 0.25],
      ]),
    );
    for (let i = 0; i < 80; i++) recorder.dropped(200, 0, DropCause.killed, 2);
    recorder.loss(300, 3, 'stall', 'p1/front/1', new Map([[2, 1]]));
    for (let i = 0; i < 40; i++) recorder.dropped(300, 0, DropCause.keepalive, 3);
    recorder.sample(1000);
    recorder.end(1000);
    expect(recorder.ledger.reproduction('maintenance')).toBeCloseTo(0.6, 12);
    expect(recorder.ledger.reproduction('something-else')).toBeNaN();
    // Followed back through the death, the stall is owed to the maintenance for three quarters.
    expect([...recorder.ledger.losses.at(-1)!.roots]).toEqual([
      ['maintenance', 0.75],
      ['usual traffic', 0.25],
    ]);
  });
});

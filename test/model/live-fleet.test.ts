// A fleet with clients from outside, in simulated time: what becomes of them is what becomes of the simulation's own when
// they come at the same instants; and what hosts do to them is told.
import { describe, expect, it } from 'vitest';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { endedRun } from '../../src/metrics/ended-run.ts';
import { allValues } from '../../src/metrics/catalogue.ts';
import { LiveFleet, type LiveClients } from '../../src/model/live-fleet.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { DropCause, dropCauses, rejectReasons } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../small-scenario.ts';

/** Notes down what is told, with its instant. */
class Told implements LiveClients {
  readonly lines: string[] = [];
  readonly on = new Set<number>();
  clock: () => number = () => 0;

  private note(text: string): void {
    this.lines.push(`${Math.round(this.clock())} ${text}`);
  }
  opened(session: number): void {
    this.note(`${session} opened`);
  }
  connected(session: number): void {
    this.on.add(session);
    this.note(`${session} connected`);
  }
  rejected(session: number, reason: number, hintMs: number): void {
    this.note(`${session} rejected ${rejectReasons[reason]}${hintMs > 0 ? ` for ${hintMs}` : ''}`);
  }
  reset(session: number): void {
    this.note(`${session} reset`);
  }
  dropped(session: number, cause: number): void {
    this.on.delete(session);
    this.note(`${session} dropped ${dropCauses[cause]}`);
  }
  vanished(session: number): void {
    this.on.delete(session);
    this.note(`${session} vanished`);
  }
}

function open(scenario: Scenario, seed = 'live'): { live: LiveFleet; told: Told; recorder: MetricsRecorder } {
  const told = new Told();
  const recorder = new MetricsRecorder(scenario);
  const live = new LiveFleet(scenario, { seed, recorder, clients: told });
  told.clock = () => live.simulation.nowMs;
  return { live, told, recorder };
}

function runTo(live: LiveFleet, untilMs: number): void {
  live.simulation.run(untilMs);
}

function come(live: LiveFleet): number {
  const session = live.admit(0, 0);
  live.attempt(session);
  return session;
}

const gateway = { name: 'gateway', hosts: 2, parallelism: 1, serviceTime: '100ms', holdsSessions: true, boot: '5s' };
const at = (seconds: number): string => `${seconds}s`;

describe('a fleet with clients from outside', () => {
  it.each([
    ['a queue with a limit', { queue: { limit: 4 } }],
    ['a line without one, served from its end', { queue: { discipline: 'lifo' } }],
    ['an admission gate', { admission: { policy: 'token-bucket', rate: '12/s', burst: 3 } }],
    ['sessions that cost', { sessionsAtFullLoad: 400 }],
  ])('treats them as the simulation treats its own, with %s', (_, fields) => {
    // 25 a second at regular instants come to hosts that serve some 20: each comes once, and waits for as long as it takes.
    const scenario = scenarioOf({
      clock: { date: '2026-01-01', from: '00:00', to: '30s' },
      // No service ends at the instant of an arrival: which of both would be first is nobody's to say.
      tiers: [{ ...gateway, serviceTime: '97.31ms', ...fields }],
      products: [{ name: 'chat', sessions: 0, arrivals: { rate: '25/s', process: 'constant' } }],
      clients: [
        {
          name: 'current',
          backoff: { policy: 'fixed', delay: '1s' },
          connectTimeout: 'none',
          giveUp: { after: 1, then: 'leave' },
        },
      ],
      networkDelay: '1ms',
    });
    const own = new MetricsRecorder(scenario);
    const simulation = new Simulation(scenario, { seed: 'live', recorder: own });
    simulation.run(30_000);
    simulation.finish();
    const { live, recorder } = open(scenario);
    // An attempt begins a network delay before it arrives.
    for (let n = 1; n * 40 + 1 < 30_000; n++) {
      runTo(live, n * 40 + 1);
      come(live);
    }
    runTo(live, 30_000);
    live.simulation.finish();
    const [expected, found] = [own, recorder].map((one) => allValues(endedRun(one)));
    expect(expected.attempts).toBe(749);
    const names = Object.keys(expected).filter((name) =>
      /^(attempts|rejected|stay|queueWait|hostDeaths|goodput|utilisation|abandoned\w+)(\.|$)/.test(name),
    );
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) expect([name, found[name]]).toEqual([name, expected[name]]);
  });

  it('lets hosts die of them, by the probes that the scenario has', () => {
    const liveness = { every: '1s', timeout: '500ms', failures: 2, answered: 'in-queue' };
    const { live, told, recorder } = open(scenarioOf({ tiers: [{ ...gateway, hosts: 1, liveness }] }));
    runTo(live, 1000);
    for (let n = 0; n < 50; n++) come(live);
    runTo(live, 20_000);
    live.simulation.finish();
    expect(allValues(endedRun(recorder))).toMatchObject({ 'hostDeaths.liveness': 1 });
    const ends = told.lines.map((line) => line.replace(/^\d+ \d+ /, ''));
    const killed = ends.filter((end) => end === 'dropped killed').length;
    expect(killed).toBeGreaterThan(5);
    expect(ends.filter((end) => end === 'connected').length).toBe(killed);
    expect(ends.filter((end) => end === 'reset').length).toBe(50 - killed);
  });

  it('tells what its hosts do to them', () => {
    const scenario = scenarioOf({
      tiers: [{ ...gateway, queue: { limit: 1 }, retryAfter: { delay: '3s' } }],
      timeline: [
        { name: 'one', at: at(2), action: 'crash', target: { tier: 'gateway', hosts: [1] } },
        { name: 'two', at: at(3), action: 'reboot', target: { tier: 'gateway', hosts: [2] } },
      ],
    });
    const { live, told } = open(scenario);
    runTo(live, 1000);
    for (let n = 0; n < 5; n++) come(live);
    runTo(live, 2950);
    come(live);
    runTo(live, 4000);
    come(live);
    expect(told.lines).toEqual([
      '1000 4 rejected queueFull for 3000',
      '1100 0 connected',
      '1100 1 connected',
      '1200 2 connected',
      '1200 3 connected',
      '2000 2 vanished',
      '2000 0 vanished',
      '3000 5 reset',
      '3000 3 dropped reboot',
      '3000 1 dropped reboot',
      '4000 6 rejected noHost',
    ]);
  });

  it('forgets who has left, and works for nobody then', () => {
    const scenario = scenarioOf({ tiers: [{ ...gateway, hosts: 1 }] });
    const { live, told, recorder } = open(scenario);
    runTo(live, 1000);
    const [served, waits] = [come(live), come(live)];
    runTo(live, 1050);
    live.leave(waits);
    live.forget(waits);
    const next = come(live);
    expect(next).toBe(waits);
    runTo(live, 1500);
    live.leave(served);
    expect(told.lines).toEqual(['1100 0 connected', '1300 1 connected']);
    live.simulation.finish();
    const values = allValues(endedRun(recorder));
    expect(values).toMatchObject({ attempts: 3, 'attempts.connected': 2, 'attempts.timedOut': 1 });
    expect(values.abandonedWorkFraction).toBeCloseTo(1 / 3, 9);
    expect(live.simulation.fleet.hostSessions(0)).toBe(1);
  });

  it('knows when a host has answered a ping: beside its queue, behind it, and not while it stands still', () => {
    const times = (keepalives: string): (number | null)[] => {
      const scenario = scenarioOf({
        tiers: [{ ...gateway, hosts: 1, keepalives }],
        timeline: [{ name: 'gap', at: at(5), action: 'pause', target: { tier: 'gateway' }, for: '2s' }],
      });
      const { live } = open(scenario);
      runTo(live, 1000);
      const session = come(live);
      runTo(live, 2000);
      // Ten wait for a second in all; a ping that comes amid them, and one that comes during the pause.
      for (let n = 0; n < 10; n++) come(live);
      return [2010, 5500].map((askedMs) => {
        for (let nowMs = askedMs; nowMs < 9000; nowMs += 10) {
          runTo(live, Math.max(nowMs, live.simulation.nowMs));
          if (live.hasAnswered(session, askedMs)) return nowMs;
        }
        return null;
      });
    };
    expect(times('aside')).toEqual([2010, 7010]);
    expect(times('in-queue')).toEqual([2910, 7010]);
  });

  it('closes connections of a host that drains one after the other, none of those that have left', () => {
    const scenario = scenarioOf({
      tiers: [{ ...gateway, hosts: 1, serviceTime: '1ms' }],
      timeline: [
        {
          name: 'drained',
          at: at(10),
          action: 'reboot',
          target: { tier: 'gateway' },
          order: { policy: 'rolling', batch: 1, interval: '1s', drain: '20s' },
        },
      ],
    });
    const { live, told } = open(scenario);
    const all = Array.from({ length: 40 }, (_, n) => {
      runTo(live, 100 + 10 * n);
      return come(live);
    });
    runTo(live, 15_000);
    const left = all.find((session) => told.on.has(session))!;
    live.leave(left);
    live.forget(left);
    runTo(live, 40_000);
    const ends = told.lines.filter((line) => line.includes('dropped'));
    expect(ends.every((line) => line.endsWith(`dropped ${dropCauses[DropCause.drain]}`))).toBe(true);
    expect(ends).toHaveLength(39);
    expect(new Set(ends.map((line) => line.split(' ')[0])).size).toBeGreaterThan(30);
  });

  it('closes connections that reach the age of a tier, those that an action closes, and none of those that have left', () => {
    const timeline = [{ name: 'c', at: '2s', action: 'close-connections', target: { tier: 'gateway', hosts: [2] } }];
    const { live, told } = open(scenarioOf({ tiers: [{ ...gateway, maxAge: '10s' }], timeline, networkDelay: '1ms' }));
    const [first, second, third] = [come(live), come(live), come(live)];
    runTo(live, 1000);
    live.leave(third);
    runTo(live, 60_000);
    expect(told.lines.filter((line) => line.includes('dropped'))).toEqual([
      `2000 ${second} dropped closed`,
      `10100 ${first} dropped age`,
    ]);
  });

  it('opens transports before it answers, where a tier does', () => {
    const { live, told } = open(scenarioOf({ tiers: [{ ...gateway, opensTransport: 'aside' }], networkDelay: '1ms' }));
    const session = come(live);
    runTo(live, 1000);
    expect(told.lines).toEqual([`0 ${session} opened`, `102 ${session} connected`]);
  });

  it('knows who comes back, if it is told: a lost session is resumed, and what it left behind is in its way', () => {
    const tier = { ...gateway, hosts: 1, resumedWork: 0.1, boot: '1s' };
    const clients = [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, resumesFor: '10s' }];
    const gone = { name: 'gone', at: at(2), action: 'crash', target: { tier: 'gateway' } };
    const ends = (registry: object): string[] => {
      const { live, told } = open(scenarioOf({ tiers: [{ ...tier, ...registry }], clients, timeline: [gone] }));
      runTo(live, 1000);
      const session = come(live);
      for (const nowMs of [4000, 8000, 30_000]) {
        runTo(live, nowMs);
        live.attempt(session);
        runTo(live, nowMs + 500);
        live.leave(session);
      }
      return told.lines;
    };
    expect(ends({})).toEqual(['1100 0 connected', '2000 0 vanished', '4010 0 connected', '8010 0 connected', '30100 0 connected']); // prettier-ignore
    expect(ends({ registry: { expires: '5s' } })).toEqual(['1100 0 connected', '2000 0 vanished', '4010 0 rejected staleRegistration', '8010 0 connected', '30100 0 connected']); // prettier-ignore
  });

  it('leaves to the clients what actions would do to them', () => {
    const scenario = scenarioOf({
      tiers: [gateway],
      clients: [
        { name: 'current', share: 1, backoff: { policy: 'fixed', delay: '1s' } },
        { name: 'next', backoff: { policy: 'fixed', delay: '5s' }, share: 0 },
      ],
      timeline: [
        { name: 'fix', at: at(2), action: 'deploy', client: 'next', reload: true },
        { name: 'cut', after: 'fix', action: 'lose-network', for: '10s' },
        { name: 'more', at: at(2), action: 'add-arrivals', product: 'chat', rate: '50/s', for: '10s' },
      ],
    });
    const { live, told, recorder } = open(scenario);
    come(live);
    runTo(live, 30_000);
    expect(told.lines).toEqual(['100 0 connected']);
    const begun = recorder.happenings.flatMap((one) => (one.kind === 'action' && !one.done ? [one.name] : []));
    expect(begun).toEqual(['fix', 'more', 'cut']);
    expect(live.simulation.attemptCount).toBe(1);
  });
});

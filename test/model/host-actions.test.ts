// Actions upon hosts that are not simply up: pausing, draining, booting, warming, or on their way out of the tier.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, wide, type RunLog } from './run-log.ts';

const run = (
  timeline: readonly unknown[],
  fields: Readonly<Record<string, unknown>> = {},
  look?: Parameters<typeof runLog>[1],
): RunLog =>
  runLog(
    {
      clock: seconds(120),
      tiers: [wide(fields)],
      products: [{ name: 'chat', sessions: 10 }],
      clients: [client()],
      timeline,
    },
    look,
  );
const at = (
  second: number,
  action: string,
  fields: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  name: `${action}-${second}`,
  at: `${second}s`,
  action,
  target: { tier: 'api' },
  ...fields,
});
const scale = (second: number, hosts: number, drain: string): Record<string, unknown> => ({
  name: `scale-${second}`,
  at: `${second}s`,
  action: 'scale',
  tier: 'api',
  hosts,
  drain,
});
const rolling = (drain: string): Record<string, unknown> => ({
  order: { policy: 'rolling', batch: 1, interval: '1s', drain },
});

/** When each host was what, in seconds. */
const states = (log: RunLog): (readonly [second: number, state: string])[] =>
  log.hosts.map(({ atMs, state }) => [atMs / 1000, state]);
/** When each action was over, in seconds. */
const over = (log: RunLog): Record<string, number> =>
  Object.fromEntries(log.actions.filter(({ done }) => done).map(({ atMs, name }) => [name, atMs / 1000]));

describe('a host that warms up', () => {
  const warmUp = { factor: 2, for: '30s' };

  it('goes on with it after a pause that ends before it is over', () => {
    const log = run([at(10, 'reboot'), at(25, 'pause', { for: '10s' })], { warmUp });
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'warming'],
      [25, 'paused'],
      [35, 'warming'],
      [50, 'up'],
    ]);
  });
  it('is up after a pause in which it would have ended', () => {
    const log = run([at(10, 'reboot'), at(45, 'pause', { for: '10s' })], { warmUp });
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'warming'],
      [45, 'paused'],
      [55, 'up'],
    ]);
  });
  it('begins anew after another reboot, and not twice', () => {
    const log = run([at(10, 'reboot'), at(30, 'reboot')], { warmUp });
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'warming'],
      [30, 'rebooting'],
      [40, 'warming'],
      [70, 'up'],
    ]);
  });
  it('drains like one that is up', () => {
    const log = run([at(10, 'reboot'), at(30, 'reboot', rolling('5s'))], { warmUp });
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'warming'],
      [30, 'draining'],
      [35, 'rebooting'],
      [45, 'warming'],
      [75, 'up'],
    ]);
  });
  it.each([
    { factor: 1, for: '30s' },
    { factor: 2, for: '0s' },
  ])('is up at once where that changes nothing: %j', (nothing) => {
    expect(states(run([at(10, 'reboot')], { warmUp: nothing }))).toEqual([
      [10, 'rebooting'],
      [20, 'up'],
    ]);
  });
});

describe('a host that is down', () => {
  it('boots once, and what reboots it again only waits for that', () => {
    const log = run([at(10, 'reboot'), at(15, 'reboot')]);
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'up'],
    ]);
    expect(over(log)).toEqual({ 'reboot-10': 20, 'reboot-15': 20 });
  });
  it('neither crashes nor pauses', () => {
    const log = run([at(10, 'reboot'), at(15, 'crash'), at(16, 'pause', { for: '1s' })]);
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [20, 'up'],
    ]);
    expect(log.deaths).toEqual([]);
    expect([over(log)['crash-15'], over(log)['pause-16']]).toEqual([15, 16]);
  });
  it('and leaves its tier is gone at once, and does not come back', () => {
    const log = run([at(10, 'reboot', { target: { tier: 'api', hosts: [2] } }), scale(15, 1, '5s')], { hosts: 2 });
    expect(states(log)).toEqual([
      [10, 'rebooting'],
      [15, 'absent'],
    ]);
    expect(over(log)).toEqual({ 'reboot-10': 15, 'scale-15': 15 });
  });
});

describe('a paused host', () => {
  it('that crashes or is rebooted does not resume', () => {
    expect(states(run([at(10, 'pause', { for: '30s' }), at(20, 'crash')]))).toEqual([
      [10, 'paused'],
      [20, 'down'],
      [30, 'up'],
    ]);
    expect(states(run([at(10, 'pause', { for: '30s' }), at(20, 'reboot')]))).toEqual([
      [10, 'paused'],
      [20, 'rebooting'],
      [30, 'up'],
    ]);
  });
  it('is not paused again meanwhile', () => {
    const log = run([at(10, 'pause', { for: '30s' }), at(20, 'pause', { for: '5s' })]);
    expect(states(log)).toEqual([
      [10, 'paused'],
      [40, 'up'],
    ]);
    expect(over(log)).toEqual({ 'pause-10': 40, 'pause-20': 20 });
  });
  it('leaves its tier without a drain', () => {
    const log = run([at(10, 'pause', { for: '30s', target: { tier: 'api', hosts: [2] } }), scale(20, 1, '5s')], {
      hosts: 2,
    });
    expect(states(log)).toEqual([
      [10, 'paused'],
      [20, 'absent'],
    ]);
    expect(log.drops).toEqual(Array(5).fill({ atMs: 20_000, pod: 0, cause: 'scale' }));
  });
});

describe('a host that drains', () => {
  it('does not pause, and is rebooted at once by who does not want to wait', () => {
    const log = run([at(10, 'reboot', rolling('30s')), at(15, 'pause', { for: '1s' }), at(20, 'reboot')]);
    expect(states(log)).toEqual([
      [10, 'draining'],
      [20, 'rebooting'],
      [30, 'up'],
    ]);
    expect(over(log)).toEqual({ 'pause-15': 15, 'reboot-10': 30, 'reboot-20': 30 });
  });
  it('to leave its tier does so though it is told to reboot', () => {
    const log = run([scale(10, 1, '20s'), at(15, 'reboot', { target: { tier: 'api', hosts: [2] } })], { hosts: 2 });
    expect(states(log)).toEqual([
      [10, 'draining'],
      [30, 'absent'],
    ]);
    expect(over(log)).toEqual({ 'reboot-15': 30, 'scale-10': 30 });
  });
  it('in no time at all leaves at once', () => {
    const log = run([scale(10, 1, '0s')], { hosts: 2 });
    expect(states(log)).toEqual([[10, 'absent']]);
    expect(log.drops).toEqual(Array(5).fill({ atMs: 10_000, pod: 0, cause: 'scale' }));
    expect(over(log)).toEqual({ 'scale-10': 10 });
  });
});

describe('a host that came into the tier', () => {
  it('dies and boots like those of the start', () => {
    const log = run([scale(10, 2, '0s'), at(40, 'crash')]);
    const added = { ...log, hosts: log.hosts.filter(({ host }) => host === 1) };
    expect(states(added)).toEqual([
      [10, 'rebooting'],
      [20, 'up'],
      [40, 'down'],
      [50, 'up'],
    ]);
    expect(over(log)).toEqual({ 'scale-10': 20, 'crash-40': 50 });
  });
});

describe('liveness probes', () => {
  const liveness = { every: '2s', timeout: '1s', failures: 2, answered: 'in-queue' };
  it('begin anew after each boot, and kill a host that stands still again', () => {
    const pause = (second: number): Record<string, unknown> => at(second, 'pause', { for: '15s' });
    const log = run([pause(20), pause(60)], { liveness });
    expect(log.deaths.map(({ cause }) => cause)).toEqual(['liveness', 'liveness']);
    expect(log.deaths[0].atMs).toBeGreaterThanOrEqual(23_000);
    expect(log.deaths[0].atMs).toBeLessThan(25_000);
    // The probes of the second life have the phase of its beginning.
    expect((log.deaths[1].atMs - log.hosts[2].atMs) % 2000).toBeCloseTo(1000, 6);
    expect(log.deaths[1].atMs).toBeGreaterThanOrEqual(63_000);
    expect(log.deaths[1].atMs).toBeLessThan(65_000);
  });
  it('can be switched on while a host stands still', () => {
    const on = { name: 'on', at: '30s', action: 'set', tier: 'api', change: { liveness } };
    const log = run([at(20, 'pause', { for: '60s' }), on]);
    // Due at 32 s and at 34 s.
    expect(log.deaths).toEqual([{ atMs: 35_000, cause: 'liveness' }]);
  });
  it('go on as they were when something else is changed', () => {
    const other = { name: 'other', at: '22s', action: 'set', tier: 'api', change: { refusalWork: '1ms' } };
    const deathMs = (...more: readonly unknown[]): number =>
      run([at(20, 'pause', { for: '60s' }), ...more], { liveness }).deaths[0].atMs;
    expect(deathMs(other)).toBe(deathMs());
  });
  it('do not look at a host that is down', () => {
    const on = { name: 'on', at: '25s', action: 'set', tier: 'api', change: { liveness } };
    expect(run([at(20, 'crash'), on], { boot: '60s' }).deaths).toEqual([{ atMs: 20_000, cause: 'crash' }]);
  });
  it('kill a host that boots as fast as it can', () => {
    const log = run([at(20, 'pause', { for: '15s' })], { liveness, boot: '100ms' });
    expect(log.hosts.map(({ state }) => state)).toEqual(['paused', 'down', 'up']);
    expect(log.hosts[2].atMs - log.hosts[1].atMs).toBe(100);
  });
});

describe('a standby that joins', () => {
  it('has warmed up long ago', () => {
    const scaling = { policy: 'warm-standby', hosts: 1, after: '10s', every: '10s' };
    const log = run([at(15, 'crash')], { hosts: 1, boot: '200s', warmUp: { factor: 2, for: '30s' }, scaling });
    expect(log.hosts.map(({ atMs, host, state }) => [atMs / 1000, host, state])).toEqual([
      [15, 0, 'down'],
      [30, 1, 'up'],
    ]);
  });
});

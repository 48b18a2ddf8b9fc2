// Zones, and hosts that stay dead: which hosts a zone has as a tier grows and shrinks, what a crash or a kill with
// `bootsAfter` leaves down and `start-hosts` brings back, and that nobody else boots what is meant to stay dead.
import { describe, expect, it } from 'vitest';
import { HostState } from '../../src/model/state/vocabulary.ts';
import type { FleetView } from '../../src/model/state/recorder.ts';
import { client, runLog, seconds, wide, type RunLog } from './run-log.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  readonly log: RunLog;
  /** the numbers, from 1, of the hosts that are up at a second */
  readonly upAt: (second: number) => number[];
}

function run(timeline: readonly Fields[], tier: Fields = {}, fields: Fields = {}): Told {
  const up: number[][] = [];
  const look = (fleet: FleetView, second: number): void => {
    up[second] = Array.from({ length: fleet.hostCount }, (_, host) => host + 1).filter(
      (number) => fleet.hostState(number - 1) <= HostState.warming,
    );
  };
  const log = runLog(
    {
      clock: seconds(200),
      tiers: [wide({ hosts: 7, zones: 3, ...tier })],
      products: [{ name: 'chat', sessions: 14 }],
      clients: [client()],
      timeline,
      ...fields,
    },
    look,
  );
  return { log, upAt: (second) => up[second] };
}

const at = (second: number, action: string, fields: Fields = {}): Fields => ({
  name: `${action}-${second}`,
  at: `${second}s`,
  action,
  target: { tier: 'api', zones: [1] },
  ...fields,
});
const over = ({ log }: Told): Record<string, number> =>
  Object.fromEntries(log.actions.filter(({ done }) => done).map(({ atMs, name }) => [name, atMs / 1000]));

const scale = (hosts: number, second: number): Fields => ({
  name: `scale-${second}`,
  at: `${second}s`,
  action: 'scale',
  tier: 'api',
  hosts,
});

describe('a zone', () => {
  it('has every third host, and a target means those of its zones alone', () => {
    expect(run([at(10, 'kill')]).upAt(15)).toEqual([2, 3, 5, 6]);
    expect(run([at(10, 'kill', { target: { tier: 'api', zones: [2, 3] } })]).upAt(15)).toEqual([1, 4, 7]);
  });

  it('has some of its hosts meant by number, how many, or share', () => {
    const left = (hosts: unknown): number[] =>
      run([at(10, 'kill', { target: { tier: 'api', zones: [1], hosts } })]).upAt(15);
    expect(left([4])).toEqual([1, 2, 3, 5, 6, 7]);
    expect(left(2)).toEqual([2, 3, 5, 6, 7]);
    expect(left('34%')).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('takes in hosts that join by the same rule', () => {
    const scale = { name: 'more', at: '5s', action: 'scale', tier: 'api', hosts: 10 };
    expect(run([scale, at(50, 'kill')]).upAt(55)).toEqual([2, 3, 5, 6, 8, 9]);
  });

  it('is of each pod', () => {
    const { upAt } = run([at(10, 'kill', { target: { tier: 'api', pods: [2], zones: [1] } })], {}, { pods: 2 });
    expect(upAt(15)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13]);
  });
});

describe.each(['crash', 'kill'])('a %s', (action) => {
  it('boots its hosts at once, if nothing else is said', () => {
    const told = run([at(10, action)]);
    expect([told.upAt(19), told.upAt(21)]).toEqual([
      [2, 3, 5, 6],
      [1, 2, 3, 4, 5, 6, 7],
    ]);
    expect(over(told)).toEqual({ [`${action}-10`]: 20 });
  });

  it('boots them after so long, or when they are started before that', () => {
    const told = run([at(10, action, { bootsAfter: '60s' })]);
    expect([told.upAt(79).length, told.upAt(81).length]).toEqual([4, 7]);
    expect(over(told)).toEqual({ [`${action}-10`]: 80 });
    const started = run([at(10, action, { bootsAfter: '60s' }), at(30, 'start-hosts')]);
    expect([started.upAt(39).length, started.upAt(41).length]).toEqual([4, 7]);
    expect(over(started)).toEqual({ [`${action}-10`]: 40, 'start-hosts-30': 40 });
  });

  it('leaves them dead until somebody starts them, and is over at once', () => {
    const told = run([at(10, action, { bootsAfter: 'none' }), at(150, 'start-hosts')]);
    expect([told.upAt(11), told.upAt(159), told.upAt(161)]).toEqual([
      [2, 3, 5, 6],
      [2, 3, 5, 6],
      [1, 2, 3, 4, 5, 6, 7],
    ]);
    expect(over(told)).toEqual({ [`${action}-10`]: 10, 'start-hosts-150': 160 });
  });

  it('keeps down what is down already, and what boots', () => {
    const told = run([at(5, 'reboot'), at(10, action, { bootsAfter: 'none' })]);
    expect(told.upAt(199)).toEqual([2, 3, 5, 6]);
    // The reboot waits for nothing more.
    expect(over(told)).toEqual({ 'reboot-5': 10, [`${action}-10`]: 10 });
    expect(told.log.deaths).toEqual([]);
    const later = run([at(5, 'reboot'), at(10, action, { bootsAfter: '20s' })]);
    expect([later.upAt(39).length, later.upAt(41).length]).toEqual([4, 7]);
  });

  it('shortens no wait that it meets', () => {
    const told = run([at(10, action, { bootsAfter: '100s' }), at(20, action, { bootsAfter: '5s' })]);
    expect([told.upAt(119).length, told.upAt(121).length]).toEqual([4, 7]);
    expect(run([at(10, action, { bootsAfter: 'none' }), at(20, action)]).upAt(199).length).toBe(4);
  });
});

describe('hosts that stay dead', () => {
  const dead = at(10, 'kill', { bootsAfter: 'none' });

  it('are booted by no reboot, no probes and no crash loop', () => {
    const told = run([dead, at(30, 'reboot'), at(40, 'crash')], {
      liveness: { every: '5s', timeout: '1s', failures: 1 },
      crashLoop: { first: '1s', longest: '2s' },
    });
    expect(told.upAt(199)).toEqual([2, 3, 5, 6]);
    expect(over(told)['reboot-30']).toBe(30);
  });

  it('get no hosts beside them while all of their zone is dead', () => {
    // Host 8 is of zone 2, 9 of zone 3; 10 would be of the dead zone, and so it is 11.
    expect(run([dead, scale(10, 50)]).upAt(99)).toEqual([2, 3, 5, 6, 8, 9, 11]);
    // Back again, the zone takes its turn.
    expect(run([dead, at(30, 'start-hosts'), scale(10, 50)]).upAt(99)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // One of its hosts lives: the zone is not out.
    const some = { ...dead, target: { tier: 'api', zones: [1], hosts: 2 } };
    expect(run([some, scale(10, 50)]).upAt(99)).toEqual([2, 3, 5, 6, 7, 8, 9, 10]);
  });

  it('are as lost hosts to an autoscaler, whose new ones go elsewhere', () => {
    const scaling = { policy: 'autoscaler', target: 0.2, min: 1, max: 14, every: '30s', downAfter: '0s' };
    const told = run([dead], { hosts: 10, scaling, sessionsAtFullLoad: 4 });
    const up = told.upAt(199);
    expect(up.length).toBeGreaterThan(6);
    expect(up.filter((number) => number % 3 === 1)).toEqual([]);
  });

  it('keep their zone out when they have left, until it is started', () => {
    const size = { hosts: 3 };
    const last = { target: { tier: 'api', zones: [3] } };
    const gone = [at(10, 'kill', { ...last, bootsAfter: 'none' }), scale(2, 20)];
    // Hosts 4, 5 and 7 are of zones 1, 2 and 1; 6 would be of the dead zone.
    expect(run([...gone, scale(5, 50)], size).upAt(99)).toEqual([1, 2, 4, 5, 7]);
    expect(run([...gone, at(30, 'start-hosts', last), scale(5, 50)], size).upAt(99)).toEqual([1, 2, 4, 5, 6]);
  });

  it('leave with a tier that gets smaller, and do not come back', () => {
    const scale = { name: 'fewer', at: '30s', action: 'scale', tier: 'api', hosts: 6, drain: '0s' };
    expect(run([dead, scale, at(50, 'start-hosts')]).upAt(99)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

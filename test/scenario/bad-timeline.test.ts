// Mistakes in orders, profiles, actions and starts: each is told once, at its place, with what would be right.
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/scenario/problem.ts';
import { problemsOf } from './scenario-text.ts';

const good = { product: 'sessions: 100', start: '{}', order: 'all-at-once', action: 'crash, target: { tier: api }' };

function textOf(change: Partial<typeof good>): string {
  const { product, start, order, action } = { ...good, ...change };
  return `format: 1
name: small
clock: { from: "00:00", to: 10m }
tiers:
  - { name: api, hosts: 4, parallelism: 8, serviceTime: 100ms, queue: { limit: 50 } }
products:
  - { name: chat, ${product} }
clients:
  - { name: current, backoff: none }
start: ${start}
timeline:
  - { name: maintenance, at: 1m, action: reboot, target: { tier: api }, order: ${order} }
  - { name: other, at: 2m, action: ${action} }
`;
}

const profile = (points: string, rest = 'lifetime: { exponential: 40s }'): Partial<typeof good> => ({
  product: `profile: [${points}], ${rest}`,
});
const rise = '{ at: 0s, sessions: 100 }, { at: 5m, sessions: 200 }';

const rows: readonly (readonly [
  what: string,
  change: Partial<typeof good>,
  line: number,
  path: string,
  expected: string,
  hint: string,
])[] = [
  [
    'a profile that goes back in time',
    profile(`${rise}, { at: 4m, sessions: 100 }`),
    7,
    'products.chat.profile.3.at',
    'a later time than the point before',
    '',
  ],
  [
    'a profile that begins later',
    profile('{ at: 1m, sessions: 100 }'),
    7,
    'products.chat.profile.1.at',
    'the first point at the start of the clock',
    'use "0s"',
  ],
  [
    'a profile without a lifetime',
    profile(rise, 'lifetime: none'),
    7,
    'products.chat.lifetime',
    'an exponential lifetime',
    '{ exponential: 40m }',
  ],
  [
    'a profile with another lifetime',
    profile(rise, 'lifetime: 40s'),
    7,
    'products.chat.lifetime',
    'an exponential lifetime',
    '',
  ],
  [
    'a profile that falls too fast',
    profile('{ at: 0s, sessions: 200 }, { at: 10s, sessions: 100 }'),
    7,
    'products.chat.profile.2.sessions',
    'a fall no faster than the lifetimes allow',
    'at least 40s',
  ],
  [
    'a profile that falls to nobody',
    profile('{ at: 0s, sessions: 200 }, { at: 5m, sessions: 0 }'),
    7,
    'products.chat.profile.2.sessions',
    'a fall no faster',
    'never leave nobody',
  ],
  [
    'a profile and sessions',
    profile(rise, 'lifetime: { exponential: 40s }, sessions: 5'),
    7,
    'products.chat.sessions',
    'no `sessions`',
    'begins with',
  ],
  [
    'a profile and arrivals',
    profile(rise, 'lifetime: { exponential: 40s }, arrivals: 5/s'),
    7,
    'products.chat.arrivals',
    'no `arrivals`',
    'add-arrivals',
  ],
  ['a share beyond all', { start: '{ disconnected: 1.5 }' }, 10, 'start.disconnected', 'a fraction', ''],
  [
    'a queue of no tier',
    { start: '{ queued: { apj: 5 } }' },
    10,
    'start.queued.apj',
    'a tier: api',
    'did you mean "api"?',
  ],
  [
    'more in a queue than it holds',
    { start: '{ queued: { api: 51 } }' },
    10,
    'start.queued.api',
    'at most 50',
    'no room',
  ],
  [
    'more hosts down than there are',
    { start: '{ down: { api: 5 } }' },
    10,
    'start.down.api',
    'at most 4',
    'no more hosts',
  ],
  [
    'connected sessions without a host',
    { start: '{ disconnected: 50%, down: { api: 4 } }' },
    10,
    'start.disconnected',
    '1: all are disconnected',
    'no host of api is up',
  ],
  [
    'an abort before the calm',
    { order: '{ policy: rolling, calmBelow: 10%, abortAbove: 5% }' },
    12,
    'timeline.maintenance.order.abortAbove',
    'at least `calmBelow`',
    'before it ever waits',
  ],
  [
    'an abort beyond all',
    { order: '{ policy: by-pod, abortAbove: 200% }' },
    12,
    'timeline.maintenance.order.abortAbove',
    'or none',
    '',
  ],
  [
    'a misspelt none',
    { order: '{ policy: by-pod, calmBelow: non }' },
    12,
    'timeline.maintenance.order.calmBelow',
    'or none',
    'did you mean "none"?',
  ],
  [
    'a network lost by more than all',
    { action: 'lose-network, fraction: 2, for: 1m' },
    13,
    'timeline.other.fraction',
    'a fraction',
    '',
  ],
  [
    'arrivals of no product',
    { action: 'add-arrivals, product: chta, rate: 5/s, for: 1m' },
    13,
    'timeline.other.product',
    'a product: chat',
    'did you mean "chat"?',
  ],
  [
    'arrivals without a unit',
    { action: 'add-arrivals, product: chat, rate: 5, for: 1m' },
    13,
    'timeline.other.rate',
    'a rate',
    'missing unit',
  ],
];

describe('a mistake in what happens to the fleet', () => {
  it('is not in the scenario that the others are made from', () => expect(problemsOf(textOf({}))).toEqual([]));

  it.each(rows)('%s', (_what, change, line, path, expected, hint) => {
    const problems = problemsOf(textOf(change));
    const told = problems.map((problem) => formatProblem(problem)).join('\n');
    expect(
      problems.map((problem) => problem.path),
      told,
    ).toEqual([path]);
    expect(told).toContain(`small.yaml:${line}:`);
    expect(problems[0].expected).toContain(expected);
    expect(problems[0].hint ?? '').toContain(hint);
  });
});

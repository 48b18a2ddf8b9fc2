// Mistakes in what clients do of their own, and in what refusals tell them: each told with its place.
import { describe, expect, it } from 'vitest';
import { changedText, placeOf, problemsOf } from './scenario-text.ts';

const inTier = (fields: string): readonly [string, string] => ['parallelism: 8', `parallelism: 8\n    ${fields}`];
const inClient = (fields: string): readonly [string, string] => ['name: current', `name: current\n    ${fields}`];

/** What is changed, where the problem is (a text in the new file), its path, what was expected and found. */
const rows: readonly (readonly [
  what: string,
  change: readonly [string, string],
  at: string,
  path: string,
  expected: string,
  found: string,
])[] = [
  [
    'a Retry-After longer than the run',
    inTier('retryAfter: { delay: 2h }'),
    '2h',
    'tiers.api.retryAfter.delay',
    "delay + spread within the run's 1h30m",
    '2h',
  ],
  [
    'a Retry-After whose spread leads out of the run',
    inTier('retryAfter: { delay: 1h, spread: 1h }'),
    '1h }',
    'tiers.api.retryAfter.spread',
    "delay + spread within the run's 1h30m",
    '2h',
  ],
  [
    'a Retry-After of nothing',
    inTier('retryAfter: { delay: 0s }'),
    '0s',
    'tiers.api.retryAfter.delay',
    'more than 0s',
    '"0s"',
  ],
  [
    'an unknown rule of Retry-After',
    inClient('retryAfter: honor'),
    'honor',
    'clients.current.retryAfter.policy',
    'one of ignore | honour',
    '"honor"',
  ],
  [
    'more than all of the sessions',
    inClient('retryAfter: { policy: honour, by: "120%" }'),
    '"120%"',
    'clients.current.retryAfter.by',
    'a fraction from 0 to 1',
    '"120%"',
  ],
  [
    'an unknown retry gate',
    inClient('retryGate: circuit-braker'),
    'circuit-braker',
    'clients.current.retryGate.policy',
    'one of none | retry-budget',
    '"circuit-braker"',
  ],
  [
    'a breaker that is always open',
    inClient('retryGate: { policy: circuit-breaker, failures: 0 }'),
    '0 }',
    'clients.current.retryGate.failures',
    'at least 1',
    '0',
  ],
  [
    'throttling of more than is accepted',
    inClient('retryGate: { policy: adaptive-throttling, k: 0.5 }'),
    '0.5',
    'clients.current.retryGate.k',
    'at least 1',
    '0.5',
  ],
  [
    'a person without any patience',
    inClient('impatience: { after: 0s }'),
    '0s',
    'clients.current.impatience.after',
    'a mean of more than 0s',
    '"0s"',
  ],
  [
    'affinity for no attempt',
    inClient('affinity: { attempts: 0 }'),
    '0 }',
    'clients.current.affinity.attempts',
    'at least 1',
    '0',
  ],
];

describe('a mistake in what clients do', () => {
  it.each(rows)('%s is told with its place', (_what, change, at, path, expected, found) => {
    const text = changedText(change);
    const problems = problemsOf(text);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0].expected).toContain(expected);
    expect(problems[0].found).toContain(found);
    expect(`${problems[0].line}:${problems[0].column}`).toBe(placeOf(text, change[1], change[1].indexOf(at)));
  });
});

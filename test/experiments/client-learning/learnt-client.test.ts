// What is read off the attempts of a client whose rules are known, and that it says so where it could not see.
import { describe, expect, it } from 'vitest';
import { effort } from '../../../src/experiments/client-learning/backoff-fit.ts';
import { delaysOf } from '../../../src/experiments/client-learning/delays.ts';
import { learnClient, type LearntClient } from '../../../src/experiments/client-learning/learnt-client.ts';
import { presetBackoffs } from '../../../src/experiments/client-learning/preset-backoffs.ts';
import { roundest, roundestBetween } from '../../../src/experiments/client-learning/round-numbers.ts';
import type { ClientLog, SeenAttempt } from '../../../src/experiments/client-learning/seen-attempts.ts';
import { held, hung, logOf, refused, usualSteps, type Step } from './made-up-delays.ts';

const exponential = { policy: 'exponential', parameters: { base: 1000, cap: 16_000, factor: 2 } };
const dies = (lastsMs: number): Step => ({ treatment: 'die', lastsMs });
const deaths = [dies(100), dies(100), dies(1300), dies(2900), dies(5200)];

function learnt(...logs: readonly ClientLog[]): LearntClient {
  return learnClient(logs, effort.hurried);
}

function field(client: LearntClient, name: string): unknown {
  return client.findings.find((one) => one.field === name)?.value;
}

/** The last attempt, changed. */
function ending(log: ClientLog, change: Partial<SeenAttempt>, more: Partial<ClientLog> = {}): ClientLog {
  const attempts = log.attempts.map((one, i) => (i === log.attempts.length - 1 ? { ...one, ...change } : one));
  return { ...log, attempts, ...more };
}

describe('delays', () => {
  it('are numbered from the last connection that held, and follow failures only', () => {
    const delays = delaysOf(
      logOf({ spec: exponential, seed: 1 }, [held, refused, refused, dies(50), refused, held, refused]),
    );
    expect(delays.map(({ number, isCertain }) => [number, isCertain])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      // After a connection that opened the client may count anew.
      [4, false],
      [5, false],
      [1, true],
    ]);
  });

  it('are not what passes between requests that were answered', () => {
    const answered: Step = { treatment: 'accept', lastsMs: 20, transport: 'http', held: true };
    const request: Step = { ...refused, transport: 'http' };
    const delays = delaysOf(logOf({ spec: exponential, seed: 1 }, [answered, answered, request, request, answered]));
    expect(delays.map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe('how long it waits', () => {
  it('is the time after which attempts that hang are given up, as round as it was set', () => {
    const client = learnt(logOf({ spec: exponential, seed: 1 }, usualSteps));
    expect(field(client, 'connectTimeout')).toBe('4s');
    expect(client.findings[1].seen).toEqual(['4 attempts hung: given up after 4.0 s ± 0.0']);
  });

  it('is a distribution where it scatters', () => {
    const waits = [3000, 3600, 4400, 5000].map((lastsMs): Step => ({ ...hung, lastsMs }));
    const client = learnt(logOf({ spec: exponential, seed: 1 }, [held, refused, ...waits]));
    expect(field(client, 'connectTimeout')).toEqual({ uniform: ['3s', '5s'] });
  });

  it('is for ever after twenty seconds and more, and unknown after less', () => {
    const waits = (lastsMs: number): Step[] => [held, refused, { ...hung, lastsMs, endedBy: 'server' }];
    expect(field(learnt(logOf({ spec: exponential, seed: 1 }, waits(30_000))), 'connectTimeout')).toBe('none');
    expect(field(learnt(logOf({ spec: exponential, seed: 1 }, waits(5000))), 'connectTimeout')).toBe(null);
  });
});

describe('when it counts anew', () => {
  it.each([
    [0, '0s'],
    [5000, '5s'],
    [2000, '2s'],
  ])('a connection of %d ms: %s', (resetAfterMs, written) => {
    const client = learnt(logOf({ spec: exponential, seed: 1, resetAfterMs }, [...usualSteps, ...deaths, refused]));
    expect(field(client, 'resetAfter')).toBe(written);
  });

  it('cannot be seen where the delays do not grow', () => {
    const fixed = { policy: 'fixed', parameters: { delay: 1000, jitter: 0 } };
    const client = learnt(logOf({ spec: fixed, seed: 1 }, [...usualSteps, ...deaths, refused]));
    expect(field(client, 'resetAfter')).toBe(null);
    expect(client.findings[3].seen).toEqual(['not seen: its delays do not tell attempts apart']);
  });
});

describe('what it makes of Retry-After', () => {
  const hints: readonly Step[] = [
    held,
    { ...refused, retryAfterSec: 9 },
    { ...refused, code: 429, retryAfterSec: 14 },
    refused,
  ];

  it('it honours it', () => {
    const client = learnt(logOf({ spec: exponential, seed: 1, honoursHints: true }, [...usualSteps, ...hints]));
    expect(field(client, 'retryAfter')).toBe('honour');
  });

  it('it ignores it', () => {
    const client = learnt(logOf({ spec: exponential, seed: 1 }, [...usualSteps, ...hints]));
    expect(field(client, 'retryAfter')).toBe('ignore');
  });

  it('cannot be seen where its own delay is as long', () => {
    const slow = { policy: 'fixed', parameters: { delay: 20_000, jitter: 0 } };
    expect(field(learnt(logOf({ spec: slow, seed: 1 }, [...usualSteps, ...hints])), 'retryAfter')).toBe(null);
  });
});

describe('when it gives up', () => {
  const log = logOf({ spec: exponential, seed: 1 }, [held, ...Array<Step>(4).fill(refused)]);

  it('is after so many failed attempts, the loss of the connection not being one', () => {
    const client = learnt({ ...log, absences: [{ afterAttempt: 4, forMs: 90_000 }] });
    expect(field(client, 'giveUp')).toEqual({ after: 4 });
  });

  it('is never, as far as was seen, if it went on', () => {
    expect(field(learnt(log), 'giveUp')).toEqual({ after: 'unlimited' });
  });

  it('is for the number of failures, though as many connections that opened were cut', () => {
    const steps = [held, refused, refused, refused, held, dies(50), dies(50), dies(50), refused, held];
    const log = logOf({ spec: exponential, seed: 1 }, steps);
    const attempts = log.attempts.map((one, i) => (i > 3 ? { ...one, page: 1 } : one));
    const client = learnt({ ...log, attempts, absences: [{ afterAttempt: 3, forMs: 90_000 }] });
    expect(field(client, 'giveUp')).toEqual({ after: 3 });
    expect(client.sentAway).toEqual([{ told: 'status 503', cameAgain: true }]);
  });

  it('is not for the number of failures if it bore more of them before: then the status sent it away', () => {
    const steps = [held, ...Array<Step>(4).fill({ treatment: 'reset', lastsMs: 2 }), held, refused];
    const client = learnt({
      ...logOf({ spec: exponential, seed: 1 }, steps),
      absences: [{ afterAttempt: 6, forMs: 90_000 }],
    });
    expect(field(client, 'giveUp')).toEqual({ after: 'unlimited' });
    expect(client.sentAway).toEqual([{ told: 'status 503', cameAgain: false }]);
  });
});

describe('how it notices silence', () => {
  const log = logOf({ spec: exponential, seed: 1 }, [held, refused, { treatment: 'accept', lastsMs: 45_000 }]);
  const { startMs } = log.attempts[2];
  const ping = (ms: number) => ({ atMs: startMs + ms, is: 'ping' as const });

  it.each<[string, Partial<SeenAttempt>, unknown]>([
    ['by pings that get no answer', { endedBy: 'client', signs: [ping(25_000)] }, { every: '25s', timeout: '20s' }],
    [
      'by several of them',
      { endedBy: 'client', signs: [10, 20, 30, 40].map((sec) => ping(sec * 1000)) },
      { every: '10s', timeout: '35s' },
    ],
    ['by the silence alone', { endedBy: 'client' }, { every: '22.5s', timeout: '22.5s' }],
    ['not at all', {}, 'none'],
    ['not, though it pings', { signs: [5, 10, 15, 20, 25, 30, 35, 40].map((sec) => ping(sec * 1000)) }, 'none'],
    ['by what nobody could tell from a login', { endedBy: 'client', signs: [ping(20)] }, 'none'],
  ])('%s', (_how, change, value) => {
    const written = field(learnt(ending(log, { silentFromMs: startMs + 10, ...change })), 'keepalive');
    if (typeof value === 'string') expect(written).toBe(value);
    else expect(JSON.stringify(written).replaceAll('22500ms', '22.5s')).toBe(JSON.stringify(value));
  });
});

describe('the nearest preset', () => {
  it('is the library itself, and differs in nothing that was seen', () => {
    const spec = presetBackoffs.get('partysocket')!;
    const client = learnt(logOf({ spec, seed: 1, resetAfterMs: 5000 }, [...usualSteps, ...deaths, refused]));
    expect(client.nearest).toEqual({ preset: 'partysocket', differs: [] });
  });

  it('differs in a timeout that it has and the client has not', () => {
    const spec = presetBackoffs.get('partysocket')!;
    const waits: Step = { ...hung, lastsMs: 30_000, endedBy: 'server' };
    const client = learnt(logOf({ spec, seed: 1 }, [...usualSteps.slice(0, -4), waits]));
    expect(client.nearest).toEqual({
      preset: 'partysocket',
      differs: [{ field: 'connectTimeout', preset: { open: '4s', answer: 'none' } }],
    });
  });

  it('says what differs', () => {
    const spec = presetBackoffs.get('partysocket')!;
    const waits = Array<Step>(3).fill({ ...hung, lastsMs: 12_000 });
    const client = learnt(logOf({ spec, seed: 1 }, [...usualSteps.slice(0, -4), ...waits]));
    expect(client.nearest).toEqual({
      preset: 'partysocket',
      differs: [{ field: 'connectTimeout', preset: { open: '4s', answer: 'none' } }],
    });
  });
});

describe('cautions', () => {
  it('tell of several clients that look like one', () => {
    const log = { ...logOf({ spec: exponential, seed: 1 }, usualSteps), overlaps: 7 };
    expect(learnt(log).cautions[0]).toContain('several clients seem to be there');
  });

  it('tell of a client that was never connected', () => {
    const log = logOf({ spec: exponential, seed: 1 }, [refused, refused, refused]);
    expect(learnt(log).cautions[0]).toContain('never seen to stay connected');
  });
});

describe('round numbers', () => {
  it.each([
    [4003, 60, 4000],
    [251, 15, 250],
    [1234, 1, 1234],
    [0, 15, 0],
  ])('%d ± %d is %d', (ms, tolerance, expected) => {
    expect(roundest(ms, tolerance)).toBe(expected);
  });

  it.each([
    [2900, 5200, 5000],
    [54, 722, 500],
    [5100, 6500, 6000],
    [6100, 6500, 6500],
    [4900, 5010, 5000],
    [0, 1, 1],
  ])('between %d and %d lies %d', (low, high, expected) => {
    expect(roundestBetween(low, high)).toBe(expected);
  });
});

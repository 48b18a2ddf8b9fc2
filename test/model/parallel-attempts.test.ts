// Clients that multiply: how many attempts go out, which of them connects, and what becomes of the others. First in
// scenarios that are told by hand (the network takes 50 ms each way), then against a reference that shares nothing with
// the model: a loop over rounds and one line of waiting, with constant times and never two things at one instant.
import { describe, expect, it } from 'vitest';
import { numberOf } from '../../src/model/clients/parallel-attempts.ts';
import { FIRST_NUMBER } from '../../src/model/serving/lease-moves.ts';
import { firstDifference } from '../first-difference.ts';
import { arrivingAt, client, runLog, seconds, tier, wide, type RunLog } from './run-log.ts';

const one = [{ name: 'chat', sessions: 1 }];
const reboot = { name: 'reboot', at: '10s', action: 'reboot', target: { tier: 'api' } };

/** How many attempts ended so at each instant. */
function endsOf(log: RunLog, how: string): [number, number][] {
  const counts = new Map<number, number>();
  for (const end of log.ends) if (end.how === how) counts.set(end.atMs, (counts.get(end.atMs) ?? 0) + 1);
  return [...counts];
}

describe('attempts that multiply', () => {
  const gone = { clock: seconds(16), tiers: [wide({ boot: '1h' })], products: one, timeline: [reboot] };
  const rounds = (multiplies: unknown): number[] =>
    endsOf(runLog({ ...gone, clients: [client({ multiplies })] }), 'noHost').map(([, count]) => count);

  it('go out once after a loss, and more often after each failure', () => {
    expect(rounds('none')).toEqual([1, 1, 1, 1, 1]);
    expect(rounds({ adds: 1, atMost: 4 })).toEqual([1, 2, 3, 4, 4]);
    expect(rounds({ factor: 2, atMost: 7 })).toEqual([1, 2, 4, 7, 7]);
    expect(rounds({ adds: 1, factor: 1.5, atMost: 100 })).toEqual([1, 2, 4, 6, 9]);
    expect(rounds({ adds: 5, atMost: 1 })).toEqual([1, 1, 1, 1, 1]);
  });

  it('are all cut off with their client', () => {
    const log = runLog({
      clock: seconds(16),
      tiers: [tier()],
      products: [arrivingAt(5000)],
      clients: [client({ multiplies: { adds: 1, atMost: 9 } })],
      timeline: [{ name: 'cut', at: '1s', action: 'lose-network', for: '20s' }],
    });
    expect(endsOf(log, 'noNetwork').map(([, count]) => count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]);
  });

  it('connect by the first that is done; the others are cancelled and their work goes on', () => {
    // Refused at 5.05 s and 6.15 s by a full host; at 7.25 s three come: two wait, and a third is refused.
    const log = runLog({
      clock: seconds(30),
      tiers: [tier({ serviceTime: '2s', queue: { limit: 2 } })],
      products: [arrivingAt(4000, 4001, 4002, 5000)],
      clients: [client({ connectTimeout: 'none', multiplies: { adds: 1, atMost: 9 } })],
    });
    // 4.05–6.05, 6.05–8.05, 8.05–10.05 are the first three; from 6.05 s on there is one place.
    expect(endsOf(log, 'queueFull')).toEqual([
      [5050, 1],
      [6150, 1],
    ]);
    expect(log.connects.map(({ atMs }) => atMs)).toEqual([6050, 8050, 10_050, 12_050]);
    expect(log.abandoned).toEqual([]);
  });

  it('fail when all have failed: with one that is reset another takes its place', () => {
    const tiers = [tier({ hosts: 2, serviceTime: '5s', balancing: 'round-robin', boot: '1h' })];
    const log = runLog({
      clock: seconds(40),
      tiers,
      products: [arrivingAt(1000)],
      clients: [client({ connectTimeout: '3s', multiplies: { adds: 1, atMost: 2 } })],
      timeline: [{ name: 'one-down', at: '6s', action: 'kill', target: { tier: 'api', hosts: [1] } }],
    });
    // Out at 1 s, left at 4 s; out again at 5 s, twice, at 5.05 s at host 2 and host 1. Host 1 is killed at 6 s.
    expect(endsOf(log, 'timedOut').slice(0, 2)).toEqual([
      [4000, 1],
      [8000, 1],
    ]);
    expect(endsOf(log, 'reset')).toEqual([[6000, 1]]);
  });

  it('register their session, also those that a lost host of the first tier has handed over', () => {
    const log = runLog({
      clock: seconds(30),
      tiers: [
        tier({ name: 'front', hosts: 3, boot: '1h', holdsSessions: true }),
        wide({ name: 'back', serviceTime: '5s', registry: { expires: '10s', registersAbandoned: true } }),
      ],
      products: [arrivingAt(1000)],
      clients: [client({ multiplies: { adds: 1, atMost: 2 } })],
      timeline: [
        { name: 'refuse', at: '0s', action: 'refuse-attempts', target: { tier: 'front' }, for: '2s' },
        // The first is refused by host 1; then two go out, to hosts 2 and 3, and the second is the copy.
        { name: 'kill', at: '5s', action: 'kill', target: { tier: 'front', hosts: [3] } },
        { name: 'close', at: '9s', action: 'close-connections', target: { tier: 'front' } },
      ],
    });
    expect(endsOf(log, 'reset')).toEqual([[5000, 1]]);
    // Both were served at the back by 7.3 s; the copy, whose client had left, after the one that is connected.
    expect(log.connects[0].atMs).toBeLessThan(7300);
    expect(log.ends.filter(({ how }) => how === 'staleRegistration')).toHaveLength(1);
  });

  it('have luck of their own, which is neither that of later ones nor that of moves', () => {
    const numbers = [1, 2, 2 ** 20].flatMap((number) => Array.from({ length: 1000 }, (_, n) => numberOf(number, n)));
    expect(new Set(numbers).size).toBe(3000);
    for (const number of numbers) {
      expect(number | 0).toBe(number);
      expect(number < FIRST_NUMBER).toBe(true);
    }
  });
});

interface Round {
  active: boolean;
  open: number;
  failures: number;
  readonly beganMs: number;
}

/** The instants at which attempts end, and how, in front of hosts with one line. */
function reference(
  arrivals: readonly number[],
  rules: { slots: number; serviceMs: number; limit: number; timeoutMs: number; delayMs: number; endMs: number },
  parallel: (failures: number) => number,
): string[] {
  const rows: string[] = [];
  const agenda: { readonly atMs: number; readonly order: number; readonly does: () => void }[] = [];
  let order = 0;
  let nowMs = 0;
  let busy = 0;
  const line: Round[] = [];
  const at = (atMs: number, does: () => void): void => void agenda.push({ atMs, order: order++, does });
  const note = (how: string, times = 1): void => {
    for (let n = 0; n < times; n++) rows.push(`${Math.round(nowMs * 1000) / 1000} ${how}`);
  };
  const begin = (failures: number): void => {
    const beganMs = nowMs;
    at(nowMs + 50, () => {
      const round: Round = { active: true, open: 0, failures, beganMs };
      for (let n = parallel(failures); n > 0; n--) {
        if (busy === rules.slots && line.length >= rules.limit) {
          note('queueFull');
          continue;
        }
        round.open++;
        line.push(round);
        pull();
      }
      if (round.open === 0) at(nowMs + 50 + rules.delayMs, () => begin(failures + 1));
      else
        at(beganMs + rules.timeoutMs, () => {
          if (!round.active) return;
          round.active = false;
          note('timedOut', round.open);
          at(nowMs + rules.delayMs, () => begin(failures + 1));
        });
    });
  };
  const pull = (): void => {
    while (busy < rules.slots && line.length > 0) {
      const round = line.shift()!;
      busy++;
      at(nowMs + rules.serviceMs, () => {
        busy--;
        if (round.active) {
          round.active = false;
          note('connected');
          note('cancelled', round.open - 1);
        }
        pull();
      });
    }
  };
  for (const atMs of arrivals) at(atMs, () => begin(0));
  while (agenda.length > 0) {
    agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const next = agenda.shift()!;
    if (next.atMs >= rules.endMs) break;
    nowMs = next.atMs;
    next.does();
  }
  return rows;
}

describe('a herd of clients that multiply', () => {
  const cases = [
    { multiplies: { adds: 1, atMost: 5 }, limit: 4, serviceMs: 1003.261, slots: 4 },
    { multiplies: { adds: 1, atMost: 6 }, limit: 1000, serviceMs: 403.177, slots: 1 },
    { multiplies: { factor: 2, atMost: 16 }, limit: 7, serviceMs: 711.137, slots: 1 },
    { multiplies: { adds: 2, factor: 1.5, atMost: 9 }, limit: 23, serviceMs: 607.319, slots: 2 },
  ];
  it.each(cases)('meets the same line as in the reference: $multiplies', ({ multiplies, limit, serviceMs, slots }) => {
    // Instants that never meet: each client's are its own modulo the others' periods.
    const arrivals = Array.from({ length: 30 }, (_, n) => 1000 + n * 137 + ((n * n) % 11));
    const { adds = 0, factor = 1, atMost } = multiplies;
    const rules = { slots, serviceMs, limit, timeoutMs: 2909.311, delayMs: 1013.713, endMs: 90_000 };
    const expected = reference(arrivals, rules, (k) => Math.min(atMost, Math.floor(factor ** k) + adds * k));
    const log = runLog({
      clock: seconds(90),
      tiers: [tier({ parallelism: slots, serviceTime: `${serviceMs}ms`, queue: { limit }, abandonedWorkCost: 1 })],
      products: [arrivingAt(...arrivals)],
      clients: [
        client({ connectTimeout: '2909.311ms', backoff: { policy: 'fixed', delay: '1013.713ms' }, multiplies }),
      ],
    });
    const found = log.ends.filter(({ how }) => how !== 'open').map(({ atMs, how }) => `${atMs} ${how}`);
    expect(found.length).toBeGreaterThan(100);
    const inTime = (rows: string[]): string[] =>
      rows.sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b) || (a < b ? -1 : 1));
    expect(firstDifference(inTime(found), inTime(expected))).toBeNull();
    const rowsOf = (how: string): number => found.filter((row) => row.endsWith(how)).length;
    // The shortest line lets those in whom the longer ones let wait until they leave.
    if (limit === 4) expect(Math.min(rowsOf('cancelled'), rowsOf('connected'))).toBeGreaterThan(5);
    else expect(rowsOf('timedOut')).toBeGreaterThan(100);
  });
});

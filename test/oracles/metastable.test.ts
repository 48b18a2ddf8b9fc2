// Metastable by the threshold of wasted work: every storm that it calls stuck, and nothing that comes back in order.
import { describe, expect, it } from 'vitest';
import { ranText, stormText, thresholdOf } from './wasted-work.ts';

const fleet = { n: 300, c: 30 };

/** Of runs that are long enough for their drift to decide. */
async function collapseAt(w: number, beside: number): Promise<unknown> {
  const unit = thresholdOf({ ...fleet, w });
  const text = stormText({ ...fleet, w, d: unit * (1 + beside) }, unit, {
    lasts: 200,
    more: `metastableAfter: ${90 * unit}s`,
  });
  return (await ranText(text, 0)).metrics.collapse;
}

describe('a storm', () => {
  it.each([1, 0.5, 0.25])(
    'of which a failed attempt costs %d of a service is metastable on one side of the threshold only',
    async (w) => {
      expect([await collapseAt(w, -0.05), await collapseAt(w, 0.05)]).toEqual([1, 0]);
    },
  );
});

/** Everybody drops at once, and comes back over twenty minutes or more. */
function slowReturn(client: string, tier: string, service = '10ms'): string {
  return `
format: 1
name: slow-return
clock: { from: "10:00", to: "11:30" }
seed: slow-return
tiers: [{ name: api, hosts: 3, parallelism: 8, serviceTime: ${service}, holdsSessions: true, boot: 10s, ${tier} }]
products: [{ name: chat, sessions: 3000 }]
clients: [{ name: current, ${client} }]
timeline: [{ name: deploy, at: "10:05", action: reboot, target: { tier: api } }]
`;
}

describe('clients in step', () => {
  it('sustain their own outage at a limit that they would pass one after the other', async () => {
    const limit = 'admission: { policy: token-bucket, rate: 1/s, burst: 1, per: balancer }';
    const { metrics } = await ranText(slowReturn('backoff: { policy: fixed, delay: 20s }', limit), 0);
    expect(metrics.collapse).toBe(1);
  });
});

describe('an orderly slow return', () => {
  it.each([
    ['by the delays of the clients', slowReturn('backoff: { policy: random, delay: { uniform: [20s, 40m] } }', '')],
    ['by a tail of delays', slowReturn('backoff: { policy: random, delay: { exponential: 15m } }', '')],
    [
      'at the rate that the hosts can serve, the rest being refused',
      slowReturn('backoff: { policy: fixed, delay: 20s }, connectTimeout: 1m', 'queue: { limit: 8 }', '15s'),
    ],
    [
      'at the rate of a limit, the rest being refused',
      slowReturn(
        'backoff: { policy: random, delay: { uniform: [10s, 30s] } }',
        'admission: { policy: token-bucket, rate: 1/s, burst: 1, per: balancer }',
      ),
    ],
  ])('%s outlives its trigger, and is no collapse', async (_, text) => {
    const { metrics, episodes } = await ranText(text, 0);
    expect(metrics).toMatchObject({ outlivesTrigger: 1, collapse: 0 });
    expect(episodes[0].resolvedAt).not.toBeNull();
  });
});

/**
 * Storms that were run with real servers and unmodified client libraries: three hosts, 600 clients, all hosts killed at
 * once. What became of them there: never, in three runs of each; or after so many seconds.
 */
describe('a storm that was seen in reality', () => {
  const real = (client: string, service: string, more = ''): string => `
format: 1
name: real
clock: { from: "00:00", to: 8m }
seed: real
metastableAfter: 1m
networkDelay: 2ms
tiers: [{ name: ws, hosts: 3, ${service}, holdsSessions: true, boot: 10s, keepalives: aside${more} }]
products: [{ name: chat, sessions: 600 }]
clients: [{ name: current, ${client} }]
timeline: [{ name: kill, at: 5s, action: reboot, target: { tier: ws }, order: all-at-once }]
`;
  const slots = 'parallelism: 2, serviceTime: { exponential: 200ms }';

  it.each([
    ['reconnecting-websocket: never', 'preset: reconnecting-websocket', slots, '', 1],
    ['socket.io: never', 'preset: socket.io', 'parallelism: 2, serviceTime: { exponential: 500ms }', '', 1],
    [
      'reconnecting-websocket, services that block: never',
      'preset: reconnecting-websocket',
      'parallelism: 1, serviceTime: { exponential: 100ms }',
      '',
      1,
    ],
    [
      'servers that discard what nobody waits for: 40 s',
      'preset: reconnecting-websocket',
      slots,
      ', abandonedWorkCost: 0',
      0,
    ],
    ['full jitter up to a minute', 'backoff: { policy: full-jitter, base: 1s, cap: 60s }', slots, '', 0],
  ])('%s', async (_, client, service, more, collapse) => {
    expect((await ranText(real(client, service, more), 0)).metrics.collapse).toBe(collapse);
  });
});

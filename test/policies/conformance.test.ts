/**
 * Backoffs against the libraries' own code: both get the same uniform numbers
 * (mulberry32, seed 42) in the same order, and every delay must be the same.
 * The libraries are called as they are: their constructors and methods, with
 * the global Math.random replaced and timers that only note how long they would
 * have run. What whole clients do, and not their backoffs alone, is in test/clients.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backoffs } from '../../src/policies/backoff.ts';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { createPolicy } from '../../src/policies/parameters.ts';
import { scenarioOf } from '../small-scenario.ts';
import { seededRandom } from '../seeded-random.ts';

/** Files below a package by path, past its `exports`. */
const require = createRequire(import.meta.url);
const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const packageFile = <T>(path: string): T => require(packages + path) as T;

const ATTEMPTS = 20;

/** The library draws from here on. */
function reseed(): void {
  vi.spyOn(Math, 'random').mockImplementation(seededRandom(42));
}

/** What `act` asks timers for, which never fire. */
function timersOf(act: () => void): number[] {
  const asked: number[] = [];
  const timer = (_callback: () => void, ms: number): unknown => {
    asked.push(ms);
    return { unref: () => undefined, ref: () => undefined };
  };
  vi.stubGlobal('setTimeout', timer);
  act();
  return asked;
}

/** Some constructors want a transport; nothing here connects. */
class Unused {
  readonly readyState = 0;
}

const attempts = (count = ATTEMPTS): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** The delays of a preset as the model would have them, from the same numbers. */
function ownDelays(preset: string, count: number): number[] {
  const { backoff } = scenarioOf({ clients: [{ name: 'current', preset }] }).clients[0];
  const policy = createPolicy(backoffs, backoff);
  let uniform = seededRandom(42);
  let previousMs = 0;
  return attempts(count).map((attempt) => {
    if (policy.drawsOncePerPage === true) uniform = seededRandom(42);
    return (previousMs = policy.delayMs(attempt, previousMs, { uniform }));
  });
}

/** Before attempts 1, 2, …; null: it gives up. */
type Delays = readonly (number | null)[];

/** By preset: what the library does. */
const libraries: Readonly<Record<string, () => Delays | Promise<Delays>>> = {
  'socket.io': () => {
    const { Backoff } = packageFile<{ Backoff: new (options: object) => { duration(): number } }>(
      'socket.io-client/build/cjs/contrib/backo2.js',
    );
    const backoff = new Backoff({ min: 1000, max: 5000, jitter: 0.5 });
    return attempts().map(() => backoff.duration());
  },
  phoenix: () => {
    const { Socket } = packageFile<{
      Socket: new (url: string, options: object) => { reconnectAfterMs(tries: number): number };
    }>('phoenix/priv/static/phoenix.cjs.js');
    const socket = new Socket('ws://localhost', { transport: Unused });
    return attempts().map((attempt) => socket.reconnectAfterMs(attempt));
  },
  supabase: () => {
    const { RealtimeClient } = packageFile<{
      RealtimeClient: new (url: string, options: object) => { reconnectAfterMs(tries: number): number };
    }>('@supabase/realtime-js/dist/main/index.js');
    const socket = new RealtimeClient('ws://localhost', { params: { apikey: 'none' }, transport: Unused });
    return attempts().map((attempt) => socket.reconnectAfterMs(attempt));
  },
  signalr: () => {
    const { DefaultReconnectPolicy } = packageFile<{
      DefaultReconnectPolicy: new () => { nextRetryDelayInMilliseconds(context: object): number | null };
    }>('@microsoft/signalr/dist/cjs/DefaultReconnectPolicy.js');
    const policy = new DefaultReconnectPolicy();
    return attempts(5).map((attempt) => policy.nextRetryDelayInMilliseconds({ previousRetryCount: attempt - 1 }));
  },
  'grpc-js': () => {
    const { BackoffTimeout } = packageFile<{ BackoffTimeout: new (callback: () => void) => { runOnce(): void } }>(
      '@grpc/grpc-js/build/src/backoff-timeout.js',
    );
    const timeout = new BackoffTimeout(() => undefined);
    // A channel whose connection was lost is idle, and connects at once when it is asked to.
    return [0, ...timersOf(() => attempts(ATTEMPTS - 1).forEach(() => timeout.runOnce()))];
  },
  'reconnecting-websocket': () => {
    const path = 'reconnecting-websocket/dist/reconnecting-websocket-cjs.js';
    // The draw is made when the module is loaded.
    delete require.cache[require.resolve(packages + path)];
    const loaded = packageFile<{ prototype: { _getNextDelay(this: object): number } }>(path);
    return attempts().map((attempt) =>
      loaded.prototype._getNextDelay.call({ _options: {}, _retryCount: attempt, _debug: () => undefined }),
    );
  },
  partysocket: async () => {
    const { default: WebSocket } = (await import('partysocket/ws')) as unknown as {
      default: { prototype: { _getNextDelay(this: object): number } };
    };
    return attempts().map((attempt) =>
      WebSocket.prototype._getNextDelay.call({ _options: {}, _retryCount: attempt, _debug: () => undefined }),
    );
  },
  'graphql-ws': async () => {
    const { createClient } = packageFile<{
      createClient: (options: object) => { subscribe(payload: object, sink: object): void };
    }>('graphql-ws/dist/client.cjs');
    /** A connection that is refused at once. */
    class Refused {
      static readonly CONNECTING = 0;
      static readonly OPEN = 1;
      static readonly CLOSING = 2;
      static readonly CLOSED = 3;
      onclose: (event: object) => void = () => undefined;
      constructor() {
        queueMicrotask(() => this.onclose({ code: 1006, reason: '', wasClean: false }));
      }
    }
    const asked: number[] = [];
    vi.stubGlobal('setTimeout', (callback: () => void, ms: number) => {
      asked.push(ms);
      queueMicrotask(callback);
    });
    const gaveUp = await new Promise<boolean>((resolve) => {
      const client = createClient({ url: 'ws://localhost', webSocketImpl: Refused, generateID: () => '1' });
      client.subscribe(
        { query: 'subscription { any }' },
        { next: () => undefined, complete: () => resolve(false), error: () => resolve(true) },
      );
    });
    return gaveUp ? [...asked, null] : asked;
  },
  ably: () => {
    interface Client {
      readonly options: { readonly timeouts: { readonly disconnectedRetryTimeout: number } };
    }
    const { Realtime } = packageFile<{
      Realtime: { new (options: object): Client; Utils: { getRetryTime(initialMs: number, attempt: number): number } };
    }>('ably/build/ably-node.js');
    const { disconnectedRetryTimeout } = new Realtime({ key: 'app.key:secret', autoConnect: false }).options.timeouts;
    reseed();
    // The loss of a connection is counted as the first failure, and is followed by an attempt at once; see notifyState.
    return [
      0,
      ...attempts(ATTEMPTS - 1).map((attempt) => Realtime.Utils.getRetryTime(disconnectedRetryTimeout, attempt + 1)),
    ];
  },
  centrifuge: () => {
    const { Centrifuge } = packageFile<{
      Centrifuge: new (url: string, options: object) => { _getReconnectDelay(): number };
    }>('centrifuge/build/index.js');
    const client = new Centrifuge('ws://localhost', { websocket: Unused });
    reseed();
    return attempts().map(() => client._getReconnectDelay());
  },
  actioncable: () => {
    vi.stubGlobal('self', globalThis);
    vi.stubGlobal('addEventListener', () => undefined);
    vi.stubGlobal('document', {});
    const { ConnectionMonitor } = packageFile<{
      ConnectionMonitor: new (connection: object) => { reconnectAttempts: number; getPollInterval(): number };
    }>('@rails/actioncable/app/assets/javascripts/actioncable.js');
    const monitor = new ConnectionMonitor({});
    return attempts().map((attempt) => {
      monitor.reconnectAttempts = attempt - 1;
      return monitor.getPollInterval();
    });
  },
  eventsource: async () => {
    const { EventSource } = packageFile<{ EventSource: new (url: string, options: object) => { close(): void } }>(
      'eventsource/dist/index.cjs',
    );
    const asked: number[] = [];
    await new Promise<void>((resolve) => {
      vi.stubGlobal('setTimeout', (callback: () => void, ms: number) => {
        asked.push(ms);
        if (asked.length < ATTEMPTS) queueMicrotask(callback);
        else resolve();
      });
      new EventSource('http://localhost/', { fetch: () => Promise.reject(new Error('refused')) });
    });
    return asked;
  },
  'aws-sdk-v3': () => awsDelays(ATTEMPTS + 1),
  ioredis: () => {
    const { DEFAULT_REDIS_OPTIONS } = packageFile<{ DEFAULT_REDIS_OPTIONS: { retryStrategy(times: number): number } }>(
      'ioredis/built/redis/RedisOptions.js',
    );
    return attempts().map((attempt) => DEFAULT_REDIS_OPTIONS.retryStrategy(attempt));
  },
};

interface RetryStrategy {
  acquireInitialRetryToken(scope: string): Promise<object>;
  refreshRetryTokenForRetry(token: object, error: object): Promise<object>;
}

/** The delays of a request that always fails, out of so many attempts, the first included. */
async function awsDelays(attemptsMost?: number): Promise<Delays> {
  const { StandardRetryStrategy } = packageFile<{ StandardRetryStrategy: new (attempts?: number) => RetryStrategy }>(
    '@smithy/core/dist-cjs/submodules/retry/index.js',
  );
  const asked: (number | null)[] = [];
  vi.stubGlobal('setTimeout', (callback: () => void, ms: number) => {
    asked.push(ms);
    queueMicrotask(callback);
  });
  const strategy = new StandardRetryStrategy(attemptsMost);
  try {
    let token = await strategy.acquireInitialRetryToken('any');
    for (;;) token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' });
  } catch {
    return attemptsMost === undefined ? [...asked, null] : asked;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** To a millionth of a ms: sums and products in another order differ in their last bits. */
const rounded = (delays: readonly number[]): number[] => delays.map((ms) => Math.round(ms * 1e6) / 1e6);

describe('a preset says what its library does', () => {
  it.each(Object.entries(libraries))('%s', async (preset, delaysOf) => {
    reseed();
    const theirs = await delaysOf();
    vi.unstubAllGlobals();
    const delays = theirs.filter((delay) => delay !== null);
    const givesUp = theirs.includes(null);
    expect(rounded(ownDelays(preset, delays.length))).toEqual(rounded(delays));
    if (preset === 'aws-sdk-v3') return; // its limit counts the first attempt; see below
    if (preset === 'graphql-ws') return expect(delays.length).toBe(5); // if each opens and is closed; refused, one
    expect(givesUp ? delays.length : 'unlimited').toBe(clientPresets[preset].fields.giveUp.after);
    if (!givesUp) expect(delays.length).toBe(ATTEMPTS);
  });

  it('aws-sdk-v3: three attempts, the first included', async () => {
    const delays = await awsDelays();
    // One delay before each attempt but the first, and the refusal instead of another.
    expect(delays.length).toBe(clientPresets['aws-sdk-v3'].fields.giveUp.after);
    expect(delays.at(-1)).toBeNull();
  });

  it('socket.io: after a thousand attempts its power overflows, and half of the delays are 0', () => {
    const { Backoff } = packageFile<{ Backoff: new (options: object) => { duration(): number } }>(
      'socket.io-client/build/cjs/contrib/backo2.js',
    );
    reseed();
    const backoff = new Backoff({ min: 1000, max: 5000, jitter: 0.5 });
    const theirs = attempts(1200).map(() => backoff.duration());
    expect(theirs.slice(1100).filter((ms) => ms === 0).length).toBeGreaterThan(30);
    expect(ownDelays('socket.io', 1200)).toEqual(theirs);
  });
});

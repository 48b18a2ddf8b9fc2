/**
 * Backoffs as libraries have them, quirks included, where no form of the
 * literature says the same. Formulas were read from the packages' sources (in
 * each entry's `source`); draws are taken in the library's own order, so a test
 * can compare delay by delay with the library's code. Which preset uses which,
 * and everything else that a library's client does, is in client-presets.ts.
 */
import { power } from '../engine/power.ts';
import type { Backoff } from './backoff-delay.ts';
import { policy, type Registry } from './parameters.ts';

const JITTER = 'how much luck changes a delay';

function duration(ms: number, help: string) {
  return { unit: 'duration', default: ms, min: 0, help } as const;
}

function growth(by: number) {
  return {
    unit: 'factor',
    scales: 'nothing',
    default: by,
    min: 1,
    max: 100,
    help: 'growth from one attempt to the next',
  } as const;
}

function share(of: number, help = JITTER) {
  return { unit: 'fraction', default: of, help } as const;
}

/** base·by^steps, or 0 for a base of 0, however large the power. */
function grown(baseMs: number, by: number, steps: number): number {
  return baseMs === 0 ? 0 : baseMs * power(by, steps);
}

const web: Registry<Backoff> = {
  'socket.io': policy({
    help: 'doubles with a jitter both ways, but is cut off after the jitter: from the fifth attempt on all clients are in step',
    formula:
      'x = base·factor^(n−1); d = ⌊U·jitter·x⌋; x − d if ⌊10·U⌋ is even, else x + d, with the same U; then at most cap, cut to whole ms. ' +
      'Where x overflows (more than 1000 attempts in a row) x − d is no number, and the delay is 0',
    source: 'socket.io-client 4.8.4, build/cjs/contrib/backo2.js',
    parameters: {
      base: duration(1000, 'the first delay, before jitter'),
      cap: duration(5000, 'no delay is longer'),
      factor: growth(2),
      jitter: share(0.5),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => {
        const plainMs = grown(p.base, p.factor, attempt - 1);
        if (p.jitter === 0) return Math.trunc(Math.min(plainMs, p.cap));
        const u = draws.uniform();
        const deviationMs = Math.floor(u * p.jitter * plainMs);
        const delayMs = Math.floor(u * 10) % 2 === 0 ? plainMs - deviationMs : plainMs + deviationMs;
        // NaN, which is Infinity − Infinity, becomes 0 there as well.
        return Math.trunc(Math.min(delayMs, p.cap)) || 0;
      },
    }),
  }),
  'reconnecting-websocket': policy({
    help: 'grows slowly from a first delay that is drawn once, when the page is loaded',
    formula: 'delay(n) = min(cap, (least + spread·U)·factor^(n−1)), with one U for the life of the page',
    source: 'reconnecting-websocket 4.4.0, dist/reconnecting-websocket-cjs.js: DEFAULT, _getNextDelay',
    parameters: {
      least: duration(1000, 'the least first delay'),
      spread: duration(4000, 'the first delay is up to this much longer'),
      cap: duration(10_000, 'no delay is longer'),
      factor: growth(1.3),
    },
    create: (p) => ({
      drawsOncePerPage: true,
      delayMs: (attempt, _previousMs, draws) =>
        Math.min(p.cap, grown(p.least + p.spread * draws.uniform(), p.factor, attempt - 1)),
    }),
  }),
  'graphql-ws': policy({
    help: 'doubles without jitter, plus a jitter of its own that does not grow',
    formula: 'delay(n) = min(cap, base·2^(n−1)) + least + ⌊U·jitter⌋',
    source:
      'graphql-ws 6.4.2, dist/client.cjs: randomisedExponentialBackoff. The cap is ours: the library gives up after five tries',
    parameters: {
      base: duration(1000, 'the first delay, before jitter'),
      cap: duration(1_800_000, 'the part that doubles is no longer'),
      least: duration(300, 'what is always added'),
      jitter: duration(2700, 'up to so much more is added'),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) =>
        Math.min(p.cap, grown(p.base, 2, attempt - 1)) + p.least + Math.floor(draws.uniform() * p.jitter),
    }),
  }),
  'pusher-js': policy({
    help: 'a second after a loss; then twice as long each time, from the start of the attempt before, without jitter',
    formula: 'delay(1) = min(cap, first); delay(n) = min(cap, base·2^(n−2)); from the start of attempt n−1 on',
    source:
      'pusher-js 8.6.0, src/core/strategies/sequential_strategy.ts: a transport that fails is not over before its time is',
    parameters: {
      first: duration(1000, 'the delay after a loss'),
      base: duration(15_000, 'how long the first attempt has'),
      cap: duration(60_000, 'no delay is longer'),
    },
    create: (p) => ({
      firstCounts: true,
      countsFromAttempt: true,
      delayMs: (attempt) => Math.min(p.cap, attempt === 1 ? p.first : grown(p.base, 2, attempt - 2)),
    }),
  }),
  ably: policy({
    help: 'tries again at once, then grows linearly to twice the base, less a jitter',
    formula: 'delay(1) = 0; delay(n) = base·min((n+2)/3, 2)·(1 − jitter·U)',
    source: 'ably 2.28.0, build/ably-node.js: getRetryTime, notifyState, which counts the loss itself',
    parameters: { base: duration(15_000, 'the delay before the second attempt is 4/3 of it'), jitter: share(0.2) },
    create: (p) => ({
      firstCounts: true,
      delayMs: (attempt, _previousMs, draws) =>
        attempt === 1 ? 0 : p.base * Math.min((attempt + 2) / 3, 2) * (1 - draws.uniform() * p.jitter),
    }),
  }),
  centrifuge: policy({
    help: 'full jitter over a doubling bound, on top of a least delay',
    formula: 'b = min(cap, least·2^min(n−1, 31)); delay(n) = min(cap, least + ⌊U·(b + 1)⌋)',
    source: 'centrifuge 5.8.0, build/index.js: backoff',
    parameters: {
      least: duration(500, 'no delay is shorter, unless the cap is'),
      cap: duration(20_000, 'no delay is longer'),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => {
        const boundMs = Math.min(p.cap, p.least * power(2, Math.min(attempt - 1, 31)));
        return Math.min(p.cap, p.least + Math.floor(draws.uniform() * (boundMs + 1)));
      },
    }),
  }),
  actioncable: policy({
    help: 'grows slowly with a large jitter at first and a small one later',
    formula: 'delay(n) = base·factor^min(n−1, 10)·(1 + J·U), J = 1 for n = 1, else factor − 1',
    source: '@rails/actioncable 8.1.400, src/connection_monitor.js: getPollInterval',
    parameters: {
      base: duration(6000, 'the first delay, before jitter'),
      factor: {
        unit: 'factor',
        scales: 'nothing',
        default: 1.15,
        min: 1,
        max: 2,
        help: 'growth from one attempt to the next, ten times at most',
      },
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => {
        const jitter = attempt === 1 ? 1 : p.factor - 1;
        return p.base * power(p.factor, Math.min(attempt - 1, 10)) * (1 + jitter * draws.uniform());
      },
    }),
  }),
  'stream-chat': policy({
    help: 'anything between two bounds that grow linearly',
    formula:
      'from = min(max(least, step·(n−1)), cap), to = min(2·least + step·n, cap); delay(n) = ⌊from + U·(to − from)⌋',
    source: 'stream-chat 9.53.0, src/utils.ts: retryInterval',
    parameters: {
      least: duration(250, 'the least delay'),
      step: duration(2000, 'what each attempt adds'),
      cap: duration(25_000, 'no delay is longer'),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) => {
        const fromMs = Math.min(Math.max(p.least, p.step * (attempt - 1)), p.cap);
        const toMs = Math.min(2 * p.least + p.step * attempt, p.cap);
        return Math.floor(draws.uniform() * (toMs - fromMs) + fromMs);
      },
    }),
  }),
};

const servers: Registry<Backoff> = {
  'grpc-js': policy({
    help: 'tries again at once; then each delay grows from the one before, jitter included, and counts from the start of the attempt before',
    formula:
      'delay(1) = 0; delay(2) = base; delay(n) = x + jitter·x·(2U − 1), x = min(factor·delay(n−1), cap); from the start of attempt n−1 on',
    source: '@grpc/grpc-js 1.14.7, build/src/backoff-timeout.js',
    parameters: {
      base: duration(1000, 'the delay before the second attempt'),
      cap: duration(120_000, 'no delay is longer before its jitter'),
      factor: growth(1.6),
      jitter: share(0.2, 'the share of a delay by which luck makes it shorter or longer'),
    },
    create: (p) => ({
      firstCounts: true,
      usesPrevious: true,
      countsFromAttempt: true,
      delayMs: (attempt, previousMs, draws) => {
        // A connection that is lost leaves the channel idle, and whoever asks for it connects at once.
        if (attempt === 1) return 0;
        if (attempt === 2) return Math.min(p.base, p.cap);
        const plainMs = Math.min(p.factor * previousMs, p.cap);
        const jitterMs = plainMs * p.jitter;
        return plainMs + (draws.uniform() * (jitterMs + jitterMs) - jitterMs);
      },
    }),
  }),
  nats: policy({
    help: 'waits the same time with a small jitter, from the start of the attempt before: after a long session it tries again at once',
    formula:
      'delay(n) = wait + ⌊U·(jitter + 1)⌋, from the start of attempt n−1 on; when that is over it is drawn anew, until it is no longer than what was waited',
    source: '@nats-io/nats-core 3.4.0, lib/options.js: reconnectDelayHandler, lib/protocol.js: dialLoop',
    parameters: {
      wait: duration(2000, 'the delay before jitter'),
      jitter: duration(100, 'up to this much longer; 1s with TLS'),
    },
    create: (p) => ({
      countsFromAttempt: true,
      delayMs: (_attempt, _previousMs, draws) => {
        const draw = (): number => Math.floor(draws.uniform() * (p.jitter + 1));
        // Its loop asks for another delay before it looks whether the time is up, so that long ones are likelier.
        let jitter = draw();
        for (let next = draw(); next > jitter; next = draw()) jitter = next;
        return p.wait + jitter;
      },
    }),
  }),
  'aws-sdk-v3': policy({
    help: 'full jitter in whole milliseconds',
    formula: 'delay(n) = ⌊U·min(base·2^(n−1), cap)⌋',
    source: '@smithy/core 3.41.0, dist-cjs/submodules/retry/index.js: DefaultRetryBackoffStrategy',
    parameters: {
      base: duration(50, 'the bound of the first delay; 500ms if throttled'),
      cap: duration(20_000, 'no delay is longer'),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) =>
        Math.floor(draws.uniform() * Math.min(grown(p.base, 2, attempt - 1), p.cap)),
    }),
  }),
  ioredis: policy({
    help: 'doubles up to a cap, plus a jitter that does not grow',
    formula: 'delay(n) = min(base·2^(n−1), cap) + ⌊U·jitter⌋',
    source: 'ioredis 6.0.0, built/redis/RedisOptions.js: retryStrategy',
    parameters: {
      base: duration(50, 'the first delay, before jitter'),
      cap: duration(5000, 'no delay is longer, before jitter'),
      jitter: duration(200, 'up to this much longer'),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) =>
        Math.min(grown(p.base, 2, attempt - 1), p.cap) + Math.floor(draws.uniform() * p.jitter),
    }),
  }),
  twilio: policy({
    help: 'doubles up to a cap, with a jitter that only adds, and none beyond the cap',
    formula: 'delay(n) = min(cap, round(min(cap, base·factor^(n−1))·(1 + jitter·U)))',
    source: '@twilio/operation-retrier 5.0.0, builds/lib.js: Backoff.next',
    parameters: {
      base: duration(1000, 'the first delay, before jitter'),
      cap: duration(120_000, 'no delay is longer'),
      factor: growth(2),
      jitter: share(0.2),
    },
    create: (p) => ({
      delayMs: (attempt, _previousMs, draws) =>
        Math.min(
          p.cap,
          Math.round(Math.min(p.cap, grown(p.base, p.factor, attempt - 1)) * (1 + draws.uniform() * p.jitter)),
        ),
    }),
  }),
};

export const libraryBackoffs: Registry<Backoff> = { ...web, ...servers };

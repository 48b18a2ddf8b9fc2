/**
 * Client presets: what the clients of real libraries do by default, as fields
 * of a client version in the notation of scenario files, at the version that is
 * named. Found out by what the packages do when servers misbehave to them in
 * virtual time (test/clients), which also holds the presets to it. What the
 * notation has no word for is in `differs`. Left out: fallbacks from one transport
 * to another, and everything that an application sets itself.
 *
 * Keepalives: `every` is when the client expects a sign of life or asks for
 * one, `timeout` how long after that it waits, so that it finds out between
 * `timeout` and `every + timeout` after the loss, as the library does.
 */

/** A preset's fields: a subset of a client version's, as a file writes them. */
export interface PresetFields {
  readonly backoff: Readonly<Record<string, string | number | readonly string[]>> & { readonly policy: string };
  /** with one number until the answer */
  readonly connectTimeout: string | { readonly open: string; readonly answer: string };
  readonly keepalive: 'none' | { readonly every: string; readonly timeout: string };
  readonly giveUp: { readonly after: number | 'unlimited' };
  readonly resetAfter: string;
  readonly resetOn?: 'open';
  readonly retryAfter?: { readonly policy: string };
  readonly retryGate?: { readonly policy: string };
}

export interface ClientPreset {
  readonly help: string;
  /** the delay with the preset's own numbers, in ms */
  readonly formula: string;
  readonly package: string;
  /** the version that was read */
  readonly version: string;
  /** where in the package */
  readonly source: string;
  /** what the library does and these fields cannot say; a test holds that it is so */
  readonly differs?: readonly string[];
  /** whether tests compare it with the library's own code, or why not */
  readonly compared: 'yes' | `no: ${string}`;
  readonly fields: PresetFields;
}

/** Most libraries: no limit of attempts, and the counter starts again with each connection. */
function persistent(fields: Pick<PresetFields, 'backoff'> & Partial<PresetFields>): PresetFields {
  return { connectTimeout: 'none', keepalive: 'none', giveUp: { after: 'unlimited' }, resetAfter: '0s', ...fields };
}

const browserPresets: Readonly<Record<string, ClientPreset>> = {
  'socket.io': {
    help: 'doubles to 5 s and loses its jitter there: attempt 4 is exactly 5 s in nine of ten cases, attempt 5 always',
    formula: 'x = 1000·2^(n−1), ± ⌊U·x/2⌋ by the same U, then at most 5000',
    package: 'socket.io-client',
    version: '4.8.4',
    source: 'build/cjs/manager.js, build/cjs/contrib/backo2.js',
    differs: [
      'over WebSocket alone, a connection that is closed before the server has said anything is noticed when the 20 s are over',
      'once its first packet is there it waits for ever for its namespace to be joined, behind a middleware say; the 45 s are its server’s, which then closes',
      'polling first, as it comes, it leaves the request open of an attempt that it has given up',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'socket.io' },
      connectTimeout: { open: '20s', answer: '45s' },
      keepalive: { every: '25s', timeout: '20s' },
    }),
  },
  phoenix: {
    help: 'ten tries in the first nine seconds, then one every 5 s, without jitter; a connect that hangs is never given up',
    formula: '10, 50, 100, 150, 200, 250, 500, 1000, 2000, then 5000',
    package: 'phoenix',
    version: '1.8.16',
    source: 'assets/js/phoenix/socket.js',
    differs: ['of a connection whose heartbeat is not answered it waits 1.5 s for the close'],
    compared: 'yes',
    fields: persistent({
      connectTimeout: { open: 'none', answer: '60s' },
      resetOn: 'open',
      backoff: {
        policy: 'steps',
        delays: ['10ms', '50ms', '100ms', '150ms', '200ms', '250ms', '500ms', '1s', '2s', '5s'],
      },
      keepalive: { every: '30s', timeout: '30s' },
    }),
  },
  supabase: {
    help: 'phoenix with slower steps, without jitter; a connect that hangs is never given up',
    formula: '1000, 2000, 5000, then 10000',
    package: '@supabase/realtime-js',
    version: '2.109.0',
    source: 'src/RealtimeClient.ts',
    differs: ['of a connection whose heartbeat is not answered it waits 1.5 s for the close'],
    compared: 'yes',
    fields: persistent({
      connectTimeout: { open: 'none', answer: '50s' },
      resetOn: 'open',
      backoff: { policy: 'steps', delays: ['1s', '2s', '5s', '10s'] },
      keepalive: { every: '25s', timeout: '25s' },
    }),
  },
  signalr: {
    help: 'four tries at fixed times, the first at once, then it gives up; without jitter. Its negotiation, a request, may take 100 s',
    formula: '0, 2000, 10000, 30000, then none',
    package: '@microsoft/signalr',
    version: '10.0.11',
    source: 'src/DefaultReconnectPolicy.ts, src/HttpClient.ts, src/HubConnection.ts',
    differs: [
      'with skipNegotiation, a transport that does not open is never given up',
      'a first connection that fails is not tried again',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'steps', delays: ['0s', '2s', '10s', '30s'] },
      connectTimeout: { open: '100s', answer: '30s' },
      keepalive: { every: '15s', timeout: '15s' },
      giveUp: { after: 4 },
    }),
  },
  'reconnecting-websocket': {
    help: 'grows slowly from a first delay of 1 to 5 s, drawn once when the page is loaded; a connection that fails within 5 s does not reset the counter',
    formula: 'min(10000, (1000 + 4000·U)·1.3^(n−1)), one U per page',
    package: 'reconnecting-websocket',
    version: '4.4.0',
    source: 'reconnecting-websocket.ts',
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'reconnecting-websocket' },
      connectTimeout: { open: '4s', answer: 'none' },
      resetAfter: '5s',
      resetOn: 'open',
    }),
  },
  partysocket: {
    help: 'reconnecting-websocket without its only draw: all clients are in step',
    formula: 'min(10000, 3000·1.3^(n−1))',
    package: 'partysocket',
    version: '1.3.0',
    source: 'dist/ws.js',
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'exponential', base: '3s', factor: 1.3, cap: '10s' },
      connectTimeout: { open: '4s', answer: 'none' },
      resetAfter: '5s',
      resetOn: 'open',
    }),
  },
  'graphql-ws': {
    help: 'tries once more after a loss, and a refusal then is final; acknowledgement timeout and keepalive are off. Only a connection that opens and is closed is tried five times, with delays that double',
    formula: '1000·2^(n−1) + 300 + ⌊2700·U⌋',
    package: 'graphql-ws',
    version: '6.4.2',
    source: 'src/client.ts',
    differs: [
      'a connection that opens and is closed before it is acknowledged is tried five times, with delays that double; closed with 1000, for ever',
      'a connection that was closed with 1000 is made again at once',
      'a connection that was closed with 1008, 1011, 4401 or the like is not made again',
      'a first connection that fails is not tried again',
    ],
    compared: 'yes',
    fields: persistent({ backoff: { policy: 'graphql-ws' }, giveUp: { after: 1 } }),
  },
  'pusher-js': {
    help: 'a second after a loss, then 15 s, 30 s and every minute, without jitter: an attempt that is refused has its time all the same',
    formula: '1000; then min(60000, 15000·2^(n−2)), from the start of attempt n−1',
    package: 'pusher-js',
    version: '8.6.0',
    source:
      'src/core/connection/connection_manager.ts, src/core/strategies/sequential_strategy.ts, src/runtimes/isomorphic/default_strategy.ts',
    differs: [
      'the second after a loss counts from the loss, and not from the attempt before',
      'the first attempt has 15 s, the second 30 s, and only the third and later ones the minute',
      'a connection that opens and is closed before an answer is made again after a second',
      'closed with 4000 or 4200 to 4299 it tries again at once, with 4100 to 4199 after a second, with other codes from 4001 on not at all',
      'the first attempt of a page load has its 15 s as well',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'pusher-js' },
      connectTimeout: '1m',
      keepalive: { every: '2m', timeout: '30s' },
    }),
  },
  ably: {
    help: 'at once, then 20 to 30 s apart less a fifth by luck. With its own hosts, and not one of yours, each attempt is four',
    formula: '0; then 15000·min((n+2)/3, 2)·(1 − 0.2·U)',
    package: 'ably',
    version: '2.28.0',
    source: 'src/common/lib/util/utils.ts, src/common/lib/transport/connectionmanager.ts',
    differs: [
      'after two minutes without a connection it is suspended, and tries every 30 s with its counter set back',
      'attempts that come at once after a loss are a second apart at the least',
      'with its own hosts, a connect that fails goes on at once to three others',
      'the first retry of a page load comes after 15 s less its jitter',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'ably' },
      connectTimeout: { open: '10s', answer: '20s' },
      keepalive: { every: '15s', timeout: '10s' },
    }),
  },
  centrifuge: {
    help: 'full jitter over a doubling bound, on top of half a second',
    formula: 'min(20000, 500 + randint(0, min(20000, 500·2^(n−1))))',
    package: 'centrifuge',
    version: '5.8.0',
    source: 'src/utils.ts, src/centrifuge.ts',
    differs: ['closed with a code of 3500 to 3999 or 4500 to 4999 it does not try again'],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'centrifuge' },
      connectTimeout: { open: '5s', answer: '5s' },
      keepalive: { every: '25s', timeout: '10s' },
    }),
  },
  actioncable: {
    help: 'looks every 6 s and more whether the connection is stale, which it is if it said nothing for 6 s; the first look has the largest jitter. A connect that hangs is never given up',
    formula: '6000·1.15^min(n−1, 10)·(1 + J·U), J = 1 at first, then 0.15',
    package: '@rails/actioncable',
    version: '8.1.400',
    source: 'src/connection_monitor.js',
    differs: [
      'it looks by a clock that runs on through losses: the first retry comes 6 to 18 s after a loss',
      'a connection that opens and is not welcomed is given up at the next look',
    ],
    compared: 'yes',
    fields: persistent({ backoff: { policy: 'actioncable' }, keepalive: { every: '9s', timeout: '6s' } }),
  },
  'stream-chat': {
    help: 'anything between two bounds that grow by 2 s per attempt, up to 25 s',
    formula: 'uniform in [min(max(250, 2000·(n−1)), 25000), min(500 + 2000·n, 25000)], whole ms',
    package: 'stream-chat',
    version: '9.53.0',
    source: 'src/utils.ts, src/connection.ts',
    compared: 'no: the package runs a script when it is installed, so it is no dependency',
    fields: persistent({
      backoff: { policy: 'stream-chat' },
      connectTimeout: '15s',
      keepalive: { every: '25s', timeout: '10s' },
    }),
  },
  eventsource: {
    help: 'every 3 s for ever, without jitter. A server can set another delay with `retry:`; set `backoff.delay` for that',
    formula: '3000',
    package: 'eventsource',
    version: '4.1.1',
    source: 'src/EventSource.ts',
    differs: ['an answer with another status than 200 is final'],
    compared: 'yes',
    fields: persistent({ backoff: { policy: 'fixed', delay: '3s' } }),
  },
};

const servicePresets: Readonly<Record<string, ClientPreset>> = {
  'grpc-js': {
    help: 'at once, then a second; each delay is 1.6 times the one before, its jitter included, and counts from the start of the attempt before; keepalive is off',
    formula: '0; 1000; then min(1.6·delay(n−1), 120000)·(0.8 + 0.4·U)',
    package: '@grpc/grpc-js',
    version: '1.14.7',
    source: 'build/src/backoff-timeout.js',
    differs: ['the first retry of a page load comes a second after the first attempt'],
    compared: 'yes',
    fields: persistent({ backoff: { policy: 'grpc-js' } }),
  },
  'mqtt.js': {
    help: 'once a second for ever, without jitter',
    formula: '1000',
    package: 'mqtt',
    version: '5.16.0',
    source: 'build/lib/client.js',
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'fixed', delay: '1s' },
      connectTimeout: '30s',
      keepalive: { every: '1m', timeout: '30s' },
    }),
  },
  nats: {
    help: 'every 2 s from the start of the attempt before, so the first retry after a long session comes at once; gives a server up after ten tries. Its choice among several servers is left out',
    formula:
      '2000 + randint(0, 100), from the start of attempt n−1, drawn anew until it is no longer than what was waited',
    package: '@nats-io/nats-core',
    version: '3.4.0',
    source: 'lib/options.js, lib/protocol.js',
    differs: [
      'a connection that is closed before the server has answered is noticed when the 20 s are over',
      'a first connection that fails is not tried again',
      'of a connection whose pings are not answered it waits for the close, 30 s over ws',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'nats' },
      connectTimeout: '20s',
      keepalive: { every: '2m', timeout: '4m' },
      giveUp: { after: 10 },
    }),
  },
  'slack-socket-mode': {
    help: 'every 5 s for ever, without jitter, while the API that gives it its address answers',
    formula: '5000',
    package: '@slack/socket-mode',
    version: '3.1.0',
    source: 'src/SocketModeClient.ts, src/SlackWebSocket.ts',
    differs: [
      'while the API that gives it its address does not answer well, it tries after 1 s, 1.3 s, 1.69 s and so on, a hundred times, and honours a Retry-After of 429',
      'of a connection whose pings are not answered it waits 1.7 s for the close',
    ],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'fixed', delay: '5s' },
      connectTimeout: { open: 'none', answer: '6660ms' },
      keepalive: { every: '1667ms', timeout: '5s' },
    }),
  },
  'aws-sdk-v3': {
    help: 'a request, not a connection: two retries with full jitter, out of a quota of 500 tokens of which each takes 14; Retry-After adds 5 s at most',
    formula: '⌊U·min(50·2^(n−1), 20000)⌋',
    package: '@smithy/core',
    version: '3.41.0',
    source: 'dist-cjs/submodules/retry/index.js',
    differs: ['a status of 4xx other than 429 is final', 'after a 429 the base of its delay is 500 ms'],
    compared: 'yes',
    fields: persistent({
      backoff: { policy: 'aws-sdk-v3' },
      giveUp: { after: 3 },
      retryAfter: { policy: 'clamped' },
      retryGate: { policy: 'retry-budget' },
    }),
  },
  ioredis: {
    help: 'doubles from 50 ms to 5 s, plus up to 200 ms by luck',
    formula: 'min(50·2^(n−1), 5000) + ⌊200·U⌋',
    package: 'ioredis',
    version: '6.0.0',
    source: 'built/redis/RedisOptions.js',
    compared: 'yes',
    fields: persistent({ backoff: { policy: 'ioredis' }, connectTimeout: { open: '10s', answer: 'none' } }),
  },
  twilio: {
    help: 'doubles to two minutes with up to a fifth more by luck, and without luck at the cap',
    formula: 'min(120000, round(1000·2^(n−1)·(1 + 0.2·U)))',
    package: '@twilio/operation-retrier',
    version: '5.0.0',
    source: 'builds/lib.js',
    compared: 'no: a dependency of the package runs a script when it is installed',
    fields: persistent({ backoff: { policy: 'twilio' } }),
  },
};

export const clientPresets: Readonly<Record<string, ClientPreset>> = { ...browserPresets, ...servicePresets };

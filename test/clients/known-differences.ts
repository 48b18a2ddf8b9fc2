/**
 * What libraries do and their presets cannot say: by preset, the reason in the words of its
 * `differs`, where it shows in the matrix, and which fields of a client version would say it.
 * Each difference of the matrix needs a reason here, and each reason a difference: one that
 * has gone (the library or the notation has changed) fails the test.
 */

export interface KnownDifference {
  /** one of the preset's `differs`, word for word */
  readonly because: string;
  /** what would say it */
  readonly needs: string;
  /** which rows, by their names */
  readonly rows: RegExp;
  /** which ways of using the library; absent: all */
  readonly way?: string;
  /** which differences of these rows; absent: all */
  readonly text?: RegExp;
  readonly attempts?: (attempt: number) => boolean;
}

const anyRow = /./;
const closedUnanswered = /opens(,| and) closes/;
const fromTheStart = /from the very first$/;
const unanswered = /^opens(,| and) (is silent|answers after)/;

const timeouts = 'connectTimeout: steps of attempts, or a clock of its own';
const resetOnOpen = 'resetOn: open, and only by a close';
const lateEnd = 'endBeforeAnswer: noticed at once | at the timeout';
const fatal = 'what is final, and what is tried again, by kind: refused, a status, a code of closing';
const firstConnect = 'giveUp.first: whether a page load’s first connect is tried again, and with which delay';

/** phoenix, and supabase, whose sockets are phoenix's */
const closesLate: KnownDifference = {
  because: 'of a connection whose heartbeat is not answered it waits 1.5 s for the close',
  needs: 'keepalive.closing: how long a connection that is found dead takes to close',
  rows: /^(vanishes|opens and is silent)$/,
  text: /^made after/,
};
const givesUpAtFirst: KnownDifference = {
  because: 'a first connection that fails is not tried again',
  needs: firstConnect,
  rows: fromTheStart,
  text: /^not made$/,
};

export const knownDifferences: Readonly<Record<string, readonly KnownDifference[]>> = {
  'socket.io': [
    {
      because:
        'over WebSocket alone, a connection that is closed before the server has said anything is noticed when the 20 s are over',
      needs: lateEnd,
      rows: closedUnanswered,
      way: 'WebSocket alone',
    },
    {
      because:
        'once its first packet is there it waits for ever for its namespace to be joined, behind a middleware say; the 45 s are its server’s, which then closes',
      needs: 'nothing: it is not the client that does it',
      rows: /^opens and answers half$/,
    },
    {
      because: 'polling first, as it comes, it leaves the request open of an attempt that it has given up',
      needs: 'abandons: whether the server learns that an attempt was given up',
      rows: /^(accepts|opens) and is silent/,
      way: 'polling first',
    },
  ],
  phoenix: [closesLate],
  supabase: [closesLate],
  signalr: [
    {
      because: 'with skipNegotiation, a transport that does not open is never given up',
      needs: timeouts,
      rows: /^accepts and is silent/,
      way: 'skipNegotiation',
    },
    givesUpAtFirst,
  ],
  'reconnecting-websocket': [],
  partysocket: [],
  'graphql-ws': [
    {
      because:
        'a connection that opens and is closed before it is acknowledged is tried five times, with delays that double; closed with 1000, for ever',
      needs: fatal,
      rows: closedUnanswered,
    },
    {
      because: 'a connection that was closed with 1000 is made again at once',
      needs: fatal,
      rows: /^closes with 1000 after/,
    },
    {
      because: 'a connection that was closed with 1008, 1011, 4401 or the like is not made again',
      needs: fatal,
      rows: /^closes with \d+ after/,
      text: /^not made$/,
    },
    givesUpAtFirst,
  ],
  'pusher-js': [
    {
      because: 'the second after a loss counts from the loss, and not from the attempt before',
      needs: 'backoff.countsFromAttempt: always | after failures',
      rows: anyRow,
      text: /^made after 1 s, not 0(\.9)? s$/,
    },
    {
      because: 'the first attempt has 15 s, the second 30 s, and only the third and later ones the minute',
      needs: 'connectTimeout: a list, as steps of attempts',
      rows: /is silent/,
      text: /^given up after (15|30) s/,
    },
    {
      because: 'a connection that opens and is closed before an answer is made again after a second',
      needs: resetOnOpen,
      rows: closedUnanswered,
      attempts: (attempt) => attempt > 1,
    },
    {
      because:
        'closed with 4000 or 4200 to 4299 it tries again at once, with 4100 to 4199 after a second, with other codes from 4001 on not at all',
      needs: fatal,
      rows: /closes with 4/,
    },
    {
      because: 'the first attempt of a page load has its 15 s as well',
      needs: firstConnect,
      rows: fromTheStart,
      text: /^made after/,
    },
  ],
  ably: [
    {
      because: 'after two minutes without a connection it is suspended, and tries every 30 s with its counter set back',
      needs: 'backoff: phases, by how long there has been no connection',
      rows: anyRow,
      text: /^(made after .*, not (2[47]|29\.7)(\.\d)? s|given up after 19\.5 s, not given up after 20 s)$/,
      attempts: (attempt) => attempt >= 4,
    },
    {
      because: 'attempts that come at once after a loss are a second apart at the least',
      needs: 'backoff.leastSpacing',
      rows: /^dies 100 ms/,
      text: /^made after 0\.9 s, not 0 s$/,
    },
    {
      because: 'with its own hosts, a connect that fails goes on at once to three others',
      needs: 'attemptsPerTry: how many connects one try is',
      rows: anyRow,
      way: 'with its fallback hosts',
    },
    {
      because: 'the first retry of a page load comes after 15 s less its jitter',
      needs: firstConnect,
      rows: fromTheStart,
      attempts: (attempt) => attempt === 1,
    },
  ],
  centrifuge: [
    {
      because: 'closed with a code of 3500 to 3999 or 4500 to 4999 it does not try again',
      needs: fatal,
      rows: /closes with (3500|4500)/,
    },
  ],
  actioncable: [
    {
      because: 'it looks by a clock that runs on through losses: the first retry comes 6 to 18 s after a loss',
      needs: 'backoff.countsFrom: a clock of its own',
      rows: anyRow,
      text: /^made after/,
    },
    {
      because: 'a connection that opens and is not welcomed is given up at the next look',
      needs: timeouts,
      rows: unanswered,
      text: /^given up after/,
    },
  ],
  eventsource: [{ because: 'an answer with another status than 200 is final', needs: fatal, rows: /^\d{3}/ }],
  'grpc-js': [
    {
      because: 'the first retry of a page load comes a second after the first attempt',
      needs: firstConnect,
      rows: fromTheStart,
    },
  ],
  'mqtt.js': [],
  nats: [
    {
      because: 'a connection that is closed before the server has answered is noticed when the 20 s are over',
      needs: lateEnd,
      rows: closedUnanswered,
    },
    givesUpAtFirst,
    {
      because: 'of a connection whose pings are not answered it waits for the close, 30 s over ws',
      needs: 'keepalive.closing: how long a connection that is found dead takes to close',
      rows: /^vanishes$/,
      text: /^made after/,
    },
  ],
  ioredis: [],
  'slack-socket-mode': [
    {
      because:
        'while the API that gives it its address does not answer well, it tries after 1 s, 1.3 s, 1.69 s and so on, a hundred times, and honours a Retry-After of 429',
      needs: 'backoff by kind of failure; a tier that is asked before the connect',
      rows: /^(port closed|\d{3}|reset|three refusals)/,
      way: 'its API misbehaves',
    },
    {
      because: 'of a connection whose pings are not answered it waits 1.7 s for the close',
      needs: 'keepalive.closing: how long a connection that is found dead takes to close',
      rows: /^vanishes$/,
      text: /^made after/,
    },
  ],
  'aws-sdk-v3': [
    { because: 'a status of 4xx other than 429 is final', needs: fatal, rows: /^40[13]$/ },
    { because: 'after a 429 the base of its delay is 500 ms', needs: 'backoff by kind of failure', rows: /^429/ },
  ],
};

/**
 * Protocols that clients speak above a WebSocket, as far as it takes for them to
 * call themselves connected: a greeting, an answer to their login, and to their
 * pings. To know another one, add its entry. A client of none of them is taken
 * to be connected once the upgrade is answered.
 */
import type { ServerPings } from '../../experiments/client-learning/seen-attempts.ts';

/** The server's side of one connection. */
export interface Conversation {
  /** how often the server pings where it says so itself, and what timeout it tells */
  readonly pingEveryMs: number;
  readonly pingTimeoutMs: number;
  send(data: string | Uint8Array): void;
  /** Until the connection ends or falls silent. */
  every(ms: number, act: () => void): void;
  /** The client counts as connected from now on. */
  answered(): void;
}

/** What an upgrade says of itself. */
export interface Asked {
  readonly url: string;
  readonly protocols: string;
}

export interface Dialect {
  /** how it is told to people */
  readonly name: string;
  /** the client presets that speak it */
  readonly presets: readonly string[];
  isAskedFor(asked: Asked): boolean;
  /** whether a client's first message gives it away */
  isHeardIn(text: string): boolean;
  /** whether the client waits for an answer beyond the upgrade */
  readonly waits: boolean;
  greet?(conversation: Conversation): void;
  /** whether it greets with its transport, before it has asked who is there */
  readonly greetsUnasked?: true;
  hear?(conversation: Conversation, text: string, bytes: Uint8Array): void;
  /** where the server says how often it pings: what its kind says if nobody tells it otherwise, and whose the timeout is */
  readonly serverPings?: ServerPings['usual'] & { readonly isTimeoutTold: boolean };
}

function engineOpen({ pingEveryMs, pingTimeoutMs }: Conversation): string {
  const told = { sid: 'sim', upgrades: [], pingInterval: pingEveryMs, pingTimeout: pingTimeoutMs, maxPayload: 1e6 };
  return `0${JSON.stringify(told)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

const never = (): boolean => false;
/** Ends a message of SignalR. */
const RECORD_END = '\u001e';

const MQTT = { connect: 1, connack: [0x20, 2, 0, 0], pingreq: 12, pingresp: [0xd0, 0] } as const;

export const engineIo: Dialect = {
  name: 'socket.io',
  presets: ['socket.io'],
  isAskedFor: ({ url }) => /[?&]EIO=\d/.test(url),
  isHeardIn: never,
  waits: true,
  greetsUnasked: true,
  greet: (conversation) => {
    conversation.send(engineOpen(conversation));
    conversation.every(conversation.pingEveryMs, () => conversation.send('2'));
  },
  hear: (conversation, text) => {
    if (!text.startsWith('40')) return;
    // A namespace other than the first is named before a comma.
    const namespace = /^40(\/[^,]*,)/.exec(text)?.[1] ?? '';
    conversation.send(`40${namespace}{"sid":"sim"}`);
    conversation.answered();
  },
  serverPings: { every: '25s', timeout: '20s', isTimeoutTold: true },
};

export const dialects: readonly Dialect[] = [
  engineIo,
  {
    name: 'phoenix',
    presets: ['phoenix', 'supabase'],
    isAskedFor: ({ url }) => /[?&]vsn=\d/.test(url),
    isHeardIn: never,
    waits: false,
    hear: (conversation, text) => {
      const message = parsed(text);
      const [joinRef, ref, topic] = Array.isArray(message)
        ? (message as unknown[])
        : [member(message, 'join_ref'), member(message, 'ref'), member(message, 'topic')];
      const reply = { status: 'ok', response: {} };
      conversation.send(
        JSON.stringify(
          Array.isArray(message)
            ? [joinRef, ref, topic, 'phx_reply', reply]
            : { join_ref: joinRef, ref, topic, event: 'phx_reply', payload: reply },
        ),
      );
    },
  },
  {
    name: 'centrifuge',
    presets: ['centrifuge'],
    isAskedFor: never,
    isHeardIn: (text) => member(parsed(text.split('\n')[0]), 'connect') !== undefined,
    waits: true,
    hear: (conversation, text) => {
      const command = parsed(text.split('\n')[0]);
      if (member(command, 'connect') === undefined) return;
      const ping = Math.ceil(conversation.pingEveryMs / 1000);
      conversation.send(
        JSON.stringify({ id: member(command, 'id'), connect: { client: 'sim', version: 'sim', ping, pong: true } }),
      );
      conversation.every(ping * 1000, () => conversation.send('{}'));
      conversation.answered();
    },
    serverPings: { every: '25s', timeout: '10s', isTimeoutTold: false },
  },
  {
    name: 'signalr',
    presets: ['signalr'],
    isAskedFor: never,
    isHeardIn: (text) => text.endsWith(RECORD_END) && text.includes('"protocol"'),
    waits: true,
    hear: (conversation, text) => {
      if (text.includes('"protocol"')) {
        conversation.send(`{}${RECORD_END}`);
        conversation.answered();
      } else conversation.send(`{"type":6}${RECORD_END}`);
    },
  },
  {
    name: 'graphql-ws',
    presets: ['graphql-ws'],
    isAskedFor: ({ protocols }) => protocols.includes('graphql-transport-ws'),
    isHeardIn: never,
    waits: true,
    hear: (conversation, text) => {
      const type = member(parsed(text), 'type');
      if (type === 'connection_init') {
        conversation.send('{"type":"connection_ack"}');
        conversation.answered();
      } else if (type === 'ping') conversation.send('{"type":"pong"}');
    },
  },
  {
    name: 'actioncable',
    presets: ['actioncable'],
    isAskedFor: ({ protocols }) => protocols.includes('actioncable-v1-json'),
    isHeardIn: never,
    waits: true,
    greet: (conversation) => {
      conversation.send('{"type":"welcome"}');
      conversation.answered();
      conversation.every(conversation.pingEveryMs, () => conversation.send('{"type":"ping","message":1}'));
    },
    // Rails pings every 3 s, and the client knows that: nothing is told.
    serverPings: { every: '3s', timeout: '6s', isTimeoutTold: false },
  },
  {
    name: 'pusher',
    presets: ['pusher-js'],
    isAskedFor: ({ url }) => /\/app\/[^?]*\?(?:.*&)?protocol=\d/.test(url),
    isHeardIn: never,
    waits: true,
    greet: (conversation) => {
      const told = JSON.stringify({ socket_id: '1.1', activity_timeout: 120 });
      conversation.send(JSON.stringify({ event: 'pusher:connection_established', data: told }));
      conversation.answered();
    },
    hear: (conversation, text) => {
      if (member(parsed(text), 'event') === 'pusher:ping') conversation.send('{"event":"pusher:pong","data":{}}');
    },
  },
  {
    name: 'mqtt',
    presets: ['mqtt.js'],
    isAskedFor: ({ protocols }) => /\bmqtt/.test(protocols),
    isHeardIn: (text) => /^\u0010[\s\S]{1,4}\0[\u0004\u0006]MQ/.test(text),
    waits: true,
    hear: (conversation, _text, bytes) => {
      const packet = bytes[0] >> 4;
      if (packet === MQTT.connect) {
        conversation.send(Uint8Array.from(MQTT.connack));
        conversation.answered();
      } else if (packet === MQTT.pingreq) conversation.send(Uint8Array.from(MQTT.pingresp));
    },
  },
];

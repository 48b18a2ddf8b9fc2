/**
 * The client libraries, unmodified, each with the words that make it connect, and with what
 * shows how its attempts end.
 */
import { createRequire } from 'node:module';
import { Centrifuge } from 'centrifuge';
import PartySocket from 'partysocket/ws';
import { io } from 'socket.io-client';
import type { ClientLog } from './attempt-log.ts';
import { loggedWebSocket, type LoggedWebSocket } from './attempt-log.ts';
import type { LibraryName } from './experiment.ts';

export interface Connecting {
  /** like ws://127.0.0.1:8080 */
  readonly url: string;
  readonly options: Readonly<Record<string, number>>;
  readonly log: ClientLog;
}

type Reconnecting = new (url: string, protocols: readonly string[], options: object) => object;

const require = createRequire(import.meta.url);

/** It comes without types. */
const phoenix = require('phoenix') as { Socket: new (url: string, options: object) => { connect(): void } };

/** It draws its first delay when it is loaded, that is once per page: every client loads it anew. */
function freshReconnectingWebSocket(): Reconnecting {
  const path = require.resolve('reconnecting-websocket');
  delete require.cache[path];
  return require(path) as Reconnecting;
}

function reconnect(Library: Reconnecting, { url, options, log }: Connecting): void {
  new Library(url, [], { WebSocket: loggedWebSocket(log, true), ...options });
}

const NO_CLOSE_FRAME = 1006;

/** The attempts are the manager's; over is one, too, when the server closes before the namespace is joined. */
function connectSocketIo({ url, options, log }: Connecting): void {
  log.starts();
  const socket = io(url.replace('ws:', 'http:'), { transports: ['websocket'], forceNew: true, ...options });
  socket.io.on('reconnect_attempt', () => log.starts());
  socket.io.on('error', (error) => log.ends(error.message === 'timeout' ? 'T' : 'F'));
  socket.io.on('close', (_reason, description) => {
    const code = (description as { context?: { code?: number } } | undefined)?.context?.code;
    // A server that closes in order has waited long enough; one that dies says nothing.
    log.ends(code === NO_CLOSE_FRAME ? 'F' : 'T');
  });
  socket.on('connect', () => log.connects());
}

export const libraries: Readonly<Record<LibraryName, (connecting: Connecting) => void>> = {
  'reconnecting-websocket': (connecting) => reconnect(freshReconnectingWebSocket(), connecting),
  partysocket: (connecting) => reconnect(PartySocket as unknown as Reconnecting, connecting),
  phoenix: ({ url, options, log }) => {
    new phoenix.Socket(`${url}/socket`, { transport: loggedWebSocket(log, true), ...options }).connect();
  },
  centrifuge: ({ url, options, log }) => {
    const websocket: LoggedWebSocket = loggedWebSocket(log, false);
    const client = new Centrifuge(url, { websocket, ...options });
    client.on('connected', () => log.connects());
    client.on('error', () => undefined);
    client.connect();
  },
  'socket.io-client': connectSocketIo,
};

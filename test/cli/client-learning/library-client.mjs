// A client of a real library, as an application starts it: `node library-client.mjs LIBRARY PORT`, as long as it is let live.
import { createRequire } from 'node:module';
import { WebSocket as PlainWebSocket } from 'ws';

const require = createRequire(import.meta.url);
const [library, port] = process.argv.slice(2);
const http = `http://127.0.0.1:${port}`;
const ws = `ws://127.0.0.1:${port}`;

/** In a browser an error that nobody listens to ends nothing. */
class WebSocket extends PlainWebSocket {
  constructor(...args) {
    super(...args);
    this.on('error', () => undefined);
  }
}

const start = {
  'reconnecting-websocket': () => new (require('reconnecting-websocket'))(`${ws}/chat`, [], { WebSocket }),
  partysocket: async () => {
    const { WebSocket: Reconnecting } = await import('partysocket');
    return new Reconnecting(`${ws}/chat`, [], { WebSocket });
  },
  phoenix: () => {
    const { Socket } = require('phoenix');
    const socket = new Socket(`${ws}/socket`, { transport: WebSocket });
    socket.connect();
    socket.channel('room:1').join();
  },
  supabase: () => {
    const { RealtimeClient } = require('@supabase/realtime-js');
    const client = new RealtimeClient(ws, { transport: WebSocket, params: { apikey: 'key' } });
    client.connect();
    client.channel('room').subscribe();
  },
  centrifuge: () => {
    const { Centrifuge } = require('centrifuge');
    const client = new Centrifuge(`${ws}/connection/websocket`, { websocket: WebSocket });
    client.on('error', () => undefined);
    client.connect();
  },
  'socket.io': () => require('socket.io-client').io(http, { transports: ['websocket'] }),
  'socket.io, polling first': () => require('socket.io-client').io(http),
  signalr: () => {
    const { HubConnectionBuilder, LogLevel } = require('@microsoft/signalr');
    const builder = new HubConnectionBuilder().withUrl(`${http}/hub`).withAutomaticReconnect();
    builder
      .configureLogging(LogLevel.None)
      .build()
      .start()
      .catch(() => undefined);
  },
  'graphql-ws': () => {
    const { createClient } = require('graphql-ws');
    createClient({ url: `${ws}/graphql`, webSocketImpl: WebSocket, lazy: false, onNonLazyError: () => undefined });
  },
  eventsource: async () => {
    const { EventSource } = await import('eventsource');
    new EventSource(`${http}/events`).onerror = () => undefined;
  },
};

// A client that has given up is still there.
setInterval(() => undefined, 60_000);
await start[library]();

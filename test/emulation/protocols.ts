/**
 * What servers of each library's protocol do with a connect: at which point the work queue
 * stands, and what is said then. Real servers by ws and socket.io; of Phoenix and Centrifuge,
 * whose servers are not written in JavaScript, no more than a session needs.
 */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as SocketIoServer } from 'socket.io';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { LibraryName, ServerSpec } from './experiment.ts';
import type { Work } from './work-queue.ts';

type Add = (work: Work) => void;
type Serve = (server: HttpServer, add: Add) => void;

const BUSY = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
/** What a client hears of a Centrifuge server, and how often, in seconds. */
const CENTRIFUGE_PING_SEC = 25;

const text = (data: RawData): string => (data as Buffer).toString('utf8');

/** From now on it is known whether the client has hung up. */
function watchEnd(socket: Duplex): () => boolean {
  let hasEnded = false;
  const ends = (): void => {
    hasEnded = true;
  };
  socket.on('end', ends).on('close', ends).on('error', ends);
  return () => hasEnded || socket.destroyed;
}

function upgrades(
  server: HttpServer,
  come: (upgrade: (then: (ws: WebSocket) => void) => void, socket: Duplex, hasLeft: () => boolean) => void,
): void {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const hasLeft = watchEnd(socket);
    const upgrade = (then: (ws: WebSocket) => void): void => {
      if (hasLeft()) socket.destroy();
      else
        wss.handleUpgrade(request, socket, head, (ws) => {
          ws.on('error', () => undefined);
          then(ws);
        });
    };
    come(upgrade, socket, hasLeft);
  });
}

/** The work is done before the upgrade is answered. */
const worksBeforeUpgrade =
  (talk: (ws: WebSocket) => void): Serve =>
  (server, add) =>
    upgrades(server, (upgrade, socket, hasLeft) =>
      add({ hasLeft, done: () => upgrade(talk), refused: () => socket.end(BUSY) }),
    );

/** Heartbeats and joins are answered alike. */
function talkPhoenix(ws: WebSocket): void {
  ws.on('message', (data: RawData) => {
    const [joinRef, ref, topic] = JSON.parse(text(data)) as unknown[];
    ws.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }]));
  });
}

/** The transport opens at once; the work is for the connect command. */
const serveCentrifuge: Serve = (server, add) =>
  upgrades(server, (upgrade, _socket, hasLeft) =>
    upgrade((ws) => {
      const answer = (id: number): void => {
        if (ws.readyState !== WebSocket.OPEN) return;
        const connect = { client: 'c', version: 'v', ping: CENTRIFUGE_PING_SEC, pong: true };
        ws.send(JSON.stringify({ id, connect }));
        const ping = setInterval(() => ws.send('{}'), CENTRIFUGE_PING_SEC * 1000);
        ws.on('close', () => clearInterval(ping));
      };
      ws.on('message', (data: RawData) => {
        for (const line of text(data).split('\n')) {
          const { id, connect } = JSON.parse(line) as { id: number; connect?: object };
          if (connect === undefined) continue;
          add({ hasLeft, done: () => answer(id), refused: () => ws.close(1013) });
        }
      });
    }),
  );

const serveSocketIo =
  (worksInMiddleware: boolean): Serve =>
  (server, add) => {
    if (worksInMiddleware) {
      new SocketIoServer(server, { serveClient: false }).use((socket, next) =>
        add({
          hasLeft: () => socket.conn.readyState !== 'open',
          done: () => next(),
          refused: () => next(new Error('busy')),
        }),
      );
      return;
    }
    new SocketIoServer(server, {
      serveClient: false,
      allowRequest: (request, decide) => {
        const hasLeft = watchEnd(request.socket);
        add({ hasLeft, done: () => decide(null, !hasLeft()), refused: () => decide(null, false) });
      },
    });
  };

export function serverOf(library: LibraryName, { worksInMiddleware }: ServerSpec): Serve {
  switch (library) {
    case 'reconnecting-websocket':
    case 'partysocket':
      return worksBeforeUpgrade(() => undefined);
    case 'phoenix':
      return worksBeforeUpgrade(talkPhoenix);
    case 'centrifuge':
      return serveCentrifuge;
    case 'socket.io-client':
      return serveSocketIo(worksInMiddleware === true);
  }
}

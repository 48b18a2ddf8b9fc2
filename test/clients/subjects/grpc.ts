/**
 * gRPC's channel for Node, of an application that always wants a connection: one that
 * was lost is idle until somebody asks for it again. It is connected once the server's
 * HTTP/2 settings are there; the server is Node's own, over our wire.
 */
import { Duplex } from 'node:stream';
import { createServer } from 'node:http2';
import { serveNet } from '../fake-net.ts';
import { packageFile, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const speaksHttp2: Protocol = (line, up) => {
  const server = createServer();
  server.on('session', () => up());
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      line.send(chunk);
      done();
    },
  });
  server.emit('connection', socket);
  return (message) => void socket.push(Buffer.from(message));
};

interface Channel {
  getConnectivityState(connects: boolean): number;
  watchConnectivityState(state: number, deadline: Date | number, then: () => void): void;
}

/** Channels to one address share their connections, so that each has an address of its own. */
let channels = 0;
const ownAddress = (): string => {
  channels++;
  return `127.${(channels >> 16) & 255}.${(channels >> 8) & 255}.${channels & 255}:443`;
};

export const grpcSubjects: readonly Subject[] = [
  {
    preset: 'grpc-js',
    knows: [],
    turns: 10,
    start: (world, undo) => {
      serveNet(world, speaksHttp2, undo);
      const { Channel, credentials } = packageFile<{
        Channel: new (target: string, credentials: object, options: object) => Channel;
        credentials: { createInsecure(): object };
      }>('@grpc/grpc-js/build/src/index.js');
      const channel = new Channel(ownAddress(), credentials.createInsecure(), {});
      const watch = (): void => {
        const state = channel.getConnectivityState(true);
        channel.watchConnectivityState(state, Infinity, watch);
      };
      watch();
    },
  },
];

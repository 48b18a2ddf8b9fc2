/** NATS over WebSocket, which is connected once its first PING is answered. */
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, replace, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const INFO = { server_id: 's', server_name: 's', version: '2.10.0', proto: 1, headers: true, max_payload: 1e6 };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const informs: Protocol = (line, up) => {
  line.send(bytes(`INFO ${JSON.stringify(INFO)}\r\n`));
  return (message) => {
    if (!textOf(message).includes('PING\r\n')) return;
    line.send(bytes('PONG\r\n'));
    up();
  };
};

export const natsSubjects: readonly Subject[] = [
  {
    preset: 'nats',
    turns: 4,
    start: (world, undo) => {
      replace(globalThis, 'WebSocket', webSocketOf(world, informs), undo);
      const { wsconnect } = packageFile<{ wsconnect: (options: object) => Promise<unknown> }>(
        '@nats-io/nats-core/lib/mod.js',
      );
      wsconnect({ servers: 'ws://localhost:443' }).catch(() => undefined);
    },
  },
];

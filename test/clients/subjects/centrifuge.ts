/** Centrifuge, which is connected once its connect command is answered; the server pings every 25 s. */
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const PING_SEC = 25;

const answers: Protocol = (line, up, { time }) => {
  const ping = (): void =>
    time.after(PING_SEC * 1000, () => {
      line.send('{}');
      ping();
    });
  return (message) => {
    for (const text of textOf(message).split('\n')) {
      const command = JSON.parse(text) as { id?: number; connect?: object };
      if (command.connect === undefined) continue;
      line.send(JSON.stringify({ id: command.id, connect: { client: 'c', version: 'v', ping: PING_SEC, pong: true } }));
      up();
      ping();
    }
  };
};

export const centrifugeSubjects: readonly Subject[] = [
  {
    preset: 'centrifuge',
    start: (world) => {
      interface Client {
        on(event: string, act: () => void): void;
        connect(): void;
      }
      const { Centrifuge } = packageFile<{ Centrifuge: new (url: string, options: object) => Client }>(
        'centrifuge/build/index.js',
      );
      const client = new Centrifuge('ws://localhost', { websocket: webSocketOf(world, answers) });
      client.on('error', () => undefined);
      client.connect();
    },
  },
];

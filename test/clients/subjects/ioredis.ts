/** ioredis, which is ready once its INFO is answered. */
import { serveNet } from '../fake-net.ts';
import { packageFile, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const INFO = 'redis_version:7.4.0\r\nloading:0\r\n';

const replies: Protocol = (line, up) => (message) => {
  for (const command of textOf(message).split(/(?=\*\d+\r\n)/)) {
    const isInfo = /\r\ninfo\r\n/i.test(command);
    line.send(isInfo ? `$${INFO.length}\r\n${INFO}\r\n` : '+OK\r\n');
    if (isInfo) up();
  }
};

export const ioredisSubjects: readonly Subject[] = [
  {
    preset: 'ioredis',
    knows: [],
    turns: 4,
    start: (world, undo) => {
      interface Client {
        on(event: string, act: () => void): void;
      }
      serveNet(world, replies, undo);
      const { Redis } = packageFile<{ Redis: new (options: object) => Client }>('ioredis/built/index.js');
      new Redis({ host: 'localhost', port: 6379 }).on('error', () => undefined);
    },
  },
];

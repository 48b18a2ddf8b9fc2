/** Libraries that take an open transport for a connection. */
import { freshPackageFile, type Subject } from '../subject.ts';
import { webSocketOf } from '../fake-websocket.ts';
import type { Protocol } from '../world.ts';

type Reconnecting = new (url: string, protocols: readonly string[], options: object) => object;

const open: Protocol = (_line, up) => {
  up();
  return () => undefined;
};

export const plainSubjects: readonly Subject[] = [
  {
    preset: 'reconnecting-websocket',
    start: (world) => {
      const WebSocket = freshPackageFile<Reconnecting>('reconnecting-websocket/dist/reconnecting-websocket-cjs.js');
      new WebSocket('ws://localhost', [], { WebSocket: webSocketOf(world, open) });
    },
  },
  {
    preset: 'partysocket',
    start: async (world) => {
      const { default: WebSocket } = (await import('partysocket/ws')) as unknown as { default: Reconnecting };
      new WebSocket('ws://localhost', [], { WebSocket: webSocketOf(world, open) });
    },
  },
];

/** Pusher over WebSocket, which is connected once pusher:connection_established is there. */
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, replace, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const establishes: Protocol = (line, up) => {
  const data = JSON.stringify({ socket_id: '1.1', activity_timeout: 120 });
  line.send(JSON.stringify({ event: 'pusher:connection_established', data }));
  up();
  return (message) => {
    const { event } = JSON.parse(textOf(message)) as { event: string };
    if (event === 'pusher:ping') line.send('{"event":"pusher:pong","data":"{}"}');
  };
};

export const pusherSubjects: readonly Subject[] = [
  {
    preset: 'pusher-js',
    start: (world, undo) => {
      replace(globalThis, 'self', globalThis, undo);
      replace(globalThis, 'WebSocket', webSocketOf(world, establishes), undo);
      replace(globalThis, 'addEventListener', () => undefined, undo);
      replace(globalThis, 'removeEventListener', () => undefined, undo);
      const Pusher = packageFile<new (key: string, options: object) => unknown>(
        'pusher-js/dist/worker/pusher.worker.js',
      );
      new Pusher('key', { cluster: 'eu', forceTLS: true, enabledTransports: ['ws', 'wss'], disableStats: true });
    },
  },
];

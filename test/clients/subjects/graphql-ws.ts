/** graphql-ws, which is connected once connection_init is acknowledged. */
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const acknowledges: Protocol = (line, up) => (message) => {
  const { type } = JSON.parse(textOf(message)) as { type: string };
  if (type === 'connection_init') {
    line.send('{"type":"connection_ack"}');
    up();
  } else if (type === 'ping') line.send('{"type":"pong"}');
};

export const graphqlSubjects: readonly Subject[] = [
  {
    preset: 'graphql-ws',
    start: (world) => {
      const { createClient } = packageFile<{ createClient: (options: object) => unknown }>(
        'graphql-ws/dist/client.cjs',
      );
      createClient({
        url: 'ws://localhost',
        webSocketImpl: webSocketOf(world, acknowledges),
        lazy: false,
        onNonLazyError: () => undefined,
      });
    },
  },
];

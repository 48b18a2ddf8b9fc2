/** Action Cable, which is connected once it is welcomed; the server pings every 3 s. */
import { webSocketOf } from '../fake-websocket.ts';
import { freshPackageFile, replace, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const welcomes: Protocol = (line, up, { time }) => {
  line.send('{"type":"welcome"}');
  up();
  const ping = (): void =>
    time.after(3000, () => {
      line.send(JSON.stringify({ type: 'ping', message: 0 }));
      ping();
    });
  ping();
  return () => undefined;
};

export const actioncableSubjects: readonly Subject[] = [
  {
    preset: 'actioncable',
    start: (world, undo) => {
      const nothing = (): void => undefined;
      replace(globalThis, 'self', globalThis, undo);
      replace(globalThis, 'document', { visibilityState: 'visible' }, undo);
      replace(globalThis, 'addEventListener', nothing, undo);
      replace(globalThis, 'removeEventListener', nothing, undo);
      // It keeps the class that is there when it is loaded.
      replace(globalThis, 'WebSocket', webSocketOf(world, welcomes), undo);
      const cable = freshPackageFile<{ createConsumer: (url: string) => { connect(): void } }>(
        '@rails/actioncable/app/assets/javascripts/actioncable.js',
      );
      cable.createConsumer('ws://localhost/cable').connect();
    },
  },
];

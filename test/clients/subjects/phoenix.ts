/**
 * Phoenix's socket and Supabase's, which wraps it. A bare socket is connected once the
 * transport is open; with a channel, once its join is answered.
 */
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

interface Channel {
  join(): unknown;
  subscribe(): unknown;
}

interface PhoenixSocket {
  connect(): void;
  channel(topic: string): Channel;
}

/** Answers joins and heartbeats alike; `upAtOnce`: nobody joins anything. */
const answers =
  (upAtOnce: boolean): Protocol =>
  (line, up) => {
    if (upAtOnce) up();
    return (message) => {
      const parsed = JSON.parse(textOf(message)) as unknown;
      const [joinRef, ref, topic, event] = Array.isArray(parsed)
        ? (parsed as unknown[])
        : ['join_ref', 'ref', 'topic', 'event'].map((key) => (parsed as Record<string, unknown>)[key]);
      const payload = { status: 'ok', response: {} };
      line.send(
        JSON.stringify(
          Array.isArray(parsed)
            ? [joinRef, ref, topic, 'phx_reply', payload]
            : { join_ref: joinRef, ref, topic, event: 'phx_reply', payload },
        ),
      );
      if (event === 'phx_join') up();
    };
  };

const phoenix = (way: string, joins: boolean): Subject => ({
  preset: 'phoenix',
  way,
  start: (world) => {
    const { Socket } = packageFile<{ Socket: new (url: string, options: object) => PhoenixSocket }>(
      'phoenix/priv/static/phoenix.cjs.js',
    );
    const socket = new Socket('ws://localhost/socket', { transport: webSocketOf(world, answers(!joins)) });
    socket.connect();
    if (joins) socket.channel('room:1').join();
  },
});

export const phoenixSubjects: readonly Subject[] = [
  phoenix('socket alone', false),
  phoenix('with a channel', true),
  {
    preset: 'supabase',
    start: (world) => {
      const { RealtimeClient } = packageFile<{ RealtimeClient: new (url: string, options: object) => PhoenixSocket }>(
        '@supabase/realtime-js/dist/main/index.js',
      );
      const client = new RealtimeClient('ws://localhost', {
        params: { apikey: 'none' },
        transport: webSocketOf(world, answers(false)),
      });
      client.connect();
      client.channel('room').subscribe();
    },
  },
];

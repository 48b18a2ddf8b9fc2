/**
 * Slack's socket mode: it asks an HTTP API for an address, then opens a WebSocket there, and is
 * connected once the server says hello. The API and the sockets are two services: in one
 * way both misbehave, in the other the sockets alone. It has undici's WebSocket and pings over
 * it, which undici tells of over a diagnostics channel; the server answers them.
 */
import { channel } from 'node:diagnostics_channel';
import { fetchOf } from '../fake-fetch.ts';
import { webSocketOf, type EventClasses } from '../fake-websocket.ts';
import { packageFile, replace, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const PING_MS = 10_000;
const PING = 'ping frame';
const PONG = 'pong frame';

const slack = (way: string, apiFails: boolean): Subject => ({
  preset: 'slack-socket-mode',
  way,
  turns: 5,
  start: (world, undo) => {
    interface Client {
      on(event: string, act: () => void): void;
      start(): Promise<unknown>;
    }
    const { SocketModeClient } = packageFile<{ SocketModeClient: new (options: object) => Client }>(
      '@slack/socket-mode/dist/src/index.js',
    );
    const undici = packageFile<EventClasses>('undici/index.js');
    const greets: Protocol = (line, up, { time }) => {
      line.send('{"type":"hello"}');
      up();
      const ping = (): void =>
        time.after(PING_MS, () => {
          line.send(PING);
          ping();
        });
      ping();
      return (message) => {
        if (message === PING) line.send(PONG);
      };
    };
    const continued = { continues: (url: URL) => url.searchParams.get('ticket') ?? '' };
    const Socket = webSocketOf(world, greets, { ...(apiFails && continued), events: undici });
    class Undici extends Socket {
      override dispatchEvent(event: Event & { readonly data?: unknown }): boolean {
        // Pings and pongs are frames of their own and reach nobody as messages.
        const frame = { [PING]: 'undici:websocket:ping', [PONG]: 'undici:websocket:pong' }[String(event.data)];
        if (frame === undefined) return super.dispatchEvent(event);
        return channel(frame).publish({ websocket: this, payload: Buffer.alloc(0) }) as unknown as boolean;
      }
    }
    replace(undici, 'WebSocket', Undici, undo);
    replace(undici, 'ping', (socket: Undici) => socket.send(PING), undo);
    const answer = (ticket: string): Response =>
      new Response(JSON.stringify({ ok: true, url: `ws://localhost/link?ticket=${ticket}` }));
    const fetch = apiFails
      ? fetchOf(world, (_request, { token }) => answer(token))
      : () => Promise.resolve(answer('none'));
    const client = new SocketModeClient({
      appToken: 'xapp',
      logger: {
        debug: nothing,
        info: nothing,
        warn: nothing,
        error: nothing,
        setLevel: nothing,
        getLevel: () => 'error',
        setName: nothing,
      },
      clientOptions: { fetch },
    });
    client.on('error', nothing);
    client.start().catch(nothing);
  },
});

function nothing(): void {
  // Nobody listens.
}

export const slackSubjects: readonly Subject[] = [
  slack('its API misbehaves', true),
  slack('its sockets misbehave', false),
];

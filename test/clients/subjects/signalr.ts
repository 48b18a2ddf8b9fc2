/**
 * SignalR with withAutomaticReconnect, as it comes (it negotiates by HTTP, then opens a
 * WebSocket) and with skipNegotiation. It is connected once its handshake is answered; the
 * server pings every 15 s. In Node it would load fetch-cookie; it is given its own
 * FetchHttpClient over our fetch, as in a browser.
 */
import { fetchOf, type Answer } from '../fake-fetch.ts';
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, replace, textOf, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const END = '\x1e';

const shakesHands: Protocol = (line, up, { time }) => {
  let isShaken = false;
  const ping = (): void =>
    time.after(15_000, () => {
      line.send(`{"type":6}${END}`);
      ping();
    });
  return (message) => {
    if (isShaken || !textOf(message).includes('protocol')) return;
    isShaken = true;
    line.send(`{}${END}`);
    up();
    ping();
  };
};

interface Connection {
  start(): Promise<void>;
}
interface Builder {
  withUrl(url: string, options: object): Builder;
  withAutomaticReconnect(): Builder;
  configureLogging(level: number): Builder;
  build(): Connection;
}
interface SignalR {
  HubConnectionBuilder: new () => Builder;
  HttpTransportType: { readonly WebSockets: number };
  LogLevel: { readonly None: number };
}

const negotiation = (connectionToken: string): object => ({
  negotiateVersion: 1,
  connectionId: 'i',
  connectionToken,
  availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
});

const signalr = (way: string, negotiates: boolean): Subject => ({
  preset: 'signalr',
  way,
  start: (world, undo) => {
    const { HubConnectionBuilder, HttpTransportType, LogLevel } = packageFile<SignalR>(
      '@microsoft/signalr/dist/cjs/index.js',
    );
    const continued = { continues: (url: URL) => url.searchParams.get('id') ?? '' };
    const WebSocket = webSocketOf(world, shakesHands, negotiates ? continued : {});
    const answer: Answer = (_request, { token }) => new Response(JSON.stringify(negotiation(token)));
    replace(globalThis, 'fetch', fetchOf(world, answer), undo);
    const { FetchHttpClient } = packageFile<{ FetchHttpClient: new (logger: object) => object }>(
      '@microsoft/signalr/dist/cjs/FetchHttpClient.js',
    );
    // As in a browser: in Node its constructor asks for packages that keep cookies.
    const { release } = process;
    replace(process, 'release', { ...release, name: 'browser' }, undo);
    const httpClient = new FetchHttpClient({ log: () => undefined });
    const options = negotiates ? {} : { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    new HubConnectionBuilder()
      .withUrl('http://localhost/hub', { WebSocket, httpClient, ...options })
      .withAutomaticReconnect()
      .configureLogging(LogLevel.None)
      .build()
      .start()
      .catch(() => undefined);
  },
});

export const signalrSubjects: readonly Subject[] = [signalr('as it comes', true), signalr('skipNegotiation', false)];

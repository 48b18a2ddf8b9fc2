/**
 * Ably, which is connected once the server says CONNECTED; the server is heard of every
 * 15 s. Its connectivity checks ask other hosts, which are up here. With the
 * hosts that it comes with, an attempt that fails goes on to fallback hosts.
 */
import { ownEvents, webSocketOf } from '../fake-websocket.ts';
import { packageFile, replace, type Subject } from '../subject.ts';
import type { Protocol, World } from '../world.ts';

const HEARTBEAT_MS = 15_000;
const [HEARTBEAT, CONNECTED] = [0, 4];

const connects: Protocol = (line, up, { time }) => {
  const connectionDetails = { connectionKey: 'k', maxIdleInterval: HEARTBEAT_MS, connectionStateTtl: 120_000 };
  line.send(JSON.stringify({ action: CONNECTED, connectionId: 'i', connectionKey: 'k', connectionDetails }));
  up();
  const beat = (): void =>
    time.after(HEARTBEAT_MS, () => {
      line.send(JSON.stringify({ action: HEARTBEAT }));
      beat();
    });
  beat();
  return () => undefined;
};

/** The check whether WebSockets pass at all: they do. */
function checkOf(world: World): new (url: string) => EventTarget {
  return class extends EventTarget {
    onopen?: () => void;
    onclose?: (event: Event) => void;
    constructor(_url: string) {
      super();
      world.time.soon(() => {
        this.onopen?.();
        this.onclose?.(new ownEvents.CloseEvent('close', { code: 1000, reason: '', wasClean: true }));
      });
    }
    close(): void {
      // Nobody is there.
    }
  };
}

const ably = (way: string, options: object): Subject => ({
  preset: 'ably',
  way,
  start: (world, undo) => {
    interface Realtime {
      new (options: object): unknown;
      readonly Platform: { readonly Config: object };
    }
    const { Realtime } = packageFile<{ Realtime: Realtime }>('ably/build/ably-node.js');
    const Served = webSocketOf(world, connects);
    const Check = checkOf(world);
    function WebSocket(url: string): EventTarget {
      return url.includes('ws-up') ? new Check(url) : new Served(url);
    }
    replace(Realtime.Platform.Config, 'WebSocket', WebSocket, undo);
    // It keeps the timers that are there when it is loaded.
    const timers = { setTimeout, clearTimeout, now: () => Date.now() };
    for (const [name, value] of Object.entries(timers)) replace(Realtime.Platform.Config, name, value, undo);
    new Realtime({
      key: 'app.key:secret',
      useBinaryProtocol: false,
      disableConnectivityCheck: true,
      logLevel: 0,
      ...options,
    });
  },
});

export const ablySubjects: readonly Subject[] = [
  ably('one host', { endpoint: 'localhost' }),
  ably('with its fallback hosts', {}),
];

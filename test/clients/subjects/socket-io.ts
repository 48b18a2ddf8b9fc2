/**
 * socket.io, over WebSocket alone and as it comes, which is polling first and then an
 * upgrade (here by fetch, as its own Fetch transport has it; the polling by XMLHttpRequest has
 * no timeout of its own either). The server pings every 25 s.
 */
import { fetchOf, type Answer } from '../fake-fetch.ts';
import { webSocketOf } from '../fake-websocket.ts';
import { packageFile, replace, textOf, type Subject } from '../subject.ts';
import type { Line, Protocol, Visit, World } from '../world.ts';

const PING_MS = 25_000;
const opening = (sid: string, upgrades: readonly string[]): string =>
  `0${JSON.stringify({ sid, upgrades, pingInterval: PING_MS, pingTimeout: 20_000, maxPayload: 1e6 })}`;

interface SocketIo {
  io: (url: string, options: object) => { on(event: string, act: () => void): void };
}

type Transport = new (...args: never[]) => object;
type Transports = Readonly<Record<'Fetch' | 'WebSocket', Transport>>;

/** Its own transport over our socket: it keeps the class of WebSockets that is there when it is loaded. */
function over(WebSocket: Transport, Socket: new (uri: string, protocols?: string[]) => object): Transport {
  return class extends WebSocket {
    createSocket(uri: string, protocols?: string[]): object {
      return new Socket(uri, protocols);
    }
  };
}

/** Opens, joins the namespace when asked, and pings; half: the namespace is never joined. */
const overWebSocket: Protocol = (line, up, { half, time }) => {
  line.send(opening('s', []));
  const ping = (): void =>
    time.after(PING_MS, () => {
      line.send('2');
      ping();
    });
  ping();
  return (message) => {
    if (!textOf(message).startsWith('40') || half) return;
    line.send('40{"sid":"n"}');
    up();
  };
};

/** One polling session: packets wait for the next poll, or the next poll waits for them. */
class PollingSession implements Line {
  private readonly world: World;
  private readonly visit: Visit;
  private readonly waiting: string[] = [];
  private poll: ((response: Response | Error) => void) | undefined;
  private hasVanished = false;
  private hasOpened = false;
  isOver = false;
  /** the connection goes on over a WebSocket */
  upgraded: Line | undefined;
  hears: (message: string | Uint8Array) => void = () => undefined;

  constructor(world: World, visit: Visit) {
    this.world = world;
    this.visit = visit;
  }

  send(data: string | Uint8Array): void {
    this.hasOpened = true;
    if (this.upgraded !== undefined) this.upgraded.send(data);
    else {
      this.waiting.push(textOf(data));
      this.flush();
    }
  }

  private flush(): void {
    if (this.poll === undefined || this.waiting.length === 0 || this.hasVanished) return;
    this.poll(new Response(this.waiting.splice(0).join('\x1e')));
    this.poll = undefined;
  }

  /** A poll: answered when there is something to say. */
  get(): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.poll = (response) => (response instanceof Error ? reject(response) : resolve(response));
      if (this.isOver) this.poll(new Response('', { status: 400 }));
      else this.flush();
    });
  }

  post(body: string): Response | Promise<Response> {
    if (this.hasVanished) return new Promise(() => undefined);
    for (const packet of body.split('\x1e')) this.world.time.soon(() => this.hears(packet));
    return this.isOver ? new Response('', { status: 400 }) : new Response('ok');
  }

  cut(): void {
    if (this.upgraded !== undefined) {
      this.upgraded.cut();
      return;
    }
    this.isOver = true;
    this.visit.ended('server');
    this.poll?.(new TypeError('fetch failed'));
  }

  /** Over polling there are no codes: the server says that it closes, as engine.io does. */
  close(code: number): void {
    // Before it has said anything there is nobody to tell: the request ends without an answer.
    if (code === 1006 || !this.hasOpened) this.cut();
    else if (this.upgraded !== undefined) this.upgraded.close(code);
    else {
      this.send('1');
      this.isOver = true;
      this.visit.ended('server');
    }
  }

  vanish(): void {
    this.hasVanished = true;
    this.upgraded?.vanish();
  }
}

/** By world and id: clients share the fetch that was installed last. */
const sessionsOf = new WeakMap<World, Map<string, PollingSession>>();

const idIn = (url: URL): string | null => url.searchParams.get('sid');

function startPollingFirst(world: World, undo: (act: () => void) => void): void {
  const { io } = packageFile<SocketIo>('socket.io-client/build/cjs/index.js');
  const { Fetch, WebSocket } = packageFile<Transports>('engine.io-client/build/cjs/index.js');
  const sessions = sessionsOf.get(world) ?? new Map<string, PollingSession>();
  sessionsOf.set(world, sessions);
  const polled: Protocol = (line, up, options) => {
    line.send(opening(options.token, ['websocket']));
    const ping = (): void => options.time.after(PING_MS, () => { line.send('2'); ping(); }); // prettier-ignore
    ping();
    return (message) => {
      if (!textOf(message).startsWith('40') || options.half) return;
      line.send('40{"sid":"n"}');
      up();
    };
  };
  const answer: Answer = ({ url, init }, visit) => {
    const sid = idIn(url);
    if (sid === null) {
      const opened = new PollingSession(world, visit);
      sessions.set(visit.token, opened);
      opened.hears = visit.serve(opened, polled);
      return opened.get();
    }
    const session = sessions.get(sid);
    if (session === undefined) return new Response('', { status: 400 });
    return init.method === 'POST' ? session.post(init.body as string) : session.get();
  };
  /** The probe of the upgrade, and then what was said over polling goes on here. */
  const upgrade: Protocol =
    (line, _up, { token }) =>
    (message) => {
      const session = sessions.get(token);
      if (message === '2probe') line.send('3probe');
      else if (message === '5' && session !== undefined) {
        session.upgraded = line;
        // The poll that hangs is let go.
        session.send('6');
      } else session?.hears(message);
    };
  replace(globalThis, 'fetch', fetchOf(world, answer, { continues: idIn }), undo);
  const Upgraded = webSocketOf(world, upgrade, { continues: (url) => idIn(url) ?? '' });
  io('http://localhost', { transports: [Fetch, over(WebSocket, Upgraded)], forceNew: true });
}

export const socketIoSubjects: readonly Subject[] = [
  {
    preset: 'socket.io',
    way: 'WebSocket alone',
    knows: ['statuses', 'codes', 'halves'],
    start: (world) => {
      const { io } = packageFile<SocketIo>('socket.io-client/build/cjs/index.js');
      const { WebSocket } = packageFile<Transports>('engine.io-client/build/cjs/index.js');
      const Socket = webSocketOf(world, overWebSocket);
      io('http://localhost', { transports: [over(WebSocket, Socket)], forceNew: true });
    },
  },
  { preset: 'socket.io', way: 'polling first', knows: ['statuses', 'halves'], start: startPollingFirst },
];

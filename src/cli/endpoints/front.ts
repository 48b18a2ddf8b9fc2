/**
 * The port that clients are pointed at. Each connection is taken for what it
 * begins with: HTTP, an upgrade to a WebSocket, or something else; a client is
 * told by `?client=NAME` in its address, and else by the address it comes from.
 * What cannot be an attempt (TLS, a browser's look for an icon, more connections
 * than are let in) is turned away and counted.
 */
import { createServer as createHttpServer, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { Arrival, Pace } from './arrival.ts';
import { engineIo } from './dialects.ts';
import { PollingArrival, RequestArrival, crossOrigin, respond } from './request-arrivals.ts';
import { TcpArrival, WebSocketArrival } from './socket-arrivals.ts';

/** What was turned away, by what it was. */
export interface Strays {
  /** connections that began a TLS handshake */
  tls: number;
  /** beyond the limit */
  tooMany: number;
  /** HTTP that nobody can read */
  garbled: number;
}

export interface FrontOptions {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly pace: Pace;
  /** `asked`: what its address says behind the question mark */
  readonly arrive: (client: string, arrival: Arrival, asked: URLSearchParams) => void;
  /** something was turned away */
  readonly onStray: (what: keyof Strays) => void;
  /** whether connections from there that say nothing may be attempts */
  readonly mayBeMute: (client: string) => boolean;
}

/** A connection on which nothing comes for so long begins with nothing. */
const MUTE_MS = 500;
/** A request that comes later than that after its connection was made found it made ahead, as pools of connections do. */
const AHEAD_MS = 25;
const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT) /;
/** The first byte of a TLS record that holds a handshake. */
const TLS_HANDSHAKE = 0x16;
const NAME_MAX = 40;

const loopback = /^(?:::ffff:)?127\.|^::1$/;

function addressOf(socket: Socket): string {
  const address = socket.remoteAddress ?? '';
  return loopback.test(address) ? '' : address.replace(/^::ffff:/, '');
}

function queryOf({ url = '/' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

export class Front {
  readonly strays: Strays = { tls: 0, tooMany: 0, garbled: 0 };
  private readonly options: FrontOptions;
  private readonly server: NetServer;
  private readonly http: Server;
  private readonly sockets = new Set<Socket>();
  /** when a connection was made; gone once an attempt began with it */
  private readonly madeMs = new WeakMap<Socket, number>();
  /** those that have not ended */
  private readonly polls = new Map<string, PollingArrival>();
  private pollCount = 0;

  constructor(options: FrontOptions) {
    this.options = options;
    this.http = createHttpServer((request, response) => this.onRequest(request, response));
    // A client that is made to wait must not be rescued by a timeout of ours.
    Object.assign(this.http, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, timeout: 0 });
    this.http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.onUpgrade(request, socket, head),
    );
    this.http.on('clientError', (_error, socket) => {
      this.stray('garbled');
      socket.destroy();
    });
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.onConnection(socket));
    this.server.maxConnections = options.connectionsMax;
    this.server.on('drop', () => this.stray('tooMany'));
  }

  /** Throws the system's error. */
  listen(): Promise<AddressInfo> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ host, port }, () => resolve(this.server.address() as AddressInfo));
    });
  }

  /** Lets nobody in any more. */
  stopListening(): void {
    this.server.close();
  }

  /** Listens no more, and ends all connections. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private stray(what: keyof Strays): void {
    this.strays[what]++;
    this.options.onStray(what);
  }

  private onConnection(socket: Socket): void {
    const startMs = performance.now();
    this.sockets.add(socket);
    this.madeMs.set(socket, startMs);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    const client = addressOf(socket);
    const asTcp = (first: Uint8Array): void =>
      this.options.arrive(client, new TcpArrival(startMs, socket, first, this.options.pace), new URLSearchParams());
    const onFirst = (first: Buffer): void => {
      clearTimeout(mute);
      socket.pause();
      if (first[0] === TLS_HANDSHAKE) {
        this.stray('tls');
        socket.destroy();
      } else if (METHOD.test(first.toString('latin1', 0, 8))) {
        socket.unshift(first);
        this.http.emit('connection', socket);
        process.nextTick(() => socket.resume());
      } else asTcp(first);
    };
    const mute = setTimeout(() => {
      if (socket.destroyed || !this.options.mayBeMute(client)) return;
      socket.off('data', onFirst);
      asTcp(new Uint8Array());
    }, MUTE_MS);
    socket.once('data', onFirst);
    socket.once('end', () => clearTimeout(mute));
    socket.once('close', () => clearTimeout(mute));
  }

  /** When the attempt began that this request is: with its connection, unless that was there before. */
  private startOf({ socket }: IncomingMessage): number {
    const nowMs = performance.now();
    const madeMs = this.madeMs.get(socket) ?? -Infinity;
    this.madeMs.delete(socket);
    return nowMs - madeMs < AHEAD_MS ? madeMs : nowMs;
  }

  private clientOf(request: IncomingMessage): string {
    return queryOf(request).get('client')?.slice(0, NAME_MAX) ?? addressOf(request.socket);
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '/' } = request;
    const { arrive, pace } = this.options;
    response.on('error', () => undefined);
    if (method === 'OPTIONS') {
      response.writeHead(204, crossOrigin(request)).end();
      return;
    }
    if (url === '/favicon.ico') {
      respond(request, response, 404, '');
      return;
    }
    const startMs = this.startOf(request);
    if (engineIo.isAskedFor({ url, protocols: '' })) this.onPoll(request, response, startMs);
    else arrive(this.clientOf(request), new RequestArrival(startMs, request, response, pace), queryOf(request));
  }

  private onPoll(request: IncomingMessage, response: ServerResponse, startMs: number): void {
    const sid = queryOf(request).get('sid');
    if (sid === null) {
      const arrival = new PollingArrival(`sim${this.pollCount++}`, startMs, request, response, this.options.pace);
      this.polls.set(arrival.sid, arrival);
      void arrival.ended.then(() => this.polls.delete(arrival.sid));
      this.options.arrive(this.clientOf(request), arrival, queryOf(request));
      return;
    }
    const session = this.polls.get(sid);
    if (session === undefined) respond(request, response, 400, '{"code":1,"message":"Session ID unknown"}');
    else session.carryOn(request, response);
  }

  private onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const startMs = this.startOf(request);
    const { arrive, pace } = this.options;
    if (/^websocket$/i.test(request.headers.upgrade ?? '')) {
      arrive(this.clientOf(request), new WebSocketArrival(startMs, request, socket, head, pace), queryOf(request));
      return;
    }
    // Some clients offer HTTP/2 with each request; an answer in HTTP/1.1 declines it.
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    arrive(this.clientOf(request), new RequestArrival(startMs, request, response, pace), queryOf(request));
  }
}

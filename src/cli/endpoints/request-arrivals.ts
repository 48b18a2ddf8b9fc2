/**
 * Attempts that are HTTP requests: plain ones, which are answered; event streams,
 * which stay open; and engine.io's long polling, many requests that make one
 * connection. Answers carry what a page of another origin needs to read them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Arrival, refusalHeaders, type Pace } from './arrival.ts';
import { engineIo, type Conversation } from './dialects.ts';

/** What browsers ask for before they let a page of another origin see an answer. */
export function crossOrigin({ headers }: IncomingMessage): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '*',
    'Access-Control-Allow-Methods': headers['access-control-request-method'] ?? 'GET, POST',
  };
}

export function respond(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  request.resume();
  if (response.headersSent || response.destroyed) return;
  const type = body.startsWith('{') ? 'application/json' : 'text/plain; charset=UTF-8';
  response.writeHead(status, { 'Content-Type': type, ...crossOrigin(request), ...headers });
  response.end(body);
}

abstract class HttpArrival extends Arrival {
  protected readonly request: IncomingMessage;
  protected readonly response: ServerResponse;

  constructor(
    transport: 'http' | 'stream' | 'polling',
    startMs: number,
    request: IncomingMessage,
    response: ServerResponse,
  ) {
    super(transport, startMs);
    this.request = request;
    this.response = response;
  }

  protected doRefuse(status: number, retryAfterSec: number | null): void {
    respond(this.request, this.response, status, '', refusalHeaders(retryAfterSec));
  }

  protected doHang(): void {
    this.request.resume();
    this.response.on('close', () => this.end('client'));
  }

  protected doCut(): void {
    this.request.socket.destroy();
  }

  protected override doReset(): void {
    this.request.socket.resetAndDestroy();
  }
}

/** How SignalR's client is told to open a WebSocket. */
const NEGOTIATED = JSON.stringify({
  negotiateVersion: 1,
  connectionId: 'sim',
  connectionToken: 'sim',
  availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
});

/** A request that is answered, or a stream of events. */
export class RequestArrival extends HttpArrival {
  private readonly pace: Pace;

  constructor(startMs: number, request: IncomingMessage, response: ServerResponse, pace: Pace) {
    const isStream = (request.headers.accept ?? '').includes('text/event-stream');
    super(isStream ? 'stream' : 'http', startMs, request, response);
    this.pace = pace;
  }

  get what(): string {
    const { method = 'GET', url = '/' } = this.request;
    return this.transport === 'stream' ? `an event stream at ${url}` : `a request: ${method} ${url}`;
  }

  protected doAccept(talks: boolean): void {
    this.response.on('close', () => this.end('client'));
    if (this.transport === 'stream') {
      this.request.resume();
      this.response.writeHead(200, {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-store',
        ...crossOrigin(this.request),
      });
      this.response.write(':\n\n');
      this.opened();
      this.answered();
    } else if (talks) setTimeout(() => this.answer(), this.pace.answerMs);
    else this.request.resume();
  }

  private answer(): void {
    if (this.endMs !== null) return;
    this.opened();
    this.answered();
    this.held = true;
    this.end('server');
    respond(this.request, this.response, 200, this.request.url?.includes('/negotiate') === true ? NEGOTIATED : 'ok\n');
  }
}

/** Packets of engine.io in one body are parted by it. */
const PACKET_END = '\u001e';
const BODY_BYTES_MAX = 1_000_000;
/** So many packets are kept of a client that is let in later. */
const UNHEARD_MAX = 32;

/** engine.io by long polling: a session that a first request opens and others carry on. */
export class PollingArrival extends HttpArrival implements Conversation {
  readonly sid: string;
  private readonly pace: Pace;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly packets: string[] = [];
  private poll: ServerResponse | null = null;
  private talks = false;
  /** open, and not accepted yet */
  private isOpening = false;
  /** what it said meanwhile */
  private readonly unheard: string[] = [];
  private absence: NodeJS.Timeout | null = null;

  constructor(sid: string, startMs: number, request: IncomingMessage, response: ServerResponse, pace: Pace) {
    super('polling', startMs, request, response);
    this.sid = sid;
    this.pace = pace;
    this.dialect = engineIo;
  }

  get what(): string {
    return `long polling at ${this.request.url ?? '/'}`;
  }

  get pingEveryMs(): number {
    return Math.round(this.pace.pingEveryMs);
  }

  get pingTimeoutMs(): number {
    return Math.round(this.pace.pingTimeoutMs);
  }

  send(data: string | Uint8Array): void {
    // The opening packet names the session, which further requests name in turn.
    this.packets.push(String(data).replace('"sid":"sim","upgrades"', `"sid":"${this.sid}","upgrades"`));
    this.flush();
  }

  every(ms: number, act: () => void): void {
    this.timers.push(setInterval(() => this.answerBy(act), ms));
  }

  override answered(): void {
    super.answered();
  }

  /** Of the requests that make it up, only the first is left to wait. */
  protected override doWait(): void {
    this.request.resume();
    this.response.on('close', () => {
      if (this.openedMs === null) this.end('client');
    });
  }

  protected override doOpen(): void {
    this.isOpening = true;
    this.begin();
  }

  protected doAccept(talks: boolean): void {
    this.talks = talks;
    if (!this.isOpening) {
      this.begin();
      return;
    }
    this.isOpening = false;
    for (const packet of this.unheard.splice(0)) this.hear(packet);
  }

  private begin(): void {
    this.opened();
    this.take(this.request, this.response);
    engineIo.greet?.(this);
  }

  /** What is open has no status left to be refused with. */
  protected override doRefuse(status: number, retryAfterSec: number | null): void {
    if (this.isOpening && this.poll !== null) respond(this.poll.req, this.poll, 200, '1', { Connection: 'close' });
    else if (!this.isOpening) super.doRefuse(status, retryAfterSec);
  }

  private flush(): void {
    if (this.poll === null || this.packets.length === 0 || this.endMs !== null) return;
    const { poll } = this;
    this.poll = null;
    respond(poll.req, poll, 200, this.packets.splice(0).join(PACKET_END), { 'Content-Type': 'text/plain' });
    // Whoever does not ask again soon has left.
    this.absence = setTimeout(() => this.end('client'), Math.max(1000, 2 * this.pace.answerMs));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    if (this.absence !== null) clearTimeout(this.absence);
    request.resume();
    this.poll = response;
    response.on('close', () => {
      if (this.poll === response) this.end('client');
    });
    this.flush();
  }

  /** A further request of this session. */
  carryOn(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'POST') {
      this.take(request, response);
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      if (body.length < BODY_BYTES_MAX) body += text;
    });
    request.on('end', () => {
      respond(request, response, 200, 'ok');
      for (const packet of body.split(PACKET_END)) this.hear(packet);
    });
  }

  private hear(packet: string): void {
    if (packet === '1') this.end('client');
    else if (this.isOpening) {
      if (this.unheard.length < UNHEARD_MAX) this.unheard.push(packet);
    } else {
      this.sign('message');
      this.answerBy(() => {
        if (this.talks) engineIo.hear?.(this, packet, new Uint8Array());
      });
    }
  }

  protected override doFallSilent(): void {
    this.talks = false;
    for (const timer of this.timers) clearInterval(timer);
  }

  protected override end(by: 'client' | 'server'): void {
    for (const timer of this.timers) clearInterval(timer);
    if (this.absence !== null) clearTimeout(this.absence);
    super.end(by);
  }

  protected override doCut(): void {
    this.poll?.req.socket.destroy();
    super.doCut();
  }
}

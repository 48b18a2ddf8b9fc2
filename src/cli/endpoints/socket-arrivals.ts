/** Attempts that are connections: WebSockets, and those that speak no HTTP at all. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Transport } from '../../experiments/client-learning/seen-attempts.ts';
import { AGREES_WITHIN_MS, Arrival, refusalHeaders, type Pace } from './arrival.ts';
import { dialects, type Conversation, type Dialect } from './dialects.ts';

const MESSAGE_BYTES_MAX = 1_000_000;
/** So many messages are kept of a client that is let in later. */
const UNHEARD_MAX = 32;
/** Try again later. */
const UNAVAILABLE = 1013;

const upgrades = new WebSocketServer({
  noServer: true,
  // A silent server answers no ping.
  autoPong: false,
  perMessageDeflate: false,
  maxPayload: MESSAGE_BYTES_MAX,
  handleProtocols: (asked) => [...asked][0] ?? false,
});

/** A connection that can hold a conversation in some dialect. */
abstract class TalkingArrival extends Arrival implements Conversation {
  protected readonly socket: Socket;
  private readonly pace: Pace;
  private readonly timers: NodeJS.Timeout[] = [];
  protected talks = false;
  /** open, and not accepted yet */
  protected isOpening = false;
  /** what it said meanwhile */
  private readonly unheard: (() => void)[] = [];

  constructor(transport: Transport, startMs: number, socket: Socket, pace: Pace) {
    super(transport, startMs);
    this.socket = socket;
    this.pace = pace;
    socket.on('error', () => undefined);
    socket.on('close', () => this.end('client'));
    // Half of a connection is none.
    socket.on('end', () => {
      this.end('client');
      socket.destroy();
    });
  }

  get pingEveryMs(): number {
    return Math.round(this.pace.pingEveryMs);
  }

  get pingTimeoutMs(): number {
    return Math.round(this.pace.pingTimeoutMs);
  }

  abstract send(data: string | Uint8Array): void;

  every(ms: number, act: () => void): void {
    this.timers.push(setInterval(() => this.answerBy(act), ms));
  }

  override answered(): void {
    super.answered();
  }

  protected greet(): void {
    const { dialect } = this;
    if (dialect?.waits !== true) this.answered();
    if (this.talks) dialect?.greet?.(this);
  }

  protected hear(bytes: Uint8Array): void {
    this.sign('message');
    // One byte a character, so that what is no text does no harm.
    const text = Buffer.from(bytes).toString('latin1');
    this.dialect ??= this.recognised(text);
    const answer = (): void => {
      if (this.talks) this.dialect?.hear?.(this, text, bytes);
    };
    if (!this.isOpening) this.answerBy(answer);
    else if (this.unheard.length < UNHEARD_MAX) this.unheard.push(answer);
  }

  /** Goes on with what is open already: all of what is to be said comes now. */
  protected goOn(): void {
    this.isOpening = false;
    this.talks = true;
    if (this.dialect?.greetsUnasked !== true) this.greet();
    for (const answer of this.unheard.splice(0)) this.answerBy(answer);
  }

  private recognised(text: string): Dialect | null {
    const dialect = dialects.find((one) => one.isHeardIn(text)) ?? null;
    // What was taken to be connected waits for an answer after all.
    if (dialect?.waits === true) this.answeredMs = null;
    return dialect;
  }

  protected override doFallSilent(): void {
    this.talks = false;
    this.isOpening = false;
    for (const timer of this.timers) clearInterval(timer);
  }

  protected override end(by: 'client' | 'server'): void {
    for (const timer of this.timers) clearInterval(timer);
    super.end(by);
  }

  protected override doCut(): void {
    this.socket.destroy();
  }

  protected override doReset(): void {
    this.socket.resetAndDestroy();
  }
}

export class WebSocketArrival extends TalkingArrival {
  private readonly request: IncomingMessage;
  private readonly head: Buffer;
  private connection: WebSocket | null = null;

  constructor(startMs: number, request: IncomingMessage, socket: Socket, head: Buffer, pace: Pace) {
    super('websocket', startMs, socket, pace);
    this.request = request;
    this.head = head;
    const asked = { url: request.url ?? '/', protocols: request.headers['sec-websocket-protocol'] ?? '' };
    this.dialect = dialects.find((one) => one.isAskedFor(asked)) ?? null;
  }

  get what(): string {
    return `a WebSocket at ${this.request.url ?? '/'}`;
  }

  send(data: string | Uint8Array): void {
    if (this.connection?.readyState === 1) this.connection.send(data);
  }

  protected doRefuse(status: number, retryAfterSec: number | null): void {
    if (this.connection !== null) {
      this.connection.close(UNAVAILABLE);
      setTimeout(() => this.socket.destroy(), AGREES_WITHIN_MS);
      return;
    }
    const headers = { ...refusalHeaders(retryAfterSec), 'Content-Length': '0' };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
  }

  protected doHang(): void {
    // Whoever does not read does not hear that the other side has left.
    this.socket.resume();
  }

  protected override doOpen(): void {
    this.isOpening = true;
    this.upgrade(() => {
      if (this.dialect?.greetsUnasked === true) this.dialect.greet?.(this);
    });
  }

  protected doAccept(talks: boolean): void {
    if (this.isOpening) {
      this.goOn();
      return;
    }
    this.talks = talks;
    this.upgrade(() => this.greet());
  }

  private upgrade(then: () => void): void {
    upgrades.handleUpgrade(this.request, this.socket, this.head, (connection) => {
      this.connection = connection;
      connection.on('error', () => undefined);
      connection.on('close', () => this.end('client'));
      connection.on('ping', (data: Buffer) => {
        this.sign('ping');
        this.answerBy(() => {
          if ((this.talks || this.isOpening) && connection.readyState === 1) connection.pong(data);
        });
      });
      connection.on('message', (data: Buffer) => this.hear(data));
      this.opened();
      then();
    });
  }

  /** By itself the library would agree to a close. */
  protected override doVanish(): void {
    this.doFallSilent();
    this.socket.removeAllListeners('data');
    this.socket.resume();
  }

  protected override doClose(code: number): void {
    if (this.connection === null) this.socket.destroy();
    else this.connection.close(code);
  }
}

/** A connection that began with something else than HTTP, or with nothing. */
export class TcpArrival extends TalkingArrival {
  private readonly first: Uint8Array;

  constructor(startMs: number, socket: Socket, first: Uint8Array, pace: Pace) {
    super('tcp', startMs, socket, pace);
    this.first = first;
    this.dialect = dialects.find((one) => one.isHeardIn(Buffer.from(first).toString('latin1'))) ?? null;
  }

  get what(): string {
    return this.first.length === 0 ? 'a connection that says nothing' : 'a connection that speaks no HTTP';
  }

  send(data: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(data);
  }

  protected doRefuse(): void {
    this.socket.destroy();
  }

  protected doHang(): void {
    this.socket.resume();
  }

  protected doAccept(talks: boolean): void {
    this.talks = talks;
    this.openedMs ??= this.startMs;
    this.opened();
    this.greet();
    if (this.first.length > 0) this.hear(this.first);
    this.socket.on('data', (bytes: Buffer) => this.hear(bytes));
    this.socket.resume();
  }
}

/**
 * What a client does, as its library shows it: an attempt begins, connects, is given up by the
 * client or fails at the other end; a connection is lost. Libraries that make their WebSockets
 * themselves are listened to by the class of WebSockets that they are given.
 */
import { WebSocket, type ClientOptions } from 'ws';
import { nowMs } from './wall-clock.ts';

/** started, connected, given up (timed out), failed, lost */
export type Code = 'S' | 'C' | 'T' | 'F' | 'L';
export type Entry = readonly [atMs: number, client: number, code: Code];

export class AttemptLog {
  readonly entries: Entry[] = [];
  connectedCount = 0;

  of(client: number): ClientLog {
    return new ClientLog(this, client);
  }

  put(client: number, code: Code): void {
    this.entries.push([Math.round(nowMs() * 10) / 10, client, code]);
    if (code === 'C') this.connectedCount++;
    if (code === 'L') this.connectedCount--;
  }
}

export class ClientLog {
  private readonly log: AttemptLog;
  private readonly client: number;
  private isTrying = false;
  private isConnected = false;

  constructor(log: AttemptLog, client: number) {
    this.log = log;
    this.client = client;
  }

  starts(): void {
    if (this.isTrying || this.isConnected) throw new Error(`client ${this.client} tries twice at a time`);
    this.isTrying = true;
    this.log.put(this.client, 'S');
  }

  connects(): void {
    if (this.isConnected) return;
    this.isTrying = false;
    this.isConnected = true;
    this.log.put(this.client, 'C');
  }

  /** Of a connection it is a loss, of an attempt its end. */
  ends(how: 'T' | 'F'): void {
    if (!this.isTrying && !this.isConnected) return;
    this.log.put(this.client, this.isConnected ? 'L' : how);
    this.isTrying = false;
    this.isConnected = false;
  }
}

export type LoggedWebSocket = new (url: string, protocols?: string | string[], options?: ClientOptions) => WebSocket;

/** `ws`, and what the library does with it is logged. A socket that was given up says nothing any more. */
export function loggedWebSocket(log: ClientLog, openIsConnected: boolean): LoggedWebSocket {
  return class extends WebSocket {
    private isOver = false;

    constructor(url: string, protocols?: string | string[], options?: ClientOptions) {
      log.starts();
      super(url, protocols, { perMessageDeflate: false, ...options });
      this.on('error', () => undefined);
      this.on('open', () => {
        if (openIsConnected && !this.isOver) log.connects();
      });
      this.prependListener('close', () => this.end('F'));
    }

    override close(code?: number, reason?: string): void {
      this.giveUp();
      super.close(code, reason);
    }

    override terminate(): void {
      this.giveUp();
      super.terminate();
    }

    /** What has failed already is closed by libraries all the same. */
    private giveUp(): void {
      if (this.readyState === WebSocket.CONNECTING || this.readyState === WebSocket.OPEN) this.end('T');
    }

    private end(how: 'T' | 'F'): void {
      if (this.isOver) return;
      this.isOver = true;
      log.ends(how);
    }
  };
}

/**
 * A WebSocket as browsers have it, whose other end is a World. A refusal of any kind
 * is an error event and a close event with 1006, as the standard has it: no client
 * in a browser learns why. A killed process is a close with 1006 and no error. A close
 * that nobody answers is over after 30 s, as with ws (its closeTimeout).
 */
import type { Line, Protocol, Visit, World } from './world.ts';

const CLOSE_TIMEOUT_MS = 30_000;

class FakeMessageEvent extends Event {
  readonly data: unknown;
  constructor(type: string, { data }: { data: unknown }) {
    super(type);
    this.data = data;
  }
}

class FakeCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  constructor(type: string, init: { code: number; reason: string; wasClean: boolean }) {
    super(type);
    ({ code: this.code, reason: this.reason, wasClean: this.wasClean } = init);
  }
}

class FakeErrorEvent extends Event {
  readonly message: string;
  readonly error: Error;
  constructor(type: string, { message, error }: { message: string; error: Error }) {
    super(type);
    this.message = message;
    this.error = error;
  }
}

/** The classes of events: a library may ask whether an event is its own kind's. */
export interface EventClasses {
  readonly MessageEvent: new (type: string, init: { data: unknown }) => Event;
  readonly CloseEvent: new (type: string, init: { code: number; reason: string; wasClean: boolean }) => Event;
  readonly ErrorEvent: new (type: string, init: { message: string; error: Error }) => Event;
}

export const ownEvents: EventClasses = {
  MessageEvent: FakeMessageEvent,
  CloseEvent: FakeCloseEvent,
  ErrorEvent: FakeErrorEvent,
};

export interface SocketOptions {
  /** it belongs to an attempt whose first part went well: that one's token, from the address */
  readonly continues?: (url: URL) => string;
  readonly events?: EventClasses;
}

type Handler = ((event: Event) => void) | null;

/** What all of them share. */
export class Socket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readyState = 0;
  binaryType = 'blob';
  bufferedAmount = 0;
  extensions = '';
  readonly url: string;
  readonly protocol: string;
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;

  constructor(url: string | URL, protocols: string | readonly string[] = []) {
    super();
    this.url = String(url);
    this.protocol = typeof protocols === 'string' ? protocols : (protocols[0] ?? '');
    const handlers: Record<string, () => Handler> = {
      open: () => this.onopen,
      message: () => this.onmessage,
      error: () => this.onerror,
      close: () => this.onclose,
    };
    for (const [type, handler] of Object.entries(handlers))
      this.addEventListener(type, (event) => handler()?.call(this, event));
  }

  /** Both are the fake's. */
  send(_data: string | ArrayBuffer | Uint8Array): void {
    throw new Error('a socket without a world');
  }
  close(_code?: number): void {
    throw new Error('a socket without a world');
  }
}

export interface SocketClass {
  new (url: string | URL, protocols?: string | readonly string[]): Socket;
  readonly prototype: Socket;
  readonly CONNECTING: number;
  readonly OPEN: number;
  readonly CLOSING: number;
  readonly CLOSED: number;
}

/** The class that a library gets as its WebSocket. */
export function webSocketOf(world: World, protocol: Protocol, options: SocketOptions = {}): SocketClass {
  const { time } = world;
  const { continues, events = ownEvents } = options;
  return class FakeWebSocket extends Socket {
    private readonly visit: Visit;
    private hears: (message: string | Uint8Array) => void = () => undefined;
    private hasVanished = false;

    constructor(url: string | URL, protocols?: string | readonly string[]) {
      super(url, protocols);
      const opens = (): void => this.opens();
      const fails = (): void => this.over(1006, false, true);
      if (continues === undefined) {
        this.visit = world.begin();
        this.visit.transport(opens, fails);
      } else {
        this.visit = world.continued(continues(new URL(this.url)));
        this.visit.continues(opens, fails);
      }
    }

    private opens(): void {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.visit.opened();
      this.dispatchEvent(new Event('open'));
      // It may have been closed by those who heard of it.
      if (this.readyState === this.OPEN) this.hears = this.visit.serve(this.line(), protocol);
    }

    private line(): Line {
      const ends = (code: number, wasClean: boolean) => (): void => {
        if (this.readyState > 1 || this.hasVanished) return;
        this.visit.ended('server');
        this.over(code, wasClean, false);
      };
      return {
        send: (data) =>
          time.soon(() => {
            if (this.readyState !== 1 || this.hasVanished) return;
            const isText = typeof data === 'string';
            this.dispatchEvent(
              new events.MessageEvent('message', { data: isText ? data : Uint8Array.from(data).buffer }),
            );
          }),
        cut: ends(1006, false),
        // 1006 is never sent: it is what the client makes of an end without a close.
        close: (code) => ends(code, code !== 1006)(),
        vanish: () => (this.hasVanished = true),
      };
    }

    override send(data: string | ArrayBuffer | Uint8Array): void {
      if (this.readyState === 0) throw new Error('send on a socket that is still connecting');
      if (this.readyState !== 1 || this.hasVanished) return;
      const message = typeof data === 'string' ? data : new Uint8Array(data);
      time.soon(() => {
        if (!this.hasVanished) this.hears(message);
      });
    }

    override close(code = 1000): void {
      if (this.readyState > 1) return;
      const wasOpen = this.readyState === 1;
      this.readyState = 2;
      this.visit.ended('client');
      if (!wasOpen) time.soon(() => this.over(1006, false, true));
      else if (this.hasVanished) time.after(CLOSE_TIMEOUT_MS, () => this.over(1006, false, false));
      else time.soon(() => this.over(code, true, false));
    }

    private over(code: number, wasClean: boolean, isError: boolean): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      if (isError)
        this.dispatchEvent(new events.ErrorEvent('error', { message: 'failed', error: new Error('failed') }));
      // Servers that close on purpose say why, and some libraries read the code only then.
      this.dispatchEvent(new events.CloseEvent('close', { code, reason: wasClean ? 'said so' : '', wasClean }));
    }
  };
}

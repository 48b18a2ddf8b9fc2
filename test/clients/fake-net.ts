/**
 * A TCP socket as net.connect gives it, whose other end is a World. A hang is a SYN that nobody
 * answers; a cut is a FIN, as when a process is killed; there are no codes of closing.
 */
import { Duplex } from 'node:stream';
import { builtin, replace } from './subject.ts';
import type { Protocol, Visit, World } from './world.ts';

class FakeTcpSocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort = 1;
  readonly encrypted = false;
  connecting = true;
  private readonly world: World;
  private readonly visit: Visit;
  private hears: (message: Uint8Array) => void = () => undefined;
  private hasVanished = false;
  private idleMs = 0;
  private idleTimer: NodeJS.Timeout | undefined;

  constructor(world: World, protocol: Protocol) {
    super({ allowHalfOpen: false });
    this.world = world;
    this.visit = world.begin();
    this.visit.transport(
      () => {
        if (this.destroyed) return;
        this.connecting = false;
        this.visit.opened();
        this.emit('connect');
        this.emit('ready');
        this.active();
        this.hears = this.visit.serve(
          {
            send: (data) => this.arrives(data),
            cut: () => this.ends(),
            close: () => this.ends(),
            vanish: () => (this.hasVanished = true),
          },
          protocol,
        );
      },
      () => this.destroy(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })),
    );
  }

  private arrives(data: string | Uint8Array): void {
    this.world.time.soon(() => {
      if (this.destroyed || this.hasVanished) return;
      this.active();
      this.push(Buffer.from(data));
    });
  }

  private ends(): void {
    if (this.destroyed || this.hasVanished) return;
    this.visit.ended('server');
    this.push(null);
    // The end is heard of only if somebody reads.
    this.resume();
  }

  override _read(): void {
    // What arrives is pushed.
  }

  /** What is written before it has connected is sent then. */
  override _write(chunk: Buffer, encoding: string, done: () => void): void {
    if (this.connecting) {
      this.once('connect', () => this._write(chunk, encoding, done));
      return;
    }
    this.active();
    this.world.time.soon(() => {
      if (!this.hasVanished) this.hears(chunk);
    });
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.idleTimer);
    this.visit.ended('client');
    done(error);
  }

  /** The timeout of an idle socket, as net's. */
  setTimeout(ms: number, then?: () => void): this {
    this.idleMs = ms;
    if (then !== undefined && ms > 0) this.once('timeout', then);
    this.active();
    return this;
  }

  private active(): void {
    clearTimeout(this.idleTimer);
    if (this.idleMs > 0) this.idleTimer = setTimeout(() => this.emit('timeout'), this.idleMs);
  }

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** Replaces net.connect and net.createConnection. */
export function serveNet(world: World, protocol: Protocol, undo: (act: () => void) => void): void {
  const connect = (_address: object, then?: () => void): FakeTcpSocket => {
    const socket = new FakeTcpSocket(world, protocol);
    if (typeof then === 'function') socket.once('connect', then);
    return socket;
  };
  for (const name of ['connect', 'createConnection']) replace(builtin<object>('node:net'), name, connect, undo);
}

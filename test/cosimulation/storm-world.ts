/**
 * The world of many clients in front of a few servers: each attempt goes over the network to the front,
 * waits for its host, and what becomes of it goes back over the network. Where the work is done is
 * the stage: before the transport opens (the request for an upgrade waits, or the connection
 * that nobody accepts), or once it is open, before the application's answer. It counts what
 * the clients did, and how many are connected.
 */
import { Visit, World, type Line, type Protocol, type Treatment } from '../clients/world.ts';
import type { VirtualTime } from '../clients/virtual-time.ts';
import type { Call, Caller, Servers } from './server-model.ts';

export type Stage = 'transport' | 'application';

export interface Totals {
  attempts: number;
  connected: number;
  /** given up by their clients */
  timedOut: number;
  /** by the front or a full queue */
  rejected: number;
  /** by the death of a host */
  reset: number;
}

const none = (): Totals => ({ attempts: 0, connected: 0, timedOut: 0, rejected: 0, reset: 0 });

const opens: Treatment = { transport: 'opens' };
const SERVICE_UNAVAILABLE = 503;

export interface Storm {
  readonly time: VirtualTime;
  readonly servers: Servers;
  readonly networkMs: number;
  readonly stage: Stage;
}

export class StormWorld extends World {
  connected = 0;
  /** since they were last set back */
  totals = none();
  private readonly storm: Storm;

  constructor(storm: Storm) {
    super(storm.time, () => opens);
    this.storm = storm;
  }

  countAnew(): void {
    this.totals = none();
  }

  protected override open(token: string): Visit {
    this.totals.attempts++;
    return new StormVisit(token, this.storm, this);
  }
}

type Fails = (status?: number) => void;

class StormVisit extends Visit implements Caller {
  private readonly storm: Storm;
  private readonly world: StormWorld;
  private call: Call | null = null;
  private opensTransport: () => void = () => undefined;
  private failsTransport: Fails = () => undefined;
  private line: Line | undefined;
  private speaks: () => void = () => undefined;
  private isServed = false;
  private endsAs: 'rejected' | 'reset' = 'reset';

  constructor(token: string, storm: Storm, world: StormWorld) {
    super(storm.time, token, opens);
    this.storm = storm;
    this.world = world;
  }

  private get isOver(): boolean {
    return this.attempt.endMs !== null;
  }

  /** Over the network, if nobody has ended it meanwhile. */
  private arrivesAtClient(act: () => void): void {
    this.time.after(this.storm.networkMs, () => {
      if (!this.isOver) act();
    });
  }

  override transport(opensTransport: () => void, failsTransport: Fails): void {
    this.opensTransport = opensTransport;
    this.failsTransport = failsTransport;
    this.time.after(this.storm.networkMs, () => {
      if (!this.isOver) this.call = this.storm.servers.arrives(this);
    });
  }

  override continues(then: () => void, fails: () => void): void {
    this.time.soon(() => (this.isOver ? fails() : then()));
  }

  accepted(): void {
    if (this.storm.stage === 'application') this.arrivesAtClient(this.opensTransport);
  }

  served(): void {
    this.isServed = true;
    if (this.storm.stage === 'transport') this.arrivesAtClient(this.opensTransport);
    else this.speaks();
  }

  refused(why: 'noHost' | 'queueFull'): void {
    this.endsAs = 'rejected';
    this.arrivesAtClient(() => this.fails(why === 'queueFull' ? SERVICE_UNAVAILABLE : undefined));
  }

  reset(): void {
    this.call = null;
    this.arrivesAtClient(() => (this.line === undefined ? this.fails() : this.line.cut()));
  }

  private fails(status?: number): void {
    this.ended('server');
    this.failsTransport(status);
  }

  override serve(line: Line, protocol: Protocol): (message: string | Uint8Array) => void {
    this.opened();
    this.line = line;
    let hears: ((message: string | Uint8Array) => void) | undefined;
    const early: (string | Uint8Array)[] = [];
    this.speaks = () => {
      if (this.isOver || hears !== undefined) return;
      hears = protocol(line, () => this.up(), { half: false, time: this.time, token: this.token });
      for (const message of early) hears(message);
    };
    if (this.isServed) this.speaks();
    return (message) => {
      if (hears === undefined) early.push(message);
      else hears(message);
    };
  }

  override up(): void {
    if (this.isOver || this.attempt.upMs !== null) return;
    this.attempt.upMs = this.time.nowMs();
    this.world.connected++;
    this.world.totals.connected++;
  }

  override ended(by: 'client' | 'server'): void {
    if (this.isOver) return;
    super.ended(by);
    const { world, call } = this;
    if (this.attempt.upMs !== null) world.connected--;
    else world.totals[by === 'client' ? 'timedOut' : this.endsAs]++;
    if (by === 'client' && call !== null) this.time.after(this.storm.networkMs, () => this.storm.servers.leaves(call));
  }
}

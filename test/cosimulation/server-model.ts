/**
 * A small model of servers, for real client libraries to meet in virtual time. It was written from
 * the words of docs/model.md, imports nothing, and shares no line with the product, so that the
 * two can be held against each other: hosts with workers and a queue, first in, first out;
 * a front that goes round; a kill, after which the platform boots the host again; work of
 * callers who have left; a queue that may be full; liveness probes that wait in it.
 */

export interface ServerRules {
  readonly hosts: number;
  /** connects that a host serves at once */
  readonly workers: number;
  /** mean: half of it to one and a half times, all alike */
  readonly serviceMs: number;
  /** how many may wait at a host */
  readonly queueLimit: number;
  /** what becomes of the work of a caller who has left when a worker comes to it */
  readonly abandoned: 'done' | 'discarded';
  readonly bootMs: number;
  readonly liveness: LivenessRules | null;
}

export interface LivenessRules {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
}

export interface ServerClock {
  nowMs(): number;
  after(ms: number, act: () => void): void;
}

/** Who wants a connection, and hears what becomes of it; at the servers, before any way back. */
export interface Caller {
  refused(why: 'noHost' | 'queueFull'): void;
  /** a host has taken it, and will serve it in its turn */
  accepted(): void;
  served(): void;
  /** its host was killed */
  reset(): void;
}

/** A caller as its host has it, from its acceptance until one of the two is gone. */
export interface Call {
  readonly caller: Caller;
  hasLeft: boolean;
}

interface Work {
  readonly call: Call | null;
  readonly needsMs: number;
  done(): void;
}

class Host {
  isUp = true;
  busy = 0;
  /** grows with each death: what a former life began has no effect on this one */
  life = 0;
  failedProbes = 0;
  queue: Work[] = [];
  readonly calls = new Set<Call>();
}

export class Servers {
  kills = 0;
  livenessKills = 0;
  /** until it is opened for business, everybody is served at once */
  isFree = true;
  private readonly rules: ServerRules;
  private readonly clock: ServerClock;
  private readonly luck: () => number;
  private readonly hosts: readonly Host[];
  private workers: number;
  private turn = 0;

  constructor(rules: ServerRules, clock: ServerClock, luck: () => number) {
    this.rules = rules;
    this.clock = clock;
    this.luck = luck;
    this.workers = rules.workers;
    this.hosts = Array.from({ length: rules.hosts }, () => new Host());
  }

  /** From now on service takes its time, and hosts are probed, each at its own moment. */
  open(): void {
    this.isFree = false;
    const { liveness } = this.rules;
    if (liveness !== null) for (const host of this.hosts) this.probeLater(host, this.luck() * liveness.everyMs);
  }

  /** All hosts die at once, and have so many workers when they are back. */
  restart(workers: number): void {
    this.workers = workers;
    for (const host of this.hosts) this.killHost(host);
  }

  /** A caller comes to the front. */
  arrives(caller: Caller): Call | null {
    const host = this.nextUp();
    if (host === undefined) {
      caller.refused('noHost');
      return null;
    }
    const call: Call = { caller, hasLeft: false };
    if (!this.isFree && host.busy >= this.workers && host.queue.length >= this.rules.queueLimit) {
      caller.refused('queueFull');
      return null;
    }
    host.calls.add(call);
    caller.accepted();
    if (this.isFree) caller.served();
    else {
      const needsMs = (0.5 + this.luck()) * this.rules.serviceMs;
      host.queue.push({ call, needsMs, done: () => !call.hasLeft && caller.served() });
      this.work(host);
    }
    return call;
  }

  private nextUp(): Host | undefined {
    for (let tried = 0; tried < this.hosts.length; tried++) {
      const host = this.hosts[this.turn % this.hosts.length];
      this.turn++;
      if (host.isUp) return host;
    }
    return undefined;
  }

  /** The caller has left, and its host knows. */
  leaves(call: Call): void {
    call.hasLeft = true;
    for (const host of this.hosts) host.calls.delete(call);
  }

  private work(host: Host): void {
    while (host.isUp && host.busy < this.workers) {
      const next = host.queue.shift();
      if (next === undefined) return;
      if (next.call?.hasLeft === true && this.rules.abandoned === 'discarded') continue;
      host.busy++;
      const { life } = host;
      this.clock.after(next.needsMs, () => {
        if (host.life !== life) return;
        host.busy--;
        next.done();
        this.work(host);
      });
    }
  }

  kill(index: number): void {
    this.killHost(this.hosts[index]);
  }

  private killHost(host: Host): void {
    if (!host.isUp) return;
    this.kills++;
    host.isUp = false;
    host.life++;
    host.busy = 0;
    host.failedProbes = 0;
    host.queue = [];
    const calls = [...host.calls];
    host.calls.clear();
    for (const { caller } of calls) caller.reset();
    this.clock.after(this.rules.bootMs, () => {
      host.isUp = true;
      const { liveness } = this.rules;
      if (liveness !== null) this.probeLater(host, liveness.everyMs);
    });
  }

  /** One probe, and then the next, as long as the host lives. */
  private probeLater(host: Host, delayMs: number): void {
    const { liveness, queueLimit } = this.rules;
    if (liveness === null) return;
    const { life } = host;
    this.clock.after(delayMs, () => {
      if (host.life !== life) return;
      this.probeLater(host, liveness.everyMs);
      let isAnswered = false;
      const finds = host.busy < this.workers || host.queue.length < queueLimit;
      if (finds) {
        host.queue.push({ call: null, needsMs: 0, done: () => (isAnswered = true) });
        this.work(host);
      }
      this.clock.after(liveness.timeoutMs, () => {
        if (host.life !== life) return;
        host.failedProbes = isAnswered ? 0 : host.failedProbes + 1;
        if (host.failedProbes < liveness.failures) return;
        this.livenessKills++;
        this.killHost(host);
      });
    });
  }
}

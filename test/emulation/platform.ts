/**
 * What stands around the hosts: the supervisor, which starts them, probes them, kills them by
 * SIGKILL and boots them again, and the balancer, which accepts TCP connections and hands each
 * to the next host that is up, in turns. With no host up it resets them.
 */
import type { ChildProcess } from 'node:child_process';
import { get } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ExperimentSpec } from './experiment.ts';
import type { FromHost, HostReport, HostSettings, ToHost } from './host.ts';
import { killProcess, startProcess } from './processes.ts';
import { nowMs } from './wall-clock.ts';

/** A new process is started so long after its predecessor's death, so that it does not disturb the first seconds. */
const STARTED_AFTER_MS = 1500;
/** Ports that no connection gets as its own: below those that Linux gives away. */
const OWN_PORTS = { from: 20_000, count: 10_000 };
const REPORT_WITHIN_MS = 3000;

/** One process; the next one in its place is another. */
interface Host {
  readonly index: number;
  readonly child: ChildProcess;
  isUp: boolean;
  port: number;
  failures: number;
  probeTimer: NodeJS.Timeout | undefined;
  whenListening: (() => void) | undefined;
  whenReported: ((report: HostReport) => void) | undefined;
}

export interface Death {
  readonly host: number;
  readonly cause: 'kill' | 'liveness';
  /** when its process was gone */
  readonly atMs: number;
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const port = OWN_PORTS.from + Math.floor(Math.random() * OWN_PORTS.count);
    const server = createServer();
    server.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve(freePort());
      else reject(new Error(`nobody can listen on 127.0.0.1: ${code}`));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}

type Platformed = Pick<ExperimentSpec, 'library' | 'hosts' | 'server' | 'liveness' | 'bootMs'>;

export class Platform {
  /** where clients connect to */
  port = 0;
  readonly deaths: Death[] = [];
  /** what went wrong with the processes themselves, not with what they were made to suffer */
  readonly troubles: string[] = [];
  readonly lateBoots: string[] = [];
  /** TCP connections that the balancer has accepted; it is not asked where clients connect without it */
  acceptedCount = 0;
  private readonly spec: Platformed;
  private readonly keepsServices: boolean;
  private readonly hosts: Host[] = [];
  private front: Server | undefined;
  private turn = 0;
  private works = false;
  private isOver = false;

  constructor(spec: Platformed, { keepsServices = false } = {}) {
    this.spec = spec;
    this.keepsServices = keepsServices;
  }

  get isDirect(): boolean {
    return this.spec.server.acceptQueue !== undefined;
  }

  async start(): Promise<void> {
    if (this.isDirect) this.port = await freePort();
    const started = Array.from({ length: this.spec.hosts }, (_, index) => this.startHost(index));
    await Promise.all((await Promise.all(started)).map((host) => this.comeUp(host)));
    if (!this.isDirect) await this.startFront();
  }

  /** From now on connects are work, and hosts are probed: those of the start as if they had been for long. */
  begin(): void {
    this.works = true;
    for (const host of this.hosts) {
      this.tell(host, 'work');
      this.probeFrom(host, nowMs() - Math.random() * (this.spec.liveness?.everyMs ?? 0));
    }
  }

  /** Of those hosts that are up, as `kills` of an experiment number them. */
  async kill(numbers: readonly number[]): Promise<void> {
    await Promise.all(numbers.map((number) => this.end(this.hosts[number - 1], 'kill')));
  }

  /** What the hosts that are up say of themselves; those that block do so when they come to it. */
  reports(): Promise<HostReport[]> {
    const up = this.hosts.filter(({ isUp }) => isUp);
    const asked = up.map(
      (host) =>
        new Promise<HostReport | null>((resolve) => {
          host.whenReported = resolve;
          this.tell(host, 'report');
          setTimeout(() => resolve(null), REPORT_WITHIN_MS).unref();
        }),
    );
    return Promise.all(asked).then((all) => all.filter((report) => report !== null));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    for (const { probeTimer } of this.hosts) clearTimeout(probeTimer);
    this.front?.close();
    await Promise.all(this.hosts.map(({ child }) => killProcess(child)));
  }

  private tell({ child }: Host, tell: ToHost['tell']): void {
    if (child.connected) child.send({ tell }, () => undefined);
  }

  /** A process in the place of that host; resolves when it is ready, which is not yet up. */
  private async startHost(index: number): Promise<Host> {
    const { library, server, liveness } = this.spec;
    const settings: HostSettings = {
      library,
      server,
      probesInQueue: liveness?.answered === 'in-queue',
      keepsServices: this.keepsServices,
      port: this.isDirect ? this.port : null,
    };
    const host = await new Promise<Host>((resolve) => {
      const child = startProcess<FromHost>('host', settings, (said) => {
        if (said.said === 'ready') resolve(started);
        else if (said.said === 'listens') {
          started.port = said.port;
          started.whenListening?.();
        } else if (said.said === 'refused') this.troubles.push(`host ${index + 1} could not listen: ${said.code}`);
        else started.whenReported?.(said.report);
      });
      const started: Host = {
        index,
        child,
        isUp: false,
        port: 0,
        failures: 0,
        probeTimer: undefined,
        whenListening: undefined,
        whenReported: undefined,
      };
    });
    this.hosts[index] = host;
    if (this.works) this.tell(host, 'work');
    return host;
  }

  /** Resolves when it listens. */
  private comeUp(host: Host): Promise<void> {
    host.isUp = true;
    if (this.works) this.probeFrom(host, nowMs());
    return new Promise((resolve) => {
      host.whenListening = resolve;
      this.tell(host, 'listen');
    });
  }

  private async end(host: Host, cause: Death['cause']): Promise<void> {
    if (!host.isUp) return;
    host.isUp = false;
    clearTimeout(host.probeTimer);
    await killProcess(host.child);
    const atMs = nowMs();
    this.deaths.push({ host: host.index + 1, cause, atMs });
    void this.bootAgain(host, atMs + this.spec.bootMs);
  }

  private async bootAgain(host: Host, atMs: number): Promise<void> {
    const { bootMs } = this.spec;
    await new Promise((resolve) => setTimeout(resolve, Math.min(STARTED_AFTER_MS, bootMs / 3)));
    if (this.isOver) return;
    const next = await this.startHost(host.index);
    const leftMs = atMs - nowMs();
    if (leftMs < 0) this.lateBoots.push(`host ${host.index + 1} booted ${(-leftMs).toFixed(0)} ms late`);
    setTimeout(() => void (this.isOver || this.comeUp(next)), Math.max(0, leftMs));
  }

  /** Probes are due at from + k·every. */
  private probeFrom(host: Host, fromMs: number): void {
    const { liveness } = this.spec;
    if (liveness === undefined) return;
    const judge = (passed: boolean): void => {
      if (this.isOver || !host.isUp) return;
      host.failures = passed ? 0 : host.failures + 1;
      if (host.failures >= liveness.failures) void this.end(host, 'liveness');
    };
    const next = (number: number): void => {
      host.probeTimer = setTimeout(
        () => {
          this.probe(host.port, liveness.timeoutMs, judge);
          next(number + 1);
        },
        Math.max(0, fromMs + number * liveness.everyMs - nowMs()),
      );
    };
    next(1);
  }

  private probe(port: number, timeoutMs: number, judge: (passed: boolean) => void): void {
    let isKnown = false;
    const know = (passed: boolean): void => {
      if (isKnown) return;
      isKnown = true;
      clearTimeout(timer);
      judge(passed);
    };
    const request = get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      response.resume();
      know(response.statusCode === 200);
    });
    request.on('error', () => know(false));
    const timer = setTimeout(() => {
      know(false);
      request.destroy();
    }, timeoutMs);
  }

  private startFront(): Promise<void> {
    const front = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.hand(socket));
    this.front = front;
    return new Promise((resolve) =>
      front.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
        this.port = (front.address() as AddressInfo).port;
        resolve();
      }),
    );
  }

  private hand(socket: Socket): void {
    socket.on('error', () => undefined);
    this.acceptedCount++;
    const up = this.hosts.filter(({ isUp }) => isUp);
    if (up.length === 0) {
      socket.resetAndDestroy();
      return;
    }
    const { child } = up[this.turn++ % up.length];
    const told: ToHost = { tell: 'connection' };
    child.send(told, socket, { keepOpen: false }, (error) => {
      if (error !== null) socket.destroy();
    });
  }
}

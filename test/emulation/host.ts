/**
 * A host: one process with a real server. The balancer hands it TCP connections that it has
 * accepted, or it listens itself. Its health check stands in the work queue or beside it.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LibraryName, ServerSpec } from './experiment.ts';
import { ownSettings } from './processes.ts';
import { serverOf } from './protocols.ts';
import { watchLoop } from './wall-clock.ts';
import { WorkQueue, type Service } from './work-queue.ts';

export interface HostSettings {
  readonly library: LibraryName;
  readonly server: ServerSpec;
  readonly probesInQueue: boolean;
  /** whether it is asked for its services at the end */
  readonly keepsServices: boolean;
  /** where clients find it if there is no balancer; null: its port is for probes only, and any will do */
  readonly port: number | null;
}

export type ToHost = { readonly tell: 'work' | 'listen' | 'report' | 'connection' };

export interface HostReport {
  readonly loopDelayMs: number;
  /** user and system time of the process so far */
  readonly cpuMs: number;
  readonly services: readonly Service[];
}

export type FromHost =
  | { readonly said: 'ready' }
  | { readonly said: 'listens'; readonly port: number }
  | { readonly said: 'refused'; readonly code: string }
  | { readonly said: 'report'; readonly report: HostReport };

const { library, server: spec, probesInQueue, keepsServices, port } = ownSettings<HostSettings>();
const loopDelay = watchLoop();
const queue = new WorkQueue(spec, keepsServices);
const say = (said: FromHost): void => void process.send!(said);

const server = createServer((request, response) => {
  const answer = (): void => void response.end('ok');
  if (request.url !== '/healthz') response.writeHead(404).end();
  else if (!probesInQueue) answer();
  else if (!queue.addProbe(answer)) response.writeHead(503).end();
});
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
serverOf(library, spec)(server, (work) => queue.add(work));
server.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => say({ said: 'refused', code }));

function listen(): void {
  const { acceptQueue: backlog = 511 } = spec;
  server.listen({ host: '127.0.0.1', port: port ?? 0, backlog }, () =>
    say({ said: 'listens', port: (server.address() as AddressInfo).port }),
  );
}

function report(): HostReport {
  const { user, system } = process.cpuUsage();
  return { loopDelayMs: loopDelay.p99Ms(), cpuMs: (user + system) / 1000, services: queue.services ?? [] };
}

process.on('message', ({ tell }: ToHost, socket?: Socket) => {
  switch (tell) {
    case 'connection':
      // A client that left on the way leaves nothing to hand over.
      if (socket === undefined) return;
      socket.on('error', () => undefined);
      server.emit('connection', socket);
      socket.resume();
      return;
    case 'work':
      queue.letsIn = false;
      loopDelay.forget();
      return;
    case 'listen':
      return listen();
    case 'report':
      return say({ said: 'report', report: report() });
  }
});
say({ said: 'ready' });

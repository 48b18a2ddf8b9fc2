// `sim emulate` from the outside: real clients on real sockets, whose own counts are held against what it says at its end;
// and what it says to those who misuse it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRequire } from 'node:module';
import type Library from 'reconnecting-websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { sim } from './captured-terminal.ts';
import { expectPortInUse } from './port-in-use.ts';
import { startListening, type Heard } from './listening-program.ts';

// Its types say that it is a module of the new kind, which it is not.
const ReconnectingWebSocket = createRequire(import.meta.url)('reconnecting-websocket') as typeof Library.default;

const folder = mkdtempSync(join(tmpdir(), 'emulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A scenario file of so many seconds, whose one tier is `gateway`. */
function scenarioFile(name: string, seconds: number, tier: object, timeline: readonly object[], rest = {}): string {
  const gateway = { name: 'gateway', hosts: 1, parallelism: 2, boot: '400ms', holdsSessions: true, ...tier };
  const content = {
    format: 1,
    name,
    title: 'For a real fleet',
    clock: { date: '2026-01-01', from: '12:00', to: `${seconds}s` },
    pods: 1,
    tiers: [gateway],
    products: [{ name: 'chat', sessions: 500 }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' } }],
    timeline: timeline.map((action) => ({ target: { tier: 'gateway' }, ...action })),
    ...rest,
  };
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

interface Emulated {
  readonly complete: boolean;
  readonly to: string;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly turnedAway: Readonly<Record<string, number>>;
  readonly leftOut: readonly string[];
}

const heard: Record<string, Heard> = {};
const emulated = (name: string): Emulated => JSON.parse(heard[name].stdout) as Emulated;
/** Plays a scenario while `use` is at it. */
async function emulate(name: string, argv: readonly string[], use: (port: number) => Promise<void>): Promise<void> {
  const { port, interrupt, ended } = await startListening('emulate', ...argv);
  await use(port);
  if (name === 'interrupted') interrupt();
  heard[name] = await ended;
}

/** What clients themselves saw. */
const counts: Record<string, number> = {};
const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);

/** Connects, pings, gives up after 800 ms of silence, comes again 200 ms after it failed. */
function startClient(url: string, isOver: () => boolean): void {
  const socket = new WebSocket(url);
  let opened = false;
  let ping: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  let hint: string | undefined;
  count('attempts');
  const askOften = (): void => {
    silence = setTimeout(() => {
      count('silences');
      socket.terminate();
    }, 800);
    socket.once('pong', () => {
      clearTimeout(silence);
      ping = setTimeout(askOften, 200);
    });
    socket.ping();
  };
  socket.on('open', () => {
    opened = true;
    count('opened');
    askOften();
  });
  socket.on('unexpected-response', (_request, response) => {
    count(`refused ${response.statusCode}`);
    hint = response.headers['retry-after'];
    count(`told to come after ${hint}`);
    socket.terminate();
  });
  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    clearTimeout(ping);
    clearTimeout(silence);
    if (opened) count(`closed ${code}`);
    if (!isOver() && code !== 1001) setTimeout(() => isOver() || startClient(url, isOver), 200);
  });
}

const CLIENTS = 30;
async function useFleet(port: number): Promise<void> {
  let over = false;
  for (let n = 0; n < CLIENTS; n++) startClient(`ws://127.0.0.1:${port}/chat/${n}`, () => over);
  await sleep(5000);
  over = true;
}

const library = { opened: 0 };
async function useLibrary(port: number): Promise<void> {
  const sockets = Array.from({ length: 5 }, (_, n) => {
    const options = { WebSocket, minReconnectionDelay: 300, maxReconnectionDelay: 600, connectionTimeout: 2000 };
    const socket = new ReconnectingWebSocket(`ws://127.0.0.1:${port}/?client=${n}`, [], options);
    socket.addEventListener('open', () => {
      library.opened++;
    });
    return socket;
  });
  await sleep(3400);
  for (const socket of sockets) socket.close();
}

const requests: { statuses: number[]; lastMs: number } = { statuses: [], lastMs: NaN };
const pings: number[] = [];
const drained: { code: number; atMs: number }[] = [];
async function useRequests(port: number): Promise<void> {
  const startMs = performance.now();
  const sockets = Array.from({ length: 10 }, () => new WebSocket(`ws://127.0.0.1:${port}/`));
  for (const socket of sockets)
    socket
      .on('close', (code) => drained.push({ code, atMs: performance.now() - startMs }))
      .on('error', () => undefined);
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
  const beganMs = performance.now();
  const answers = Array.from({ length: 40 }, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/any/path`);
    await response.text();
    requests.statuses.push(response.status);
  });
  await Promise.all(answers);
  requests.lastMs = performance.now() - beganMs;
  // The host stands still from 2.1 s to 2.9 s, and drains from 3.2 s to 4.2 s.
  await sleep(2300 - (performance.now() - startMs));
  const askedMs = performance.now();
  sockets[0].once('pong', () => pings.push(performance.now() - askedMs));
  sockets[0].ping();
}

const limited = { closed: 0, open: 0, portAfter: '' };
async function useLimit(port: number): Promise<void> {
  const sockets = Array.from({ length: 12 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined).on('close', () => limited.closed++);
  await sleep(700);
  limited.open = sockets.filter((socket) => !socket.destroyed).length;
  setTimeout(() => sockets.forEach((socket) => socket.destroy()), 1000);
}

const at = (ms: number): string => `${ms}ms`;
beforeAll(async () => {
  const killed = [
    { name: 'killed', at: at(1300), action: 'reboot', target: { tier: 'gateway', hosts: [1] } },
    { name: 'vanished', at: at(2500), action: 'crash', target: { tier: 'gateway', hosts: [2] } },
  ];
  const fleetTier = { hosts: 2, serviceTime: '70ms', queue: { limit: 2 }, retryAfter: { delay: '1200ms' } };
  const rest = [
    { name: 'gap', at: at(2100), action: 'pause', for: at(800) },
    { name: 'drained', at: at(3200), action: 'reboot', order: { policy: 'rolling', interval: '1s', drain: '1s' } },
  ];
  const fleet = scenarioFile('fleet', 4.8, fleetTier, killed);
  const restart = scenarioFile('library', 60, { serviceTime: '10ms' }, [{ name: 'gone', at: '30s', action: 'reboot' }]);
  const requested = scenarioFile('requests', 4.5, { serviceTime: '50ms' }, rest);
  await Promise.all([
    emulate('fleet', [fleet, '--json'], useFleet),
    emulate('library', [restart, '--start-at', '28.5s', '--set', 'clock.to=32s'], useLibrary),
    emulate('requests', [requested, '--json', '--quiet'], useRequests),
    emulate('interrupted', [restart, '--max-connections', '5'], async (port) => {
      await useLimit(port);
      limited.portAfter = String(port);
    }),
  ]);
}, 40_000);

describe('a fleet of real clients', () => {
  it('is served, refused, dropped and left in silence as it says itself, client by client', () => {
    expect(heard.fleet.exitCode).toBe(0);
    const { complete, metrics, to } = emulated('fleet');
    expect([complete, to]).toEqual([true, '12:00:04']);
    // Whoever was about to connect when the end came was let in by nobody.
    expect(counts.attempts - metrics.attempts!).toBeGreaterThanOrEqual(0);
    expect(counts.attempts - metrics.attempts!).toBeLessThanOrEqual(CLIENTS);
    expect(metrics['attempts.connected']).toBe(counts.opened);
    expect(metrics['rejected.queueFull']).toBe(counts['refused 503']);
    expect(counts['refused 503']).toBeGreaterThan(5);
    expect(counts['told to come after 2']).toBe(counts['refused 503']);
    expect(metrics['hostDeaths.crash']).toBe(1);
    expect(metrics.hostReboots).toBe(1);
  });

  it('loses those who were on the host that was killed, at once, and those of the one that vanished, in silence', () => {
    const { metrics } = emulated('fleet');
    expect(metrics['drops.reboot']).toBeGreaterThan(4);
    expect(metrics['drops.crash']).toBeGreaterThan(4);
    expect(counts.silences).toBe(metrics['drops.crash']);
    expect(counts['closed 1006']).toBe(metrics['drops.reboot']! + metrics['drops.crash']!);
  });

  it('comes back, and is told to go elsewhere at the end', () => {
    expect(counts['closed 1001']).toBeGreaterThan(CLIENTS / 2);
    expect(counts.opened).toBe(counts['closed 1006'] + counts['closed 1001']);
  });

  it('is told what happens, as it happens', () => {
    const { stderr } = heard.fleet;
    expect(stderr).toContain('playing fleet / baseline');
    expect(stderr).toContain('instead of 500 sessions of chat');
    for (const line of ['killed', 'p1/gateway/1 is rebooted', 'p1/gateway/1 is up again', 'p1/gateway/2 crashed'])
      expect(stderr).toMatch(new RegExp(`^12:00:0\\d  ${line}`, 'm'));
  });
});

describe('a real client library', () => {
  it('comes back after its host was rebooted, in a scenario that begins shortly before that', () => {
    expect(library.opened).toBe(10);
    const { exitCode, stdout, stderr } = heard.library;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('first: gone at 12:00:30, in 1.5s');
    expect(stdout).toMatch(/^library \/ baseline, 12:00:28–12:00:32\n/);
    expect(stdout).toMatch(/^ {2}drops +5 +reboot 100 %$/m);
  });
});

describe('requests', () => {
  it('are answered when their service ends: so many at a time as the host has workers', () => {
    expect(requests.statuses).toEqual(Array.from({ length: 40 }, () => 200));
    // 40 times 50 ms by two workers.
    expect(requests.lastMs).toBeGreaterThan(950);
    expect(requests.lastMs).toBeLessThan(2000);
    expect(emulated('requests').metrics['attempts.connected']).toBe(50);
  });
});

describe('a ping', () => {
  it('is answered once the host that stands still goes on', () => {
    expect(pings).toHaveLength(1);
    expect(pings[0]).toBeGreaterThan(200);
    expect(pings[0]).toBeLessThan(1500);
  });
});

describe('a host that drains', () => {
  it('closes its connections one after the other, with the code that says so', () => {
    expect(drained.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 1001));
    expect(emulated('requests').metrics['drops.drain']).toBe(10);
    expect(drained.at(-1)!.atMs - drained[0].atMs).toBeGreaterThan(200);
  });
});

describe('more connections than are let in', () => {
  it('are closed at once, which is said once', () => {
    expect(limited.open).toBe(5);
    const { stdout, stderr } = heard.interrupted;
    expect(stderr.match(/more connections than --max-connections lets in/g)).toHaveLength(1);
    expect(stdout).toMatch(/turned away, and not among the attempts: 7, more connections/);
  });
});

describe('Ctrl-C', () => {
  it('ends all of it, with a summary', async () => {
    const { exitCode, stdout, stderr } = heard.interrupted;
    expect([exitCode, stderr.includes('internal error')]).toEqual([130, false]);
    expect(stdout).toContain(', interrupted\n');
    const code = await new Promise((resolve) => {
      connect(Number(limited.portAfter), '127.0.0.1')
        .on('connect', () => resolve('connected'))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).toBe('ECONNREFUSED');
  });
});

describe('misuse', () => {
  const file = (): string => join(folder, 'fleet.json');

  it('of a port that is in use is told', () => expectPortInUse('emulate', file(), '--quiet'));

  it.each([
    [['--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000"'],
    [['--host', ''], '--host must not be empty'],
    [['--host', '192.0.2.1', '--port', '0'], '--host 192.0.2.1 is no address of this machine'],
    [['--max-connections', '0'], '--max-connections must be a whole number from 1 to 100000, not "0"'],
    [['--start-at', '9:00'], 'two digits for the hour: "09:00"'],
    [['--start-at', '12:30'], '--start-at must be before the scenario\'s end, not "12:30"'],
    [['--variant', 'none'], 'none'],
    [['--set', 'tiers.gateway.hosts=none'], 'tiers.gateway.hosts'],
    [['--nonsense'], "unknown option '--nonsense'"],
  ])('like %j is told', async (argv, says) => {
    const { exitCode, stdout, stderr } = await sim('emulate', file(), ...argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('like a file that is none is told', async () => {
    const { exitCode, stdout, stderr } = await sim('emulate', join(folder, 'fleet.yaml'));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('no such file');
  });
});

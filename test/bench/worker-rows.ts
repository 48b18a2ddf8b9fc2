/**
 * What a queue of runs costs: a comparison that workers of their own compute,
 * over a Redis server on this machine. Two workers against one, each for one run
 * at a time; and what a run costs more than with `--jobs 1`, in time and in the
 * processor time of command and worker. Without a server there are no rows.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasRedis, RedisServer } from '../cli/queue/redis-server.ts';
import { median, runNode, type Row } from './measurement.ts';

/** A run of it takes about half a second. */
const LONG = ['--set', 'scale.sessions=600', '--set', 'scale.hostSize=600', '--replications', '24'];
const FEW = 10;
const MANY = 60;
const VARIANTS = 2;
/** Linux counts processor time by it. */
const TICK_MS = 10;

const smallText = `format: 1
name: small
title: Both hosts of a small service are rebooted at once
clock: { from: '10:00', to: '10:25' }
tiers: [{ name: front, hosts: 2, parallelism: 1, serviceTime: { exponential: 200ms }, boot: 60s, holdsSessions: true }]
products: [{ name: chat, sessions: 200 }]
clients: [{ name: current, backoff: { policy: fixed, delay: 1s } }]
timeline: [{ name: maintenance, at: '10:05', action: reboot, target: { tier: front } }]
variants: [{ name: full-jitter, set: { clients.current.backoff: { policy: full-jitter, base: 1s, cap: 2m } } }]
`;

interface Took {
  readonly wallMs: number;
  readonly processorMs: number;
}

/** User and system time until now, by Linux: of a process, or of children that have ended. */
function processorMs(pid: string, of: 'itself' | 'its children'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
  return TICK_MS * (of === 'itself' ? fields[11] + fields[12] : fields[13] + fields[14]);
}

class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cascade-sim-bench-'));
  private readonly file = join(this.folder, 'small.yaml');
  private readonly sim: string;
  private readonly server: RedisServer;
  private readonly workers: ChildProcess[] = [];

  constructor(sim: string, server: RedisServer) {
    this.sim = sim;
    this.server = server;
    writeFileSync(this.file, smallText);
  }

  /** One worker alone; or two. Each has compiled by then what it runs. */
  async workersAre(count: number): Promise<void> {
    while (this.workers.length > count) await this.endOne();
    while (this.workers.length < count) {
      const flags = ['work', this.server.url, '--jobs', '1', '--quiet'];
      this.workers.push(spawn(process.execPath, [this.sim, ...flags], { stdio: 'ignore' }));
    }
    this.compare(true, LONG);
  }

  /** So many commands that have nothing to do with each other, at the same time, each in one worker: until the last has ended. */
  async sideBySide(count: number): Promise<number> {
    const startMs = performance.now();
    await Promise.all(
      Array.from({ length: count }, async () => {
        const out = mkdtempSync(join(this.folder, 'out-'));
        const command = [
          this.sim,
          'compare',
          this.file,
          '--no-charts',
          '--quiet',
          '--out',
          out,
          '--jobs',
          '1',
          ...LONG,
        ];
        await promisify(execFile)(process.execPath, command);
        rmSync(out, { recursive: true });
      }),
    );
    return performance.now() - startMs;
  }

  private async endOne(): Promise<void> {
    const worker = this.workers.pop();
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGTERM');
    await ended;
  }

  /** A whole comparison, over the queue or in a worker of its own; with what command and workers compute. */
  compare(overQueue: boolean, flags: readonly string[]): Took {
    const out = mkdtempSync(join(this.folder, 'out-'));
    const where = overQueue ? ['--queue', this.server.url] : ['--jobs', '1'];
    const before = this.computedMs();
    const command = [this.sim, 'compare', this.file, '--no-charts', '--quiet', '--out', out, ...where, ...flags];
    const { wallMs } = runNode(command);
    const computedMs = this.computedMs() - before;
    rmSync(out, { recursive: true });
    return { wallMs, processorMs: computedMs };
  }

  private computedMs(): number {
    return this.workers.reduce(
      (sum, { pid }) => sum + processorMs(String(pid), 'itself'),
      processorMs('self', 'its children'),
    );
  }

  async end(): Promise<void> {
    while (this.workers.length > 0) await this.endOne();
    await this.server.end();
    rmSync(this.folder, { recursive: true });
  }
}

/**
 * Two workers against one, in turn; the next pair begins with what the last one ended with. Beside it what the machine's
 * cores give to two whole commands that share nothing, each with a worker of its own.
 */
async function efficiencyRow(bench: Bench, runs: number): Promise<Row> {
  const pairs: { one: number; two: number; cores: number }[] = [];
  while (pairs.length < runs) {
    await bench.workersAre(1);
    const one = bench.compare(true, LONG).wallMs;
    await bench.workersAre(2);
    const two = bench.compare(true, LONG).wallMs;
    pairs.push({ one, two, cores: (2 * (await bench.sideBySide(1))) / (await bench.sideBySide(2)) });
  }
  const [one, two] = [median(pairs.map((pair) => pair.one)), median(pairs.map((pair) => pair.two))];
  const speedUp = median(pairs.map((pair) => pair.one / pair.two));
  const cores = median(pairs.map((pair) => pair.cores));
  return {
    what: 'a comparison of 48 runs over a queue, two workers of one job against one',
    measured: `${speedUp.toFixed(2)} × as fast (${(two / 1000).toFixed(1)} against ${(one / 1000).toFixed(1)} s); two commands without a queue ${cores.toFixed(2)} ×`,
    target: '≥ 1.8 ×',
    met: speedUp >= 1.8,
    figures: { speedUp, oneMs: one, twoMs: two, cores },
  };
}

/** What each further run takes, over the queue against alone, where a run is nearly nothing. */
async function costRow(bench: Bench, runs: number): Promise<Row> {
  await bench.workersAre(1);
  const each = (overQueue: boolean): Took => {
    const [few, many] = [FEW, MANY].map((count) => bench.compare(overQueue, ['--replications', String(count)]));
    const more = VARIANTS * (MANY - FEW);
    return { wallMs: (many.wallMs - few.wallMs) / more, processorMs: (many.processorMs - few.processorMs) / more };
  };
  const pairs = Array.from({ length: runs }, () => ({ queue: each(true), alone: each(false) }));
  const addedMs = median(pairs.map(({ queue, alone }) => queue.wallMs - alone.wallMs));
  const computedMs = median(pairs.map(({ queue, alone }) => queue.processorMs - alone.processorMs));
  const eachMs = median(pairs.map(({ queue }) => queue.wallMs));
  return {
    what: 'a run over a queue, one worker, against `--jobs 1`',
    measured: `${addedMs.toFixed(1)} ms more of time (${eachMs.toFixed(1)} in all), ${computedMs.toFixed(1)} ms more of computing, command and worker`,
    target: '≤ 5 ms more',
    met: addedMs <= 5 && computedMs <= 5,
    figures: { addedMs, computedMs, eachMs },
  };
}

export async function workerRows(sim: string, runs: number): Promise<Row[]> {
  if (!hasRedis) return [];
  const bench = new Bench(sim, await RedisServer.start());
  try {
    return [await efficiencyRow(bench, runs), await costRow(bench, runs)];
  } finally {
    await bench.end();
  }
}

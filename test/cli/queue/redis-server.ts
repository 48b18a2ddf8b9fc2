// A real Redis server for tests, on a free port of 127.0.0.1, which may be killed and started again with what it had.
// Where there is none, who needs one says so and is skipped.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const names = ['redis-server', 'valkey-server'];
const found = names.find((name) => spawnSync(name, ['--version']).status === 0);

export const hasRedis = found !== undefined;
if (!hasRedis)
  process.stderr.write(
    `\nneither ${names.join(' nor ')} is installed: the tests of --queue and sim work are skipped (Debian: apt-get install redis-server)\n`,
  );

export const password = 'pa:ss-W0rd';

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export class RedisServer {
  readonly port: number;
  private readonly folder = mkdtempSync(join(tmpdir(), 'sim-redis-'));
  private readonly remembers: boolean;
  private child: ChildProcess | null = null;

  private constructor(port: number, remembers: boolean) {
    this.port = port;
    this.remembers = remembers;
  }

  /** `remembers`: it keeps a log of what it is told, and has it again after it was killed. */
  static async start({ remembers = false } = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), remembers);
    await server.again();
    return server;
  }

  /** with its password */
  get url(): string {
    return `redis://:${encodeURIComponent(password)}@127.0.0.1:${this.port}`;
  }

  get shown(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  client(): Redis {
    const client = new Redis(this.port, '127.0.0.1', { password, maxRetriesPerRequest: 1 });
    client.on('error', () => undefined);
    return client;
  }

  /** Starts it, on the same port. */
  async again(): Promise<void> {
    const log = this.remembers ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    this.child = spawn(
      found ?? '',
      ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--requirepass', password, '--dir', this.folder, ...log],
      { stdio: 'ignore' },
    ); // prettier-ignore
    for (;;) {
      const client = new Redis(this.port, '127.0.0.1', {
        password,
        retryStrategy: () => null,
        maxRetriesPerRequest: 0,
      });
      client.on('error', () => undefined);
      const isThere = await client.ping().then(() => true, () => false); // prettier-ignore
      client.disconnect();
      if (isThere) return;
      await sleep(50);
    }
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    this.child = null;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// --queue and sim work over a real server: the bytes of --jobs 1, and what is said where there is none, no worker, one of
// another version, or a job that is none.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildIdentity } from '../../../src/experiments/build-identity.ts';
import { serveQueue } from '../../../src/experiments/queue/queue-worker.ts';
import { queueAddress } from '../../../src/experiments/queue/address.ts';
import { defaultLimits } from '../../../src/experiments/limits.ts';
import { prefix, queueName } from '../../../src/experiments/queue/wire.ts';
import { comparedText } from '../../experiments/compared-scenario.ts';
import { sim, type Captured } from '../captured-terminal.ts';
import { hasRedis, password, RedisServer } from './redis-server.ts';

const expectations = `expect: ["collapse@impatient == 1", "timeToRecover@gone > 1h", "reconnectTime.p95 < 5m"]\n`;
const few = ['--replications', '2', '--variants', 'same,impatient', '--no-charts'];

describe.skipIf(!hasRedis)('--queue', () => {
  let server: RedisServer;
  let folder: string;
  let file: string;
  let alone: Captured;
  const inFolder = (out: string): string => join(folder, out);
  const bytesOf = (out: string): Record<string, string> => {
    const names = readdirSync(inFolder(out), { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, out, name)).isFile());
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, out, name), 'utf8')]));
  }; // prettier-ignore
  const work = (...more: string[]): Promise<Captured> => sim('work', server.url, '--idle', '1s', ...more);
  const compare = (out: string, ...more: string[]): Promise<Captured> =>
    sim('compare', file, ...few, '--out', inFolder(out), '--queue', server.url, ...more);

  beforeAll(async () => {
    server = await RedisServer.start();
    folder = mkdtempSync(join(tmpdir(), 'sim-queue-'));
    file = join(folder, 'compared.yaml');
    writeFileSync(file, comparedText + expectations);
    alone = await sim('compare', file, ...few, '--jobs', '1', '--out', inFolder('alone'));
  });
  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes the bytes of --jobs 1, of a comparison and of a check, and nothing shows the password', async () => {
    const [compared, worked] = await Promise.all([compare('queue'), work('--jobs', '2')]);
    expect(compared).toMatchObject({ exitCode: 0, stdout: alone.stdout.replaceAll('/alone/', '/queue/') });
    expect(bytesOf('queue')).toEqual(bytesOf('alone'));
    expect(worked.exitCode).toBe(0);
    expect(worked.stderr).toContain('6 runs computed');
    const check = ['check', file, '--replications', '2', '--json'];
    const withoutTimes = ({ stdout }: Captured): string => stdout.replaceAll(/"seconds": .*/g, '');
    const [checked] = await Promise.all([sim(...check, '--queue', server.url), work()]);
    expect(withoutTimes(checked)).toBe(withoutTimes(await sim(...check, '--jobs', '1')));
    const all = JSON.stringify([compared, worked, checked, bytesOf('queue')]);
    expect(all).not.toContain(password);
    expect(all).not.toContain(encodeURIComponent(password));
  });

  it('takes the password from REDIS_URL', async () => {
    vi.stubEnv('REDIS_URL', server.url);
    expect(await sim('work', server.shown, '--idle', '10ms')).toMatchObject({ exitCode: 0 });
    expect(await sim('work', '--idle', '10ms')).toMatchObject({ exitCode: 0 });
  });

  it('says what is wrong with an address, without its password, and exits with 2', async () => {
    for (const url of [server.url.replace('pa', 'other'), server.shown, 'redis://:s3cret@127.0.0.1:1', 'http://:s3cret@h']) {
      for (const told of [await sim('work', url), await sim('compare', file, ...few, '--out', inFolder('none'), '--queue', url)]) {
        expect(told).toMatchObject({ exitCode: 2, stdout: '' });
        expect(told.stderr).toMatch(/^error: (no queue at|the address of)/);
        expect(told.stderr).not.toMatch(/s3cret|other|ss-W0rd/);
      }
    }
    expect((await compare('none', '--jobs', '2')).stderr).toContain('--jobs does not go with --queue');
  }); // prettier-ignore

  it('refuses jobs that are none, and a worker of another version takes no run', async () => {
    const queue = new Queue(queueName(buildIdentity()), { connection: server.client(), prefix });
    await queue.addBulk([null, {}, { format: 1 }, 'x', { constructor: 'process.exit(1)' }].map((data) => ({ name: 'run', data, opts: {} }))); // prettier-ignore
    const stop = new AbortController();
    const address = queueAddress(server.url, undefined, '');
    const stranger = serveQueue(address, { build: '0.0.0-other', jobs: 1, limits: defaultLimits(), signal: stop.signal, idleMs: null }); // prettier-ignore
    // The stranger is there before the commander looks who is.
    const client = server.client();
    await vi.waitUntil(async () => (await client.zcard(`${prefix}:workers`)) > 0, { timeout: 20_000, interval: 20 });
    const commander = compare('strangers');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const [compared, worked] = await Promise.all([commander, work('--jobs', '1')]);
    stop.abort();
    expect(await stranger).toBe(0);
    expect(compared.stderr).toContain('those of another version (0.0.0-other) cannot help');
    expect(compared.exitCode).toBe(0);
    expect(bytesOf('strangers')).toEqual(bytesOf('alone'));
    expect(worked.stderr).toContain('a job was refused: it does not parse');
    expect(worked.exitCode).toBe(0);
    client.disconnect();
    await queue.close();
  });

  it('a worker keeps to its own limits, and a run that is too much for every worker fails as that', async () => {
    const [compared] = await Promise.all([compare('limits'), work('--jobs', '1', '--max-events', '100')]);
    expect(compared.exitCode).toBe(2);
    expect(compared.stderr).toContain('raise the limit with --max-events');
  });
});

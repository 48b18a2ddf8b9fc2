// What may happen to a queue while an experiment is under way: workers are killed, the server is killed and comes back,
// with or without what it had, the commander is killed. The result has the bytes of `--jobs 1` all the same.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { comparedText } from '../../experiments/compared-scenario.ts';
import { sim } from '../captured-terminal.ts';
import { startProgram, type Started } from '../started-program.ts';
import { hasRedis, password, RedisServer } from './redis-server.ts';

const longer = ['--set', 'scale.sessions=8', '--set', 'scale.hostSize=8', '--replications', '12', '--no-charts'];

describe.skipIf(!hasRedis)('an experiment over a queue where things go wrong', () => {
  let folder: string;
  let file: string;
  let alone: Record<string, string>;
  let server: RedisServer;
  const started: Started[] = [];

  const bytesOf = (out: string): Record<string, string> => {
    const root = join(folder, out, 'compared');
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(root, name)).isFile(),
    );
    return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
  };
  const program = (...args: string[]): Started => {
    const one = startProgram(args, { cwd: folder });
    started.push(one);
    return one;
  };
  const worker = (): Started => program('work', server.url, '--jobs', '1');
  const compare = (out: string, ...more: string[]): Started =>
    program('compare', file, ...longer, '--queue', server.url, '--out', join(folder, out), ...more);
  const keptCount = (out: string): number => {
    try {
      return Object.keys(bytesOf(out)).filter((name) => /kept.*\.json$/.test(name)).length;
    } catch {
      return 0;
    }
  };
  const untilKept = async (out: string, count: number): Promise<void> => {
    while (keptCount(out) < count) await sleep(50);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sim-chaos-'));
    file = join(folder, 'compared.yaml');
    writeFileSync(file, comparedText);
    const { exitCode } = await sim('compare', file, ...longer, '--jobs', '1', '--out', join(folder, 'alone'));
    expect(exitCode).toBe(0);
    alone = bytesOf('alone');
  });
  afterEach(async () => {
    for (const one of started) one.kill('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
    await server.end();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loses nothing and counts nothing twice when a worker is killed, five times', async () => {
    server = await RedisServer.start();
    const commander = compare('killed');
    let one = worker();
    for (let kills = 0; kills < 5; kills++) {
      await untilKept('killed', 4 * (kills + 1));
      await sleep(100);
      one.kill('SIGKILL');
      one = worker();
    }
    worker();
    expect(await commander.ended).toMatchObject({ status: 0 });
    expect(bytesOf('killed')).toEqual(alone);
  });

  it.each([
    ['plan', ['--target', 'collapse <= 50%']],
    ['sweep', []],
  ])(
    'makes the bytes of --jobs 1 of a %s, kept runs and all, with a worker killed five times',
    async (command, more) => {
      server = await RedisServer.start();
      const field = ['--vary', 'tiers.front.hosts=1..6', '--replications', '12', '--no-charts', '--quiet'];
      const question = [command, file, ...longer.slice(0, 4), ...field, ...more];
      const out = `${command}-killed`;
      const own = await sim(...question, '--jobs', '1', '--out', join(folder, `${command}-one`));
      expect(own.exitCode).toBe(0);
      const queued = program(...question, '--queue', server.url, '--out', join(folder, out));
      let one = worker();
      for (let kills = 0; kills < 5; kills++) {
        await untilKept(out, 5 * (kills + 1));
        one.kill('SIGKILL');
        one = worker();
      }
      const { status, stdout } = await queued.ended;
      expect([status, stdout]).toEqual([0, own.stdout.replaceAll(`/${command}-one/`, `/${out}/`)]);
      expect(bytesOf(out)).toEqual(bytesOf(`${command}-one`));
    },
  );

  for (const remembers of [true, false]) {
    it(`goes on when the server is killed and comes back ${remembers ? 'with' : 'without'} what it had, twice`, async () => {
      server = await RedisServer.start({ remembers });
      const out = remembers ? 'remembered' : 'forgotten';
      const commander = compare(out);
      worker();
      worker();
      for (const count of [8, 25]) {
        await untilKept(out, count);
        await server.kill();
        await sleep(1000);
        await server.again();
      }
      const { status, stderr } = await commander.ended;
      expect(stderr).toContain(`${server.shown} does not answer any more; waiting until it does`);
      expect(stderr).toContain(`${server.shown} answers again`);
      expect(stderr).not.toContain(encodeURIComponent(password));
      expect(status).toBe(0);
      expect(bytesOf(out)).toEqual(alone);
    });
  }

  it('goes on from what is kept when whoever commands is killed, and workers leave what nobody waits for', async () => {
    server = await RedisServer.start();
    worker();
    const first = compare('again');
    await untilKept('again', 10);
    first.kill('SIGKILL');
    await first.ended;
    const before = keptCount('again');
    const { status, stderr } = await compare('again').ended;
    expect(stderr).toContain(`${before} of 60 runs kept from before`);
    expect(status).toBe(0);
    expect(bytesOf('again')).toEqual(alone);
  });
});

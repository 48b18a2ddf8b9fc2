// A thousand signals at as many moments, from the first millisecond to the last: exit codes, files and temporary
// files are right after each, and after every tenth the same command, undisturbed, gives what it always gives.
// INTERRUPTIONS asks for another number, INTERRUPTION_SEED for other moments.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { Bench, commands, names, stopProgram } from './stopped-program.ts';

const count = Number(process.env.INTERRUPTIONS ?? 1000);
const luck = new Stream(process.env.INTERRUPTION_SEED ?? 'a thousand', 'moments');
const signals = ['SIGINT', 'SIGTERM'] as const;

it(`${count} signals`, async () => {
  const root = mkdtempSync(join(tmpdir(), 'sim-thousand-'));
  try {
    const bench = new Bench(root);
    await bench.prepare();
    const ended = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const name = names[i % names.length];
      const folder = bench.freshFolder('stopped');
      const draws = luck.at(i, 0);
      const { tookMs } = bench.references.get(name)!;
      // A third of them within a tenth of a second of its start or its end.
      const [part, moment] = [draws.uniform(), draws.uniform()];
      const afterMs =
        part < 1 / 6 ? 100 * moment : part < 1 / 3 ? Math.max(0, tookMs + 30 - 130 * moment) : tookMs * moment;
      const told = await stopProgram({
        argv: commands[name],
        folder,
        signal: signals[Math.floor(i / names.length) & 1],
        afterMs,
      });
      const how = told.slice(told.lastIndexOf(' ') + 1);
      ended.set(how, (ended.get(how) ?? 0) + 1);
      if (i % 10 === 0) await bench.requireNextRun(name, folder, told);
    }
    console.log(
      `${count} signals, and how the program ended: ${[...ended].map(([how, times]) => `${how} ${times} times`).join(', ')}`,
    );
    // Both kinds were met: signals that came in time, and signals that came too late.
    if (count >= 100) expect([...ended.keys()]).toEqual(expect.arrayContaining(['130', '0']));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

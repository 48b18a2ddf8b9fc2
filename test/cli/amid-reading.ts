// A signal while the program reads a large scenario, and in the first milliseconds of a brief run and at its end: what
// interruption.test.ts tries with some commands and moments, and amid-reading.full.test.ts with all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSecondHereMs, hasComputed } from '../busy-machine.ts';
import { startProgram, type Ended } from './started-program.ts';
import { stopProgram } from './stopped-program.ts';

/** A fleet without hosts from 00:00:02 on, whose clients do what they like; returns its file in the folder. */
export function lostFleet(folder: string, name: string, fields: string, networkDelay = '1ms'): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `format: 1
name: ${name}
title: A fleet that is lost
story: Its only host is rebooted, and never comes back.
clock: { from: "00:00", to: "10m" }
networkDelay: ${networkDelay}
tiers: [{ name: api, hosts: 2, parallelism: 1, serviceTime: 10m, balancing: round-robin, boot: { constant: 24h }, holdsSessions: true, queue: { limit: none } }]
timeline: [{ name: loss, at: 2s, action: reboot, target: { tier: api } }]
${fields}`,
  );
  return file;
}

/** Keys that no scenario has: as much text as a scenario may be, which takes its time. */
export function largeFile(folder: string): string {
  const file = join(folder, 'large.yaml');
  writeFileSync(file, Array.from({ length: 140_000 }, (_, i) => `key${i}: { a: [1, 2, 3], b: x }\n`).join(''));
  return file;
}

/** The program is there after a quarter of that, and reads the large scenario for many times that. */
const AMID_READING_CPU_MS = 600;

export async function stoppedWhen(
  argv: readonly string[],
  folder: string,
  isTime: (pid: number) => Promise<void> | void,
): Promise<Ended & { afterMs: number }> {
  const started = startProgram(argv, { cwd: folder });
  await isTime(started.pid);
  const atMs = performance.now();
  started.kill('SIGINT');
  return { ...(await started.ended), afterMs: performance.now() - atMs };
}

export function checkStopped(commands: readonly string[], momentsMs: readonly number[]): void {
  describe('Ctrl-C', () => {
    let root: string;
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'sim-reading-'));
    });
    afterAll(() => {
      rmSync(root, { recursive: true, force: true });
    });

    it.each(commands)('while %s reads a large scenario', async (command) => {
      const { status, stderr, afterMs } = await stoppedWhen([command, largeFile(root)], root, (pid) =>
        hasComputed(pid, AMID_READING_CPU_MS),
      );
      expect([status, stderr]).toEqual([130, expect.stringContaining('interrupted')]);
      expect(afterMs).toBeLessThan(aSecondHereMs());
    });

    it('in the first milliseconds, and at the end', async () => {
      const file = lostFleet(
        root,
        'brief',
        'products: [{ name: chat, sessions: 5 }]\nclients: [{ name: current, backoff: { policy: fixed, delay: 1s } }]\n',
      );
      for (const [i, afterMs] of momentsMs.entries()) {
        const out = `brief-${i}`;
        await stopProgram({
          argv: ['run', file, '--no-charts', '--out', out],
          folder: root,
          signal: i % 2 === 0 ? 'SIGINT' : 'SIGTERM',
          afterMs,
        });
      }
    });
  });
}

/**
 * For tests that wait for other processes, on machines that do much else at the same time: how much slower everything
 * is now, and when a process has computed for so long. A test that must look at a clock multiplies its bound by the
 * one, and waits for the other instead of sleeping.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MEASURED_CPU_MS = 60;

/** Begins to count computing time of this process; what it returns says how much it was until then, in ms. */
export function cpuClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}

/** Computing time of this process for the work, in ms. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const spentMs = cpuClock();
  await work();
  return spentMs();
}

/** How many times as long as it computes a process takes now: 1 on a quiet machine, 3 where three share a core. */
export function slowdown(): number {
  const spentMs = cpuClock();
  const startedMs = performance.now();
  while (spentMs() < MEASURED_CPU_MS);
  return Math.max(1, (performance.now() - startedMs) / MEASURED_CPU_MS);
}

/** A second and a little where nothing else goes on, and as many times that as everything takes longer now. */
export function aSecondHereMs(): number {
  return 1500 * slowdown();
}

/** The computing time of a process so far, in ms; null where it cannot be seen, or once it has ended. */
function cpuMsOf(pid: number): number | null {
  try {
    // After the name, which may hold anything: state is the first field, user and system time the 12th and 13th, in ticks of 10 ms.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return null;
  }
}

/** Waits until the process has computed for so long, or has ended; where that cannot be seen, for so long. */
export async function hasComputed(pid: number, forMs: number): Promise<void> {
  if (cpuMsOf(process.pid) === null) return sleep(forMs);
  for (let ms = cpuMsOf(pid); ms !== null && ms < forMs; ms = cpuMsOf(pid)) await sleep(5);
}

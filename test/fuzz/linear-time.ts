/** Whether work takes time in proportion to its size, in CPU time of this process, whatever else the machine does. */
import { expect } from 'vitest';
import { cpuMs } from '../busy-machine.ts';

/** What a doubling may cost; in proportion it is 2. */
const GROWTH_MAX = 2.5;
/** Below this, garbage collections and compilations count for more than the work. */
const FLOOR_MS = 600;
/** One that seems to grow too fast is measured again: only the least of several times is its own. */
const TRIES = 8;

/** The growth of a doubling: the last one, for that is where it goes to, or the mean of all. */
function growth(times: readonly number[]): number {
  const told = times.map((ms) => Math.max(ms, FLOOR_MS / GROWTH_MAX));
  const last = told[told.length - 1];
  return Math.max(last / told[told.length - 2], (last / told[0]) ** (1 / (told.length - 1)));
}

/** Fails if twice the size takes more than two and a half times as long, where that is long enough to tell. */
export async function expectLinear(sizes: readonly number[], work: (n: number) => void | Promise<void>): Promise<void> {
  // Where the largest takes no longer than the floor, no time of a smaller one could make it too much.
  const largestMs = await cpuMs(() => work(sizes[sizes.length - 1]));
  if (largestMs <= FLOOR_MS) return;
  const times: number[] = [];
  for (const n of sizes.slice(0, -1)) times.push(await cpuMs(() => work(n)));
  times.push(largestMs);
  for (let tries = 1; tries < TRIES && growth(times) > GROWTH_MAX; tries++)
    for (const [i, n] of sizes.entries()) times[i] = Math.min(times[i], await cpuMs(() => work(n)));
  expect(growth(times), sizes.map((n, i) => `${n}: ${times[i].toFixed(0)} ms`).join(', ')).toBeLessThanOrEqual(
    GROWTH_MAX,
  );
}

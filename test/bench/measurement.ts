/**
 * How the benchmark measures: whole commands as child processes, medians of
 * several runs, and ratios of runs that took turns, since machines are noisy.
 */
import { spawnSync } from 'node:child_process';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs Node with these arguments; its wall time in ms and what it printed. Throws if it fails. */
export function runNode(parameters: readonly string[]): { wallMs: number; stdout: string } {
  const startMs = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const wallMs = performance.now() - startMs;
  if (status !== 0) throw new Error(`node ${parameters.join(' ')} ended with ${status}\n${stderr}`);
  return { wallMs, stdout };
}

/** Runs the script in the first of these Pythons that has what it imports; null: none has. */
export function runPython(script: string, imports: string, parameters: readonly string[]): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    if (spawnSync(python, ['-c', `import ${imports}`]).status !== 0) continue;
    const { status, stdout, stderr } = spawnSync(python, [script, ...parameters], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${python} ${script} ended with ${status}\n${stderr}`);
    return stdout;
  }
  return null;
}

/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  /** null where there is no target */
  readonly met: boolean | null;
  /** the figures behind it, for --json */
  readonly figures: Readonly<Record<string, number>>;
}

/** Runs both in turn; the medians, and the median difference. */
export function inTurn(
  runs: number,
  one: () => number,
  other: () => number,
): { one: number; other: number; difference: number } {
  const pairs = Array.from({ length: runs }, () => ({ other: other(), one: one() }));
  return {
    one: median(pairs.map((pair) => pair.one)),
    other: median(pairs.map((pair) => pair.other)),
    difference: median(pairs.map((pair) => pair.one - pair.other)),
  };
}

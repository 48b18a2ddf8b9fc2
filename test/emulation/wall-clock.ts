/**
 * The time that all processes of an experiment share, and how late each of them is.
 * Process clocks start when the processes do, so times are told since 1970.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** ms since 1970, with their fractions. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

const SAMPLED_EVERY_MS = 5;

export interface LoopDelay {
  forget(): void;
  /** at the 99th percentile since then; a process with nothing to do has some 10 ms, the sampling's 5 ms included */
  p99Ms(): number;
}

export function watchLoop(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: SAMPLED_EVERY_MS });
  histogram.enable();
  return { forget: () => histogram.reset(), p99Ms: () => Math.round(histogram.percentile(99) / 1e5) / 10 };
}

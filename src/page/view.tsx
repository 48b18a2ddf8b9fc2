/**
 * What the reader looks at: one instant, one stretch of time that all charts share, whether it plays. Signals, so
 * that moving the handle changes the cells and figures that differ, and nothing else.
 */
import { computed, signal } from '@preact/signals';
import type { PageData } from './page-data.ts';

export const nowMs = signal(0);
export const stretch = signal<readonly [fromMs: number, untilMs: number]>([0, 1]);
export const playing = signal(false);
/** simulated minutes per second */
export const speed = signal(5);
export const chosenHost = signal(0);

/** Values of runs (value, times, value, times …) written out. */
export function spread(runs: readonly number[], length: number): Int32Array {
  const values = new Int32Array(length);
  for (let at = 0, run = 0; run < runs.length; run += 2)
    for (let times = runs[run + 1]; times > 0; times--) values[at++] = runs[run];
  return values;
}

/** The last place whose instant is not after `atMs`. */
export function placeAt(instants: readonly number[], atMs: number): number {
  let low = 0;
  let high = instants.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (instants[middle] <= atMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

let clockFormat: Intl.DateTimeFormat | null = null;
let startMs = 0;

export function setClock({ clock }: Pick<PageData, 'clock'>): void {
  startMs = clock.startMs;
  clockFormat = new Intl.DateTimeFormat('en-GB', {
    timeZone: clock.timezone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

export function clockText(atMs: number): string {
  return clockFormat?.format(startMs + atMs) ?? '';
}

export const nowText = computed(() => clockText(nowMs.value));

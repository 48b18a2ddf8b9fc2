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
/** instants of the looks at the hosts */
let looksMs: readonly number[] = [0];

export function beginView(data: PageData): void {
  startMs = data.clock.startMs;
  clockFormat = new Intl.DateTimeFormat('en-GB', {
    timeZone: data.clock.timezone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  looksMs = data.series.atMs;
  stretch.value = [0, data.endMs];
  nowMs.value = 0;
}

export function clockText(atMs: number): string {
  return clockFormat?.format(startMs + atMs) ?? '';
}

export const nowText = computed(() => clockText(nowMs.value));
/** The look at the hosts that is shown. */
export const nowLook = computed(() => placeAt(looksMs, nowMs.value));

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const digits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Like 1,234, 63.4, 0.5 */
export function numberText(value: number): string {
  return Math.abs(value) >= 100 ? whole.format(value) : digits.format(value);
}

/** A value with its unit, short. */
export function valueText(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'fraction') return `${numberText(100 * value)} %`;
  if (unit === 'ms') return value >= 1000 ? `${numberText(value / 1000)} s` : `${numberText(value)} ms`;
  if (unit === 'per second') return `${numberText(value)}/s`;
  if (unit === 'factor') return String(Number(value.toFixed(4)));
  return numberText(value);
}

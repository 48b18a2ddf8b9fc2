/**
 * Numbers as a reader of a chart wants them: round ticks, percentages, rates and durations with their
 * unit. Rounded for the eye; tables and files have the exact values.
 */

/** Round numbers from 0 to the first one at or beyond `max`, at most `tickCountMax` steps of 1, 2 or 5 · 10ⁿ. */
export function roundTicks(max: number, tickCountMax: number): number[] {
  if (!(max > 0 && max < Infinity)) return [0, 1];
  const least = max / tickCountMax;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((size) => size >= least * (1 - 1e-9)) ?? least;
  const stepCount = Math.ceil(max / step - 1e-9);
  return Array.from({ length: stepCount + 1 }, (_, k) => Number((k * step).toPrecision(12)));
}

/** `9,800`, `12.5`, `0.03`: three significant digits below a hundred, whole numbers above. */
export function countText(value: number): string {
  const digits = Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return new Intl.NumberFormat('en-US', digits).format(value);
}

/** `94 %`, `2.1 %`, `under 0.1 %`. */
export function percentText(fraction: number): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${percent >= 10 ? Math.round(percent) : Number(percent.toFixed(1))} %`;
}

/** `350 ms`, `4.8 s`, `48 s`, `3 min 5 s`, `2 h 47 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 9_950) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes >= 120)
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const rest = seconds % 60;
  return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
}

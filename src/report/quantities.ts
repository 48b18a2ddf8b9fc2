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

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Between a second and a day, what clocks and people count in. */
const durationStepsMs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
]; // prettier-ignore

/** The same of durations: steps that are round in seconds, minutes or hours, whichever they are told in. */
export function roundDurationTicks(maxMs: number, tickCountMax: number): number[] {
  if (!(maxMs > 0 && maxMs < Infinity)) return [0, secondMs];
  const leastMs = (maxMs / tickCountMax) * (1 - 1e-9);
  if (leastMs <= secondMs / 2) return roundTicks(maxMs, tickCountMax);
  const stepMs = durationStepsMs.find((size) => size >= leastMs);
  if (stepMs === undefined) return roundTicks(maxMs / dayMs, tickCountMax).map((days) => days * dayMs);
  return Array.from({ length: Math.ceil(maxMs / stepMs - 1e-9) + 1 }, (_, k) => k * stepMs);
}

/** A round duration as an axis tells it: `0`, `250 ms`, `1.5 s`, `30 s`, `1 min 30 s`, `2 h`, `3 d`. */
export function durationTickText(ms: number): string {
  if (ms === 0) return '0';
  if (ms < secondMs) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < minuteMs) return `${Number((ms / secondMs).toPrecision(3))} s`;
  const parts: [number, string][] = [
    [Math.floor(ms / dayMs), 'd'],
    [Math.floor(ms / hourMs) % 24, 'h'],
    [Math.floor(ms / minuteMs) % 60, 'min'],
    [Math.round((ms % minuteMs) / secondMs), 's'],
  ];
  const told = parts.filter(([count]) => count > 0).slice(0, 2);
  return told.map(([count, unit]) => `${count} ${unit}`).join(' ');
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

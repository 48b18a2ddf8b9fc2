/**
 * Simulated time told as clock time: `HH:MM` in the scenario's timezone, and ticks at round clock times.
 * A timezone's offset is taken at the start of the run: a change to or from summer time within a run
 * shifts the ticks' roundness, not their truth.
 */
import type { ChartClock } from './chart-data.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const tickStepsMs = [
  secondMs, 2 * secondMs, 5 * secondMs, 10 * secondMs, 30 * secondMs,
  minuteMs, 2 * minuteMs, 5 * minuteMs, 10 * minuteMs, 15 * minuteMs, 30 * minuteMs,
  hourMs, 2 * hourMs, 3 * hourMs, 6 * hourMs, 12 * hourMs, dayMs, 2 * dayMs, 7 * dayMs,
]; // prettier-ignore

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timezone: string, what: 'minute' | 'second' | 'date' | 'day'): Intl.DateTimeFormat {
  const key = `${timezone} ${what}`;
  let made = formats.get(key);
  if (made === undefined) {
    const options: Record<typeof what, Intl.DateTimeFormatOptions> = {
      minute: { hour: '2-digit', minute: '2-digit' },
      second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
      date: { day: 'numeric', month: 'long', year: 'numeric' },
      day: { day: 'numeric', month: 'short' },
    };
    made = new Intl.DateTimeFormat('en-GB', { ...options[what], hourCycle: 'h23', timeZone: timezone });
    formats.set(key, made);
  }
  return made;
}

/** `HH:MM` at a simulated instant, rounded down as a clock does. */
export function clockText(clock: ChartClock, atMs: number): string {
  return format(clock.timezone, 'minute').format(clock.startMs + atMs);
}

/** The axis' title: which day it is, and where. */
export function clockAxisTitle(clock: ChartClock): string {
  return `clock time, ${format(clock.timezone, 'date').format(clock.startMs)} (${clock.timezone})`;
}

function timeOfDayMs(clock: ChartClock): number {
  const [hour, minute, second] = format(clock.timezone, 'second').format(clock.startMs).split(':').map(Number);
  return hour * hourMs + minute * minuteMs + second * secondMs + (clock.startMs % secondMs);
}

export interface ClockTick {
  readonly atMs: number;
  readonly label: string;
}

/** Ticks at round clock times in [0, endMs], at most `tickCountMax` of them. */
export function clockTicks(clock: ChartClock, endMs: number, tickCountMax: number): ClockTick[] {
  const stepMs = tickStepsMs.find((step) => endMs / step + 1 <= tickCountMax) ?? tickStepsMs[tickStepsMs.length - 1];
  const what = stepMs < minuteMs ? 'second' : stepMs < dayMs ? 'minute' : 'day';
  const intoStepMs = timeOfDayMs(clock) % stepMs;
  const firstMs = intoStepMs === 0 ? 0 : stepMs - intoStepMs;
  const ticks: ClockTick[] = [];
  for (let k = 0; firstMs + k * stepMs <= endMs; k++) {
    const atMs = firstMs + k * stepMs;
    ticks.push({ atMs, label: format(clock.timezone, what).format(clock.startMs + atMs) });
  }
  return ticks;
}

/**
 * Where the values of a varied field lie along a picture. They stand in even steps,
 * in the order in which they were given, whatever their size; instants lie where the
 * clock has them. Labels that have no room are left out, evenly.
 */
import type { Axis } from '../experiments/vary/axis.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { clockAxisTitle, clockTicks } from './clock-axis.ts';
import { instantsOf, shownValue } from './field-words.ts';

export interface ScaleTick {
  readonly atPx: number;
  readonly label: string;
}

export interface FieldScale {
  /** of each value */
  readonly middles: readonly number[];
  /** one more than values: where one ends and the next begins */
  readonly edges: readonly number[];
  readonly ticks: readonly ScaleTick[];
  readonly title: string;
}

export interface ClockScale extends FieldScale {
  readonly xOf: (atMs: number) => number;
  readonly fromMs: number;
  readonly toMs: number;
}

const clockTicksMax = 12;

/** 1, 2, 5, 10, 20, …: each so many values get a label. */
function thinningFor(least: number): number {
  for (let decade = 1; ; decade *= 10)
    for (const factor of [1, 2, 5]) if (factor * decade >= least) return factor * decade;
}

/** The first labelled value: one whose number is round in the steps of the labels, if there is one. */
function firstLabelled(numbers: readonly (number | null)[], every: number): number {
  const [first, second] = numbers;
  if (every === 1 || typeof first !== 'number' || typeof second !== 'number') return 0;
  const step = (second - first) * every;
  const round = numbers.slice(0, every).findIndex((one) => one !== null && Math.abs(one / step - Math.round(one / step)) < 1e-9); // prettier-ignore
  return Math.max(0, round);
}

/** Even steps from one end to the other; `roomFor` is how much of it a label takes. */
export function evenScale(
  { values, label }: Axis,
  fromPx: number,
  toPx: number,
  roomFor: (text: string) => number,
): FieldScale {
  const stepPx = (toPx - fromPx) / values.length;
  const edges = Array.from({ length: values.length + 1 }, (_, i) => fromPx + i * stepPx);
  const middles = values.map((_, i) => fromPx + (i + 0.5) * stepPx);
  const labels = values.map(({ text }) => shownValue(text));
  const every = thinningFor(Math.max(...labels.map(roomFor)) / Math.abs(stepPx));
  const start = firstLabelled(values.map(({ number }) => number), every); // prettier-ignore
  const isLabelled = (i: number): boolean => i >= start && (i - start) % every === 0;
  const ticks = labels.flatMap((text, i) => (isLabelled(i) ? [{ atPx: middles[i], label: text }] : []));
  return { edges, middles, ticks, title: label };
}

/** What else lies near enough to be shown as well, so that the values still take most of the room. */
function widened(fromMs: number, toMs: number, others: readonly number[]): [number, number] {
  const roomMs = (toMs - fromMs) * 1.6;
  let [from, to] = [fromMs, toMs];
  const far = (atMs: number): number => Math.max(fromMs - atMs, atMs - toMs);
  for (const atMs of [...others].sort((a, b) => far(a) - far(b))) {
    const pad = (toMs - fromMs) * 0.02;
    const [low, high] = [Math.min(from, atMs - pad), Math.max(to, atMs + pad)];
    if (high - low <= roomMs) [from, to] = [low, high];
  }
  return [from, to];
}

/** The clock, from the first value to the last and to what else happens close by; null of a field that is no instant. */
export function clockScale(
  axis: Axis,
  scenario: Scenario,
  others: readonly number[],
  fromPx: number,
  toPx: number,
): ClockScale | null {
  const instants = instantsOf(axis, scenario);
  if (instants === null || instants.length < 2) return null;
  const between = instants.slice(1).map((one, i) => (one + instants[i]) / 2);
  const last = instants.length - 1;
  const edgesMs = [2 * instants[0] - between[0], ...between, 2 * instants[last] - between[last - 1]];
  const [fromMs, toMs] = widened(edgesMs[0], edgesMs[last + 1], others);
  const xOf = (atMs: number): number => fromPx + ((atMs - fromMs) / (toMs - fromMs)) * (toPx - fromPx);
  const { clock } = scenario;
  const shifted = { startMs: clock.startMs + fromMs, timezone: clock.timezone };
  return {
    edges: edgesMs.map(xOf),
    middles: instants.map(xOf),
    ticks: clockTicks(shifted, toMs - fromMs, clockTicksMax).map(({ atMs, label }) => ({
      atPx: xOf(fromMs + atMs),
      label,
    })),
    title: `${axis.label}: ${clockAxisTitle(shifted)}`,
    xOf,
    fromMs,
    toMs,
  };
}

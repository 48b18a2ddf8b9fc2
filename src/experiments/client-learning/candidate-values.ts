/**
 * Values that a policy's parameters are tried with, by their unit: the default,
 * round numbers, and what the measured delays suggest. Whether a value is more
 * than a default is paid for by its digits, so that 3 s is preferred to 3.01 s
 * unless the delays say otherwise.
 */
import type { DistributionSpec } from '../../engine/distributions.ts';
import type { Parameter } from '../../policies/parameters.ts';
import type { Delay } from './delays.ts';
import { digitsOf, median, rounded } from './round-numbers.ts';

const FACTORS = [1, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 2, 2.5, 3, 4, 5, 10];
const FRACTIONS = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1];
const LADDER = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

/** Seen delays by number, each number's in order. */
export function byNumber(delays: readonly Delay[]): ReadonlyMap<number, readonly number[]> {
  const numbers = new Map<number, number[]>();
  for (const { number, delayMs } of [...delays].sort((a, b) => a.number - b.number))
    numbers.set(number, [...(numbers.get(number) ?? []), delayMs]);
  return numbers;
}

function mediansOf(delays: readonly Delay[]): number[] {
  return [...byNumber(delays).values()].map(median);
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)];
}

/** At one, two and three digits. */
function atDigits(values: readonly number[]): number[] {
  return unique(values.flatMap((value) => [1, 2, 3].map((digits) => rounded(value, digits))));
}

function durationsFrom(delays: readonly Delay[]): number[] {
  const all = delays.map(({ delayMs }) => delayMs);
  const medians = mediansOf(delays);
  const least = Math.min(...all);
  const most = Math.max(...all);
  const steps = medians.slice(1).map((ms, i) => ms - medians[i]);
  const spreads = [...byNumber(delays).values()].map((some) => Math.max(...some) - Math.min(...some));
  const fromStarts = delays.map(({ delayMs, lastedMs }) => delayMs + lastedMs);
  const seen = [
    ...medians.slice(0, 4),
    ...medians.slice(-2),
    least,
    most,
    most - least,
    median(steps.length === 0 ? [0] : steps),
    median(spreads),
    Math.max(...spreads),
    Math.max(...steps, 0),
    median(fromStarts),
    Math.min(...fromStarts),
  ].filter((ms) => ms > 0);
  const suggested = atDigits([...seen, ...seen.map((ms) => ms / 2), ...seen.map((ms) => ms * 2)]);
  const ladder: number[] = [];
  for (let unit = 1; unit <= 100_000; unit *= 10)
    for (const step of LADDER) {
      const ms = step * unit;
      if (ms >= least / 4 && ms <= most * 4) ladder.push(ms);
    }
  return unique([0, ...suggested.filter((ms) => ms >= 1), ...ladder].map(Math.round)).sort((a, b) => a - b);
}

function factorsFrom(delays: readonly Delay[]): number[] {
  const medians = mediansOf(delays).filter((ms) => ms > 0);
  const ratios = medians.slice(1).map((ms, i) => ms / medians[i]);
  const growing = ratios.filter((ratio) => ratio > 1.02);
  const suggested = growing.length === 0 ? [] : [rounded(median(growing), 2)];
  return unique([...FACTORS, ...suggested]).sort((a, b) => a - b);
}

/** Delay by delay, at the same digits, without what only repeats the last. */
function listsFrom(delays: readonly Delay[]): readonly (readonly number[])[] {
  const numbers = byNumber(delays);
  const last = Math.max(...numbers.keys());
  const medians: number[] = [];
  for (let number = 1; number <= last; number++) {
    const some = numbers.get(number);
    // A number that was not seen is between its neighbours, and the fit says how well that goes.
    medians.push(some === undefined ? (medians.at(-1) ?? 0) : median(some));
  }
  const lists = [1, 2, 3].map((digits) => {
    const list = medians.map((ms) => Math.round(rounded(ms, digits)));
    // The first draws are within some milliseconds of 0.
    const plain = list.map((ms) => (ms < 8 ? 0 : ms));
    while (plain.length > 1 && plain.at(-1) === plain.at(-2)) plain.pop();
    return plain;
  });
  // Each step as round as it can be.
  const roundest = medians.map((ms) => {
    const tolerance = 12 + 0.01 * ms;
    return [0, ...[1, 2, 3].map((digits) => Math.round(rounded(ms, digits)))].find(
      (one) => Math.abs(one - ms) <= tolerance,
    );
  });
  const mixed = roundest.map((ms, i) => ms ?? Math.round(rounded(medians[i], 3)));
  while (mixed.length > 1 && mixed.at(-1) === mixed.at(-2)) mixed.pop();
  return [mixed, ...lists];
}

function distributionsFrom(delays: readonly Delay[]): readonly DistributionSpec[] {
  const all = delays.map(({ delayMs }) => delayMs);
  const mean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const specs: DistributionSpec[] = [];
  for (const digits of [1, 2]) {
    specs.push({ name: 'exponential', parameters: { mean: Math.round(rounded(mean, digits)) } });
    // Of a few draws, the ends are beyond the outermost.
    const margin = (most - least) / (all.length + 1);
    for (const from of unique([0, rounded(Math.max(0, least - margin), digits), rounded(least, digits)]))
      for (const to of unique([rounded(most + margin, digits), rounded(most, digits)]))
        if (to > from)
          specs.push({ name: 'uniform', parameters: { from: Math.round(from), to: Math.max(1, Math.round(to)) } });
  }
  return specs;
}

/** What is suggested once per set of delays, whatever the policy. */
export interface Suggestions {
  readonly durations: readonly number[];
  readonly factors: readonly number[];
  readonly lists: readonly (readonly number[])[];
  readonly distributions: readonly DistributionSpec[];
}

export function suggestionsFrom(delays: readonly Delay[]): Suggestions {
  return {
    durations: durationsFrom(delays),
    factors: factorsFrom(delays),
    lists: listsFrom(delays),
    distributions: distributionsFrom(delays),
  };
}

function within({ min = -Infinity, max = Infinity }: Parameter, value: number): boolean {
  return value >= min && value <= max;
}

/** The values of a parameter, its default first. */
export function candidatesFor(parameter: Parameter, suggestions: Suggestions): readonly unknown[] {
  const numbers = (values: readonly number[]): unknown[] => [
    ...(parameter.default === undefined ? [] : [parameter.default]),
    ...values.filter((value) => value !== parameter.default && within(parameter, value)),
  ];
  switch (parameter.unit) {
    case 'duration':
      return numbers(suggestions.durations);
    case 'durationOrNone':
      return numbers([...suggestions.durations, Infinity]);
    case 'factor':
      return numbers(suggestions.factors);
    case 'fraction':
      return numbers(FRACTIONS);
    case 'durations':
      return [parameter.default, ...suggestions.lists];
    case 'distribution':
      return [parameter.default, ...suggestions.distributions];
    default:
      return [parameter.default];
  }
}

function isDefault({ default: usual }: Parameter, value: unknown): boolean {
  if (typeof value === 'number' || typeof usual !== 'object') return value === usual;
  return JSON.stringify(value) === JSON.stringify(usual);
}

const PER_VALUE = 1;
const PER_DIGIT = 1.6;

/** What it costs to say a value, in nats: nothing for the default, the more the more digits. */
export function costOf(parameter: Parameter, value: unknown, observations: number): number {
  if (isDefault(parameter, value)) return 0;
  // Schwarz's penalty: half the logarithm of how much was seen.
  const perValue = PER_VALUE + Math.log(Math.max(1, observations)) / 2;
  const priceOf = (number: number): number => perValue + PER_DIGIT * digitsOf(number);
  if (typeof value === 'number') return priceOf(value);
  if (Array.isArray(value)) return (value as number[]).reduce((sum, ms) => sum + priceOf(ms), 0);
  const { parameters } = value as DistributionSpec;
  return Object.values(parameters).reduce((sum: number, one) => sum + priceOf(one as number), perValue);
}

/**
 * Distributions of durations, as data. One registry entry each: its parameters
 * (the mean in milliseconds, and a shape), how to sample it, and how to sample
 * it as whoever looks at a random instant finds it: length-biased, with the
 * density x·f(x)/mean, for of durations under way the long ones are met more
 * often. Sources: Law & Kelton, "Simulation Modeling and Analysis", ch. 8; for
 * lognormal by mean and coefficient of variation, sigma² = ln(1 + cv²),
 * mu = ln(mean) − sigma²/2; for length bias Cox, "Renewal Theory", ch. 5.
 */
import type { Draws } from './luck.ts';
import { power } from './power.ts';
import { gamma, sampleGamma, standardNormal, unitExponential } from './variates.ts';

/** A distribution as data: its name and parameters; durations in ms. Plain JSON. */
export interface DistributionSpec {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
}

/** Samples are durations in ms, ≥ 0. */
export interface Distribution {
  readonly meanMs: number;
  /** True where every sample is the mean. */
  readonly constant: boolean;
  sample(draws: Draws): number;
  /** Of a stationary crowd of durations under way, one of them as a whole. Its mean is E[X²]/E[X]; Infinity where it is too long for a number. */
  sampleLengthBiased(draws: Draws): number;
}

/** What a parameter of a distribution is: a duration, a plain number, or a list of durations. */
export interface DistributionParameter {
  readonly unit: 'duration' | 'factor' | 'count' | 'durations';
  readonly help: string;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  /** True where the value must lie above `min`, not on it. */
  readonly exclusiveMin?: boolean;
}

export interface DistributionEntry {
  readonly help: string;
  readonly formula: string;
  readonly source: string;
  /**
   * In the scenario file's short form, `{ exponential: 60ms }` or
   * `{ uniform: [90s, 150s] }`, the values fill the parameters in this order.
   */
  readonly parameters: Readonly<Record<string, DistributionParameter>>;
  create(parameters: DistributionSpec['parameters']): Distribution;
}

const mean: DistributionParameter = { unit: 'duration', help: 'the mean', min: 0 };

function number(parameters: DistributionSpec['parameters'], key: string): number {
  const value = parameters[key];
  if (typeof value !== 'number') throw new Error(`distribution parameter ${key} is missing`);
  return value;
}

/** The sum of so many exponential stages of mean 1. */
function stagesOf(stages: number, draws: Draws): number {
  let sum = 0;
  for (let i = 0; i < stages; i++) sum += unitExponential(draws);
  return sum;
}

/** The first place in a rising list whose value lies above; the last place if none does. */
function firstAbove(rising: readonly number[], value: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const distributions: Record<string, DistributionEntry> = {
  constant: {
    help: 'always the same; a plain duration is short for it',
    formula: 'X = mean',
    source: 'definition',
    parameters: { mean },
    create: (p) => {
      const meanMs = number(p, 'mean');
      return { meanMs, constant: true, sample: () => meanMs, sampleLengthBiased: () => meanMs };
    },
  },
  uniform: {
    help: 'anything between two bounds, equally likely',
    formula: 'X = from + (to − from)·U',
    source: 'definition',
    parameters: {
      from: { unit: 'duration', help: 'the least', min: 0 },
      to: { unit: 'duration', help: 'the greatest', min: 0 },
    },
    create: (p) => {
      const from = number(p, 'from');
      const to = number(p, 'to');
      const width = to - from;
      return {
        meanMs: from + width / 2,
        constant: width === 0,
        sample: (draws) => from + width * draws.uniform(),
        // The density grows with x, so the square is uniform between the squares.
        sampleLengthBiased: (draws) => Math.sqrt(from * from + (to * to - from * from) * draws.uniform()),
      };
    },
  },
  exponential: {
    help: 'memoryless; coefficient of variation 1',
    formula: 'X = −mean·ln U',
    source: 'inversion',
    parameters: { mean },
    create: (p) => {
      const meanMs = number(p, 'mean');
      return {
        meanMs,
        constant: false,
        sample: (draws) => meanMs * unitExponential(draws),
        sampleLengthBiased: (draws) => meanMs * stagesOf(2, draws),
      };
    },
  },
  erlang: {
    help: 'the sum of several equal exponential stages: steadier than exponential',
    formula: 'X = Σ of `stages` exponentials, each of mean/stages; cv² = 1/stages',
    source: 'Law & Kelton §8.3',
    parameters: { mean, stages: { unit: 'count', help: 'how many stages', default: 2, min: 1, max: 1000 } },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const stages = number(p, 'stages');
      return {
        meanMs,
        constant: false,
        sample: (draws) => (meanMs / stages) * stagesOf(stages, draws),
        sampleLengthBiased: (draws) => (meanMs / stages) * stagesOf(stages + 1, draws),
      };
    },
  },
  lognormal: {
    help: 'a long right tail: people, networks, database queries',
    formula: 'X = exp(μ + σZ), σ² = ln(1 + cv²), μ = ln(mean) − σ²/2',
    source: 'Law & Kelton §8.3; Z by Box and Muller',
    parameters: {
      mean,
      cv: {
        unit: 'factor',
        help: 'the coefficient of variation (standard deviation / mean)',
        default: 1,
        min: 0,
        max: 100,
      },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const cv = number(p, 'cv');
      const sigma = Math.sqrt(Math.log(1 + cv * cv));
      return {
        meanMs,
        constant: false,
        sample: (draws) => meanMs * Math.exp(sigma * standardNormal(draws) - (sigma * sigma) / 2),
        // Length bias shifts μ by σ², and leaves σ.
        sampleLengthBiased: (draws) => meanMs * Math.exp(sigma * standardNormal(draws) + (sigma * sigma) / 2),
      };
    },
  },
  weibull: {
    help: 'ageing (shape > 1) or infant mortality (shape < 1)',
    formula: 'X = scale·(−ln U)^(1/shape), scale = mean / Γ(1 + 1/shape)',
    source: 'inversion',
    parameters: {
      mean,
      shape: { unit: 'factor', help: 'the shape; 1 is the exponential', default: 1, min: 0.1, max: 100 },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const inverse = 1 / number(p, 'shape');
      const scale = meanMs / gamma(1 + inverse);
      return {
        meanMs,
        constant: false,
        sample: (draws) => scale * power(unitExponential(draws), inverse),
        // (X/scale)^shape is an exponential, and length-biased a gamma variate of 1 + 1/shape.
        sampleLengthBiased: (draws) => scale * power(sampleGamma(1 + inverse, draws), inverse),
      };
    },
  },
  pareto: {
    help: 'a heavy tail: a few samples are huge',
    formula: 'X = least·U^(−1/shape), least = mean·(shape − 1)/shape',
    source: 'inversion; the mean exists for shape > 1 only',
    parameters: {
      mean,
      shape: {
        unit: 'factor',
        help: 'the tail index; the variance is finite above 2',
        default: 2.5,
        min: 1,
        exclusiveMin: true,
        max: 100,
      },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const shape = number(p, 'shape');
      const least = (meanMs * (shape - 1)) / shape;
      return {
        meanMs,
        constant: false,
        sample: (draws) => least * power(draws.uniform(), -1 / shape),
        // Its tail is heavier by one power; the mean exists for shape > 2 only.
        sampleLengthBiased: (draws) => least * power(draws.uniform(), -1 / (shape - 1)),
      };
    },
  },
  empirical: {
    help: 'one of the given values, equally likely: what you measured',
    formula: 'X = values[⌊U·n⌋]',
    source: 'definition',
    parameters: { values: { unit: 'durations', help: 'the measured values', min: 0 } },
    create: (p) => {
      const values = p.values;
      if (values === undefined || typeof values === 'number' || values.length === 0)
        throw new Error('empirical distribution without values');
      let total = 0;
      const upTo = values.map((value) => (total += value));
      return {
        meanMs: total / values.length,
        constant: values.every((value) => value === values[0]),
        sample: (draws) => values[Math.floor(draws.uniform() * values.length)],
        sampleLengthBiased: (draws) => values[firstAbove(upTo, draws.uniform() * total)],
      };
    },
  },
};

/** Builds the distribution that `spec` describes. Throws on a name that the registry lacks. */
export function createDistribution(spec: DistributionSpec): Distribution {
  const entry = distributions[spec.name];
  if (entry === undefined) throw new Error(`unknown distribution ${spec.name}`);
  return entry.create(spec.parameters);
}

/**
 * What is left of a duration that is under way at a random instant: a uniform
 * part of one that was met there, exactly, for every distribution.
 */
export function sampleResidual(distribution: Distribution, draws: Draws): number {
  if (distribution.meanMs === 0) return 0;
  const partLeft = draws.uniform();
  return partLeft * distribution.sampleLengthBiased(draws);
}

/**
 * Distributions of durations, as data. One registry entry each: its parameters
 * (the mean in milliseconds, and a shape), and how to sample it by inversion or
 * a fixed number of draws. Sources: Law & Kelton, "Simulation Modeling and
 * Analysis", ch. 8; for lognormal by mean and coefficient of variation,
 * sigma² = ln(1 + cv²), mu = ln(mean) − sigma²/2.
 */
import type { Draws } from './luck.ts';
import { power } from './power.ts';

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

/** −ln U: an exponential draw of mean 1. */
function unitExponential(draws: Draws): number {
  return -Math.log(draws.uniform());
}

/** One standard normal by Box and Muller (1958), from two draws. */
function standardNormal(draws: Draws): number {
  const radius = Math.sqrt(-2 * Math.log(draws.uniform()));
  return radius * Math.cos(2 * Math.PI * draws.uniform());
}

/** Γ(x) for x > 0 by Lanczos' approximation (g = 7, n = 9), relative error < 1e-13. */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7,
  ];
  const y = x - 1;
  let sum = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) sum += coefficients[i] / (y + i);
  const t = y + 7.5;
  return Math.sqrt(2 * Math.PI) * power(t, y + 0.5) * Math.exp(-t) * sum;
}

export const distributions: Record<string, DistributionEntry> = {
  constant: {
    help: 'always the same; a plain duration is short for it',
    formula: 'X = mean',
    source: 'definition',
    parameters: { mean },
    create: (p) => {
      const meanMs = number(p, 'mean');
      return { meanMs, constant: true, sample: () => meanMs };
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
      const width = number(p, 'to') - from;
      return { meanMs: from + width / 2, constant: width === 0, sample: (draws) => from + width * draws.uniform() };
    },
  },
  exponential: {
    help: 'memoryless; coefficient of variation 1',
    formula: 'X = −mean·ln U',
    source: 'inversion',
    parameters: { mean },
    create: (p) => {
      const meanMs = number(p, 'mean');
      return { meanMs, constant: false, sample: (draws) => meanMs * unitExponential(draws) };
    },
  },
  erlang: {
    help: 'the sum of several equal exponential stages: steadier than exponential',
    formula: 'X = Σ of `stages` exponentials, each of mean/stages; cv² = 1/stages',
    source: 'Law & Kelton §8.3',
    parameters: {
      mean,
      stages: { unit: 'count', help: 'how many stages', default: 2, min: 1, max: 1000 },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const stages = number(p, 'stages');
      const sample = (draws: Draws): number => {
        let sum = 0;
        for (let i = 0; i < stages; i++) sum += unitExponential(draws);
        return (meanMs / stages) * sum;
      };
      return { meanMs, constant: false, sample };
    },
  },
  lognormal: {
    help: 'a long right tail: people, networks, database queries',
    formula: 'X = exp(μ + σZ), σ² = ln(1 + cv²), μ = ln(mean) − σ²/2',
    source: 'Law & Kelton §8.3; Z by Box and Muller',
    parameters: {
      mean,
      cv: { unit: 'factor', help: 'the coefficient of variation (standard deviation / mean)', default: 1, min: 0, max: 100 },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const cv = number(p, 'cv');
      const sigma = Math.sqrt(Math.log(1 + cv * cv));
      return {
        meanMs,
        constant: false,
        sample: (draws) => meanMs * Math.exp(sigma * standardNormal(draws) - (sigma * sigma) / 2),
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
      return { meanMs, constant: false, sample: (draws) => scale * power(unitExponential(draws), inverse) };
    },
  },
  pareto: {
    help: 'a heavy tail: a few samples are huge',
    formula: 'X = least·U^(−1/shape), least = mean·(shape − 1)/shape',
    source: 'inversion; the mean exists for shape > 1 only',
    parameters: {
      mean,
      shape: { unit: 'factor', help: 'the tail index; the variance is finite above 2', default: 2.5, min: 1, exclusiveMin: true, max: 100 },
    },
    create: (p) => {
      const meanMs = number(p, 'mean');
      const shape = number(p, 'shape');
      const least = (meanMs * (shape - 1)) / shape;
      return { meanMs, constant: false, sample: (draws) => least * power(draws.uniform(), -1 / shape) };
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
      const meanMs = values.reduce((sum, value) => sum + value, 0) / values.length;
      return {
        meanMs,
        constant: values.every((value) => value === values[0]),
        sample: (draws) => values[Math.floor(draws.uniform() * values.length)],
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

/** Renewals before time 0 after which the age of a renewal process counts as stationary. */
const RENEWALS_TO_STATIONARITY = 24;

/**
 * What is left of a duration that is under way at a random instant: the
 * residual life of a stationary renewal process. Exact for constant and
 * exponential durations; for others the process starts a random while before,
 * some two dozen means ago.
 */
export function sampleResidual(spec: DistributionSpec, distribution: Distribution, draws: Draws): number {
  if (distribution.constant || distribution.meanMs === 0) return distribution.meanMs * draws.uniform();
  if (spec.name === 'exponential') return distribution.sample(draws);
  let timeMs = -(RENEWALS_TO_STATIONARITY + draws.uniform()) * distribution.meanMs;
  while (timeMs <= 0) timeMs += distribution.sample(draws);
  return timeMs;
}

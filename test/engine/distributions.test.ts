// Every distribution of the registry against its distribution function (Kolmogorov–Smirnov, n = 20,000) and its first
// two moments (n = 200,000); residual lifetimes against the equilibrium law. A test fails at a probability below 1e-4
// (statistics.ts). A distribution that is new in the registry fails until its law is written here.
import { describe, expect, it } from 'vitest';
import { createDistribution, distributions, gamma, sampleResidual, type DistributionSpec } from '../../src/engine/distributions.ts';
import { Stream } from '../../src/engine/luck.ts';
import { kolmogorovSmirnov, LEVEL, meanIs, normalCdf } from './statistics.ts';

interface Law {
  readonly spec: DistributionSpec;
  readonly mean: number;
  /** E[X²] */
  readonly secondMoment: number;
  cdf(x: number): number;
}

function law(name: string, parameters: DistributionSpec['parameters'], rest: Omit<Law, 'spec'>): Law {
  return { spec: { name, parameters }, ...rest };
}

function exponential(mean: number): Law {
  return law('exponential', { mean }, { mean, secondMoment: 2 * mean ** 2, cdf: (x) => 1 - Math.exp(-x / mean) });
}

function uniform(from: number, to: number): Law {
  return law('uniform', { from, to }, {
    mean: (from + to) / 2,
    secondMoment: (from * from + from * to + to * to) / 3,
    cdf: (x) => Math.min(1, Math.max(0, (x - from) / (to - from))),
  });
}

function erlang(mean: number, stages: number): Law {
  const cdf = (x: number): number => {
    const scaled = (x * stages) / mean;
    let term = Math.exp(-scaled);
    let above = 0;
    for (let k = 0; k < stages; k++) {
      above += term;
      term *= scaled / (k + 1);
    }
    return 1 - above;
  };
  return law('erlang', { mean, stages }, { mean, secondMoment: mean ** 2 * (1 + 1 / stages), cdf });
}

function lognormal(mean: number, cv: number): Law {
  const sigma = Math.sqrt(Math.log(1 + cv * cv));
  const cdf = (x: number): number => normalCdf((Math.log(x / mean) + (sigma * sigma) / 2) / sigma);
  return law('lognormal', { mean, cv }, { mean, secondMoment: mean ** 2 * (1 + cv * cv), cdf });
}

function weibull(mean: number, shape: number): Law {
  const scale = mean / gamma(1 + 1 / shape);
  const cdf = (x: number): number => 1 - Math.exp(-((x / scale) ** shape));
  return law('weibull', { mean, shape }, { mean, secondMoment: scale ** 2 * gamma(1 + 2 / shape), cdf });
}

function pareto(mean: number, shape: number): Law {
  const least = (mean * (shape - 1)) / shape;
  const cdf = (x: number): number => (x <= least ? 0 : 1 - (least / x) ** shape);
  return law('pareto', { mean, shape }, { mean, secondMoment: (least ** 2 * shape) / (shape - 2), cdf });
}

function empirical(values: readonly number[]): Law {
  const average = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  const cdf = (x: number): number => values.filter((value) => value <= x).length / values.length;
  return law('empirical', { values }, { mean: average(1), secondMoment: average(2), cdf });
}

const constant = law('constant', { mean: 250 }, { mean: 250, secondMoment: 250 ** 2, cdf: (x) => (x < 250 ? 0 : 1) });

describe('a distribution', () => {
  it.each([
    ['uniform', { from: 40, to: 40 }],
    ['empirical', { values: [20, 20, 20] }],
  ])('is constant where it has no choice: %s', (name, parameters) => {
    const { constant: isConstant, meanMs } = createDistribution({ name, parameters });
    expect([isConstant, meanMs]).toEqual([true, name === 'uniform' ? 40 : 20]);
  });

  it.each([
    ['a name that nobody knows', 'normal', { mean: 1 }, 'unknown distribution normal'],
    ['no mean', 'exponential', {}, 'distribution parameter mean is missing'],
    ['a list for its mean', 'exponential', { mean: [1, 2] }, 'distribution parameter mean is missing'],
    ['no values', 'empirical', {}, 'empirical distribution without values'],
    ['an empty list of values', 'empirical', { values: [] }, 'empirical distribution without values'],
    ['a number for its values', 'empirical', { values: 3 }, 'empirical distribution without values'],
  ])('is not made of %s', (_, name, parameters, message) => {
    expect(() => createDistribution({ name, parameters })).toThrow(message);
  });
});

describe('the gamma function', () => {
  // Known values: (n − 1)!, √π at one half, and Γ(1/4), Γ(1/3), Γ(21/2) to all digits of a double.
  it.each([[1, 1], [5, 24], [11, 3_628_800], [0.5, Math.sqrt(Math.PI)], [1.5, Math.sqrt(Math.PI) / 2], [0.25, 3.625609908221908], [1 / 3, 2.678938534707748], [10.5, 1133278.3889487856], [0.01, 99.4325851191506]])('of %d', (x, value) => {
    expect(Math.abs(gamma(x) / value - 1)).toBeLessThan(1e-12);
  });
});

/** Shapes whose fourth moment exists, so that the central limit theorem holds for the mean square. */
const laws: readonly Law[] = [
  constant,
  uniform(90_000, 150_000),
  uniform(0, 40),
  exponential(60),
  erlang(1200, 2),
  erlang(1200, 9),
  lognormal(300, 0.7),
  weibull(5000, 0.8),
  weibull(5000, 3),
  pareto(100, 9),
  empirical([10, 20, 20, 500]),
];

/** Tails too heavy for the moments' test. */
const heavyTailed: readonly Law[] = [lognormal(300, 4), weibull(5000, 0.3), pareto(100, 1.5), pareto(100, 2.5)];

function samplesOf({ spec }: Law, n: number): Float64Array {
  const distribution = createDistribution(spec);
  const luck = new Stream('distributions/0', spec.name);
  return Float64Array.from({ length: n }, (_, owner) => distribution.sample(luck.at(owner, 1)));
}

const named = (each: readonly Law[]) => each.map((one) => [`${one.spec.name} ${JSON.stringify(one.spec.parameters)}`, one] as const);

describe('the registry of distributions', () => {
  it('is covered by the laws below', () => {
    expect([...new Set(laws.map(({ spec }) => spec.name))].sort()).toEqual(Object.keys(distributions).sort());
  });
});

describe('samples of', () => {
  it.each(named([...laws, ...heavyTailed]))('%s follow its distribution function', (_, one) => {
    const samples = samplesOf(one, 20_000);
    expect(samples.every((sample) => sample >= 0 && sample < Infinity)).toBe(true);
    expect(kolmogorovSmirnov(samples, (x) => one.cdf(x))).toBeGreaterThan(LEVEL);
  });

  it.each(named(laws))('%s have its mean and its mean square', (_, one) => {
    const samples = samplesOf(one, 200_000);
    expect(createDistribution(one.spec).meanMs).toBeCloseTo(one.mean, 9);
    expect(meanIs(samples, one.mean)).toBeGreaterThan(LEVEL);
    expect(meanIs(samples.map((sample) => sample * sample), one.secondMoment)).toBeGreaterThan(LEVEL);
  });

  it.each(named(laws))('%s are constant only if the distribution says so', (_, one) => {
    const samples = samplesOf(one, 100);
    expect(samples.every((sample) => sample === samples[0])).toBe(createDistribution(one.spec).constant);
  });
});

/** What is left of a duration at a random instant has the distribution function ∫₀ˣ (1 − F) / mean. */
const equilibria: readonly (readonly [string, Law, (x: number) => number])[] = [
  ['a constant: uniform', constant, (x) => Math.min(1, x / 250)],
  ['an exponential: the same', exponential(60), (x) => 1 - Math.exp(-x / 60)],
  ['a narrow uniform', uniform(90_000, 150_000), (x) => uniformResidual(x, 90_000, 150_000)],
  ['a very narrow uniform', uniform(95, 105), (x) => uniformResidual(x, 95, 105)],
  ['a uniform from 0', uniform(0, 40), (x) => uniformResidual(x, 0, 40)],
  ['two stages of Erlang', erlang(1200, 2), (x) => 1 - Math.exp(-x / 600) * (1 + x / 1200)],
];

function uniformResidual(x: number, from: number, to: number): number {
  const mean = (from + to) / 2;
  if (x <= from) return x / mean;
  const beyond = Math.min(x, to) - from;
  return (from + beyond - (beyond * beyond) / (2 * (to - from))) / mean;
}

describe('what is left of a duration under way', () => {
  it.each(equilibria)('follows the equilibrium law of %s', (_, { spec }, cdf) => {
    const distribution = createDistribution(spec);
    const luck = new Stream('distributions/0', 'residual');
    const samples = Float64Array.from({ length: 20_000 }, (__, owner) => sampleResidual(spec, distribution, luck.at(owner, 0)));
    expect(kolmogorovSmirnov(samples, cdf)).toBeGreaterThan(LEVEL);
  });

  it.each(Object.entries(distributions).filter(([, { parameters }]) => 'mean' in parameters))('is nothing if the mean is 0: %s', (name, { parameters }) => {
    const defaults = Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, parameter.default ?? 0]));
    const spec = { name, parameters: { ...defaults, mean: 0 } };
    let drawn = 0;
    const draws = {
      uniform: () => {
        // A loop that never comes to an end would draw for ever.
        if (++drawn > 1000) throw new Error('draws without end');
        return 0.5;
      },
    };
    expect(sampleResidual(spec, createDistribution(spec), draws)).toBe(0);
  });
});

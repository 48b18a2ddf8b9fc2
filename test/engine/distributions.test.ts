// Every distribution of the registry against its distribution function (Kolmogorov–Smirnov, n = 20,000) and its first
// two moments (n = 200,000); what is left of a duration under way against the equilibrium law ∫₀ˣ (1 − F) / mean, in
// closed form and integrated from F, and against its mean E[X²] / 2E[X]. A test fails at a probability below 1e-4
// (statistics.ts). A distribution that is new in the registry fails until its law is written here.
import { describe, expect, it } from 'vitest';
import {
  createDistribution,
  distributions,
  sampleResidual,
  type Distribution,
  type DistributionSpec,
} from '../../src/engine/distributions.ts';
import { Stream, type Draws } from '../../src/engine/luck.ts';
import { gamma, sampleGamma } from '../../src/engine/variates.ts';
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
  return law(
    'uniform',
    { from, to },
    {
      mean: (from + to) / 2,
      secondMoment: (from * from + from * to + to * to) / 3,
      cdf: (x) => Math.min(1, Math.max(0, (x - from) / (to - from))),
    },
  );
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
  it.each([
    [1, 1],
    [5, 24],
    [11, 3_628_800],
    [0.5, Math.sqrt(Math.PI)],
    [1.5, Math.sqrt(Math.PI) / 2],
    [0.25, 3.625609908221908],
    [1 / 3, 2.678938534707748],
    [10.5, 1133278.3889487856],
    [0.01, 99.4325851191506],
  ])('of %d', (x, value) => {
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

const named = (each: readonly Law[]) =>
  each.map((one) => [`${one.spec.name} ${JSON.stringify(one.spec.parameters)}`, one] as const);

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
    expect(
      meanIs(
        samples.map((sample) => sample * sample),
        one.secondMoment,
      ),
    ).toBeGreaterThan(LEVEL);
  });

  it.each(named(laws))('%s are constant only if the distribution says so', (_, one) => {
    const samples = samplesOf(one, 100);
    expect(samples.every((sample) => sample === samples[0])).toBe(createDistribution(one.spec).constant);
  });
});

const drawn = (n: number, purpose: string, sample: (draws: Draws) => number): Float64Array => {
  const luck = new Stream('distributions/0', purpose);
  return Float64Array.from({ length: n }, (_, owner) => sample(luck.at(owner, 0)));
};

/** What is left at a random instant has the distribution function ∫₀ˣ (1 − F) / mean; here by hand. */
const equilibria: readonly (readonly [string, Law, (x: number) => number])[] = [
  ['a constant: uniform', constant, (x) => Math.min(1, x / 250)],
  ['an exponential: the same', exponential(60), (x) => 1 - Math.exp(-x / 60)],
  ['a narrow uniform', uniform(90_000, 150_000), (x) => uniformResidual(x, 90_000, 150_000)],
  ['a very narrow uniform', uniform(95, 105), (x) => uniformResidual(x, 95, 105)],
  ['a uniform from 0', uniform(0, 40), (x) => uniformResidual(x, 0, 40)],
  ['two stages of Erlang', erlang(1200, 2), (x) => 1 - Math.exp(-x / 600) * (1 + x / 1200)],
  ['a lognormal of a long tail', lognormal(100, 3), (x) => lognormalResidual(x, 100, 3)],
  ['a lognormal of a very long tail', lognormal(300, 20), (x) => lognormalResidual(x, 300, 20)],
  ['a Pareto whose square has no mean', pareto(100, 1.5), (x) => paretoResidual(x, 100, 1.5)],
  ['a Pareto', pareto(100, 2.5), (x) => paretoResidual(x, 100, 2.5)],
  // 30 on average; up to 10 everybody is longer, up to 20 two of three, up to 60 one of three.
  [
    'three values',
    empirical([10, 20, 60]),
    (x) =>
      (Math.min(x, 10) + (2 / 3) * Math.max(0, Math.min(x, 20) - 10) + (1 / 3) * Math.max(0, Math.min(x, 60) - 20)) /
      30,
  ],
];

function uniformResidual(x: number, from: number, to: number): number {
  const mean = (from + to) / 2;
  if (x <= from) return x / mean;
  const beyond = Math.min(x, to) - from;
  return (from + beyond - (beyond * beyond) / (2 * (to - from))) / mean;
}

/** E[min(X, x)] / E[X], of which the part below x is a lognormal's own length bias. */
function lognormalResidual(x: number, mean: number, cv: number): number {
  const sigma = Math.sqrt(Math.log(1 + cv * cv));
  const z = Math.log(x / mean) / sigma;
  return normalCdf(z - sigma / 2) + (x / mean) * (1 - normalCdf(z + sigma / 2));
}

function paretoResidual(x: number, mean: number, shape: number): number {
  const least = (mean * (shape - 1)) / shape;
  return x <= least ? x / mean : 1 - (least / x) ** (shape - 1) / shape;
}

/** The same for any law, by Simpson's rule from one question to the next, which come in rising order. */
function integratedEquilibrium(one: Law): (x: number) => number {
  const above = (x: number): number => 1 - one.cdf(x);
  let atX = 0;
  let sum = 0;
  const over = (from: number, to: number): number => {
    const step = (to - from) / 64;
    let weighted = above(from) + above(to);
    for (let i = 1; i < 64; i++) weighted += (i % 2 === 1 ? 4 : 2) * above(from + i * step);
    return (weighted * step) / 3;
  };
  return (x) => {
    sum += over(atX, x);
    atX = x;
    return sum / one.mean;
  };
}

describe('what is left of a duration under way', () => {
  const residuals = (n: number, { spec }: Pick<Law, 'spec'>): Float64Array => {
    const distribution = createDistribution(spec);
    return drawn(n, 'residual', (draws) => sampleResidual(distribution, draws));
  };

  it.each(equilibria)('follows the equilibrium law of %s', (_, one, cdf) => {
    expect(kolmogorovSmirnov(residuals(20_000, one), cdf)).toBeGreaterThan(LEVEL);
  });

  it.each(named([...laws, ...heavyTailed]))('follows the equilibrium law, integrated: %s', (_, one) => {
    expect(kolmogorovSmirnov(residuals(20_000, one), integratedEquilibrium(one))).toBeGreaterThan(LEVEL);
  });

  it.each(named(laws))('has the mean E[X²] / 2E[X]: %s', (_, one) => {
    expect(meanIs(residuals(200_000, one), one.secondMoment / (2 * one.mean))).toBeGreaterThan(LEVEL);
  });

  it.each(Object.entries(distributions).filter(([, { parameters }]) => 'mean' in parameters))(
    'is nothing if the mean is 0: %s',
    (name, { parameters }) => {
      const defaults = Object.fromEntries(
        Object.entries(parameters).map(([key, parameter]) => [key, parameter.default ?? 0]),
      );
      const spec = { name, parameters: { ...defaults, mean: 0 } };
      let draws = 0;
      const counting = {
        uniform: () => {
          // A loop that never comes to an end would draw for ever.
          if (++draws > 1000) throw new Error('draws without end');
          return 0.5;
        },
      };
      expect(sampleResidual(createDistribution(spec), counting)).toBe(0);
    },
  );

  it('of a tail that is longer than a number can hold is no number that is none', () => {
    const distribution = createDistribution(pareto(100, 1.0001).spec);
    const samples = drawn(1000, 'residual', (draws) => sampleResidual(distribution, draws));
    expect(samples.some((sample) => sample === Infinity)).toBe(true);
    expect(samples.some(Number.isNaN)).toBe(false);
  });

  it('is met more often the longer it is, and never the shorter ones of nothing', () => {
    const biased = (distribution: Distribution): Float64Array =>
      drawn(30_000, 'biased', (draws) => distribution.sampleLengthBiased(draws));
    const samples = biased(createDistribution(empirical([0, 10, 30]).spec));
    const share = (value: number): number => samples.filter((sample) => sample === value).length / samples.length;
    expect(share(0)).toBe(0);
    expect(Math.abs(share(30) - 0.75)).toBeLessThan(4 * Math.sqrt((0.75 * 0.25) / samples.length));
    expect([...new Set(biased(createDistribution(empirical([0, 0]).spec)))]).toEqual([0]);
  });
});

describe('a gamma variate', () => {
  it.each([1, 1.01, 2.5, 11])('of shape %d has its mean and its mean square', (shape) => {
    const samples = drawn(100_000, 'gamma', (draws) => sampleGamma(shape, draws));
    expect(meanIs(samples, shape)).toBeGreaterThan(LEVEL);
    expect(
      meanIs(
        samples.map((sample) => sample * sample),
        shape * (shape + 1),
      ),
    ).toBeGreaterThan(LEVEL);
  });
});

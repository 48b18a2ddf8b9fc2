/**
 * Approximate Bayesian computation in populations whose tolerance shrinks
 * (Sisson, Fan & Tanaka 2007; Toni et al. 2009; the next tolerance from the draws
 * themselves: Del Moral, Doucet & Jasra 2012). The first population are draws of
 * the prior, of which the nearest are kept; each later one looks near the one
 * before, and a draw's weight is the prior's density over that of its moves, times
 * how likely its run makes what was observed. Points depend on the seed, their
 * population and their number only, and are taken in the order of their numbers:
 * so nothing depends on how many are run at a time.
 */
import { Stream } from '../../engine/luck.ts';
import { latinHypercube } from '../sensitivity/latin-hypercube.ts';
import { Moves } from './moves.ts';
import { effectiveSize, weightedQuantile } from './weighted.ts';

/** A point that is to be run. */
export interface Proposal {
  readonly population: number;
  readonly number: number;
  readonly point: readonly number[];
  /** the prior's density over that of whatever drew it */
  readonly weight: number;
  /** points that were drawn until it, impossible ones included */
  readonly tried: number;
  /** farther from any two rows than this, it need not be run on */
  readonly toleranceMs: number;
}

/** A proposal that was run: what calibration knows of it, and whatever else its owner does. */
export interface Evaluated<T> {
  readonly proposal: Proposal;
  readonly result: T;
}

export interface Particle<T> extends Evaluated<T> {
  readonly weight: number;
}

export interface Judge<T> {
  /** how far it is from what was observed, in ms; Infinity where nothing comes near */
  readonly missedMs: (result: T) => number;
  /** how likely what was observed is after such a run, at a tolerance; 0 where it is missed by more */
  readonly likelihood: (result: T, toleranceMs: number) => number;
}

export interface PopulationsRequest<T> {
  readonly seed: string;
  /** one for each coordinate: their luck is keyed by them */
  readonly names: readonly string[];
  readonly particles: number;
  readonly toleranceMs: number;
  /** whether the prior has such a point at all */
  readonly isPossible: (point: readonly number[]) => boolean;
  readonly judge: Judge<T>;
  /** Runs them, at once or one after the other; fewer than asked, from the first on, if it was stopped. */
  readonly run: (proposals: readonly Proposal[]) => Promise<readonly Evaluated<T>[]>;
  /** asked between batches: whether there is time for another population */
  readonly mayGoOn?: (() => boolean) | undefined;
  readonly onPopulation?: ((population: Population<T>) => void) | undefined;
}

export interface Population<T> {
  readonly number: number;
  readonly toleranceMs: number;
  readonly particles: readonly Particle<T>[];
  /** all that were run for it, those that missed included */
  readonly run: readonly Evaluated<T>[];
  readonly effectiveSize: number;
  /** the share of those run that are particles */
  readonly accepted: number;
  /** what drew it; null: the prior */
  readonly moves: Moves | null;
}

/** `acceptance`: too few of those that were run came near enough; `stopped`: its owner had no more time. */
export type Stop = 'tolerance' | 'acceptance' | 'stopped';

export interface Populations<T> {
  readonly all: readonly Population<T>[];
  readonly stop: Stop;
}

/** Draws of the prior for each particle of the first population. */
const PRIOR_DRAWS = 4;
/** Runs for each particle of a later one, after which its tolerance counts as too narrow. */
const TRIES_PER_PARTICLE = 33;
const POPULATIONS_MAX = 12;
/** Points of the prior that may be impossible, for each that is not, before the box counts as empty. */
const IMPOSSIBLE_MAX = 1000;
/** Runs that are asked for at a time: a worker takes its time to start, and what is too many is for nothing. */
const BATCH = 32;
const NEARER = 0.98;
/** After the tolerance is reached, moves are made anew until so large a part of the particles counts. */
const EVEN_SHARE = 0.5;

/** No point of the prior is possible. */
export class EmptyBox extends Error {}

export async function populations<T>(request: PopulationsRequest<T>): Promise<Populations<T>> {
  const first = await firstPopulation(request);
  const all: Population<T>[] = [];
  const keep = (population: Population<T>): void => {
    all.push(population);
    request.onPopulation?.(population);
  };
  if (first === null) return { all, stop: 'stopped' };
  keep(first);
  while (!isEnough(all, request)) {
    const last = all[all.length - 1];
    const next = nextTolerance(last, request);
    // Whoever hardly comes nearer any more will not come near enough.
    const isStuck = last.toleranceMs > request.toleranceMs && next > NEARER * last.toleranceMs;
    if (!Number.isFinite(next) || isStuck || all.length >= POPULATIONS_MAX) return { all, stop: 'acceptance' };
    const population = await nextPopulation(request, last, next);
    if (population === 'stopped' || population === 'acceptance') return { all, stop: population };
    keep(population);
  }
  return { all, stop: 'tolerance' };
}

/** The tolerance is reached, by particles of which enough count, or by the second population already. */
function isEnough<T>(all: readonly Population<T>[], { toleranceMs, particles }: PopulationsRequest<T>): boolean {
  const reached = all.filter((one) => one.toleranceMs <= toleranceMs);
  return reached.length >= 2 || reached.some((one) => one.effectiveSize >= EVEN_SHARE * particles);
}

/** So that half of the present ones would do; Infinity if none of them comes near all rows. */
function nextTolerance<T>({ particles }: Population<T>, { judge, toleranceMs }: PopulationsRequest<T>): number {
  const misses = particles.map(({ result }) => judge.missedMs(result));
  const half = weightedQuantile(misses, particles.map(({ weight }) => weight), 0.5); // prettier-ignore
  const finite = misses.filter((one) => Number.isFinite(one));
  return finite.length === 0 ? Infinity : Math.max(toleranceMs, Math.min(half, Math.max(...finite)));
}

/** Batches of a Latin hypercube, without the impossible points. */
function* priorPoints<T>({
  seed,
  names,
  isPossible,
  particles,
}: PopulationsRequest<T>): Generator<{ readonly point: readonly number[]; readonly tried: number }> {
  const size = PRIOR_DRAWS * particles;
  let possible = 0;
  for (let batch = 0; ; batch++) {
    for (const [i, point] of latinHypercube(seed, names, batch, size).entries())
      if (isPossible(point)) {
        possible++;
        yield { point, tried: batch * size + i + 1 };
      }
    if ((batch + 1) * size > IMPOSSIBLE_MAX * (possible + 1)) throw new EmptyBox();
  }
}

/** The first points of the prior, all of them run to their end: whatever rows they miss. Null if it was stopped. */
async function firstPopulation<T>(request: PopulationsRequest<T>): Promise<Population<T> | null> {
  const { particles: wanted, judge } = request;
  const proposals: Proposal[] = [];
  for (const drawn of priorPoints(request)) {
    proposals.push({ population: 0, number: proposals.length, ...drawn, weight: 1, toleranceMs: Infinity });
    if (proposals.length === PRIOR_DRAWS * wanted) break;
  }
  const run: Evaluated<T>[] = [];
  for (let from = 0; from < proposals.length; from += BATCH) {
    if (run.length >= wanted && request.mayGoOn?.() === false) break;
    const asked = proposals.slice(from, from + BATCH);
    const done = await request.run(asked);
    run.push(...done);
    if (done.length < asked.length) break;
  }
  if (run.length < proposals.length && run.length < wanted) return null;
  const misses = run.map(({ result }) => judge.missedMs(result)).sort((a, b) => a - b);
  const toleranceMs = Math.max(request.toleranceMs, misses[Math.min(wanted, misses.length) - 1]);
  return populationOf(request, { number: 0, toleranceMs, moves: null }, run);
}

function populationOf<T>(
  { judge }: PopulationsRequest<T>,
  { number, toleranceMs, moves }: Pick<Population<T>, 'number' | 'toleranceMs' | 'moves'>,
  run: readonly Evaluated<T>[],
): Population<T> {
  const particles = run.flatMap((one): Particle<T>[] => {
    const weight = one.proposal.weight * judge.likelihood(one.result, toleranceMs);
    return weight > 0 ? [{ ...one, weight }] : [];
  });
  const size = effectiveSize(particles.map(({ weight }) => weight));
  return { number, toleranceMs, moves, particles, run, effectiveSize: size, accepted: particles.length / run.length };
}

async function nextPopulation<T>(
  request: PopulationsRequest<T>,
  last: Population<T>,
  toleranceMs: number,
): Promise<Population<T> | 'acceptance' | 'stopped'> {
  const number = last.number + 1;
  const { particles: wanted, judge } = request;
  const moves = new Moves(last.particles.map(({ proposal, weight }) => ({ point: proposal.point, weight })));
  const proposals = movedPoints(request, moves, number, toleranceMs);
  const run: Evaluated<T>[] = [];
  let met = 0;
  while (met < wanted) {
    if (run.length >= TRIES_PER_PARTICLE * wanted) return 'acceptance';
    if (request.mayGoOn?.() === false) return 'stopped';
    const asked = Array.from({ length: BATCH }, () => proposals.next().value as Proposal);
    const done = await request.run(asked);
    for (const one of done) if (met < wanted) {
      run.push(one);
      if (judge.likelihood(one.result, toleranceMs) > 0) met++;
    } // prettier-ignore
    if (done.length < asked.length && met < wanted) return 'stopped';
  }
  return populationOf(request, { number, toleranceMs, moves }, run);
}

function* movedPoints<T>(
  { seed, isPossible }: PopulationsRequest<T>,
  moves: Moves,
  population: number,
  toleranceMs: number,
): Generator<Proposal> {
  const luck = new Stream(seed, 'calibration moves');
  let number = 0;
  for (let tried = 0; ; tried++) {
    if (tried > IMPOSSIBLE_MAX * (number + 1)) throw new EmptyBox();
    const point = moves.draw(luck.at(population, tried));
    // The prior has none there: no run is needed to know that its weight is zero.
    if (isPossible(point))
      yield { population, number: number++, point, tried: tried + 1, weight: moves.weightAt(point), toleranceMs };
  }
}

/**
 * All runs of all populations as one sample of the prior, each with its weight:
 * the prior's density over that of everything that drew (the balance heuristic of
 * Veach & Guibas 1995). Of what the last population does not come to any more, the
 * first ones still tell.
 */
export function pooled<T>(all: readonly Population<T>[]): (Evaluated<T> & { readonly weight: number })[] {
  const drawn = all.flatMap(({ run, moves }) => {
    const tried = run.at(-1)?.proposal.tried ?? 0;
    return tried === 0 ? [] : [{ tried, moves }];
  });
  return all.flatMap(({ run }) =>
    run.map((one) => {
      const density = drawn.reduce(
        (sum, { tried, moves }) => sum + tried / (moves?.weightAt(one.proposal.point) ?? 1),
        0,
      );
      return { ...one, weight: 1 / density };
    }),
  );
}

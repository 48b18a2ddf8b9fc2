/**
 * Approximate Bayesian computation in populations whose tolerance shrinks (Sisson,
 * Fan & Tanaka 2007; Toni et al. 2009). The first population are draws of the prior.
 * Each later one looks near those that fit best so far, and all that were ever run
 * stay one sample: a draw's weight is the prior's density over that of everything
 * that drew (adaptive multiple importance sampling; Cornuet et al. 2012, with the
 * balance heuristic of Veach & Guibas 1995), times how likely its run makes what was
 * observed at the tolerance. The tolerance is as small as leaves enough even draws
 * (Del Moral, Doucet & Jasra 2012). Points depend on the seed, their population and
 * their number only, and are taken in the order of their numbers: so nothing depends
 * on how many are run at a time.
 */
import { Stream } from '../../engine/luck.ts';
import { latinHypercube } from '../sensitivity/latin-hypercube.ts';
import { Moves } from './moves.ts';
import { effectiveSize, resampled } from './weighted.ts';

/** A point that is to be run. */
export interface Proposal {
  readonly population: number;
  readonly number: number;
  readonly point: readonly number[];
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
  /** how likely what was observed is after such a run, at a tolerance: the less, the smaller that is; the same for all at Infinity */
  readonly likelihood: (result: T, toleranceMs: number) => number;
  /** the tolerance from which on every run is as good as any other */
  readonly widestMs: number;
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
  /** of all that were run until then, those that count at the tolerance */
  readonly particles: readonly Particle<T>[];
  /** all that were run for it, those that missed included */
  readonly run: readonly Evaluated<T>[];
  readonly effectiveSize: number;
}

/** `acceptance`: too few of those that were run came near enough; `stopped`: its owner had no more time. */
export type Stop = 'tolerance' | 'acceptance' | 'stopped';

export interface Populations<T> {
  readonly all: readonly Population<T>[];
  /** all runs as one sample of the prior */
  readonly pooled: readonly Particle<T>[];
  readonly stop: Stop;
}

/** Draws of the prior for each particle of the first population. */
const PRIOR_DRAWS = 4;
/** Runs for each particle, after which the tolerance counts as too narrow. */
const TRIES_PER_PARTICLE = 60;
/** Populations in which nothing comes nearer, one after the other, after which nothing will. */
const STUCK_MAX = 8;
/** Points of the prior that may be impossible, for each that is not, before the box counts as empty. */
const IMPOSSIBLE_MAX = 1000;
/** Runs that are asked for at a time: a worker takes its time to start, and what is too many is for nothing. */
const BATCH = 32;
/** The tolerance is as small as leaves such a part of the particles. */
const EVEN_SHARE = 0.5;
/** Moves are of so many draws at most: each costs time at every point that is weighed. */
const KERNELS_MAX = 200;
const NEARER = 0.98;
const BISECTIONS = 30;
/** Of the greatest weight, what is left out. */
const NOTHING = 1e-5;

/** No point of the prior is possible. */
export class EmptyBox extends Error {}

/** All that was run, and everything that drew. */
class Pool<T> {
  readonly runs: { readonly one: Evaluated<T>; density: number }[] = [];
  private readonly request: PopulationsRequest<T>;
  private readonly drawn: { readonly moves: Moves | null; tried: number }[] = [];

  constructor(request: PopulationsRequest<T>) {
    this.request = request;
  }

  private static share(moves: Moves | null, tried: number, point: readonly number[]): number {
    // Nothing was drawn: nothing was weighed.
    return tried === 0 ? 0 : tried / (moves?.weightAt(point) ?? 1);
  }

  /** Runs of what these moves have drawn; null: of the prior. */
  add(moves: Moves | null, done: readonly Evaluated<T>[]): void {
    const tried = done.at(-1)?.proposal.tried ?? 0;
    for (const run of this.runs) run.density += Pool.share(moves, tried, run.one.proposal.point);
    this.drawn.push({ moves, tried });
    for (const one of done) {
      const { point } = one.proposal;
      const density = this.drawn.reduce((sum, by) => sum + Pool.share(by.moves, by.tried, point), 0);
      this.runs.push({ one, density });
    }
  }

  weightsAt(toleranceMs: number): number[] {
    const { judge } = this.request;
    return this.runs.map(({ one, density }) => judge.likelihood(one.result, toleranceMs) / density);
  }

  /**
   * The least tolerance from the one that was asked for on that leaves enough even draws. It may be wider than
   * before, where a single run has come far nearer than all others: the next ones look around it, not at it alone.
   */
  tolerance(): number {
    const { toleranceMs, particles, judge } = this.request;
    const isEnough = (ms: number): boolean => effectiveSize(this.weightsAt(ms)) >= EVEN_SHARE * particles;
    if (isEnough(toleranceMs)) return toleranceMs;
    let [low, high] = [toleranceMs, Math.max(toleranceMs, judge.widestMs)];
    for (let i = 0; i < BISECTIONS && high > 1.001 * low; i++) {
      const middle = Math.sqrt(low * high);
      if (isEnough(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  at(number: number, toleranceMs: number, run: readonly Evaluated<T>[]): Population<T> {
    const weights = this.weightsAt(toleranceMs);
    const least = NOTHING * weights.reduce((most, one) => Math.max(most, one), 0);
    const particles = this.runs.flatMap(({ one }, i): Particle<T>[] => (weights[i] > least ? [{ ...one, weight: weights[i] }] : [])); // prettier-ignore
    return { number, toleranceMs, particles, run, effectiveSize: effectiveSize(weights) };
  }
}

export async function populations<T>(request: PopulationsRequest<T>): Promise<Populations<T>> {
  const { particles: wanted } = request;
  const pool = new Pool(request);
  const all: Population<T>[] = [];
  let stuck = 0;
  let nearestMs = Infinity;
  const ended = (stop: Stop): Populations<T> => ({
    all,
    pooled: pool.runs.map(({ one, density }) => ({ ...one, weight: 1 / density })),
    stop,
  });
  const keep = (run: readonly Evaluated<T>[], moves: Moves | null): void => {
    pool.add(moves, run);
    const before = all.at(-1);
    // Once no run may miss a row, some are cut, and would not be weighed rightly at a wider one.
    const isStrict = before !== undefined && before.toleranceMs <= request.toleranceMs;
    const population = pool.at(all.length, isStrict ? request.toleranceMs : pool.tolerance(), run);
    const isNearer = isStrict
      ? population.effectiveSize * NEARER > before.effectiveSize
      : population.toleranceMs < NEARER * nearestMs;
    nearestMs = Math.min(nearestMs, population.toleranceMs);
    stuck = isNearer ? 0 : stuck + 1;
    all.push(population);
    request.onPopulation?.(population);
  };
  const first = await firstRuns(request);
  if (first.length < wanted) return ended('stopped');
  keep(first, null);
  for (;;) {
    const last = all[all.length - 1];
    if (last.toleranceMs <= request.toleranceMs && last.effectiveSize >= wanted) return ended('tolerance');
    const isTooMuch = pool.runs.length >= TRIES_PER_PARTICLE * wanted;
    if (last.particles.length < 2 || isTooMuch || stuck >= STUCK_MAX) return ended('acceptance');
    const moves = movesFrom(request, last);
    const run = await nextRuns(request, last, moves);
    if (run.length > 0) keep(run, moves);
    if (run.length < wanted) return ended('stopped');
  }
}

/** Moves of so many of the particles as their weight has. */
function movesFrom<T>({ seed, particles: wanted }: PopulationsRequest<T>, { number, particles }: Population<T>): Moves {
  const uniform = new Stream(seed, 'calibration kernels').at(number, 0).uniform();
  const places = resampled(particles.map(({ weight }) => weight), Math.min(wanted, KERNELS_MAX), uniform); // prettier-ignore
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return new Moves([...counts].map(([place, weight]) => ({ point: particles[place].proposal.point, weight })));
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

/** Runs them in batches, until there is no more time. */
async function inBatches<T>(
  request: PopulationsRequest<T>,
  count: number,
  next: () => Proposal,
): Promise<readonly Evaluated<T>[]> {
  const run: Evaluated<T>[] = [];
  while (run.length < count && request.mayGoOn?.() !== false) {
    const asked = Array.from({ length: Math.min(BATCH, count - run.length) }, next);
    const done = await request.run(asked);
    run.push(...done);
    if (done.length < asked.length) break;
  }
  return run;
}

/** The first points of the prior, all of them run to their end: whatever rows they miss. */
function firstRuns<T>(request: PopulationsRequest<T>): Promise<readonly Evaluated<T>[]> {
  const points = priorPoints(request);
  let number = 0;
  return inBatches(request, PRIOR_DRAWS * request.particles, () => {
    const drawn = points.next().value as { readonly point: readonly number[]; readonly tried: number };
    return { population: 0, number: number++, ...drawn, toleranceMs: Infinity };
  });
}

function nextRuns<T>(
  request: PopulationsRequest<T>,
  { number, toleranceMs }: Population<T>,
  moves: Moves,
): Promise<readonly Evaluated<T>[]> {
  const proposals = movedPoints(request, moves, number + 1, toleranceMs);
  return inBatches(request, request.particles, () => proposals.next().value as Proposal);
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
    if (isPossible(point)) yield { population, number: number++, point, tried: tried + 1, toleranceMs };
  }
}

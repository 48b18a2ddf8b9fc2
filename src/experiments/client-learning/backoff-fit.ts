/**
 * Which of the registry's backoffs says the measured delays best, and with which
 * parameters. Every policy is tried: from its defaults and from some other
 * places, parameter by parameter, each to the value that makes the delays most
 * likely, until none is better. Values cost what they need to be said, so a
 * simple policy wins over one that could say anything. What the delays do not
 * decide stays at its default, and is told.
 */
import type { Backoff } from '../../policies/backoff-delay.ts';
import { backoffs } from '../../policies/backoff.ts';
import { libraryBackoffs } from '../../policies/library-backoffs.ts';
import { createPolicy, type PolicyEntry, type PolicySpec } from '../../policies/parameters.ts';
import { candidatesFor, costOf, suggestionsFrom, type Suggestions } from './candidate-values.ts';
import type { Delay } from './delays.ts';
import { coarse, fine, isWithin, logLikelihood, MOST_PER_DELAY, seenMean, type Grid } from './likelihood.ts';
import { presetBackoffs } from './preset-backoffs.ts';

export interface FittedBackoff {
  readonly spec: PolicySpec;
  /** how unlikely the delays are, and what the parameters cost to say, in nats; less is better */
  readonly cost: number;
}

export interface BackoffFit {
  readonly best: FittedBackoff;
  /** parameters that the delays do not decide: they have the policy's default */
  readonly undecided: readonly string[];
  /** other policies that say the delays nearly as well, best first */
  readonly alsoFit: readonly FittedBackoff[];
  /** those that were looked at */
  readonly looked: readonly Delay[];
  readonly delays: number;
  /** how many of them are such as the policy can say */
  readonly within: number;
  /** seen mean over said mean, less 1 */
  readonly meanOff: number;
}

const ROUNDS_MAX = 6;
/** A value that is better by less was not decided by the delays. */
const DECIDED = 0.5;
/** As well, to all intents. */
const NEARLY = 2.5;

/** Evenly over all there are, so that no phase is left out. */
function thinned(delays: readonly Delay[], most: number): readonly Delay[] {
  if (delays.length <= most) return delays;
  return Array.from({ length: most }, (_, i) => delays[Math.floor((i * delays.length) / most)]);
}

type Values = Readonly<Record<string, unknown>>;

interface Search {
  readonly entry: PolicyEntry<Backoff>;
  readonly delays: readonly Delay[];
  readonly candidates: Readonly<Record<string, readonly unknown[]>>;
  /** what no likelihood is better than */
  readonly leastCost: number;
}

function priceOf({ entry, delays }: Search, values: Values): number {
  return Object.entries(entry.parameters).reduce(
    (sum, [name, parameter]) => sum + costOf(parameter, values[name], delays.length),
    0,
  );
}

/** Infinity if it is more than `most`. */
function costAt(search: Search, values: Values, grid: Grid, most = Infinity): number {
  if ((search.entry.check?.(values) ?? null) !== null) return Infinity;
  const price = priceOf(search, values);
  if (price + search.leastCost > most) return Infinity;
  return price - logLikelihood(search.entry.create(values), search.delays, grid, price - most);
}

interface Point {
  readonly values: Values;
  readonly cost: number;
}

/** The best along one parameter. */
function along(search: Search, from: Point, name: string, grid: Grid): Point {
  let best = from;
  for (const value of search.candidates[name]) {
    const values = { ...from.values, [name]: value };
    const cost = costAt(search, values, grid, best.cost);
    if (cost < best.cost) best = { values, cost };
  }
  return best;
}

function descended(search: Search, values: Values, grid: Grid): Point {
  const names = Object.keys(search.candidates);
  let point: Point = { values, cost: costAt(search, values, grid) };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = point.cost;
    for (const name of names) point = along(search, point, name, grid);
    if (point.cost > before - 1e-9) break;
  }
  return point;
}

/** Steps of the golden ratio's kin: places that fill a cube of up to four dimensions evenly (Roberts' R-sequence). */
const SPREAD = [0.8566748838545029, 0.733891856627126, 0.6287067210378087, 0.5385972572236101];

/** From how many places a search begins, and at how many delays it looks: in a hurry some forms are fitted less well. */
export interface Effort {
  readonly starts: number;
  readonly delays: number;
}

export const effort = { usual: { starts: 7, delays: 60 }, hurried: { starts: 2, delays: 20 } } as const;

/** The defaults, and places all over. */
function startsOf({ candidates }: Search, starts: number): readonly Values[] {
  const names = Object.keys(candidates);
  const at = (start: number): Values =>
    Object.fromEntries(
      names.map((name, i) => {
        const values = candidates[name];
        return [name, values[Math.floor(((start * SPREAD[i % SPREAD.length]) % 1) * values.length)]];
      }),
    );
  return Array.from({ length: names.length < 2 ? 1 : starts }, (_, start) => at(start));
}

/** A library's own form is for that library: it has to say more than the literature's does, unless its numbers are the library's. */
function strangeness(name: string, values: Values): number {
  const entry = backoffs[name];
  const isAsShipped = Object.entries(entry.parameters).every(([name, one]) => costOf(one, values[name], 1) === 0);
  return isAsShipped || !Object.hasOwn(libraryBackoffs, name) ? 0 : 2;
}

function fitted(name: string, delays: readonly Delay[], suggestions: Suggestions, starts: number): FittedBackoff {
  const entry = backoffs[name];
  const candidates = Object.fromEntries(
    Object.entries(entry.parameters).map(([key, parameter]) => [key, candidatesFor(parameter, suggestions)]),
  );
  const search: Search = { entry, delays, candidates, leastCost: -delays.length * MOST_PER_DELAY };
  const points = startsOf(search, starts).map((values) => descended(search, values, coarse));
  const found = points.reduce((best, one) => (one.cost < best.cost ? one : best));
  const { values, cost } = descended(search, found.values, fine);
  return { spec: { policy: name, parameters: values }, cost: cost + strangeness(name, values) };
}

/** The numbers of a preset need not be said one by one: the preset's name says them. */
const PER_PRESET = 3;
/** What a preset is worth that speaks the client's own protocol. */
const LIKELY = 5;

/** What it costs to say that the delays are a preset's, in nats. */
export function presetCost(spec: PolicySpec, delays: readonly Delay[]): number {
  return PER_PRESET - logLikelihood(createPolicy(backoffs, spec), delays);
}

/** The policies with the best of their parameters, or with a preset's where those are cheaper; best first. */
function allFitted(delays: readonly Delay[], likely: readonly string[], starts: number): readonly FittedBackoff[] {
  const suggestions = suggestionsFrom(delays);
  const presets = [...presetBackoffs].map(([preset, spec]) => ({
    spec,
    cost: presetCost(spec, delays) - (likely.includes(preset) ? LIKELY : 0),
  }));
  return Object.keys(backoffs)
    .map((name) => {
      const own = [fitted(name, delays, suggestions, starts), ...presets.filter(({ spec }) => spec.policy === name)];
      return own.reduce((best, one) => (one.cost < best.cost ? one : best));
    })
    .sort((a, b) => a.cost - b.cost);
}

function undecidedOf({ spec }: FittedBackoff, delays: readonly Delay[]): readonly string[] {
  const entry = backoffs[spec.policy];
  const likelihood = (values: Values): number => logLikelihood(entry.create(values), delays);
  const best = likelihood(spec.parameters);
  return Object.entries(entry.parameters)
    .filter(([name, parameter]) => {
      if (costOf(parameter, spec.parameters[name], 1) !== 0) return false;
      const own = spec.parameters[name];
      if (typeof own !== 'number' || own === 0 || own === Infinity) return false;
      // Some other value far from the default says the delays as well.
      return [own * 1.5, own / 1.5].some(
        (value) => Math.abs(likelihood({ ...spec.parameters, [name]: value }) - best) < DECIDED,
      );
    })
    .map(([name]) => name);
}

export interface FitOptions {
  readonly effort?: Effort;
  /** presets that speak the client's protocol */
  readonly likely?: readonly string[];
}

/** The fit of at least one delay. Takes up to some seconds. */
export function fitBackoff(
  all: readonly Delay[],
  { effort: { starts, delays: most } = effort.usual, likely = [] }: FitOptions = {},
): BackoffFit {
  const delays = thinned(all, most);
  const fits = allFitted(delays, likely, starts);
  const [best] = fits;
  const backoff = createPolicy(backoffs, best.spec);
  const seen = all.reduce((sum, { delayMs }) => sum + delayMs, 0);
  const said = all.reduce((sum, delay) => sum + seenMean(backoff, delay), 0);
  return {
    best,
    undecided: undecidedOf(best, delays),
    alsoFit: fits.slice(1).filter(({ cost }) => cost < best.cost + NEARLY),
    looked: delays,
    delays: all.length,
    within: all.filter((delay) => isWithin(backoff, delay)).length,
    meanOff: said === 0 ? 0 : seen / said - 1,
  };
}

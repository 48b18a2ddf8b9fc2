/**
 * How large the parts of a scenario may be: characters of texts, items of lists,
 * links of chains. They are far beyond any scenario that people write or
 * programs write for people, and small enough that a file at all of them is
 * still loaded, run and printed in time that is proportional to it. Where the
 * model's own records end is said there; `engine-limits.ts` holds a scenario
 * against that.
 */

/** Characters (code points) of texts. */
export const MOST_CHARACTERS = {
  name: 64,
  title: 200,
  /** of a path in `sources`, `assumptions` */
  path: 500,
  expression: 500,
  /** a duration, a rate, a clock time, … */
  quantity: 100,
  /** story, says, note, why, cite */
  prose: 5000,
} as const;

/** Items of lists, entries of maps. */
export const MOST_ITEMS = {
  pods: 1000,
  tiers: 12,
  /** zones of a tier */
  zones: 100,
  products: 500,
  clients: 100,
  timeline: 2000,
  responders: 100,
  /** actions of one responder */
  act: 100,
  observed: 1000,
  series: 100,
  expect: 5000,
  /** rows of `sources`, and of `assumptions` */
  grounds: 5000,
  /** plausible values of one assumption */
  range: 100,
  variants: 500,
  /** variants that one variant extends */
  extend: 100,
  /** paths that one variant sets */
  set: 1000,
  /** points of a profile, steps of a schedule of arrivals */
  instants: 2000,
  /** hosts that a target lists */
  hosts: 10_000,
  /** measured values of an empirical distribution */
  measured: 10_000,
  /** delays that a backoff lists */
  delays: 100,
} as const;

/** How long a chain of variants that extend each other may be. */
export const EXTEND_DEPTH_MAX = 50;

/** Problems that are told of one file; beyond them their number is. */
export const PROBLEMS_MAX = 200;

/** Unknown keys of one map that are told one by one. */
export const UNKNOWN_KEYS_MAX = 20;

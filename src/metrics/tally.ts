/**
 * The counters of a run in one array, so that counting is one addition, and a
 * copy of the array marks the start of a window or of a sampling interval: what
 * happened since is the difference. Here are the counters' places; those of the
 * tiers come last, a block each.
 */
import { attemptEnds, deathCauses, dropCauses, rejectReasons, reloadCauses } from '../model/vocabulary.ts';

export const ARRIVALS = 0;
export const GAVE_UP = 1;
export const LEFT = 2;
export const REBOOTS = 3;
/** the integral of the disconnected over time, in session-milliseconds */
export const LOST_SESSION_MS = 4;
/** whole seconds sampled, and the sum over them of the hosts that exist */
export const SECONDS = 5;
/** attempts held back by their clients */
export const SUPPRESSED = 6;
/** hosts that a balancer took out */
export const EJECTIONS = 7;
export const DROPS = 8;
export const ENDS = DROPS + dropCauses.length;
export const REASONS = ENDS + attemptEnds.length;
export const DEATHS = REASONS + rejectReasons.length;
export const PAGE_RELOADS = DEATHS + deathCauses.length;
export const TIERS = PAGE_RELOADS + reloadCauses.length;

/** Places within a tier's block. */
export const ENTERED = 0;
/** services begun, for nobody too; and of these after a wait > 0 */
export const BEGAN = 1;
export const WAITED = 2;
/** attempts to whose client the host came too late */
export const ABANDONED_IN_QUEUE = 3;
export const SERVICE_MS = 4;
/** the part of it that was for nobody */
export const ABANDONED_MS = 5;
/** the integral of the attempts that are there over time, in attempt-milliseconds */
export const PRESENT_MS = 6;
/** sums over the whole seconds: hosts that exist, hosts that are up or warming */
export const HOST_SECONDS = 7;
export const UP_SECONDS = 8;
const TIER_BLOCK = 9;

export function createTally(tierCount: number): Float64Array {
  return new Float64Array(TIERS + tierCount * TIER_BLOCK);
}

/** Where the block of a tier begins. */
export function tierPlace(tier: number): number {
  return TIERS + tier * TIER_BLOCK;
}

/**
 * The counters of a run in one array, so that counting is one addition, and a
 * copy of the array marks the start of a window or of a sampling interval: what
 * happened since is the difference. Here are the counters' places; those of the
 * tiers come last, a block each.
 */
import { attemptEnds, deathCauses, dropCauses, rejectReasons, reloadCauses } from '../model/state/vocabulary.ts';

export const ARRIVALS = 0;
export const GAVE_UP = 1;
export const LEFT = 2;
export const REBOOTS = 3;
/** the integral of the disconnected over time, in session-milliseconds */
export const LOST_SESSION_MS = 4;
/** attempts held back by their clients */
export const SUPPRESSED = 5;
/** hosts that a balancer took out */
export const EJECTIONS = 6;
export const DROPS = 7;
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
/** of the attempts that came within the window, those whose client left while they waited */
export const ABANDONED_IN_QUEUE = 3;
/** integrals over time: services that go on for clients that wait, and those for nobody */
export const AWAITED_MS = 4;
export const ABANDONED_MS = 5;
/** attempts that are there */
export const PRESENT_MS = 6;
/** hosts that exist, and places of those which serve in which nobody is being served */
export const HOST_MS = 7;
export const IDLE_MS = 8;
/** of the services begun, those whose clients had left before */
export const BEGAN_FOR_NOBODY = 9;
const TIER_BLOCK = 10;

export function createTally(tierCount: number): Float64Array {
  return new Float64Array(TIERS + tierCount * TIER_BLOCK);
}

/** Where the block of a tier begins. */
export function tierPlace(tier: number): number {
  return TIERS + tier * TIER_BLOCK;
}

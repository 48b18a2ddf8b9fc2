/**
 * What a lost host costs a tier whose leases move by work, by arithmetic: nobody
 * drops at once, and yet its M sessions stall until the hosts that are left have
 * placed them, which is M services. If those who are not answered in time ask
 * again every R, M / R come in a second, and the line is for nobody as soon as
 * these are more than can be placed (docs/model.md, "When a backend host is
 * lost"). Left out: logins in the same line, leases that fail meanwhile.
 */
import { createDistribution } from '../engine/distributions.ts';
import type { Scenario, Tier } from '../scenario/scenario.ts';
import { groupOf, passedPerSec } from './tier-load.ts';

/** Sessions that have to be placed anew, and what places them. */
export interface Moves {
  readonly stallingSessions: number;
  /** the least time in which all are placed, by the hosts that are left; Infinity: none is left */
  readonly placedMs: number;
  /** where they ask again sooner than they can be placed: how often, and what they ask for beside what can be placed */
  readonly herd: { readonly everyMs: number; readonly askedPerSec: number; readonly placedPerSec: number } | null;
}

/** `lost`: hosts by pod; of a shared tier the first number. Null where nobody has to be placed by work. */
export function movesOf(scenario: Scenario, tier: Tier, lost: readonly number[], sessions: number): Moves | null {
  const { lease } = tier;
  if (lease?.moves !== 'attempt' || tier.holdsSessions) return null;
  const shares = tier.scope === 'shared' ? [1] : scenario.pods.map(({ share }) => share);
  const everyMs = lease.moveTimeoutMs + createDistribution(lease.asksAgain).meanMs;
  // Where a line is bounded or is not served in turn, work for nobody need not keep anybody else out.
  const isLine = tier.queue.limit === Infinity && tier.queue.discipline.policy === 'fifo';
  let [stallingSessions, placedMs] = [0, 0];
  let herd: Moves['herd'] = null;
  shares.forEach((share, pod) => {
    const stalling = (sessions * share * Math.min(lost[pod], tier.hosts)) / tier.hosts;
    if (stalling === 0) return;
    const placedPerSec = passedPerSec(groupOf(scenario, tier, lost[pod])) / lease.moveWork;
    const askedPerSec = (1000 * stalling) / everyMs;
    stallingSessions += stalling;
    placedMs = Math.max(placedMs, (1000 * stalling) / placedPerSec);
    if (isLine && placedPerSec > 0 && tier.abandonedWorkCost * askedPerSec > placedPerSec)
      herd = { everyMs, askedPerSec, placedPerSec };
  });
  return stallingSessions === 0 ? null : { stallingSessions, placedMs, herd };
}

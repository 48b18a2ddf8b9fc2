/**
 * The disconnected share at a whole second, and which pods are impacted by it,
 * from the sessions' states that the log kept.
 */
import { Session } from '../../../src/model/state/vocabulary.ts';
import { disconnectedOf, share, sum } from './audited-run.ts';
import type { Shot } from './raw-log.ts';

const { gone } = Session;

/** Disconnected / not gone, of some pods; nobody is nothing of nobody. */
export function disconnectedShare(shot: Shot, pods: readonly number[]): number {
  const states = pods.map((pod) => shot.sessions[pod]);
  return share(sum(states.map(disconnectedOf)), sum(states.map((counts) => sum(counts) - counts[gone]))) || 0;
}

export function impactedPods(shot: Shot): number[] {
  return shot.sessions.map((_, pod) => pod).filter((pod) => disconnectedShare(shot, [pod]) > 0.05);
}

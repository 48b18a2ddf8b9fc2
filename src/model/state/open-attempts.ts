/**
 * The attempts open on a host: those that wait there, are served there, or were
 * handed over from there to a later tier. A list per host, linked through the
 * attempts' records (one pair of links per tier), so that a host that dies
 * finds them all.
 */
import { impossible } from '../../engine/simulation-error.ts';
import type { Attempts } from './attempts.ts';
import type { Fleet } from './fleet.ts';
import type { Host } from './host.ts';

/** The host has the attempt open from now on. */
export function linkOpen(attempts: Attempts, attempt: number, host: Host): void {
  const tier = host.tier;
  attempts.setHost(tier, attempt, host.index);
  attempts.setNext(tier, attempt, host.openHead);
  attempts.setPrevious(tier, attempt, -1);
  if (host.openHead >= 0) attempts.setPrevious(tier, host.openHead, attempt);
  host.openHead = attempt;
  host.openCount++;
}

export function unlinkOpen(attempts: Attempts, attempt: number, host: Host): void {
  const tier = host.tier;
  const after = attempts.next(tier, attempt);
  const before = attempts.previous(tier, attempt);
  if (attempts.host(tier, attempt) !== host.index)
    impossible(`attempt ${attempt} is taken off ${host.label}, which does not have it open`);
  if (before >= 0) attempts.setNext(tier, before, after);
  else host.openHead = after;
  if (after >= 0) attempts.setPrevious(tier, after, before);
  attempts.setHost(tier, attempt, -1);
  host.openCount--;
}

/**
 * The attempts open on a host that goes down, the newest first. Thousands of clients are about to be told, who lie
 * anywhere: what that needs of each, and of its timer, is read here for all of them, so that memory is waited for once.
 */
export function openOn(fleet: Fleet, host: Host): Int32Array {
  const { attempts, engine, roster } = fleet;
  const open = new Int32Array(host.openCount);
  let count = 0;
  for (let attempt = host.openHead; attempt >= 0; attempt = attempts.next(host.tier, attempt)) open[count++] = attempt;
  if (!fleet.foresees) return open;
  let touched = 0;
  for (const attempt of open) {
    const session = attempts.session(attempt);
    if (session >= 0) touched += roster.touch(session);
  }
  for (const attempt of open) {
    const session = attempts.session(attempt);
    if (session >= 0 && roster.timer(session) !== 0) touched += engine.timeOf(roster.timer(session));
  }
  fleet.touched = touched | 0;
  return open;
}

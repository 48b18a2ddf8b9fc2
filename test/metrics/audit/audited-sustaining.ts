/**
 * Whether an overload sustained itself between two instants, counted from the
 * calls by the words of its definition: who got back in, who could have, and
 * whether it got better from third to third.
 */
import { attemptEnds, dropCauses, HostState } from '../../../src/model/state/vocabulary.ts';
import { share, sum, type AuditedRun, type Change } from './audited-run.ts';
import { disconnectedShare } from './audited-shares.ts';
import type { Call } from './raw-log.ts';

const named = (names: readonly string[], ...some: readonly string[]): number[] =>
  some.map((name) => names.indexOf(name));
const failures = named(attemptEnds, 'timedOut', 'rejected', 'reset');
const again = named(dropCauses, 'killed', 'outOfMemory', 'keepalive', 'lease');

function within(calls: readonly Call[], fromMs: number, untilMs: number): Call[] {
  return calls.filter(({ args }) => (args[0] as number) >= fromMs && (args[0] as number) < untilMs);
}

function integral(before: number, changes: readonly Change[], fromMs: number, untilMs: number): number {
  const late = changes.filter(({ atMs }) => atMs < untilMs);
  return before * (untilMs - fromMs) + sum(late.map(({ atMs, by }) => by * (untilMs - Math.max(atMs, fromMs))));
}

export function sustaining(run: AuditedRun, startMs: number, endMs: number): 'sustained' | 'easing' | 'orderly' {
  const { scenario, log } = run;
  const fromMs = 1000 * Math.ceil(startMs / 1000);
  const untilMs = Math.min(1000 * Math.ceil(endMs / 1000), log.shots.at(-1)!.atMs);
  const shots = log.shots.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  const isImpacted = (pod: number): boolean =>
    shots.filter((shot) => disconnectedShare(shot, [pod]) > 0.05).length * 2 > shots.length - 1;
  const pods = scenario.pods.map((_, pod) => pod).filter(isImpacted);
  const inPods = (name: Call['name']): Call[] =>
    within(run.all(name), fromMs, untilMs).filter(({ args }) => pods.includes(args[1] as number));
  const connected = inPods('connected').length;
  const failed =
    inPods('attemptEnded').filter(({ args }) => failures.includes(args[2] as number)).length +
    inPods('refusedAhead').length;
  const lost = inPods('dropped').filter(({ args }) => again.includes(args[2] as number)).length;
  const workMs = (tier: number, forNobody: boolean, sinceMs: number): number =>
    integral(0, run.services(tier, forNobody), sinceMs, untilMs);
  const servable = scenario.tiers.map(({ parallelism }, tier) => {
    const begun = run.all('serviceBegan').filter(({ args }) => args[1] === tier);
    const sinceMs = within(begun, fromMs, untilMs).length > 0 ? fromMs : 0;
    const awaitedMs = workMs(tier, false, sinceMs) - workMs(tier, true, sinceMs);
    const serviceMs = share(awaitedMs, within(begun, sinceMs, untilMs).length);
    if (!(serviceMs > 1e-9)) return Infinity;
    const hosts = Array.from({ length: log.fleet.hostCount }, (_, host) => host).filter(
      (host) => log.fleet.hostTier(host) === tier,
    );
    const own = hosts.filter((host) => log.fleet.hostPod(host) < 0 || pods.includes(log.fleet.hostPod(host)));
    const { before, changes } = run.hosts(tier, (state) => (state === HostState.absent ? 0 : 1));
    const hostMs = integral(before, changes, fromMs, untilMs) * share(own.length, hosts.length);
    return (hostMs * parallelism) / serviceMs;
  });
  const couldHave = Math.min(connected + failed, ...servable);
  if (!(couldHave > 0) || connected - lost >= (couldHave / 2) * (1 - 1e-9)) return 'orderly';
  const third = Math.max(1, Math.floor(shots.length / 3));
  const falls = (values: readonly number[]): boolean => {
    const middle = Math.floor((values.length - third) / 2);
    const [first, amid, last] = [0, middle, values.length - third].map((at) => sum(values.slice(at, at + third)));
    return first > amid && amid > last && last < 0.9 * first;
  };
  if (falls(shots.map((shot) => sum(pods.map((pod) => disconnectedShare(shot, [pod])))))) return 'easing';
  if (within(run.all('hostDied'), fromMs, untilMs).length > 0) return 'sustained';
  const tiers = scenario.tiers.map((_, tier) => tier);
  const all = sum(tiers.map((tier) => workMs(tier, false, fromMs)));
  const forNobody = sum(tiers.map((tier) => workMs(tier, true, fromMs)));
  const backlog = shots.map((shot) => sum(shot.hosts.map(({ queued, inService }) => queued + inService)));
  return 2 * forNobody > all && falls(backlog) ? 'easing' : 'sustained';
}

/**
 * Every metric of the catalogue, counted once more from the raw log. A new
 * metric needs its count here; the audit fails until it has one.
 */
import {
  attemptEnds,
  deathCauses,
  dropCauses,
  HostState,
  rejectReasons,
  reloadCauses,
  sessionStates,
  Session,
} from '../../../src/model/state/vocabulary.ts';
import type { Recorder } from '../../../src/model/state/recorder.ts';
import { episodesOf, longestOf, spreadPods, type AuditedEpisode } from './audited-episodes.ts';
import { disconnectedShare, impactedPods } from './audited-shares.ts';
import { grouped, isUp, mean, share, statistic, sum, type AuditedRun, type Change } from './audited-run.ts';
import type { Call, HostShot, Shot } from './raw-log.ts';

/** `parts` are those of the value's name, in order. */
export type Count = (run: AuditedRun, parts: readonly string[]) => number;

/** Calls whose n-th argument is the code of a name, or any code if none is named. */
function coded(name: keyof Recorder, n: number, codes: readonly string[]): Count {
  return (run, [part]) => (part === undefined ? run.told(name) : run.toldWith(name, n, codes.indexOf(part))).length;
}

function counted(name: keyof Recorder): Count {
  return (run) => run.told(name).length;
}

const refusedAhead: Count = (run, [reason]) =>
  run
    .told('refusedAhead')
    .filter(({ args }) => (args[0] as number) < run.endMs && (reason === undefined || args[2] === codeOf(reason)))
    .length;

function codeOf(reason: string): number {
  return rejectReasons.indexOf(reason);
}

const attempts: Count = (run, [end]) =>
  coded('attemptEnded', 2, attemptEnds)(run, end === undefined ? [] : [end]) +
  (end === undefined || end === 'rejected' ? refusedAhead(run, []) : 0);

const rejected: Count = (run, [reason]) => {
  const told = run
    .told('attemptEnded')
    .filter(({ args }) => (reason === undefined ? (args[3] as number) >= 0 : args[3] === codeOf(reason)));
  return told.length + refusedAhead(run, [reason]);
};

/** Whether a call is about a product, a client version, or anybody; its products are the n-th arguments. */
function isOf({ scenario }: AuditedRun, who: string | undefined, n: number): (call: Call) => boolean {
  if (who === undefined) return () => true;
  const product = scenario.products.findIndex(({ name }) => name === who);
  if (product >= 0) return ({ args }) => args[n] === product;
  return ({ args }) => args[n + 1] === scenario.clients.findIndex(({ name }) => name === who);
}

function cameBack(run: AuditedRun, who: string | undefined): Call[] {
  return run.told('connected').filter((call) => (call.args[3] as number) >= 0 && isOf(run, who, 4)(call));
}

/** How many were disconnected when the window began. */
function disconnectedBefore(run: AuditedRun): number {
  const { before, changes } = run.disconnectedChanges();
  return before + sum(changes.filter(({ atMs }) => atMs < run.fromMs).map(({ by }) => by));
}

/** Attempts begun by the time of a sample: those that had ended, and those under way. */
function begunBy(run: AuditedRun, shot: Shot): number {
  const { calls } = run.log;
  const endings = run.once('endings', () => calls.flatMap(({ name }, i) => (name === 'attemptEnded' ? [i] : [])));
  const ended = endings.filter((i) => i < shot.calls).length;
  const refused = run.all('refusedAhead').filter(({ args }) => (args[0] as number) < shot.atMs).length;
  return ended + refused + sum(shot.sessions.map((states) => states[sessionStates.indexOf('connecting')]));
}

function busiestSecond(run: AuditedRun): { count: number; atMs: number } {
  return run.once('busiest', () => findBusiest(run));
}

function findBusiest(run: AuditedRun): { count: number; atMs: number } {
  const seconds = run.seconds;
  const begun = seconds.map((shot) => begunBy(run, shot));
  const counts = begun.slice(1).map((count, i) => ({ count: count - begun[i], atMs: seconds[i].atMs }));
  return counts.find(({ count }) => counts.every((other) => other.count <= count)) ?? { count: NaN, atMs: NaN };
}

/** The mean over the window's whole seconds. */
function everySecond(of: (shot: Shot, run: AuditedRun, part: string | undefined) => number): Count {
  return (run, [part]) => mean(run.seconds.map((shot) => of(shot, run, part)));
}

const podsOf = (run: AuditedRun, pod: string | undefined): number[] =>
  run.scenario.pods.flatMap(({ name }, i) => (pod === undefined || name === pod ? [i] : []));
const tiersOf = (run: AuditedRun, tier: string | undefined): number[] =>
  run.scenario.tiers.flatMap(({ name }, i) => (tier === undefined || name === tier ? [i] : []));

/** A sum over the hosts of a tier, or of all. */
function overHosts(of: (host: HostShot) => number): (shot: Shot, run: AuditedRun, tier: string | undefined) => number {
  return (shot, run, tier) => sum(shot.hosts.filter((host) => tiersOf(run, tier).includes(host.tier)).map(of));
}

/** A sum over one tier, or over all. */
function overTiers(run: AuditedRun, tier: string | undefined, of: (tier: number) => number): number {
  return sum(tiersOf(run, tier).map(of));
}

/** Of the calls about a tier, the n-th argument's statistic. */
function tierTimes(names: readonly (keyof Recorder)[], n: number): Count {
  return (run, [tier, part]) => {
    const calls = names.flatMap((name) => run.toldWith(name, 1, tiersOf(run, tier)[0]));
    return statistic(
      calls.map(({ args }) => args[n] as number),
      part,
    );
  };
}

const begunServices = (run: AuditedRun, tier: number) => [
  ...run.toldWith('serviceBegan', 1, tier),
  ...run.toldWith('abandonedServed', 1, tier),
];

const serves = (state: number): boolean => isUp(state) || state === HostState.draining;

/** Places over time, as many as are taken where these are more. */
function placesMs(run: AuditedRun, tier: number): number {
  const places = run.hosts(tier, (state, parallelism) => (serves(state) ? parallelism : 0));
  const taken = run.services(tier, false);
  const instants = [
    ...new Set([0, run.fromMs, run.endMs, ...places.changes.map(({ atMs }) => atMs), ...taken.map(({ atMs }) => atMs)]),
  ].sort((a, b) => a - b);
  const changeAt = (changes: readonly Change[]): Map<number, number> => {
    const at = new Map<number, number>();
    for (const { atMs, by } of changes) at.set(atMs, (at.get(atMs) ?? 0) + by);
    return at;
  };
  const [placesAt, takenAt] = [changeAt(places.changes), changeAt(taken)];
  let [there, used, total] = [places.before, 0, 0];
  instants.forEach((atMs, i) => {
    there += placesAt.get(atMs) ?? 0;
    used += takenAt.get(atMs) ?? 0;
    if (atMs >= run.fromMs && i + 1 < instants.length) total += Math.max(there, used) * (instants[i + 1] - atMs);
  });
  return total;
}

function peakShare(run: AuditedRun, pod: string | undefined): { value: number; atMs: number } {
  const values = run.seconds.map((shot) => ({ value: disconnectedShare(shot, podsOf(run, pod)), atMs: shot.atMs }));
  return values.find(({ value }) => values.every((other) => other.value <= value)) ?? { value: NaN, atMs: NaN };
}

/** Drops by the number of their loss, and the losses of actions, told by name. */
const reproduction: Count = (run, [action]) => {
  const byLoss = run.once('drops by loss', () => grouped(run.all('dropped'), ({ args }) => args[3]));
  const dropsOf = (loss: number): number => byLoss.get(loss)?.length ?? 0;
  const losses = run
    .all('loss')
    .map(({ args }) => args as unknown as [number, number, string, string, ReadonlyMap<number, number>]);
  const own = losses
    .filter(([, , kind, subject]) => kind === 'action' && (action === undefined || subject === action))
    .map(([, number]) => number);
  const caused = losses.map(
    ([, number, , , parents]) =>
      sum([...parents].filter(([parent]) => own.includes(parent)).map(([, part]) => part)) * dropsOf(number),
  );
  return share(sum(caused), sum(own.map(dropsOf)));
};

function milestone(of: (episode: AuditedEpisode) => number): Count {
  return (run) => {
    const longest = longestOf(episodesOf(run));
    return longest === undefined ? NaN : of(longest);
  };
}

/** 1 if it is so of an outage for certain, 0 if of none, and no value in between. */
function ofSome(of: (episode: AuditedEpisode) => boolean | null): Count {
  return (run) => {
    const verdicts = episodesOf(run).map(of);
    return verdicts.includes(true) ? 1 : verdicts.includes(null) ? NaN : 0;
  };
}

/** A statistic over hosts that are up, and whole seconds. */
function hostValues(of: (host: HostShot) => number): Count {
  return (run, [tier, part]) =>
    statistic(
      run.seconds.flatMap(({ hosts }) =>
        hosts.filter((host) => run.scenario.tiers[host.tier].name === tier && isUp(host.state)).map(of),
      ),
      part,
    );
}

/** By the catalogue's names. */
export const auditedMetrics: Readonly<Record<string, Count>> = {
  sessions: (run) => sum(run.log.start.sessions.flat()) + run.all('arrived').length,
  stateSessions: everySecond((shot, _run, state) =>
    sum(shot.sessions.map((states) => states[sessionStates.indexOf(state as 'gone')])),
  ),
  arrivals: counted('arrived'),
  left: counted('left'),
  drops: coded('dropped', 2, dropCauses),
  attempts,
  rejected,
  gaveUp: (run, [who]) => run.told('gaveUp').filter(isOf(run, who, 2)).length,
  suppressed: counted('suppressed'),
  pageReloads: coded('pageReloaded', 2, reloadCauses),
  retryAmplification: (run) =>
    share(attempts(run, []), disconnectedBefore(run) + run.told('arrived').length + run.told('dropped').length),
  attemptsPerSecondPeak: (run) => busiestSecond(run).count,
  attemptsPeakAt: (run) => busiestSecond(run).atMs,
  goodput: (run) =>
    run.toldWith('attemptEnded', 2, attemptEnds.indexOf('connected')).length / ((run.endMs - run.fromMs) / 1000),
  connectTime: (run, [part]) =>
    statistic(
      run.told('connected').map(({ args }) => args[2] as number),
      part,
    ),
  reconnectTime: (run, parts) => {
    const [who, part] = parts.length === 2 ? parts : [undefined, parts[0]];
    // Who is still away is so for ever, and what that makes endless is no number.
    const away = run
      .all('stillAway')
      .filter(isOf(run, who, 1))
      .map(() => Infinity);
    const value = statistic([...cameBack(run, who).map(({ args }) => args[3] as number), ...away], part);
    return Number.isFinite(value) ? value : NaN;
  },
  cameBack: (run, [who]) => cameBack(run, who).length,
  neverBack: (run, [who]) => run.all('stillAway').filter(isOf(run, who, 1)).length,
  disconnectedFraction: everySecond((shot, run, pod) => disconnectedShare(shot, podsOf(run, pod))),
  stalledFraction: everySecond((shot, run, pod) => {
    const pods = podsOf(run, pod);
    const present = pods.flatMap((p) => shot.sessions[p].filter((_, state) => state !== Session.gone));
    const stalled = sum(pods.map((p) => shot.stalled[p]));
    return stalled === 0 ? 0 : share(stalled, sum(present));
  }),
  impactedPods: everySecond((shot) => impactedPods(shot).length),
  hostsUp: everySecond(overHosts(({ state }) => (isUp(state) ? 1 : 0))),
  queueLength: everySecond(overHosts(({ queued }) => queued)),
  openAttempts: (run, [tier]) =>
    overTiers(run, tier, (one) => run.integral(0, run.presence(one))) / (run.endMs - run.fromMs),
  queueWait: tierTimes(['serviceBegan', 'abandonedServed'], 2),
  stay: tierTimes(['leftTier'], 2),
  hostSessions: hostValues(({ sessions }) => sessions),
  hostQueue: hostValues(({ queued }) => queued),
  waitedFraction: (run, [tier]) => {
    const services = tiersOf(run, tier).flatMap((one) => begunServices(run, one));
    return share(services.filter(({ args }) => (args[2] as number) > 0).length, services.length);
  },
  abandonedInQueueFraction: (run, [tier]) => {
    const left = (one: number): number =>
      run.toldWith('abandonedInQueue', 1, one).filter(({ args }) => (args[2] as number) >= run.fromMs).length;
    return share(
      overTiers(run, tier, left),
      overTiers(run, tier, (one) => run.toldWith('enteredTier', 1, one).length),
    );
  },
  abandonedWorkFraction: (run, [tier]) => {
    const workMs = (forNobody: boolean): number =>
      overTiers(run, tier, (one) => run.integral(0, run.services(one, forNobody)));
    return share(workMs(true), workMs(false));
  },
  utilisation: (run, [tier]) =>
    share(
      overTiers(run, tier, (one) => run.integral(0, run.services(one, false))),
      overTiers(run, tier, (one) => placesMs(run, one)),
    ),
  hostDeaths: coded('hostDied', 2, deathCauses),
  hostReboots: counted('hostRebooted'),
  ejections: counted('hostEjected'),
  hostHours: (run, [tier]) =>
    overTiers(run, tier, (one) => {
      const { before, changes } = run.hosts(one, (state) => (state === HostState.absent ? 0 : 1));
      return run.integral(before, changes);
    }) / 3_600_000,
  peakDisconnectedFraction: (run, [pod]) => peakShare(run, pod).value,
  peakDisconnectedAt: (run) => peakShare(run, undefined).atMs,
  sessionMinutesLost: (run) => {
    const { before, changes } = run.disconnectedChanges();
    return run.integral(before, changes) / 60_000;
  },
  peakImpactedPods: (run) =>
    run.seconds.length === 0 ? NaN : Math.max(...run.seconds.map((shot) => impactedPods(shot).length)),
  spreadPods,
  episodes: (run) => episodesOf(run).length,
  timeToRecover: (run) => {
    const longest = longestOf(episodesOf(run));
    if (longest === undefined) return 0;
    return Number.isNaN(longest.resolvedMs) ? Infinity : longest.resolvedMs - longest.startedMs;
  },
  collapse: ofSome(({ metastable }) => metastable),
  outlivesTrigger: ofSome(({ outlivesTrigger }) => outlivesTrigger),
  reproduction,
  started: milestone(({ startedMs }) => startedMs),
  allPods: milestone(({ allPodsMs }) => allPodsMs),
  peak: milestone(({ peakMs }) => peakMs),
  recovering: milestone(({ recoveringMs }) => recoveringMs),
  resolved: milestone(({ resolvedMs }) => resolvedMs),
  triggerEnded: milestone(({ triggerEndedMs }) => triggerEndedMs),
};

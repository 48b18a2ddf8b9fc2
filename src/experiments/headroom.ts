/**
 * The headroom of a tier: the largest loss of hosts that the fleet survives, in one
 * world. A loss of k is a run of its own: the scenario as it is until its first
 * action would begin, then instead of that the first k hosts of each pod are killed
 * and stay down, and nobody responds. Luck belongs to its owner, so that all these
 * runs are the same world, and k is bisected as any field of a plan is.
 *
 * Survived is a loss without an outage that sustains itself, or that lasts longer than
 * `metastableAfter`. The run goes on for that long after the loss, and for as long as
 * the end of an outage takes to show; an outage that is younger then is undecided.
 */
import type { Episode } from '../metrics/episodes.ts';
import { endedRun } from '../metrics/ended-run.ts';
import type { Headroom, Headrooms } from '../metrics/survived-losses.ts';
import type { MetricReference } from '../scenario/expression.ts';
import type { Scenario, Tier } from '../scenario/scenario.ts';
import { runScenario, type RunOptions } from './run.ts';
import { World, type Answer } from './thresholds/world.ts';

/** What is seen after the time that an outage may last: the five minutes of calm that end one, and as much again. */
const SHOWS_AFTER_MS = 600_000;
const MINUTE_MS = 60_000;

export type HeadroomOptions = Pick<RunOptions, 'seed' | 'variant' | 'scenarioHash' | 'limits' | 'shouldStop'> & {
  /** told before each run which tier it is about */
  readonly onTier?: (tier: string) => void;
};

/** When the calm start is over. */
export function calmUntilMs({ timeline, measure, clock }: Scenario): number {
  const begins = timeline.flatMap(({ when }) => ('atMs' in when ? [when.atMs] : []));
  const first = Math.min(...begins);
  return Number.isFinite(first) ? first : Math.min(Math.max(measure.fromMs, MINUTE_MS), clock.durationMs);
}

/** The scenario in which a tier loses so many hosts, of each pod, for good. */
export function withLoss(scenario: Scenario, tier: string, lost: number): Scenario {
  const lostMs = calmUntilMs(scenario);
  const durationMs = lostMs + scenario.metastableAfterMs + SHOWS_AFTER_MS;
  const target = {
    tier,
    pods: scenario.pods.map((_, pod) => pod),
    hosts: Array.from({ length: lost }, (_, host) => host),
  };
  return {
    ...scenario,
    clock: { ...scenario.clock, durationMs },
    timeline: [
      {
        name: 'loss',
        title: 'loss',
        action: 'kill',
        parameters: { target, bootsAfter: Infinity },
        when: { atMs: lostMs },
        assumed: false,
      },
    ],
    responders: [],
    measure: { ...scenario.measure, fromMs: 0 },
    observed: [],
    expect: [],
  };
}

/** Whether the fleet survived, as far as a run went; null: too soon to say. */
function survived(episodes: readonly Episode[], nowMs: number, mayLastMs: number): Answer {
  const isTooLong = ({ startedMs, resolvedMs, metastable }: Episode): boolean =>
    metastable === true || (resolvedMs ?? nowMs) - startedMs > mayLastMs;
  if (episodes.some(isTooLong)) return false;
  return episodes.some(({ resolvedMs }) => resolvedMs === null) ? null : true;
}

/** Runs a loss; null also if somebody stopped it. */
async function survives(scenario: Scenario, options: HeadroomOptions): Promise<Answer> {
  const { seed, variant, scenarioHash, limits, shouldStop } = options;
  const mayLastMs = scenario.metastableAfterMs;
  let hasFailed = false;
  const { ended, endMs, complete } = await runScenario(scenario, {
    seed,
    variant,
    scenarioHash,
    limits,
    withMetrics: true,
    ...(shouldStop === undefined ? {} : { shouldStop }),
    // What has failed cannot be mended by what is to come.
    endsAt: (recorder, nowMs) => (hasFailed = survived(endedRun(recorder).episodes, nowMs, mayLastMs) === false),
  });
  if (hasFailed) return false;
  return complete ? survived(ended.episodes, endMs, mayLastMs) : null;
}

async function headroomOf(scenario: Scenario, { name, hosts }: Tier, options: HeadroomOptions): Promise<Headroom> {
  // From the greatest loss that leaves a host, which fails first, to the smallest.
  const world = new World(0, hosts - 1);
  const lossAt = (place: number): number => hosts - 1 - place;
  for (let place = world.next(null); place !== null; place = world.next(null)) {
    options.onTier?.(name);
    world.hear(place, await survives(withLoss(scenario, name, lossAt(place)), options));
    if (options.shouldStop?.() === true) break;
  }
  const at = Array.from({ length: hosts - 1 }, (_, i) => world.at(lossAt(i + 1)));
  const firstFailure = at.indexOf(false);
  const fails = firstFailure < 0 ? hosts : firstFailure + 1;
  return { hosts, survives: at.slice(0, fails - 1).lastIndexOf(true) + 1, fails, lostMs: calmUntilMs(scenario) };
}

/** The headroom of each of some tiers. Throws what runs throw. */
export async function findHeadrooms(
  scenario: Scenario,
  tiers: readonly string[],
  options: HeadroomOptions,
): Promise<Headrooms> {
  const headrooms = new Map<string, Headroom>();
  for (const name of tiers) {
    const tier = scenario.tiers.find((one) => one.name === name);
    if (tier !== undefined) headrooms.set(name, await headroomOf(scenario, tier, options));
  }
  return headrooms;
}

/** The tiers whose headroom some references need. */
export function tiersNeeded({ tiers }: Scenario, references: readonly MetricReference[]): readonly string[] {
  const needed = references.flatMap(({ metric, parts: [tier] }) => {
    if (metric !== 'headroom') return [];
    return tier ?? (tiers.length === 1 ? tiers[0].name : []);
  });
  return [...new Set(needed)];
}

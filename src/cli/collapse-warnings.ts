/**
 * Warnings for expectations that ask for a collapse where, as far as arithmetic
 * can tell, nothing sustains one: no failed attempt costs a host enough, none can
 * be killed or run out of memory, nothing refuses. Such a file may mean what
 * `collapse` meant until it was told from `outlivesTrigger`: an outage that lasts.
 */
import { arithmeticOf } from '../experiments/arithmetic.ts';
import { variantOf } from '../experiments/expectation.ts';
import { asksForCollapse } from '../experiments/short-clock.ts';
import { BASELINE } from '../metrics/judgement.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import type { Scenario, Tier } from '../scenario/scenario.ts';
import { expectationPlaces } from './expectation-places.ts';

/** Whether hosts can die under load, refuse, or reject what they have worked for. */
function mayTurnAway(tier: Tier): boolean {
  const { liveness, memory, registry, lease, readiness, ejection, queue, admission } = tier;
  const isLimited = queue.limit !== Infinity || admission.policy !== 'none';
  return [liveness, memory, registry, lease, readiness, ejection].some((part) => part !== null) || isLimited;
}

/** So near the threshold of wasted work luck may do it: with delays of so many times as much it will not. */
const FAR = 2;

/** Whether anything is known by which an overload could go on by itself. */
function maySustain(scenario: Scenario): boolean {
  const { tiers, findings } = arithmeticOf(scenario);
  if (scenario.tiers.some(mayTurnAway) || findings.length > 0) return true;
  return tiers.some(({ wastedWork }) => wastedWork !== null && wastedWork.retryMs < FAR * wastedWork.thresholdMs);
}

export function collapseWarnings(file: string, loaded: LoadedScenario): Problem[] {
  const places = expectationPlaces(loaded);
  return loaded.scenario.expect.flatMap((condition, i) => {
    if (condition.left.metric !== 'collapse' || !asksForCollapse(condition)) return [];
    const variant = variantOf(condition.left);
    const scenario = variant === BASELINE ? loaded.scenario : loaded.variantScenarios.get(variant);
    if (scenario === undefined || maySustain(scenario)) return [];
    return [
      problemAt(file, places[i], {
        path: `expect.${i + 1}`,
        expected: 'an outage that could sustain itself',
        found: 'nothing that would keep one going, by arithmetic',
        hint: 'collapse means that an overload sustains itself; an outage that only lasts long after its trigger is outlivesTrigger',
      }),
    ];
  });
}

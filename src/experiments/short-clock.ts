/**
 * Whether a scenario's clock is long enough for what it expects, before it is
 * run. Whether an outage is metastable shows `metastableAfter` after the last
 * action was over; a run that ends sooner may leave it undecided, which passes
 * nothing. How long actions take is known about: hosts that boot with some luck
 * take their mean, and what responders do, or what waits for them, is not known.
 */
import { createDistribution } from '../engine/distributions.ts';
import { actions, type PlannedFleet } from '../policies/actions.ts';
import { meantCount } from '../policies/targets.ts';
import { rangesHold } from '../scenario/condition.ts';
import type { MetricCondition } from '../scenario/expression.ts';
import type { Scenario, TimelineAction } from '../scenario/scenario.ts';
import { referencesOf } from './expectation.ts';

interface Span {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface ShortClock {
  /** when the clock would have to end at the earliest, about */
  readonly neededMs: number;
  /** the action that is over last until then, and when, about; null without any */
  readonly after: { readonly name: string; readonly endMs: number } | null;
}

function plannedFleet({ tiers, pods }: Scenario): PlannedFleet {
  const tierOf = (name: string) => tiers.find((tier) => tier.name === name);
  return {
    bootMs: (name) => {
      const boot = tierOf(name)?.boot;
      return boot === undefined ? 0 : createDistribution(boot).meanMs;
    },
    podsOf: (target) => {
      const tier = tierOf(target.tier);
      const chosen =
        tier?.scope === 'shared' ? [-1] : target.pods.length === 0 ? pods.map((_, pod) => pod) : target.pods;
      const hosts = tier === undefined ? 0 : meantCount(target, tier.hosts, tier.zones);
      return chosen.flatMap((pod) => Array.from({ length: hosts }, () => pod));
    },
  };
}

/** The actions of the timeline whose times are known beforehand, by their starts. */
export function plannedSpans(scenario: Scenario): Span[] {
  const fleet = plannedFleet(scenario);
  const spans = new Map<string, Span | null>();
  const spanOf = (action: TimelineAction): Span | null => {
    const { name, when } = action;
    if (spans.has(name)) return spans.get(name)!;
    const before = 'atMs' in when ? undefined : scenario.timeline.find((one) => one.name === when.after);
    const beforeSpan = before === undefined ? null : spanOf(before);
    const startMs = 'atMs' in when ? when.atMs : beforeSpan === null ? NaN : beforeSpan.endMs + when.byMs;
    const lastsMs = actions[action.action]?.lasts?.(action.parameters, fleet) ?? 0;
    const span = Number.isNaN(startMs) ? null : { name, startMs, endMs: startMs + lastsMs };
    spans.set(name, span);
    return span;
  };
  return scenario.timeline.flatMap((action) => spanOf(action) ?? []).sort((a, b) => a.startMs - b.startMs);
}

/** When a collapse can have shown, about: after each stretch of `metastableAfter` in which nothing is done; the last of them is the end of it. */
function showings(scenario: Scenario): ShortClock[] {
  const spans = plannedSpans(scenario).filter(({ startMs }) => startMs < scenario.clock.durationMs);
  if (spans.length === 0) return [{ neededMs: scenario.metastableAfterMs, after: null }];
  return spans.flatMap((_, i) => {
    const last = spans.slice(0, i + 1).reduce((a, b) => (b.endMs > a.endMs ? b : a));
    const neededMs = last.endMs + scenario.metastableAfterMs;
    const isQuiet = i === spans.length - 1 || neededMs <= spans[i + 1].startMs;
    return isQuiet ? [{ neededMs, after: { name: last.name, endMs: last.endMs } }] : [];
  });
}

/** Whether only a collapse meets the expectation: then the first that can show is enough. */
export function asksForCollapse({ operator, right }: MetricCondition): boolean {
  if (right.kind !== 'value') return false;
  const bound = { low: right.value, high: right.value };
  return (
    rangesHold({ low: 1, high: 1 }, operator, bound) === true &&
    rangesHold({ low: 0, high: 0 }, operator, bound) === false
  );
}

/** Null if the clock is long enough for the expectation in this scenario, or it does not ask for a collapse at all. */
export function shortClock(scenario: Scenario, expectation: MetricCondition): ShortClock | null {
  if (!referencesOf(expectation).some(({ metric }) => metric === 'collapse')) return null;
  const all = showings(scenario);
  const needed = asksForCollapse(expectation) ? all[0] : all[all.length - 1];
  return needed.neededMs > scenario.clock.durationMs ? needed : null;
}
